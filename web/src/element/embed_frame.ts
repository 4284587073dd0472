// lib/embed-frame.js: for pages that show demos in iframes (embed.html). Each frame says how high it is; so high it gets.

const MOST = 20_000;

addEventListener('message', ({ data, source }: MessageEvent) => {
  if (data?.type !== 'priorlab:height' || !(data.height > 0 && data.height < MOST)) return;
  for (const frame of document.querySelectorAll('iframe'))
    if (frame.contentWindow === source) frame.style.height = `${Math.ceil(data.height)}px`;
});

export {};
