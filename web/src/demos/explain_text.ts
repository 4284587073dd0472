// Words of the demo that explains a patch.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { equation, papers } from './patch_text';

export const words: DemoWords = {
  title: 'What explains this patch?',
  lead: 'Click anywhere in a photo. A mixture of Gaussians says which of its components made the patch, how likely it is, and what it looked like without the noise.',
  html: `
<h2>How it works</h2>
<p>The prior is a mixture of zero-mean Gaussians over patches without their mean. Seen through noise, each component stays a Gaussian, so Bayes'
rule gives the responsibilities, the probability of each component given the patch. On a strong boundary one component
takes nearly all, the one with an edge at that angle; in flat parts under noise many share the patch. The best estimate in the mean square (BLS) is the mean of all
components' Wiener filters, weighted by the responsibilities; EPLL takes the filter of the winner alone as its MAP approximation,
and the two agree wherever the winner is sure.</p>
${equation(`<math display="block" aria-label="E of x given z is the sum over k of p of k given z times Sigma k times the inverse of Sigma k plus sigma squared I, times z">
<mrow><mi>E</mi><mo stretchy="false">(</mo><mi>x</mi><mo>∣</mo><mi>z</mi><mo stretchy="false">)</mo><mo>=</mo><munder><mo>∑</mo><mi>k</mi></munder>
<mi>p</mi><mo stretchy="false">(</mo><mi>k</mi><mo>∣</mo><mi>z</mi><mo stretchy="false">)</mo><msub><mi>Σ</mi><mi>k</mi></msub>
<msup><mrow><mo stretchy="false">(</mo><msub><mi>Σ</mi><mi>k</mi></msub><mo>+</mo><msup><mi>σ</mi><mn>2</mn></msup><mi>I</mi><mo stretchy="false">)</mo></mrow><mrow><mo>−</mo><mn>1</mn></mrow></msup><mi>z</mi><mo>,</mo>
<mspace width="0.8em"></mspace><mi>p</mi><mo stretchy="false">(</mo><mi>k</mi><mo>∣</mo><mi>z</mi><mo stretchy="false">)</mo><mo>∝</mo><msub><mi>π</mi><mi>k</mi></msub>
<mi>N</mi><mo stretchy="false">(</mo><mi>z</mi><mo>;</mo><mn>0</mn><mo>,</mo><msub><mi>Σ</mi><mi>k</mi></msub><mo>+</mo><msup><mi>σ</mi><mn>2</mn></msup><mi>I</mi><mo stretchy="false">)</mo></mrow>
</math>`)}
<p class="reading">Read more: ${papers.epll}; ${papers.gmm}. Chapter: Patch priors and restoration. Log-likelihoods are in nats of the patch without its mean, in an orthonormal basis;
PSNR is 10 log₁₀(1/MSE) of one patch.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">They work while the photo has the focus.</p>
<dl class="keys">
<div><dt><kbd>←</kbd> <kbd>→</kbd> <kbd>↑</kbd> <kbd>↓</kbd></dt><dd>the next patch</dd></div></dl>`,
  presets: [
    { name: 'A boundary', title: 'A strong edge: one component takes it all', state: {} },
    {
      name: 'Sky',
      title: 'A flat part: many components share it, and BLS gains on MAP',
      state: { x: 60, y: 60 },
    },
    { name: 'In doubt', title: 'Two components share a patch', state: { x: 292, y: 436 } },
  ],
};

export const command = ({ sigma, model, image }: State): string =>
  [
    `priorlab restore --task add_noise ${image}.png -o noisy.png --sigma ${sigma}`,
    `priorlab restore noisy.png -o restored.png --sigma ${sigma}${model === 'gmm' ? '' : ` --prior ${model}`}`,
  ].join('\n');

export const code = ({ sigma, model }: State): string =>
  [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `const noisy = { dtype: 'f32', shape: [8, 8], data }; // values in [0,1]`,
    `const { outputs, metrics } = await engine.call('patch_explain', { model: '${model}', sigma: ${sigma} }, { noisy }, ['responsibility', 'bls', 'map']);`,
  ].join('\n');
