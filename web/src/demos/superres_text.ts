// Words of the super-resolution demo.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { table } from './digits_state';
import { SAMPLE, paramsOf } from './superres_state';
import { code as codeOf, inCode, keys, objective, options, reading } from './restore_text';

export const words: DemoWords = {
  title: 'Super-resolution',
  lead: 'A picture of twice to four times the pixels each way, beside bicubic enlargement. Make one small first to measure what comes back, or take a small one of yours.',
  html: `
<h2>How it works</h2>
<p>The small picture is taken for a large one that was smoothed and thinned out, <i>y</i> = <i>A x</i>: many large pictures become the
same small one. Among them EPLL looks for the one whose overlapping patches are all probable under the prior of Gaussians, so edges come out
sharp and smooth along their course. It alternates between filtering every patch with its most likely Gaussian and bringing <i>x</i> back to
what <i>y</i> says, by conjugate gradients. What is finer than the small picture's pixels is not recovered but guessed: texture that left no
trace stays lost, and at ×4 more of it than at ×2.</p>
${objective}
<p class="reading">${reading} PSNR and SSIM are over all of the picture and all colours; published tables measure the luminance without the border.</p>`,
  keys: keys(),
  presets: [
    { name: 'Twice', title: 'A photo made half as large, then doubled', state: { image: SAMPLE } },
    { name: 'Four times', title: 'From one pixel of sixteen', state: { image: 'coffee', scale: 4 } },
    { name: 'Grey, ×3', title: 'A grey photo, three times', state: { image: 'camera', scale: 3 } },
  ],
};

export const command = (state: State): string => {
  const shrunk = state.from === 'shrink';
  const name = state.image === 'own' ? 'picture' : String(state.image);
  return [
    ...(shrunk ? [`priorlab restore --task shrink ${name}.png -o small.png --scale ${state.scale}`] : []),
    `priorlab restore --task superres ${shrunk ? 'small' : name}.png -o large.png${options(table('superres'), paramsOf(state))}`,
  ].join('\n');
};

export const code = (state: State): string => {
  const shrunk = state.from === 'shrink';
  return codeOf(
    'superres',
    inCode(table('superres'), paramsOf(state)),
    shrunk ? 'image: outputs.small' : 'image: tensorFrom(pixels)',
    shrunk
      ? [
          `const { outputs } = await engine.call('shrink', { scale: ${state.scale} }, { image: tensorFrom(pixels) }, ['small']);`,
        ]
      : [],
  );
};
