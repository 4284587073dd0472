// The worker that writes GIFs: of a sheet they take a second.
import { gif, type Frame } from './gif';

type Order = { frames: Frame[]; zoom: number };

addEventListener('message', ({ data }: MessageEvent<Order>) => {
  const file = gif(data.frames, data.zoom);
  postMessage(file, { transfer: [file.buffer as ArrayBuffer] });
});
