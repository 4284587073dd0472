// Words of the demo that judges a drawn digit.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { chainRule, papers } from './digits_text';

export const words: DemoWords = {
  title: 'Your digit',
  lead: 'Draw on 28 × 28 pixels and read how probable your digit is under each model, and which of its pixels came as a surprise.',
  html: `
<h2>How it works</h2>
<p>An autoregressive model gives every image a probability, so it can say how usual a drawing is: the histogram shows log p(x) of
real digits it has not learned from, of the model's own samples, and of yours. Minus the logarithm splits into a sum over the pixels, and the
map shows each pixel's share: bright pixels are those the model did not expect after what it had read above and to the left.
A low value betrays an outlier, such as a scribble. The reverse does not hold: a letter of clean strokes can
pass for a digit, and a blank canvas is likely, because each of its pixels is easy to foresee.</p>
${chainRule.replace(
  '</math>',
  `</math>
<math display="block" aria-label="minus log p of x is the sum over i of minus log p of x i given all x before i">
<mrow><mo>−</mo><mi>log</mi><mo>&#8289;</mo><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo><mo>=</mo>
<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>
<mo>−</mo><mi>log</mi><mo>&#8289;</mo><mi>p</mi><mo stretchy="false">(</mo><msub><mi>x</mi><mi>i</mi></msub><mo>∣</mo><msub><mi>x</mi><mrow><mo>&lt;</mo><mi>i</mi></mrow></msub><mo stretchy="false">)</mo></mrow>
</math>`,
)}
</div>
<p class="reading">Read more: ${papers.nade}; ${papers.made}. Chapter: Autoregressive models. log p(x) is in nats per image; real digits are
those of the test split of the fixed binarisation of MNIST, of which only the counts of this histogram are stored here.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">They work while the drawing has the focus.</p>
<dl class="keys">
<div><dt>arrows</dt><dd>move the cursor</dd></div><div><dt><kbd>Space</kbd></dt><dd>a dot, or none</dd></div>
<div><dt><kbd>Enter</kbd></dt><dd>pen down or up</dd></div><div><dt><kbd>Shift</kbd> arrows</dt><dd>draw</dd></div>
<div><dt><kbd>Ctrl</kbd> <kbd>Z</kbd></dt><dd>undo</dd></div><div><dt><kbd>Delete</kbd></dt><dd>clear</dd></div></dl>`,
  presets: [
    { name: 'A three', title: 'A digit as people write it', state: { digit: 'three' } },
    { name: 'A letter', title: 'An A: clean strokes can pass for a digit', state: { digit: 'letter' } },
    { name: 'A scribble', title: 'What no digit looks like', state: { digit: 'scribble' } },
  ],
};

export const command = (state: State): string =>
  `# digits.amat: your digits, one a line, 784 zeros and ones\npriorlab eval histogram --model ${state.model} --file digits.amat --each`;

export const code = (state: State): string =>
  [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `const digits = { dtype: 'f32', shape: [1, 28, 28], data: pixels }; // 0 or 1`,
    `const { outputs } = await engine.call('digit_score', { model: '${state.model}' }, { digits }, ['log_likelihood', 'nats']);`,
  ].join('\n');
