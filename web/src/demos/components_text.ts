// Words of the demo on the components of a mixture.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { HEAVIEST, LIGHT, SECOND } from './components_state';
import { LEADING, papers } from './patch_mixtures';

export const words: DemoWords = {
  title: 'Components of a mixture',
  lead: 'What the 200 Gaussians of the patch prior know: browse them all, choose one, pin another beside it and compare what they are made of.',
  html: `
<h2>How it works</h2>
<p>Each component has a weight, eigenvectors and a spectrum of eigenvalues. Zoran and Weiss found that the heaviest ones are nearly
one Gaussian at different strengths: their eigenvectors span the same space and their spectra differ by a factor, which is contrast, so that together they
are a Gaussian scale mixture. The lighter ones specialise: in edges of one direction, boundaries, textures. Choose a component, pin another and set
the spectra to equal variance to see which of the two holds. Set a mixture learned from dead leaves or the mini model beside it to see how much of this discs and edges alone
bring about, and the one Gaussian as a yardstick.</p>
<div class="equation" tabindex="0" role="group" aria-label="Equation">
<math display="block" aria-label="Sigma j equals c squared times Sigma k: then V j equals V k and D j equals c squared D k">
<mrow><msub><mi>Σ</mi><mi>j</mi></msub><mo>=</mo><msup><mi>c</mi><mn>2</mn></msup><msub><mi>Σ</mi><mi>k</mi></msub><mo>⇒</mo><msub><mi>V</mi><mi>j</mi></msub><mo>=</mo><msub><mi>V</mi><mi>k</mi></msub><mo>,</mo>
<mspace width="0.8em"></mspace><msub><mi>D</mi><mi>j</mi></msub><mo>=</mo><msup><mi>c</mi><mn>2</mn></msup><msub><mi>D</mi><mi>k</mi></msub></mrow>
</math>
<math display="block" aria-label="overlap of j and k is the squared Frobenius norm of U j transposed times U k, over M">
<mrow><mtext>overlap</mtext><mo stretchy="false">(</mo><mi>j</mi><mo>,</mo><mi>k</mi><mo stretchy="false">)</mo><mo>=</mo><mfrac><mn>1</mn><mi>M</mi></mfrac>
<msubsup><mrow><mo stretchy="false">‖</mo><msubsup><mi>U</mi><mi>j</mi><mi>T</mi></msubsup><msub><mi>U</mi><mi>k</mi></msub><mo stretchy="false">‖</mo></mrow><mi>F</mi><mn>2</mn></msubsup></mrow>
</math>
</div>
<p class="reading">Read more: ${papers.gmm}. Chapter: Patch priors and restoration. <i>U</i> holds the M = ${LEADING} leading eigenvectors. Contrast is the root of the mean
variance of a pixel; edge-ness is the coherence of the component's mean structure tensor, 0 for none and 1 for one direction. Spectra are compared by the root mean square of the
logarithm of their ratio, once its mean is taken away.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">They work while the wall has the focus.</p>
<dl class="keys">
<div><dt><kbd>←</kbd> <kbd>↑</kbd> <kbd>→</kbd> <kbd>↓</kbd></dt><dd>another component</dd></div>
<div><dt><kbd>Home</kbd> <kbd>End</kbd></dt><dd>the first, the last</dd></div>
<div><dt><kbd>P</kbd></dt><dd>pin it, or let it go</dd></div></dl>`,
  presets: [
    {
      name: 'The same but for contrast',
      title: 'The two heaviest components at equal variance',
      state: { model: 'gmm', component: SECOND, pin: HEAVIEST, spectra: 'equal' },
    },
    {
      name: 'A specialist',
      title: 'A light component beside the heaviest',
      state: { model: 'gmm', component: LIGHT, pin: HEAVIEST, spectra: 'equal' },
    },
    {
      name: 'Photos and dead leaves',
      title: 'Each component beside the nearest one of a mixture learned from dead leaves',
      state: { model: 'gmm', beside: 'gmm-leaves' },
    },
  ],
};

export const command = (state: State): string =>
  [
    `priorlab sample --task gmm --model ${state.model}${Number(state.component) < 0 ? '' : ` --component ${state.component}`} -o patches.png`,
    `priorlab eval components --set DATA/bsds300/train --mixtures ${state.model}`,
  ].join('\n');

export const code = (state: State): string =>
  [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `const { outputs } = await engine.call('gmm_components', { model: '${state.model}', leading: ${LEADING} }, {}, ['weight', 'eigenvalues', 'vectors', 'contrast', 'edgeness']);`,
  ].join('\n');
