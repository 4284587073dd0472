// Words of the denoise demo: explanation, equation, links, and the same by command line and in code.
import type { State } from '../lib/state';

export const title = 'Denoise a photo';
export const lead =
  'Drop a noisy photo and see it restored in seconds, here in your browser. Compare, then download the result.';

export const metadata =
  'Downloads hold the pixels only: date, place, camera and colour profile of your file are not carried over.';

export const notHere =
  'This link holds the settings for a picture that never left its owner’s browser. Open the picture again to use them.';

export const hints = {
  none: 'No noise is seen in this picture, so it stays as it is. Set the noise level by hand to smooth it all the same.',
  coarse:
    'The noise here is coarser than one pixel, as in most camera JPEGs. At half size it is removed better.',
};

export const html = `
<h2>How it works</h2>
<p>A prior knows what natural pictures look like close up: a mixture of 200 Gaussians, learned from two million 8 × 8 patches
of photographs, gives every patch a probability. EPLL looks for the picture <i>x</i> that stays near the noisy one <i>y</i>
while <em>all</em> its overlapping patches are probable. It alternates two steps: each patch finds its most likely Gaussian
and is Wiener-filtered with it, then the overlapping patches are averaged and mixed with the noisy picture. Each pass trusts
the patches more, and in between the Gaussians adapt to the picture at hand. At quality Exact every patch meets every Gaussian, in
every search: one is dropped early only where a bound proves that it cannot win; Balanced and Fast search approximately, on a coarser grid.</p>
<div class="equation" tabindex="0" role="group" aria-label="Equation">
<math display="block" aria-label="x hat is the argument of the minimum over x of lambda over two times the squared distance of x and y, minus the sum over i of log p of patch i of x, with p of z the sum over k of pi k times a Gaussian of z with mean zero and covariance Sigma k">
<mrow><mover><mi>x</mi><mo>^</mo></mover><mo>=</mo><munder><mrow><mi>arg</mi><mo>&#8289;</mo><mi>min</mi></mrow><mi>x</mi></munder>
<mspace width="0.3em"></mspace><mfrac><mi>λ</mi><mn>2</mn></mfrac><msup><mrow><mo stretchy="false">‖</mo><mi>x</mi><mo>−</mo><mi>y</mi><mo stretchy="false">‖</mo></mrow><mn>2</mn></msup>
<mo>−</mo><munder><mo>∑</mo><mi>i</mi></munder><mi>log</mi><mo>&#8289;</mo><mi>p</mi><mo stretchy="false">(</mo><msub><mi>P</mi><mi>i</mi></msub><mi>x</mi><mo stretchy="false">)</mo><mo>,</mo></mrow>
</math>
<math display="block" aria-hidden="true">
<mrow><mi>p</mi><mo stretchy="false">(</mo><mi>z</mi><mo stretchy="false">)</mo><mo>=</mo><munderover><mo>∑</mo><mrow><mi>k</mi><mo>=</mo><mn>1</mn></mrow><mn>200</mn></munderover><msub><mi>π</mi><mi>k</mi></msub>
<mi mathvariant="script">N</mi><mo stretchy="false">(</mo><mi>z</mi><mo>;</mo><mn>0</mn><mo>,</mo><msub><mi>Σ</mi><mi>k</mi></msub><mo stretchy="false">)</mo></mrow>
</math>
</div>
<p class="reading">Read more: D. Zoran and Y. Weiss, <a href="https://doi.org/10.1109/ICCV.2011.6126278">From learning models of natural image
patches to whole image restoration</a>, ICCV 2011; adaptation: E. Luo, S. Chan and T. Nguyen, Adaptive image denoising by mixture adaptation, TIP
2016. Chapter: Patch priors and restoration. PSNR is 10 log₁₀(1/MSE) on the
[0,1] scale against the clean picture; SSIM is the structural similarity with an 11 × 11 Gaussian window.</p>`;

export const keys = `
<h3>Keys</h3>
<p class="hint">They work while the picture or a button of the workbench has the focus.</p>
<dl class="keys">
<div><dt><kbd>Space</kbd></dt><dd>run or pause</dd></div><div><dt><kbd>.</kbd></dt><dd>one step</dd></div>
<div><dt><kbd>R</kbd></dt><dd>reset</dd></div><div><dt><kbd>Esc</kbd></dt><dd>stop</dd></div>
<div><dt><kbd>+</kbd> <kbd>−</kbd></dt><dd>zoom</dd></div><div><dt><kbd>0</kbd></dt><dd>all of the picture</dd></div>
<div><dt><kbd>1</kbd> <kbd>2</kbd> <kbd>3</kbd></dt><dd>100, 200, 400 %</dd></div><div><dt>arrows</dt><dd>pan, or move the divider</dd></div>
<div><dt><kbd>B</kbd></dt><dd>swap before and after</dd></div></dl>`;

export const presets: readonly { name: string; title: string; state: State }[] = [
  {
    name: 'Textbook',
    title: 'White Gaussian noise of 25/255 on a colour photo',
    state: { image: 'chelsea' },
  },
  {
    name: 'High ISO',
    title: 'Noise as a camera makes it at high ISO, demosaiced and JPEG-compressed',
    state: { image: 'coffee', noise: 'camera', strength: 1 },
  },
  {
    name: 'Heavy, grey',
    title: 'Strong noise of 50/255 on a grey photo',
    state: { image: 'camera', noise_sigma: 50 },
  },
];

const changed = (params: State, defaults: State) =>
  Object.entries(params).filter(([name, value]) => value !== defaults[name]);

/** The command that does the same natively. */
export function command(
  noise: State | undefined,
  epll: State,
  defaults: { noise: State; epll: State },
  name: string,
  half = false,
): string {
  const options = (params: State, of: State) =>
    changed(params, of)
      .map(([key, value]) => ` --${key} ${value}`)
      .join('');
  const lines = noise
    ? [`priorlab restore --task add_noise ${name}.png -o noisy.png${options(noise, defaults.noise)}`]
    : [];
  if (half) lines.push(`# then halve ${noise ? 'noisy' : name}.png, each pixel the mean of 2 x 2`);
  lines.push(
    `priorlab restore ${noise ? 'noisy' : name}.png -o ${name}-restored.png${options(epll, defaults.epll)}`,
  );
  return lines.join('\n');
}

/** The same on somebody's own page. */
export function code(noise: State | undefined, epll: State, defaults: { noise: State; epll: State }): string {
  const object = (params: State, of: State) => {
    const entries = changed(params, of).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
    return entries.length ? `{ ${entries.join(', ')} }` : '{}';
  };
  return [
    `import { createEngine, tensorFrom, imageDataFrom } from './lib/engine.js';`,
    `const engine = createEngine();`,
    noise
      ? `const { outputs } = await engine.call('add_noise', ${object(noise, defaults.noise)}, { image: tensorFrom(pixels) }, ['noisy']);`
      : `const outputs = { noisy: tensorFrom(pixels) };`,
    `const run = engine.run('epll', ${object(epll, defaults.epll)}, { image: outputs.noisy });`,
    `run.play();`,
    `await run.finished;`,
    `const restored = imageDataFrom(await run.output('restored', { as: 'rgba8' }));`,
  ].join('\n');
}
