// Words of "Three questions".
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { papers } from './patch_mixtures';

const words: Omit<DemoWords, 'presets'> = {
  title: 'Three questions',
  lead: 'Does a prior that likes natural patches better also clean patches better, and whole pictures? Five priors, from independent pixels to a Gaussian mixture, measured.',
  html: `
<h2>How it works</h2>
<p>A prior of patches can be judged by the log-likelihood it gives to patches it has not seen. Zoran and Weiss asked whether that matters: they
learned five priors, from independent pixels over a Gaussian, PCA and ICA to a Gaussian mixture, and cleaned noisy patches and pictures with each.
Their answer is yes on all counts: the order by likelihood is the order by what is restored. How patches become a picture matters as well, and EPLL, which asks
every patch of the result to be likely, does it best there. Measured here, the order is theirs in
every column, but the most probable patches of PCA and ICA are hardly better than the Gaussian's, and the two simplest priors gain nothing by EPLL.</p>
<div class="equation" tabindex="0" role="group" aria-label="Equation">
<math display="block" aria-label="the BLS estimate is the expected x given y; the MAP estimate is the x that maximises p of x times the density of y given x">
<mrow><msub><mover><mi>x</mi><mo>^</mo></mover><mtext>BLS</mtext></msub><mo>=</mo><mi>E</mi><mo stretchy="false">[</mo><mi>x</mi><mo>∣</mo><mi>y</mi><mo stretchy="false">]</mo><mo>,</mo>
<mspace width="0.8em"></mspace><msub><mover><mi>x</mi><mo>^</mo></mover><mtext>MAP</mtext></msub><mo>=</mo><munder><mtext>arg max</mtext><mi>x</mi></munder><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo>
<mi mathvariant="script">N</mi><mo stretchy="false">(</mo><mi>y</mi><mo>;</mo><mi>x</mi><mo>,</mo><msup><mi>σ</mi><mn>2</mn></msup><mi>I</mi><mo stretchy="false">)</mo></mrow>
</math>
<math display="block" aria-label="EPLL of X is the sum over all patches i of log p of P i X">
<mrow><mtext>EPLL</mtext><mo stretchy="false">(</mo><mi>X</mi><mo stretchy="false">)</mo><mo>=</mo><munder><mo>∑</mo><mi>i</mi></munder><mi>log</mi><mi>p</mi><mo stretchy="false">(</mo><msub><mi>P</mi><mi>i</mi></msub><mi>X</mi><mo stretchy="false">)</mo></mrow>
</math>
</div>
<p class="reading">Read more: ${papers.epll}; ${papers.gmm}. Chapter: Patch priors and restoration. Log-likelihoods are of the 63 dimensions that are left without
the mean, on the scale where pictures go from 0 to 1; the noise has a standard deviation of 25 grey levels. Bars are two standard errors of the
mean over patches; rows that go from one prior to the next are differences on the same patches and pictures. The published figures are as recalled of the paper and
belong to other patches.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">Every control is a native one: <kbd>Tab</kbd> goes to it, arrow keys change it.</p>`,
};

/** `also`: choices besides photos that there are figures of. */
export const wordsFor = (also: readonly string[]): DemoWords => ({
  ...words,
  presets: [
    { name: 'As in the paper', title: 'BLS patches, pictures by EPLL', state: {} },
    {
      name: 'Without EPLL',
      title: 'MAP patches, averaged where they overlap',
      state: { patch: 'map', image: 'average' },
    },
    also.includes('data')
      ? { name: 'Dead leaves', title: 'The same priors learned from dead leaves', state: { data: 'leaves' } }
      : {
          name: 'Centre pixels',
          title: 'Each pixel from the one patch around it',
          state: { patch: 'map', image: 'centre' },
        },
  ],
});

export const command = (): string => 'priorlab eval patch-priors --data DATA --json';

export const code = (state: State): string =>
  [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `// the mixture's posterior mean of one noisy patch, f32 (8, 8)`,
    `const { outputs } = await engine.call('patch_explain', { sigma: 25 }, { noisy }, ['${state.patch}']);`,
  ].join('\n');
