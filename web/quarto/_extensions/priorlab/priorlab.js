// Beside the copy of the site that comes with the extension: loads what the page uses.
const site = new URL('site/', import.meta.url);

if (document.querySelector('prior-lab')) import(new URL('lib/prior-lab.js', site));

const frames = document.querySelectorAll('iframe[data-priorlab]');
if (frames.length) import(new URL('lib/embed-frame.js', site));
for (const frame of frames) frame.src = new URL(`embed.html?${frame.dataset.priorlab}`, site).href;
