// Words of the demo that learns.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { papers } from './digits_text';
import { paramsOf } from './learn_state';

export const words: DemoWords = {
  title: 'Learn in the page',
  lead: 'Train a model of digits in this tab: on digits that another model draws, on a file of yours, or on what you draw. Its samples get better before your eyes.',
  html: `
<h2>How it works</h2>
<p>Learning is maximum likelihood: the weights are moved so that the digits given become more probable, a mini-batch at a time, by
stochastic gradient ascent (Adam). All conditionals of a digit are learned at once, since all its pixels are known; only sampling needs
one pixel after the other. The loss is the mean of −log p(x) in nats per digit, on the batches and, after each
epoch, on digits kept out: when these two part, the model learns by heart. Whatever you learn can be kept and
chosen in the other demos, and saved as a safetensors file.</p>
<div class="equation" tabindex="0" role="group" aria-label="Equation">
<math display="block" aria-label="theta goes to theta plus alpha times the gradient with respect to theta of the mean over digits x of the batch of the sum over i of log p theta of x i given all x before i">
<mrow><mi>θ</mi><mo>←</mo><mi>θ</mi><mo>+</mo><mi>α</mi><msub><mo>∇</mo><mi>θ</mi></msub><mfrac><mn>1</mn><mi>B</mi></mfrac>
<munder><mo>∑</mo><mrow><mi>x</mi><mtext>&nbsp;in batch</mtext></mrow></munder><munder><mo>∑</mo><mi>i</mi></munder><mi>log</mi><mo>&#8289;</mo><msub><mi>p</mi><mi>θ</mi></msub>
<mo stretchy="false">(</mo><msub><mi>x</mi><mi>i</mi></msub><mo>∣</mo><msub><mi>x</mi><mrow><mo>&lt;</mo><mi>i</mi></mrow></msub><mo stretchy="false">)</mo></mrow>
</math>
</div>
<p class="reading">Read more: ${papers.nade}; ${papers.made}; ${papers.fvsbn}. Chapter: Autoregressive models. Files are read here and go nowhere.
A model that learned from samples of another can at best become that other one.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">They work while the workbench has the focus.</p>
<dl class="keys">
<div><dt><kbd>Space</kbd></dt><dd>run or pause</dd></div><div><dt><kbd>.</kbd></dt><dd>one batch</dd></div>
<div><dt><kbd>R</kbd></dt><dd>forget and start anew</dd></div><div><dt><kbd>Esc</kbd></dt><dd>stop</dd></div></dl>`,
  presets: [
    { name: 'FVSBN', title: 'A logistic regression per pixel, from 2,000 samples of NADE', state: {} },
    { name: 'Small NADE', title: '32 hidden units', state: { kind: 'nade', hidden: 32 } },
    {
      name: 'Too few digits',
      title: 'MADE learns 100 digits by heart',
      state: { kind: 'made', count: 100, epochs: 100 },
    },
  ],
};

/** Digits of the training split that the command learns from. */
const MNIST = 50_000;

/** All options of the kind: the program's defaults are for long trainings. */
export function command(state: State): string {
  const { kind } = state;
  const names = ['order', ...(kind === 'fvsbn' ? [] : ['hidden', 'activation'])];
  if (kind === 'made') names.push('radius');
  names.push('batch', 'epochs', 'rate', 'noise', 'penalty', 'seed');
  const options = names.map((name) => ` --${name} ${state[name]}`).join('');
  const alike = Number(state.alike) / MNIST; // there for each digit
  const more = kind === 'fvsbn' && state.order === 'raster' && alike ? ` --alike ${alike}` : '';
  return `priorlab train ${kind} --data DATA/mnist${options}${more} --average 0.99 --out mine.safetensors`;
}

export function code(state: State, start: State): string {
  const params = Object.entries(paramsOf(state))
    .filter(([name, value]) => value !== start[name])
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `const run = engine.run('digit_train', {${params.length ? ` ${params.join(', ')} ` : ''}}, { digits, valid });`,
    `run.play();`,
    `await run.finished;`,
    `await engine.putModel('mine', await run.model());`,
  ].join('\n');
}
