// Words of "From mixtures to infinitely many".
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { methodOf, paramsOf, tasks } from './continuous_state';
import { equation, papers } from './patch_text';

export const planePapers = {
  em: papers.em,
  ppca: `M. Tipping and C. Bishop, <a href="https://doi.org/10.1111/1467-9868.00196">Probabilistic principal component analysis</a>, JRSS B 1999`,
  vae: `D. Kingma and M. Welling, <a href="https://arxiv.org/abs/1312.6114">Auto-encoding variational Bayes</a>, ICLR 2014`,
  iwae: `Y. Burda, R. Grosse and R. Salakhutdinov, <a href="https://arxiv.org/abs/1509.00519">Importance weighted autoencoders</a>, ICLR 2016`,
};

export const words: DemoWords = {
  title: 'From mixtures to infinitely many',
  lead: 'One set of points, three densities: a few Gaussians, a line of Gaussians, a bent line of them. Draw your own points and watch each method explain them.',
  html: `
<h2>How it works</h2>
<p>A finite mixture explains each point by one of <i>K</i> Gaussians; its colours are responsibilities, and EM raises the log-likelihood by a lower
bound that touches it after every E-step. Probabilistic PCA puts a Gaussian of one size at every place of a line: a mixture of infinitely many, whose
maximum is known in closed form. A variational autoencoder bends the line, μ(<i>z</i>), and lets the Gaussians differ in size, σ²(<i>z</i>); with a linear mean
and one variance it is PPCA again. With one latent p(x) can be integrated on a grid, so the gap between bound and truth is seen.</p>
${equation(
  `<math display="block" aria-label="p of x is the sum over k of pi k times the normal density of x with mean mu k and covariance Sigma k">
<mrow><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo><mo>=</mo><munderover><mo>∑</mo><mrow><mi>k</mi><mo>=</mo><mn>1</mn></mrow><mi>K</mi></munderover><msub><mi>π</mi><mi>k</mi></msub><mi>N</mi><mo stretchy="false">(</mo><mi>x</mi><mo>;</mo><msub><mi>μ</mi><mi>k</mi></msub><mo>,</mo><msub><mi>Σ</mi><mi>k</mi></msub><mo stretchy="false">)</mo></mrow></math>`,
  `<math display="block" aria-label="p of x is the integral of the standard normal density of z times the normal density of x with mean mu of z and diagonal covariance sigma squared of z">
<mrow><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo><mo>=</mo><mo>∫</mo><mi>N</mi><mo stretchy="false">(</mo><mi>z</mi><mo>;</mo><mn>0</mn><mo>,</mo><mn>1</mn><mo stretchy="false">)</mo><mspace width="0.2em"></mspace><mi>N</mi><mo stretchy="false">(</mo><mi>x</mi><mo>;</mo><mi>μ</mi><mo stretchy="false">(</mo><mi>z</mi><mo stretchy="false">)</mo><mo>,</mo><mi>diag</mi><mspace width="0.2em"></mspace><msup><mi>σ</mi><mn>2</mn></msup><mo stretchy="false">(</mo><mi>z</mi><mo stretchy="false">)</mo><mo stretchy="false">)</mo><mspace width="0.2em"></mspace><mi>d</mi><mi>z</mi></mrow></math>`,
)}
<p class="reading">Read more: ${planePapers.em}; ${planePapers.ppca}; ${planePapers.vae}; ${planePapers.iwae}. Chapter: Latent variable models. Log-likelihoods and bounds are in nats per
point; coordinates have no unit. Ellipses of the mixture are drawn at two standard deviations, those along a line or curve at one, for
latents from −2.5 to 2.5. The next step: <a href="#ladder">what an E-step costs and misses</a>.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">On the plane: arrow keys move a cursor (with Shift faster), Space adds a point, E takes those near it away, Ctrl+Z undoes, Delete
clears. Elsewhere on the workbench:</p>
<dl class="keys">
<div><dt><kbd>Space</kbd></dt><dd>run or pause</dd></div><div><dt><kbd>.</kbd></dt><dd>one iteration</dd></div>
<div><dt><kbd>R</kbd></dt><dd>start anew</dd></div><div><dt><kbd>Esc</kbd></dt><dd>stop</dd></div></dl>`,
  presets: [
    { name: 'A bent line', title: 'A VAE with its own variance on a banana', state: { method: 'vae' } },
    {
      name: 'Linear VAE = PPCA',
      title: 'A linear mean and one variance: the log-likelihood ends at that of the closed form',
      state: { data: 'line', method: 'vae', mean: 'linear', variance: 'fixed' },
    },
    {
      name: 'A few Gaussians',
      title: 'Ten Gaussians along a spiral',
      state: { data: 'spiral', method: 'mixture', components: 10 },
    },
  ],
};

export function command(state: State): string {
  const options = Object.entries(paramsOf(state)).map(([name, value]) => `--${name} ${value}`);
  return `priorlab eval plane --task ${tasks[methodOf(state)]} --file continuous-points.csv ${options.join(' ')}`;
}

export function code(state: State): string {
  return [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `const points = { dtype: 'f32', shape: [3, 2], data: new Float32Array([0, 0, 1, 0.5, 2, 1]) };`,
    `const run = engine.run('${tasks[methodOf(state)]}', ${JSON.stringify(paramsOf(state))}, { points });`,
    `run.play();`,
    `await run.finished;`,
    `const map = await run.output('log_density');`,
  ].join('\n');
}
