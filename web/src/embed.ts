// embed.html?demo=denoise&sigma=25: one demo for an iframe. The names are the attributes of <prior-lab>; the page around is
// told how high it is (lib/embed-frame.js listens).
import './element/prior_lab';
import { keepOfflineSoon } from './lib/offline_soon';
import './embed.css';

const element = document.createElement('prior-lab');
for (const [name, value] of new URLSearchParams(location.search)) {
  try {
    element.setAttribute(name, value);
  } catch {
    // no name of an attribute: none of ours
  }
}
const { theme } = element;
if (theme !== 'auto') document.documentElement.dataset.theme = theme;
document.body.append(element);

let told = 0;
new ResizeObserver(() => {
  const height = Math.ceil(element.getBoundingClientRect().height);
  if (height === told || parent === window) return;
  told = height;
  parent.postMessage({ type: 'priorlab:height', height }, '*');
}).observe(element);

keepOfflineSoon();
