// Words of the demo that encodes a drawn digit.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { papers } from './vae_models';

export const words: DemoWords = {
  title: 'Encode your digit',
  lead: 'Draw a digit: where does a variational autoencoder put it, what comes back, and how good is the bound that it was trained with?',
  html: `
<h2>How it works</h2>
<p>The probability of a digit is an integral over all latents that could have made it. Averaging over latents drawn at random, from a box or from
the prior, finds almost none that fit: with two latents thousands of samples come near, with fifty the estimate stays far too low. The encoder guesses where they lie, a Gaussian
<i>q</i>(<i>z</i> ∣ <i>x</i>), the small ellipse on the plane; with it the logarithm has a lower bound, the ELBO: how well the digit is reconstructed, minus how far
the guess is from the prior. With <i>k</i> samples weighted by their importance the bound rises towards log <i>p</i>(<i>x</i>), and what it rises by tells
how much the ELBO had missed. The effective sample size says how many of the samples carry the estimate, as far as
they know: where <i>q</i> misses part of the posterior they do not notice, and the few of the prior that count can end higher, as for the seven.</p>
<div class="equation" tabindex="0" role="group" aria-label="Equation">
<math display="block" aria-label="log p of x is at least the expectation under q of log p of x given z, minus the Kullback-Leibler divergence of q from the prior">
<mrow><mi>log</mi><mo>&#8289;</mo><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo><mo>≥</mo><msub><mi>E</mi><mi>q</mi></msub><mo stretchy="false">[</mo><mi>log</mi><mo>&#8289;</mo><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo>∣</mo><mi>z</mi><mo stretchy="false">)</mo><mo stretchy="false">]</mo>
<mo>−</mo><mi>KL</mi><mo stretchy="false">(</mo><mi>q</mi><mo stretchy="false">(</mo><mi>z</mi><mo>∣</mo><mi>x</mi><mo stretchy="false">)</mo><mo>‖</mo><mi>p</mi><mo stretchy="false">(</mo><mi>z</mi><mo stretchy="false">)</mo><mo stretchy="false">)</mo></mrow>
</math>
<math display="block" aria-label="L k is the expectation of log of one over k times the sum over j of p of x given z j times p of z j over q of z j given x">
<mrow><msub><mi>L</mi><mi>k</mi></msub><mo>=</mo><mi>E</mi><mspace width="0.2em"></mspace><mi>log</mi><mo>&#8289;</mo><mfrac><mn>1</mn><mi>k</mi></mfrac><munderover><mo>∑</mo><mrow><mi>j</mi><mo>=</mo><mn>1</mn></mrow><mi>k</mi></munderover>
<mfrac><mrow><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo>∣</mo><msub><mi>z</mi><mi>j</mi></msub><mo stretchy="false">)</mo><mi>p</mi><mo stretchy="false">(</mo><msub><mi>z</mi><mi>j</mi></msub><mo stretchy="false">)</mo></mrow><mrow><mi>q</mi><mo stretchy="false">(</mo><msub><mi>z</mi><mi>j</mi></msub><mo>∣</mo><mi>x</mi><mo stretchy="false">)</mo></mrow></mfrac><mo>,</mo>
<mspace width="0.8em"></mspace><msub><mi>L</mi><mn>1</mn></msub><mo>=</mo><mtext>ELBO</mtext></mrow>
</math>
</div>
<p class="reading">Read more: ${papers.vae}; ${papers.iwae}. Chapter: Latent variable models. All in nats per image. The bound with <i>k</i> samples is estimated by
the mean over all lots of <i>k</i> of the samples so far, so the curve's right end is a single draw. The uniform samples leave out what lies outside the
box, which is nothing to speak of.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">The drawing and the plane have their own while they have the focus.</p>
<dl class="keys">
<div><dt>arrows</dt><dd>move the cursor, or the plane</dd></div><div><dt><kbd>Space</kbd></dt><dd>drawing: a dot, or none; elsewhere: run, or pause</dd></div>
<div><dt><kbd>Enter</kbd></dt><dd>pen down or up</dd></div><div><dt><kbd>Shift</kbd> arrows</dt><dd>draw</dd></div>
<div><dt><kbd>Ctrl</kbd> <kbd>Z</kbd></dt><dd>undo</dd></div><div><dt><kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd></dt><dd>plane: zoom, all of it</dd></div>
<div><dt><kbd>.</kbd></dt><dd>200 samples more</dd></div><div><dt><kbd>R</kbd></dt><dd>from no sample again</dd></div></dl>`,
  presets: [
    { name: 'A three', title: 'Two latents: a digit as people write it', state: {} },
    {
      name: 'Fifty latents',
      title: 'Prior and box are lost in fifty dimensions',
      state: { model: 'vae50' },
    },
    {
      name: 'A seven, missed',
      title: 'The encoder takes it for a nine: q misses the posterior, and the prior does better',
      state: { digit: 'seven' },
    },
  ],
};

export const command = (state: State): string =>
  `priorlab eval vae --model ${state.model} --split test --data DATA/mnist --samples ${state.samples}${state.seed === 1 ? '' : ` --seed ${state.seed}`}`;

export const code = (state: State): string =>
  [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `const digits = { dtype: 'f32', shape: [1, 28, 28], data: pixels }; // 0 or 1`,
    `const { outputs, metrics } = await engine.call('vae_encode', { model: '${state.model}' }, { digits }, ['mean', 'deviation', 'kl']);`,
    `const digit = { dtype: 'f32', shape: [28, 28], data: pixels };`,
    `const bound = await engine.call('vae_bound', { model: '${state.model}', samples: ${state.samples} }, { digit }, ['log_weights']);`,
  ].join('\n');
