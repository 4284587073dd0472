// Words of the sampling demo.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { SHEET } from './digits_state';

/** Terms of p(x) = product over t of p(x_t | x_<t), shared by the demos of this chapter. */
export const chainRule = `
<div class="equation" tabindex="0" role="group" aria-label="Equation">
<math display="block" aria-label="p of x is the product over i from 1 to n of p of x i given all x before i">
<mrow><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo><mo>=</mo>
<munderover><mo>∏</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>
<mi>p</mi><mo stretchy="false">(</mo><msub><mi>x</mi><mi>i</mi></msub><mo>∣</mo><msub><mi>x</mi><mrow><mo>&lt;</mo><mi>i</mi></mrow></msub><mo stretchy="false">)</mo></mrow>
</math>`;

export const papers = {
  fvsbn: `Z. Gan, R. Henao, D. Carlson and L. Carin, <a href="https://proceedings.mlr.press/v38/gan15.html">Learning deep sigmoid belief networks with data augmentation</a>, AISTATS 2015`,
  nade: `H. Larochelle and I. Murray, <a href="https://proceedings.mlr.press/v15/larochelle11a.html">The neural autoregressive distribution estimator</a>, AISTATS 2011`,
  made: `M. Germain, K. Gregor, I. Murray and H. Larochelle, <a href="https://proceedings.mlr.press/v37/germain15.html">MADE: masked autoencoder for distribution estimation</a>, ICML 2015`,
};

export const words: DemoWords = {
  title: 'Digits, pixel by pixel',
  lead: 'An autoregressive model draws handwritten digits one pixel after the other. Watch it decide, slow it down, or fill a sheet at once.',
  html: `
<h2>How it works</h2>
<p>The chain rule writes the probability of an image as a product: each pixel given all pixels before it, here from the upper
left to the lower right. The model is a classifier of the next pixel: it looks at what is drawn so far and says how likely the
next pixel is on (the coloured picture); a random number decides. Independent pixels and a Markov chain see almost nothing and draw noise, FVSBN is a logistic
regression per pixel and draws strokes that lose their way, NADE and MADE have hidden units and keep the digit in mind. The
temperature <i>T</i> divides the log-odds: below 1 the model plays safe, above 1 it gets careless.</p>
${chainRule}
<math display="block" aria-label="p of x i equal to 1 given all x before i, at temperature T, is the logistic function of the log odds over T">
<mrow><msub><mi>p</mi><mi>T</mi></msub><mo stretchy="false">(</mo><msub><mi>x</mi><mi>i</mi></msub><mo>=</mo><mn>1</mn><mo>∣</mo><msub><mi>x</mi><mrow><mo>&lt;</mo><mi>i</mi></mrow></msub><mo stretchy="false">)</mo><mo>=</mo>
<mi>σ</mi><mo stretchy="false">(</mo><msub><mi>a</mi><mi>i</mi></msub><mo stretchy="false">(</mo><msub><mi>x</mi><mrow><mo>&lt;</mo><mi>i</mi></mrow></msub><mo stretchy="false">)</mo><mo>/</mo><mi>T</mi><mo stretchy="false">)</mo></mrow>
</math>
</div>
<p class="reading">Read more: ${papers.nade}; ${papers.made}; ${papers.fvsbn}. Chapter: Autoregressive models. Trained on the fixed binarisation of
MNIST; log p(x) is in nats, of the model itself (<i>T</i> = 1). The random numbers belong to the seed, the digit and the pixel, so two models side by
side throw the same dice.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">They work while the workbench has the focus.</p>
<dl class="keys">
<div><dt><kbd>Space</kbd></dt><dd>run or pause</dd></div><div><dt><kbd>.</kbd></dt><dd>one pixel</dd></div>
<div><dt><kbd>R</kbd></dt><dd>from the start</dd></div><div><dt><kbd>Esc</kbd></dt><dd>finish at once</dd></div></dl>`,
  presets: [
    { name: 'One digit', title: 'NADE draws one digit', state: {} },
    {
      name: 'FVSBN against NADE',
      title: 'The same random numbers in a weak and a strong model',
      state: { against: 'fvsbn', view: 'sheet', speed: 'fast' },
    },
    {
      name: 'Too hot',
      title: 'Temperature 1.6: unlikely pixels become common',
      state: { temperature: 1.6, view: 'sheet', speed: 'fast' },
    },
  ],
};

const options = (state: State, names: readonly string[], start: State) =>
  names
    .filter((name) => state[name] !== start[name])
    .map((name) => ` --${name} ${state[name]}`)
    .join('');

const own = ['temperature', 'first', 'seed'];

export function command(state: State, start: State): string {
  const models = [state.model, ...(state.against === 'none' ? [] : [state.against])];
  return models
    .map((model) => `priorlab sample --model ${model} -o ${model}.png${options(state, own, start)}`)
    .join('\n');
}

export function code(state: State, start: State): string {
  const params = [`model: '${state.model}'`, `count: ${SHEET}`];
  for (const name of own) if (state[name] !== start[name]) params.push(`${name}: ${state[name]}`);
  return [
    `import { createEngine } from './lib/engine.js';`,
    `const engine = createEngine();`,
    `const { outputs } = await engine.call('digits', { ${params.join(', ')} }, {}, ['samples', 'log_likelihood']);`,
  ].join('\n');
}
