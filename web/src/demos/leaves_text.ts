// Words of the demo on dead leaves.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { LESSON, lessonOf, patchesOf } from './leaves_state';
import { equation, papers } from './patch_text';

export const words: DemoWords = {
  title: 'Dead leaves',
  lead: 'A world of opaque discs that hide each other, and its smallest version: one texture, or two that meet in a line. Is that what a patch prior knows?',
  html: `
<h2>How it works</h2>
<p>Things hide one another: that alone gives pictures flat parts and sharp boundaries. In the dead leaves model discs fall at random until
nothing is left to be hidden, with radii whose density falls as r<sup>−3</sup>, which makes the pictures look alike at every scale. A patch of such a
world is mostly one of two: flat, a texture at a random contrast, or an edge, two of these that meet in a line of random
angle and offset. A mixture of Gaussians learned from such patches has what one from photographs has: components that differ
by contrast alone, and components with an edge of one direction each.</p>
${equation(`<math display="block" aria-label="flat: x is mu plus z t, t normal with covariance Sigma; edge: x of p is f of p where p dot n of theta is less than r, and g of p elsewhere">
<mrow><mtext>flat:&nbsp;</mtext><mi>f</mi><mo>=</mo><mi>μ</mi><mo>+</mo><mi>z</mi><mi>t</mi><mo>,</mo><mspace width="0.5em"></mspace><mi>t</mi><mo>∼</mo><mi>N</mi><mo stretchy="false">(</mo><mn>0</mn><mo>,</mo><mi>Σ</mi><mo stretchy="false">)</mo><mo>;</mo>
<mspace width="0.8em"></mspace><mtext>edge:&nbsp;</mtext><mi>x</mi><mo stretchy="false">(</mo><mi>p</mi><mo stretchy="false">)</mo><mo>=</mo><mi>f</mi><mo stretchy="false">(</mo><mi>p</mi><mo stretchy="false">)</mo><mtext>&nbsp;where&nbsp;</mtext>
<mi>p</mi><mo>⋅</mo><msub><mi>n</mi><mi>θ</mi></msub><mo>≤</mo><mi>r</mi><mo>,</mo><mtext>&nbsp;else&nbsp;</mtext><mi>g</mi><mo stretchy="false">(</mo><mi>p</mi><mo stretchy="false">)</mo></mrow>
</math>`)}
<p class="reading">Read more: ${papers.gmm}; ${papers.leaves}. Chapter: Patch priors and restoration. A texture is stationary and Gaussian, its correlation falls as
exp(−(|dx| + |dy|) / length); patches are shown without their mean. The components are ${LESSON.components}, after ${LESSON.iterations} iterations of EM on
${LESSON.count.toLocaleString('en')} patches.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">Every control takes the arrow keys while it has the focus.</p>`,
  presets: [
    { name: 'Flat and edge', title: 'The mini dead leaves of the paper', state: {} },
    { name: 'Flat alone', title: 'A Gaussian scale mixture', state: { sheet: 'flat' } },
    {
      name: 'No texture',
      title: 'Nothing but steps',
      state: { sheet: 'edge', texture: 0, radius_min: 8 },
    },
  ],
};

const inCode = (params: State): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ');

/** The program learns from whole pictures of discs. */
export const command = ({ patch, seed }: State): string =>
  `priorlab train gmm --source leaves --k ${LESSON.components} --patch ${patch} --patches ${LESSON.count} --steps 0 --iterations ${LESSON.iterations} --seed ${seed} --out leaves.safetensors`;

export const code = (state: State): string =>
  [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `const { outputs } = await engine.call('dead_leaves', { ${inCode(patchesOf(state))} }, {}, ['patches', 'labels']);`,
    `const learned = await engine.call('gmm_learn', { ${inCode(lessonOf(state))} }, {}, ['weight', 'vectors']);`,
  ].join('\n');
