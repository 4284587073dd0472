// Words of "Exact, sampled, mean field".
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { paramsOf } from './ladder_state';
import { equation, papers } from './patch_text';

export const words: DemoWords = {
  title: 'Exact, sampled, mean field',
  lead: 'Three E-steps for one small model whose posterior is correlated: the posterior itself, Gibbs samples of it, and the best factorised guess. What does each cost, and what does it miss?',
  html: `
<h2>How it works</h2>
<p>Each point is W z plus noise, with two latents and columns of W whose directions are known; their strengths and the noise are learned. Where the
columns are not at right angles, latents that were independent become correlated once x is seen. Exact EM takes this posterior and its bound touches the likelihood; sampling
comes as close as it pays for, and its likelihood trembles; the mean field leaves the correlation out, so its bound stays below for as long as there is one.
Here the exact step is cheapest; the other two are for models whose posterior has no closed form. What follows from the
gap is worse than the gap: to make it small the mean field moves the model, overstates the noise, and at small angles shuts a latent off.</p>
${equation(
  `<math display="block" aria-label="log p of x is the bound of q plus the divergence from q of z to p of z given x">
<mrow><mi>log</mi><mspace width="0.2em"></mspace><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo><mo>=</mo><msub><mi>E</mi><mi>q</mi></msub><mo stretchy="false">[</mo><mi>log</mi><mspace width="0.2em"></mspace><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo>,</mo><mi>z</mi><mo stretchy="false">)</mo><mo>−</mo><mi>log</mi><mspace width="0.2em"></mspace><mi>q</mi><mo stretchy="false">(</mo><mi>z</mi><mo stretchy="false">)</mo><mo stretchy="false">]</mo><mo>+</mo><mi>KL</mi><mo stretchy="false">(</mo><mi>q</mi><mo stretchy="false">(</mo><mi>z</mi><mo stretchy="false">)</mo><mo>‖</mo><mi>p</mi><mo stretchy="false">(</mo><mi>z</mi><mo>|</mo><mi>x</mi><mo stretchy="false">)</mo><mo stretchy="false">)</mo></mrow></math>`,
  `<math display="block" aria-label="the posterior's covariance is the inverse of I plus W transposed W over sigma squared">
<mrow><mi>Cov</mi><mo stretchy="false">(</mo><mi>z</mi><mo>|</mo><mi>x</mi><mo stretchy="false">)</mo><mo>=</mo><msup><mrow><mo stretchy="false">(</mo><mi>I</mi><mo>+</mo><msup><mi>W</mi><mi>T</mi></msup><mi>W</mi><mo>/</mo><msup><mi>σ</mi><mn>2</mn></msup><mo stretchy="false">)</mo></mrow><mrow><mo>−</mo><mn>1</mn></mrow></msup></mrow></math>`,
)}
<p class="reading">Read more: ${papers.em}; G. Wei and M. Tanner, <a href="https://doi.org/10.1080/01621459.1990.10474930">A Monte Carlo implementation of the EM algorithm</a>, JASA 1990;
R. Turner and M. Sahani, Two problems with variational expectation maximisation for time-series models, in <a href="https://doi.org/10.1017/CBO9780511984679.006">Bayesian time series models</a>, 2011. Chapter: Latent
variable models. Log-likelihood and gap are in nats per point. Cost counts updates of one latent of one point: an exact posterior takes two, a Gibbs sweep two, a round
of the mean field two. The gap of the samples is that of a Gaussian with their moments.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">They work while the workbench has the focus.</p>
<dl class="keys">
<div><dt><kbd>Space</kbd></dt><dd>run or pause</dd></div><div><dt><kbd>.</kbd></dt><dd>one iteration</dd></div>
<div><dt><kbd>R</kbd></dt><dd>start anew</dd></div><div><dt><kbd>Esc</kbd></dt><dd>stop</dd></div></dl>`,
  presets: [
    {
      name: 'Biased',
      title: 'At 60 degrees the mean field keeps both latents, and a gap',
      state: { angle: 60 },
    },
    {
      name: 'A latent is lost',
      title: 'At 30 degrees the mean field does without one',
      state: { angle: 30 },
    },
    {
      name: 'Right angles',
      title: 'Nothing is correlated: the mean field is exact',
      state: { angle: 90 },
    },
  ],
};

export function command(state: State): string {
  const options = Object.entries(paramsOf(state)).flatMap(([name, value]) =>
    name === 'chosen' ? [] : [`--${name} ${value}`],
  );
  return `priorlab eval plane --task linear_em ${options.join(' ')}`;
}

export function code(state: State): string {
  return [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `const run = engine.run('linear_em', ${JSON.stringify(paramsOf(state))}, {});`,
    `run.play();`,
    `const { metrics } = await run.finished;`,
    `const posteriors = await run.output('posterior');`,
  ].join('\n');
}
