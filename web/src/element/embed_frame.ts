// lib/embed-frame.js: for pages that show demos in iframes (embed.html of the same site as this script). Each frame says how
// high it is; so high it gets.

const MOST = 20_000;
const { origin: site } = new URL(import.meta.url);

addEventListener('message', ({ data, source, origin }: MessageEvent) => {
  if (origin !== site || data?.type !== 'priorlab:height') return;
  if (typeof data.height !== 'number' || !(data.height > 0 && data.height < MOST)) return;
  for (const frame of document.querySelectorAll('iframe'))
    if (frame.contentWindow === source) frame.style.height = `${Math.ceil(data.height)}px`;
});

export {};
