// Words of the demo on orders.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { papers } from './digits_text';
import { SHOWN, modelOf } from './order_state';

export const words: DemoWords = {
  title: 'Order matters',
  lead: 'MADE turns an autoencoder into an autoregressive model by cutting connections. Choose an order, click a pixel and see which pixels it may look at.',
  html: `
<h2>How it works</h2>
<p>The chain rule holds for every order of the pixels, and each order gives another model. MADE is an autoencoder whose connections are
masked: every hidden unit carries a number <i>m</i>, hears only the first <i>m</i> pixels of the order and speaks only to later ones, so
that output <i>i</i> depends on pixels before <i>i</i> alone and the outputs are the conditionals of a density. Without masks it is a plain autoencoder: it
reconstructs digits well, but it defines no p(x), and decoding random codes gives nothing. What masks and hidden units save shows in the
number of parameters: a table of all images would need 2<sup>n</sup> − 1.</p>
<div class="equation" tabindex="0" role="group" aria-label="Equation">
<math display="block" aria-label="h of x is g of b plus M superscript W times W x, elementwise; x hat of x is sigma of c plus M superscript V times V h of x, elementwise">
<mrow><mi>h</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo><mo>=</mo><mi>g</mi><mo stretchy="false">(</mo><mi>c</mi><mo>+</mo>
<mo stretchy="false">(</mo><mi>W</mi><mo>⊙</mo><msup><mi>M</mi><mi>W</mi></msup><mo stretchy="false">)</mo><mi>x</mi><mo stretchy="false">)</mo><mo>,</mo>
<mspace width="0.8em"></mspace><mover><mi>x</mi><mo>^</mo></mover><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo><mo>=</mo><mi>σ</mi><mo stretchy="false">(</mo><mi>b</mi><mo>+</mo>
<mo stretchy="false">(</mo><mi>V</mi><mo>⊙</mo><msup><mi>M</mi><mi>V</mi></msup><mo stretchy="false">)</mo><mi>h</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo><mo stretchy="false">)</mo></mrow>
</math>
<math display="block" aria-label="M W k d is 1 if m of k is at least d; M V d k is 1 if d is greater than m of k">
<mrow><msubsup><mi>M</mi><mrow><mi>k</mi><mi>d</mi></mrow><mi>W</mi></msubsup><mo>=</mo><msub><mn>1</mn><mrow><msub><mi>m</mi><mi>k</mi></msub><mo>≥</mo><mi>d</mi></mrow></msub><mo>,</mo>
<mspace width="0.8em"></mspace><msubsup><mi>M</mi><mrow><mi>d</mi><mi>k</mi></mrow><mi>V</mi></msubsup><mo>=</mo><msub><mn>1</mn><mrow><mi>d</mi><mo>&gt;</mo><msub><mi>m</mi><mi>k</mi></msub></mrow></msub></mrow>
</math>
</div>
<p class="reading">Read more: ${papers.made}; ${papers.nade}. Chapter: Autoregressive models. The raster one is the MADE of the other demos; those in
other orders are smaller, to load quickly, and draw worse for that reason, too.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">They work while the workbench has the focus.</p>
<dl class="keys">
<div><dt><kbd>Space</kbd></dt><dd>walk along the order, or pause</dd></div><div><dt><kbd>.</kbd></dt><dd>the next pixel</dd></div>
<div><dt><kbd>R</kbd></dt><dd>the first pixel</dd></div><div><dt><kbd>Esc</kbd></dt><dd>the last pixel</dd></div></dl>`,
  presets: [
    { name: 'By rows', title: 'Raster order, a pixel in the middle', state: {} },
    {
      name: 'From the centre',
      title: 'The order that begins in the middle',
      state: { order: 'centre', pixel: 252 },
    },
    {
      name: 'Autoencoder, fed back',
      title: 'The autoencoder gets its own output ten times',
      state: { iterations: 10 },
    },
  ],
};

export const command = (state: State): string =>
  [
    `priorlab sample --model ${modelOf(state)} --count ${SHOWN}${state.seed === 1 ? '' : ` --seed ${state.seed}`} -o samples.png`,
    `priorlab eval digits --model ${modelOf(state)} --data DATA/mnist --split valid`,
  ].join('\n');

export const code = (state: State): string =>
  [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `const { outputs, metrics } = await engine.call('digit_model', { model: '${modelOf(state)}', pixel: ${state.pixel} }, {}, ['order', 'sees']);`,
  ].join('\n');
