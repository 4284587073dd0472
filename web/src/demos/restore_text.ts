// Words that the demos of restoration with an operator share: the objective, what to read, keys, and the same in code.
import type { ParamSpec } from '../engine/describe';
import type { State } from '../lib/state';
import { equation, papers } from './patch_text';

export const objective =
  equation(`<math display="block" aria-label="x hat is the argument of the minimum over x of the squared distance of A x and y over two sigma squared, minus the sum over i of log p of patch i of x">
<mrow><mover><mi>x</mi><mo>^</mo></mover><mo>=</mo><munder><mrow><mi>arg</mi><mo>&#8289;</mo><mi>min</mi></mrow><mi>x</mi></munder>
<mspace width="0.3em"></mspace><mfrac><mn>1</mn><mrow><mn>2</mn><msup><mi>σ</mi><mn>2</mn></msup></mrow></mfrac><msup><mrow><mo stretchy="false">‖</mo><mi>A</mi><mi>x</mi><mo>−</mo><mi>y</mi><mo stretchy="false">‖</mo></mrow><mn>2</mn></msup>
<mo>−</mo><munder><mo>∑</mo><mi>i</mi></munder><mi>log</mi><mo>&#8289;</mo><mi>p</mi><mo stretchy="false">(</mo><msub><mi>P</mi><mi>i</mi></msub><mi>x</mi><mo stretchy="false">)</mo></mrow>
</math>`);

export const reading = `Read more: ${papers.epll}. Chapter: Patch priors and restoration. PSNR is 10 log₁₀(1/MSE) on the [0,1] scale;
the misfit is the root mean square of <i>A x</i> − <i>y</i>.`;

/** `more`: rows of the demo's own. */
export const keys = (more = ''): string => `
<h3>Keys</h3>
<p class="hint">They work while the picture or a button of the workbench has the focus.</p>
<dl class="keys">
<div><dt><kbd>Space</kbd></dt><dd>run or pause</dd></div><div><dt><kbd>.</kbd></dt><dd>one step</dd></div>
<div><dt><kbd>R</kbd></dt><dd>reset</dd></div><div><dt><kbd>Esc</kbd></dt><dd>stop</dd></div>
<div><dt><kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd></dt><dd>zoom, all of the picture</dd></div>
<div><dt><kbd>B</kbd></dt><dd>swap before and after</dd></div>${more}</dl>`;

const changed = (fields: readonly ParamSpec[], params: State): [string, unknown][] =>
  fields.flatMap(({ name, default: fallback }) =>
    params[name] === undefined || params[name] === fallback ? [] : [[name, params[name]]],
  );

/** Options of the command line, of what is not the table's default. */
export const options = (fields: readonly ParamSpec[], params: State): string =>
  changed(fields, params)
    .map(([name, value]) => ` --${name} ${value}`)
    .join('');

export function inCode(fields: readonly ParamSpec[], params: State): string {
  const entries = changed(fields, params).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return entries.length ? `{ ${entries.join(', ')} }` : '{}';
}

/** A page of somebody's own; `inputs` as it is written there, `before`: lines that make them. */
export const code = (task: string, params: string, inputs: string, before: readonly string[] = []): string =>
  [
    `import { createEngine, tensorFrom, imageDataFrom } from './lib/engine.js';`,
    `const engine = createEngine();`,
    ...before,
    `const run = engine.run('${task}', ${params}, { ${inputs} });`,
    `run.play();`,
    `await run.finished;`,
    `const restored = imageDataFrom(await run.output('restored', { as: 'rgba8' }));`,
  ].join('\n');
