// Words of the demo that draws patches from a mixture.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { EDGE, HEAVIEST } from './gmm_state';
import { papers } from './patch_mixtures';

export const words: DemoWords = {
  title: 'Patches from a mixture',
  lead: 'The prior of the denoising demo is 200 Gaussians over patches of 8 × 8 pixels. Draw from it: from all of it, or from one Gaussian alone.',
  html: `
<h2>How it works</h2>
<p>A Gaussian mixture draws in two steps: a component <i>k</i> by its weight π, then a patch from that component's Gaussian. White
noise <i>z</i> is stretched along the eigenvectors of the covariance, the columns of <i>V</i>, by the roots of its eigenvalues,
the diagonal of <i>D</i>. So a component says what its patches are made of: few strong eigenvectors make an edge of one
direction, many equal ones a texture, small ones a nearly flat patch. The sliders walk along the leading eigenvectors, starting from the
patch that is chosen on the sheet.</p>
<div class="equation" tabindex="0" role="group" aria-label="Equation">
<math display="block" aria-label="p of x is the sum over k of pi k times the Gaussian density of x with mean zero and covariance Sigma k">
<mrow><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo><mo>=</mo><munder><mo>∑</mo><mi>k</mi></munder><msub><mi>π</mi><mi>k</mi></msub>
<mi mathvariant="script">N</mi><mo stretchy="false">(</mo><mi>x</mi><mo>;</mo><mn>0</mn><mo>,</mo><msub><mi>Σ</mi><mi>k</mi></msub><mo stretchy="false">)</mo></mrow>
</math>
<math display="block" aria-label="Sigma k is V k D k V k transposed; x is T times V k times the root of D k times z, with z white noise">
<mrow><msub><mi>Σ</mi><mi>k</mi></msub><mo>=</mo><msub><mi>V</mi><mi>k</mi></msub><msub><mi>D</mi><mi>k</mi></msub><msubsup><mi>V</mi><mi>k</mi><mi>T</mi></msubsup><mo>,</mo>
<mspace width="0.8em"></mspace><mi>x</mi><mo>=</mo><mi>T</mi><mspace width="0.1em"></mspace><msub><mi>V</mi><mi>k</mi></msub><msubsup><mi>D</mi><mi>k</mi><mrow><mn>1</mn><mo>/</mo><mn>2</mn></mrow></msubsup><mi>z</mi><mo>,</mo>
<mspace width="0.8em"></mspace><mi>z</mi><mo>∼</mo><mi mathvariant="script">N</mi><mo stretchy="false">(</mo><mn>0</mn><mo>,</mo><mi>I</mi><mo stretchy="false">)</mo></mrow>
</math>
</div>
<p class="reading">Read more: ${papers.gmm}; ${papers.epll}. Chapter: Patch priors and restoration. Patches have mean zero and are on the scale where
pictures go from 0 to 1. The noise is stretched by the Cholesky factor of the covariance, which gives the same Gaussian, so that a
seed draws the same bits on every machine. log p(x) is in nats, of the 63 dimensions that are left without the mean, under the mixture itself
(<i>T</i> = 1).</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">They work while the workbench has the focus.</p>
<dl class="keys">
<div><dt><kbd>Space</kbd></dt><dd>sheet after sheet, or pause</dd></div><div><dt><kbd>.</kbd></dt><dd>the next sheet</dd></div>
<div><dt><kbd>R</kbd></dt><dd>the first sheet</dd></div><div><dt><kbd>Esc</kbd></dt><dd>stop</dd></div>
<div><dt><kbd>←</kbd> <kbd>↑</kbd> <kbd>→</kbd> <kbd>↓</kbd></dt><dd>on the sheet: another patch</dd></div></dl>`,
  presets: [
    { name: 'By weight', title: 'The whole mixture: mostly flat, now and then an edge', state: {} },
    {
      name: 'The heaviest',
      title: 'The component that explains most patches: smooth, any direction',
      state: { model: 'gmm', component: HEAVIEST },
    },
    { name: 'An edge', title: 'A component with one direction', state: { model: 'gmm', component: EDGE } },
  ],
};

const own = ['component', 'temperature', 'first', 'seed'];

export function code(state: State, start: State): string {
  const params = [`model: '${state.model}'`, `count: ${state.count}`];
  for (const name of own) if (state[name] !== start[name]) params.push(`${name}: ${state[name]}`);
  return [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `const { outputs } = await engine.call('gmm', { ${params.join(', ')} }, {}, ['patches', 'component', 'log_density']);`,
  ].join('\n');
}

export function command(state: State, start: State): string {
  const options = own
    .filter((name) => state[name] !== start[name])
    .map((name) => ` --${name} ${state[name]}`)
    .join('');
  return `priorlab sample --task gmm --model ${state.model} --count ${state.count}${options} -o patches.png`;
}
