// embed.html?demo=denoise&sigma=25: one demo for an iframe. The names are the attributes of <prior-lab>; the page around is
// told how high it is (lib/embed-frame.js listens). Anybody may write such an address: only what the element itself takes
// becomes an attribute here, the rest is state, of which the demo takes the names that it knows.
import { OWN, stateName } from './element/attributes';
import './element/prior_lab';
import { keepOfflineSoon } from './lib/offline_soon';
import './embed.css';

const element = document.createElement('prior-lab');
const state = new URLSearchParams();
for (const [name, value] of new URLSearchParams(location.search)) {
  const key = stateName(name);
  if (OWN.includes(name)) element.setAttribute(name, value);
  else if (key) state.set(key, value);
}
element.given = state;
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
