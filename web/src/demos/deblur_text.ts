// Words of the deblurring demo.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { blurOf, factorOf, paramsOf } from './deblur_state';
import { table } from './digits_state';
import { code as codeOf, inCode, keys, objective, options, reading } from './restore_text';

export const words: DemoWords = {
  title: 'Deblur a photo',
  lead: 'Blur a clean photo by defocus, motion or a shake of your own hand, and get it back; or take a photo whose blur you know.',
  html: `
<h2>How it works</h2>
<p>A blurred picture is <i>y</i> = <i>k</i> ∗ <i>x</i> plus noise: every pixel is a mean of its neighbourhood, weighted by the kernel <i>k</i>. Undoing
that by division in the Fourier domain would drown the picture in noise, since a kernel all but erases some frequencies. EPLL looks for the
picture <i>x</i> that, blurred again, gives <i>y</i>, and whose overlapping patches are all probable under the prior of Gaussians. It alternates
between filtering the patches and solving for <i>x</i> in the Fourier domain; what lies beyond the border is unknown and restored with the rest.
This is non-blind deblurring: the kernel must be known, and a wrong one shows at once as ringing.</p>
${objective}
<p class="reading">${reading} A blurred picture is smaller than the clean one by the kernel: only what was fully seen is known.</p>`,
  keys: keys(`
<div><dt>arrows</dt><dd>on the pad: move; <kbd>Space</kbd> sets a point, <kbd>Delete</kbd> clears</dd></div>`),
  presets: [
    { name: 'Defocus', title: 'A lens out of focus: a disk', state: {} },
    {
      name: 'Camera shake',
      title: 'A path of the camera, drawn by hand',
      state: { kernel: 'path', image: 'chelsea' },
    },
    {
      name: 'Wrong kernel',
      title: 'The kernel is assumed a third too large: the picture rings',
      state: { kernel: 'motion', size: 12, angle: 30, factor: 1.3 },
    },
  ],
};

/** What one sees when the kernel or the noise is not what is assumed. */
export function finding(state: State): string {
  const [noise, sigma] = [Number(state.noise), state.sigma];
  const factor = factorOf(state);
  if (factor > 1.01)
    return 'The kernel is assumed too large: edges overshoot, and dark and bright lines ring beside them.';
  if (factor < 0.99)
    return 'The kernel is assumed too small: the picture stays soft, with some of the blur left in it.';
  if (state.from === 'blur' && sigma !== 'auto' && Number(sigma) < 0.6 * noise)
    return 'The noise is assumed too weak: what the kernel nearly erased is divided back, and noise comes up with it.';
  if (state.from === 'blur' && sigma !== 'auto' && Number(sigma) > 1.7 * Math.max(noise, 0.6))
    return 'The noise is assumed too strong: fine detail is taken for noise and smoothed away.';
  return 'The kernel is taken as known (non-blind). Move “Assumed kernel” or “Assumed noise” to see what a wrong guess does.';
}

/** Drawn paths and kernels from files are files there. */
function kernelOptions(task: string, { kernel, size, ...rest }: State): string {
  if (kernel === 'path') return ` --path path.txt${options(table(task), rest)}`;
  if (kernel === 'given') return ` --kernel kernel.txt${options(table(task), rest)}`;
  return options(table(task), { kernel: kernel!, size: size!, ...rest });
}

export const command = (state: State): string => {
  const name = state.image === 'own' ? 'picture' : String(state.image);
  const blurred = state.from === 'blur';
  return [
    ...(blurred
      ? [`priorlab restore --task blur ${name}.png -o blurred.png${kernelOptions('blur', blurOf(state))}`]
      : []),
    `priorlab restore --task deblur ${blurred ? 'blurred' : name}.png -o sharp.png${kernelOptions('deblur', paramsOf(state))}`,
  ].join('\n');
};

export const code = (state: State): string => {
  const { kernel } = state;
  const more = kernel === 'path' ? ', path' : kernel === 'given' ? ', kernel' : '';
  const lines =
    kernel === 'path'
      ? [`const path = { dtype: 'f32', shape: [N, 2], data }; // x, y of each point, in pixels`]
      : kernel === 'given'
        ? [`const kernel = { dtype: 'f32', shape: [height, width], data };`]
        : [];
  if (state.from === 'blur')
    lines.push(
      `const { outputs } = await engine.call('blur', ${inCode(table('blur'), blurOf(state))}, { image: tensorFrom(pixels)${more} }, ['blurred']);`,
    );
  const image = state.from === 'blur' ? 'image: outputs.blurred' : 'image: tensorFrom(pixels)';
  return codeOf('deblur', inCode(table('deblur'), paramsOf(state)), image + more, lines);
};
