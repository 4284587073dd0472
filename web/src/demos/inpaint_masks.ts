// Masks of the inpainting demo's presets, and the picture as it looks with them.
import { emptyMask, randomMask, scratchMask, type Mask } from '../lib/mask';
import type { State } from '../lib/state';

/** Letters line after line, each line a little further to the left. */
export function captionMask(width: number, height: number, caption: string): Mask {
  const mask = emptyMask(width, height);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  const high = Math.max(9, Math.round(Math.min(height / 12, width / 16)));
  context.font = `600 ${high}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  context.fillStyle = '#fff';
  const line = `${caption} · `;
  const step = context.measureText(line).width || width;
  for (let y = 1.5 * high, i = 0; y < height; y += 2.6 * high, i++)
    for (let x = -((i * 0.37) % 1) * step; x < width; x += step) context.fillText(line, x, y);
  const { data } = context.getImageData(0, 0, width, height);
  for (let i = 0; i < mask.data.length; i++) mask.data[i] = data[4 * i + 3]! > 40 ? 1 : 0;
  return mask;
}

/** Undefined for a mask that comes from a file. */
export function presetMask(
  { mask, fraction, caption, seed }: State,
  { width, height }: { width: number; height: number },
): Mask | undefined {
  if (mask === 'random') return randomMask(width, height, Number(fraction) / 100, Number(seed));
  if (mask === 'scratches') return scratchMask(width, height, Number(seed));
  if (mask === 'text') return captionMask(width, height, String(caption));
  return mask === 'none' ? emptyMask(width, height) : undefined;
}

/** What is missing by the preset is painted over; what was brushed stays as it came, so that it can be seen to go. */
export function damaged(image: ImageData, preset: Mask, mask: Mask, shade: number): ImageData {
  const copy = new ImageData(image.width, image.height);
  copy.data.set(image.data);
  for (let i = 0; i < mask.data.length; i++)
    if (preset.data[i] && mask.data[i]) copy.data.set([shade, shade, shade, 255], 4 * i);
  return copy;
}
