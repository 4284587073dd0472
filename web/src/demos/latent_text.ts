// Words of the demo that walks through a latent space.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { knownLatents, papers } from './vae_models';

/** Equations of the model, shared by the demos of this chapter. */
export const model = `
<math display="block" aria-label="z is drawn from the normal distribution with mean 0 and covariance I; p of x given z is the product over i of Bernoulli of x i with the decoder's probability">
<mrow><mi>z</mi><mo>∼</mo><mi mathvariant="script">N</mi><mo stretchy="false">(</mo><mn>0</mn><mo>,</mo><mi>I</mi><mo stretchy="false">)</mo><mo>,</mo>
<mspace width="0.8em"></mspace><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo>∣</mo><mi>z</mi><mo stretchy="false">)</mo><mo>=</mo>
<munder><mo>∏</mo><mi>i</mi></munder><mi>Bern</mi><mo stretchy="false">(</mo><msub><mi>x</mi><mi>i</mi></msub><mo>;</mo><msub><mi>f</mi><mi>i</mi></msub><mo stretchy="false">(</mo><mi>z</mi><mo stretchy="false">)</mo><mo stretchy="false">)</mo></mrow>
</math>`;

export const words: DemoWords = {
  title: 'Latent space',
  lead: 'A variational autoencoder draws a digit from a few numbers. Drag the point across the plane of two of them and watch the digit change.',
  html: `
<h2>How it works</h2>
<p>The model says that a digit comes from a latent <i>z</i>, drawn from a standard normal distribution, through a network <i>f</i>, the
decoder, that gives the probability of each pixel to be on. Near points make similar digits, so the plane is a map, a curved sheet in
the space of all images. A second network, the encoder, says where on the map a given digit lies: the coloured points are the means that
it gives for digits it has not learned from. With fifty latents the model leaves most of them unused, and the others are sorted by the variance of
those means.</p>
<div class="equation" tabindex="0" role="group" aria-label="Equation">${model}
<math display="block" aria-label="on the spherical path z t is its length times the sum of sine of 1 minus t times theta over sine theta times a over its length, and sine of t theta over sine theta times b over its length">
<mrow><msub><mi>z</mi><mi>t</mi></msub><mo>=</mo><msub><mi>r</mi><mi>t</mi></msub><mo stretchy="false">(</mo><mfrac><mrow><mi>sin</mi><mo>&#8289;</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><mi>t</mi><mo stretchy="false">)</mo><mi>θ</mi></mrow><mrow><mi>sin</mi><mo>&#8289;</mo><mi>θ</mi></mrow></mfrac><mfrac><mi>a</mi><mrow><mo>‖</mo><mi>a</mi><mo>‖</mo></mrow></mfrac><mo>+</mo>
<mfrac><mrow><mi>sin</mi><mo>&#8289;</mo><mi>t</mi><mi>θ</mi></mrow><mrow><mi>sin</mi><mo>&#8289;</mo><mi>θ</mi></mrow></mfrac><mfrac><mi>b</mi><mrow><mo>‖</mo><mi>b</mi><mo>‖</mo></mrow></mfrac><mo stretchy="false">)</mo><mo>,</mo>
<mspace width="0.8em"></mspace><msub><mi>r</mi><mi>t</mi></msub><mo>=</mo><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><mi>t</mi><mo stretchy="false">)</mo><mo>‖</mo><mi>a</mi><mo>‖</mo><mo>+</mo><mi>t</mi><mo>‖</mo><mi>b</mi><mo>‖</mo></mrow>
</math>
</div>
<p class="reading">Read more: ${papers.vae}; ${papers.sampling}. Chapter: Latent variable models. Pictures are probabilities, not drawn pixels. The
spherical path from A to B turns by equal angles, θ in all, while the length goes evenly from that of A to that of B. In many dimensions the length of
normal points is nearly always close to the root of their number; a straight line cuts through the middle, where the decoder has hardly learned. The points are means of the test split of the fixed
binarisation of MNIST, coloured by class; no digit of it is stored here.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">On the plane; drag the point with the pointer, zoom with the wheel or two fingers, move the plane with two fingers, the right button or
<kbd>Shift</kbd>.</p>
<dl class="keys">
<div><dt>arrows</dt><dd>move the point</dd></div><div><dt><kbd>Shift</kbd> arrows</dt><dd>move the plane</dd></div>
<div><dt><kbd>+</kbd> <kbd>−</kbd></dt><dd>zoom</dd></div><div><dt><kbd>0</kbd></dt><dd>the whole plane</dd></div>
<div><dt><kbd>Space</kbd></dt><dd>random walk, or pause</dd></div><div><dt><kbd>.</kbd></dt><dd>one step of it</dd></div>
<div><dt><kbd>R</kbd></dt><dd>back to the origin</dd></div></dl>`,
  presets: [
    { name: 'The whole map', title: 'Two latents, digits and test digits', state: {} },
    {
      name: 'Between classes',
      title: 'Close by: how one digit turns into another',
      state: { half: 0.6, x: 0.2, y: 0.3, show: 'sheet' },
    },
    { name: 'More latents', title: 'Fifty latents, of which the model uses some', state: { model: 'vae50' } },
  ],
};

export const command = (state: State): string =>
  [
    `priorlab sample --task vae_decode --model ${state.model}${state.seed === 1 ? '' : ` --seed ${state.seed}`} --count 64 -o digits.png`,
    `priorlab eval latents --model ${state.model} --split test --data DATA/mnist`,
  ].join('\n');

export const code = (state: State): string =>
  [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `const latents = ${knownLatents(String(state.model)) ?? 2}; // of the model`,
    `const z = { dtype: 'f32', shape: [1, latents], data: new Float32Array(latents) };`,
    `const { outputs } = await engine.call('vae_decode', { model: '${state.model}' }, { z }, ['probabilities']);`,
  ].join('\n');
