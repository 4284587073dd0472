// Words of the inpainting demo.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { table } from './digits_state';
import { paramsOf } from './inpaint_state';
import { code as codeOf, inCode, keys, objective, options, reading } from './restore_text';

export const words: DemoWords = {
  title: 'Inpainting',
  lead: 'Brush over a caption, a scratch or a passer-by and run: what lay below is filled in from all that is around it.',
  html: `
<h2>How it works</h2>
<p>Missing pixels have left no trace in <i>y</i> = <i>A x</i>: <i>A</i> simply drops them. EPLL looks for the picture whose overlapping patches are all probable under the prior: each patch finds its
most likely Gaussian and is filtered with it, then what is known is put back. It begins with a smooth membrane over the holes; known pixels stay as they are, to the bit, unless you say that they have noise.
Scratches, letters and half of the pixels missing at random come back well, since every 8 × 8 patch still sees enough. Where nine of ten are
missing, or a hole is much wider than a patch, the smooth membrane is hardly bettered: the prior knows patches, not things.</p>
${objective}
<p class="reading">${reading}</p>`,
  keys: keys(`
<div><dt>arrows</dt><dd>in the view Mask: move the brush, with <kbd>Shift</kbd> further</dd></div>
<div><dt><kbd>Space</kbd> <kbd>Enter</kbd></dt><dd>there: paint a dot, keep the brush down</dd></div>
<div><dt><kbd>E</kbd> <kbd>[</kbd> <kbd>]</kbd></dt><dd>there: eraser, smaller, larger</dd></div>
<div><dt><kbd>Ctrl</kbd> <kbd>Z</kbd></dt><dd>there: undo; with <kbd>Shift</kbd> redo; <kbd>Delete</kbd> clears</dd></div>`),
  presets: [
    { name: 'Caption', title: 'Text all over a photo', state: {} },
    {
      name: '80 % missing',
      title: 'Four of five pixels missing at random',
      state: { mask: 'random', fraction: 80, image: 'coffee' },
    },
    { name: 'Scratches', title: 'Scratches as on old film', state: { mask: 'scratches', image: 'camera' } },
  ],
};

export const command = (state: State): string => {
  const name = state.image === 'own' ? 'picture' : String(state.image);
  return `priorlab restore --task inpaint ${name}.png --mask mask.png -o filled.png${options(table('inpaint'), paramsOf(state))}`;
};

export const code = (state: State): string =>
  codeOf('inpaint', inCode(table('inpaint'), paramsOf(state)), 'image: tensorFrom(pixels), mask', [
    `const mask = { dtype: 'f32', shape: [pixels.height, pixels.width], data }; // 1 where a pixel is missing`,
  ]);
