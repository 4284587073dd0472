// Pictures and text out of the page: downloads under a name, the clipboard.

export function canvasOf(image: ImageData): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}

export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export const saveText = (text: string, name: string, type: string): void =>
  saveBlob(new Blob([text], { type }), name);

/** JPEG has no transparency: it is laid on white. */
export async function savePicture(image: ImageData, name: string, format: 'png' | 'jpeg'): Promise<void> {
  let canvas = canvasOf(image);
  if (format === 'jpeg') {
    const white = document.createElement('canvas');
    Object.assign(white, { width: image.width, height: image.height });
    const context = white.getContext('2d')!;
    context.fillStyle = '#fff';
    context.fillRect(0, 0, image.width, image.height);
    context.drawImage(canvas, 0, 0);
    canvas = white;
  }
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, `image/${format}`, 0.95));
  if (!blob) throw new Error('The browser could not write the picture: it has no memory left.');
  saveBlob(blob, `${name}.${format === 'jpeg' ? 'jpg' : 'png'}`);
}

/** An animated GIF, each pixel `zoom` pixels large; written by a worker that is loaded for it. */
export function saveGif(
  frames: { image: ImageData; ms: number }[],
  zoom: number,
  name: string,
): Promise<void> {
  const worker = new Worker(new URL('./gif_maker.ts', import.meta.url), { type: 'module', name: 'gif' });
  return new Promise<void>((done, failed) => {
    worker.addEventListener('message', ({ data }: MessageEvent<Uint8Array<ArrayBuffer>>) => {
      saveBlob(new Blob([data], { type: 'image/gif' }), `${name}.gif`);
      done();
    });
    worker.addEventListener('error', () => failed(new Error('The animation could not be written.')));
    worker.postMessage({ frames, zoom });
  }).finally(() => worker.terminate());
}
