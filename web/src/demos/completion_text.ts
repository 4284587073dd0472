// Words of the completion demo.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { papers } from './digits_text';

export const words: DemoWords = {
  title: 'Complete a digit',
  lead: 'Hide a part of a digit and let the model fill it in. Easy when the given pixels come first, hard when they come last.',
  html: `
<h2>How it works</h2>
<p>The model draws from the upper left to the lower right. When the upper half is given, the rest is drawn as always, exactly. When the
lower half is given, drawing forward and putting the given pixels in as they come (naive) ignores what is still to come: strokes
end where the given ones do not begin. Conditional sampling is a posterior, and sequential Monte Carlo approaches it with many particles:
each carries a weight, how probable it makes the given pixels; particles that fit are copied, others die. The effective sample size says how many
of them still count.</p>
<div class="equation" tabindex="0" role="group" aria-label="Equation">
<math display="block" aria-label="w is the product over given pixels i of p of x i given all x before i; the effective sample size is one over the sum of the squared normalised weights">
<mrow><mi>w</mi><mo>=</mo><munder><mo>∏</mo><mrow><mi>i</mi><mtext>&nbsp;given</mtext></mrow></munder>
<mi>p</mi><mo stretchy="false">(</mo><msub><mi>x</mi><mi>i</mi></msub><mo>∣</mo><msub><mi>x</mi><mrow><mo>&lt;</mo><mi>i</mi></mrow></msub><mo stretchy="false">)</mo><mo>,</mo>
<mspace width="1em"></mspace><mtext>ESS</mtext><mo>=</mo><mfrac><msup><mrow><mo stretchy="false">(</mo><mo>∑</mo><mi>w</mi><mo stretchy="false">)</mo></mrow><mn>2</mn></msup><mrow><mo>∑</mo><msup><mi>w</mi><mn>2</mn></msup></mrow></mfrac></mrow>
</math>
</div>
<p class="reading">Read more: A. Doucet and A. Johansen, <a href="https://www.stats.ox.ac.uk/~doucet/doucet_johansen_tutorialPF2011.pdf">A tutorial on particle
filtering and smoothing</a>, 2011; ${papers.nade}. Chapter: Autoregressive models. A small
network that sees all given pixels at once, an orderless NADE, guides the particles, and at the end they are moved a little. "Hidden pixels" is log p of the true hidden
pixels under the mean of the completions, each pixel by itself, in nats: nearer to zero is better.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">The first four work while the workbench has the focus, the others on the drawing.</p>
<dl class="keys">
<div><dt><kbd>Space</kbd></dt><dd>run or pause</dd></div><div><dt><kbd>.</kbd></dt><dd>one step</dd></div>
<div><dt><kbd>R</kbd></dt><dd>reset</dd></div><div><dt><kbd>Esc</kbd></dt><dd>stop</dd></div>
<div><dt>arrows</dt><dd>move the cursor</dd></div><div><dt><kbd>Space</kbd></dt><dd>a dot, or none</dd></div>
<div><dt><kbd>Enter</kbd></dt><dd>pen down or up</dd></div><div><dt><kbd>Ctrl</kbd> <kbd>Z</kbd></dt><dd>undo</dd></div></dl>`,
  presets: [
    { name: 'Upper half given', title: 'Exact: the given pixels come first', state: {} },
    { name: 'Lower half given', title: 'Hard: the given pixels come last', state: { hide: 'top' } },
    {
      name: 'Random pixels',
      title: 'Half of the pixels, anywhere',
      state: { hide: 'random', digit: 'five' },
    },
  ],
};

export const command = (state: State): string =>
  `priorlab eval complete --model ${state.model} --data DATA/mnist --split valid --particles ${state.particles} --seed ${state.seed}`;

export const code = (state: State): string =>
  [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `// digit: 28 x 28 zeros and ones; mask: 1 where it is given`,
    `const run = engine.run('digit_complete', { model: '${state.model}', particles: ${state.particles}, seed: ${state.seed} }, { digit, mask });`,
    `run.play();`,
    `await run.finished;`,
    `const { data } = await run.output('completions');`,
  ].join('\n');
