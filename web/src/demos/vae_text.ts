// Words of the demo that learns a latent space.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { papers as shared } from './vae_models';
import { paramsOf } from './vae_state';

const beta = `I. Higgins et al., <a href="https://openreview.net/forum?id=Sy2fzU9gl">beta-VAE</a>, ICLR 2017`;

export const words: DemoWords = {
  title: 'Learn a latent space',
  lead: 'Train a variational autoencoder in this tab and watch its map of digits unfold. Move β on the way: how much may the code cost?',
  html: `
<h2>How it works</h2>
<p>An encoder says for each digit where in the latent space it may come from, a normal distribution <i>q</i>; a decoder says what a point of
that space looks like. Both learn together, by gradient ascent on a lower bound of log p(x): how well a digit comes back from its code, minus
how far the code strays from the prior. The noise is drawn outside of the network, <i>z</i> = μ + σ ε, so the gradient passes through. With β below 1 the
code may cost more and the digits come back sharper, but points of the prior look like nothing; above 1 latents fall silent, and at last the code says
nothing at all.</p>
<div class="equation" tabindex="0" role="group" aria-label="Equation">
<math display="block" aria-label="log p of x is at least the mean of log p of x given z under q of z given x, minus beta times KL of q of z given x and p of z, for beta 1">
<mrow><mi>log</mi><mo>&#8289;</mo><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo><mo>≥</mo><msub><mi>E</mi><mrow><mi>q</mi><mo stretchy="false">(</mo><mi>z</mi><mo>∣</mo><mi>x</mi><mo stretchy="false">)</mo></mrow></msub>
<mi>log</mi><mo>&#8289;</mo><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo>∣</mo><mi>z</mi><mo stretchy="false">)</mo><mo>−</mo><mi>β</mi><mi>KL</mi><mo stretchy="false">(</mo><mi>q</mi><mo stretchy="false">(</mo><mi>z</mi><mo>∣</mo><mi>x</mi><mo stretchy="false">)</mo><mo>‖</mo><mi>p</mi><mo stretchy="false">(</mo><mi>z</mi><mo stretchy="false">)</mo><mo stretchy="false">)</mo>
<mspace width="0.6em"></mspace><mtext>for</mtext><mspace width="0.3em"></mspace><mi>β</mi><mo>=</mo><mn>1</mn></mrow>
</math>
</div>
<p class="reading">Read more: ${shared.vae}; ${shared.iwae}; ${beta}. Chapter: Latent variable models. The figures are those of β = 1, whatever it is
learned with. Encoder and decoder have two layers of tanh units each. Files are read here and go nowhere. A model that learned from samples of
another can at best become that other one; one that you keep can be chosen in "Latent space".</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">They work while the workbench has the focus.</p>
<dl class="keys">
<div><dt><kbd>Space</kbd></dt><dd>run or pause</dd></div><div><dt><kbd>.</kbd></dt><dd>one batch</dd></div>
<div><dt><kbd>R</kbd></dt><dd>forget and start anew</dd></div><div><dt><kbd>Esc</kbd></dt><dd>stop</dd></div></dl>`,
  presets: [
    { name: 'A plane', title: 'Two latents, from 3,000 samples of NADE', state: {} },
    { name: 'Ten latents', title: 'Digits drawn from the prior', state: { latents: 10 } },
    {
      name: 'By five samples',
      title: 'The importance-weighted bound instead of the ELBO',
      state: { samples: 5 },
    },
  ],
};

/** The program learns from the training split, with an end. */
export function command(state: State): string {
  const names = ['latents', 'hidden', 'samples', 'batch', 'rate', 'seed'];
  const options = names.map((name) => ` --${name} ${state[name]}`).join('');
  return `priorlab train vae --data DATA/mnist${options} --epochs ${Number(state.epochs) || 100} --parts 4 --average 0.99 --out mine.safetensors`;
}

export function code(state: State, start: State): string {
  const params = Object.entries(paramsOf(state))
    .filter(([name, value]) => value !== start[name])
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `const run = engine.run('vae_train', {${params.length ? ` ${params.join(', ')} ` : ''}}, { digits, valid });`,
    `run.play();  // later: await run.set({ beta: 0.5 }), run.output('sheet')`,
    `await engine.putModel('mine', await run.model());`,
  ].join('\n');
}
