// Words of the demo that learns a mixture.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { paramsOf } from './mixture_state';
import { equation, papers } from './patch_text';

export const words: DemoWords = {
  title: 'Learn a mixture',
  lead: 'Learn a prior of patches in this tab: from a photo of yours, from a sample, or from dead leaves. Its components take shape before your eyes, and it can denoise.',
  html: `
<h2>How it works</h2>
<p>EM alternates two steps. E: each patch asks which of the <i>K</i> Gaussians explain it, and gets its responsibilities. M: each Gaussian
takes the mean of z zᵀ over all patches, weighted by its responsibilities, as its covariance, and its share of the patches as its weight. Every iteration
makes the patches more likely, or leaves them as likely as they were; the log-likelihood of patches kept out tells whether
what was learned holds beyond them. No eigenvalue may fall below a floor, which keeps a Gaussian from collapsing onto a few patches.</p>
${equation(
  `<math display="block" aria-label="r i k is pi k times the density of z i under component k, over the sum of this over all components">
<mrow><msub><mi>r</mi><mrow><mi>i</mi><mi>k</mi></mrow></msub><mo>=</mo><mfrac><mrow><msub><mi>π</mi><mi>k</mi></msub><mi>N</mi><mo stretchy="false">(</mo><msub><mi>z</mi><mi>i</mi></msub><mo>;</mo><mn>0</mn><mo>,</mo><msub><mi>Σ</mi><mi>k</mi></msub><mo stretchy="false">)</mo></mrow>
<mrow><munder><mo>∑</mo><mi>l</mi></munder><msub><mi>π</mi><mi>l</mi></msub><mi>N</mi><mo stretchy="false">(</mo><msub><mi>z</mi><mi>i</mi></msub><mo>;</mo><mn>0</mn><mo>,</mo><msub><mi>Σ</mi><mi>l</mi></msub><mo stretchy="false">)</mo></mrow></mfrac></mrow></math>`,
  `<math display="block" aria-label="Sigma k goes to the sum over i of r i k z i z i transposed, over the sum of r i k; pi k goes to the mean of r i k">
<mrow><msub><mi>Σ</mi><mi>k</mi></msub><mo>←</mo><mfrac><mrow><munder><mo>∑</mo><mi>i</mi></munder><msub><mi>r</mi><mrow><mi>i</mi><mi>k</mi></mrow></msub><msub><mi>z</mi><mi>i</mi></msub><msubsup><mi>z</mi><mi>i</mi><mi>T</mi></msubsup></mrow>
<mrow><munder><mo>∑</mo><mi>i</mi></munder><msub><mi>r</mi><mrow><mi>i</mi><mi>k</mi></mrow></msub></mrow></mfrac><mo>,</mo><mspace width="0.8em"></mspace>
<msub><mi>π</mi><mi>k</mi></msub><mo>←</mo><mfrac><mn>1</mn><mi>n</mi></mfrac><munder><mo>∑</mo><mi>i</mi></munder><msub><mi>r</mi><mrow><mi>i</mi><mi>k</mi></mrow></msub></mrow></math>`,
)}
<p class="reading">Read more: ${papers.em}; ${papers.gmm}; ${papers.epll}. Chapter: Patch priors and restoration. Patches are without their mean; log-likelihoods are in nats per patch, in an
orthonormal basis, of the mixture that an iteration started from. Patches kept out share no pixel with those learned from. The mixture that
ships was learned from two million patches of 180 photos.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">They work while the workbench has the focus.</p>
<dl class="keys">
<div><dt><kbd>Space</kbd></dt><dd>run or pause</dd></div><div><dt><kbd>.</kbd></dt><dd>one iteration</dd></div>
<div><dt><kbd>R</kbd></dt><dd>forget and start anew</dd></div><div><dt><kbd>Esc</kbd></dt><dd>stop</dd></div></dl>`,
  presets: [
    { name: 'A photo', title: 'Eight Gaussians from patches of a cat', state: {} },
    {
      name: 'Dead leaves',
      title: 'Sixteen Gaussians from flat and edge patches',
      state: { source: 'leaves', components: 16 },
    },
    {
      name: 'One Gaussian',
      title: 'Its eigenvectors are the principal components of patches',
      state: { components: 1, iterations: 2 },
    },
  ],
};

/** What is not the default, as options or properties. */
const given = (state: State, start: State): [string, State[string]][] =>
  Object.entries(paramsOf(state)).filter(([name, value]) => value !== start[name]);

/** The program learns from a folder of pictures, or from dead leaves. */
export function command(state: State): string {
  const { components, patch, count, seed, floor, iterations } = paramsOf(state);
  const from = state.source === 'leaves' ? '--source leaves' : '--data PHOTOS';
  const options = `--k ${components} --patch ${patch} --patches ${count} --steps 0 --iterations ${Number(iterations) || 50} --floor ${floor} --seed ${seed}`;
  return `priorlab train gmm ${from} ${options} --out mine.safetensors`;
}

export function code(state: State, start: State): string {
  const params = given(state, start).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const inputs = state.source === 'leaves' ? '{}' : '{ image }';
  return [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `const run = engine.run('gmm_learn', {${params.length ? ` ${params.join(', ')} ` : ''}}, ${inputs});`,
    `run.play();`,
    `await run.created;`,
    `await engine.putModel('mine', await run.model(), { family: 'gmm' });`,
  ].join('\n');
}
