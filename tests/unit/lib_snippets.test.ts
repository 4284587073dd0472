import { expect, test } from 'vitest';
import { route } from '../../web/src/lib/state';
import { element, frame, hasOwn, link, shortcode, type Embedding } from '../../web/src/lib/snippets';

const denoise: Embedding = {
  ...{ id: 'denoise', title: 'Denoise a photo', site: 'https://example.org/lab/' },
  ...{ state: new URLSearchParams('v=1&noise_sigma=40&image=coffee'), theme: 'auto', controls: undefined },
};

test('an untouched demo needs its name alone', () => {
  const it = { ...denoise, state: new URLSearchParams() };
  expect(shortcode(it)).toBe('{{< prior-lab denoise >}}');
  expect(element(it)).toContain(
    '<prior-lab demo="denoise">Denoise a photo: live where its script may load.</prior-lab>',
  );
  expect(link(it, 1)).toBe('https://example.org/lab/#denoise');
});

test('state, chosen controls and theme are in all of them, by the same names', () => {
  const it: Embedding = { ...denoise, controls: ['noise_sigma', 'image'], theme: 'dark' };
  expect(shortcode(it)).toBe(
    '{{< prior-lab denoise noise_sigma=40 image=coffee controls="noise_sigma,image" theme=dark >}}',
  );
  expect(element(it)).toBe(
    '<link rel="stylesheet" crossorigin href="https://example.org/lab/lib/prior-lab.css">\n' +
      '<script type="module" src="https://example.org/lab/lib/prior-lab.js"></script>\n' +
      '<prior-lab demo="denoise" noise_sigma="40" image="coffee" controls="noise_sigma,image" theme="dark">' +
      'Denoise a photo: live where its script may load.</prior-lab>',
  );
  expect(frame(it)).toContain(
    'src="https://example.org/lab/embed.html?demo=denoise&amp;noise_sigma=40&amp;image=coffee&amp;controls=noise_sigma,image&amp;theme=dark"',
  );
  expect(link(it, 1)).toBe(
    'https://example.org/lab/#denoise?v=1&noise_sigma=40&image=coffee&controls=noise_sigma,image',
  );
});

test('no control at all is not the same as all of them', () => {
  expect(shortcode({ ...denoise, controls: [] })).toContain('controls=""');
  expect(element({ ...denoise, controls: [] })).toContain('controls=""');
  expect(link({ ...denoise, controls: [] }, 1)).toMatch(/&controls=$/);
});

test('whatever stands in a value comes back from the link, and breaks no markup', () => {
  const text = `a "b" & <c>'s 50%#?=é`;
  const it = { ...denoise, state: new URLSearchParams({ image: text }) };
  expect(route(new URL(link(it, 1)).hash).query.get('image')).toBe(text);
  expect(element(it)).toContain(`image="a &quot;b&quot; &amp; &lt;c>'s 50%#?=é"`);
  expect(frame(it)).not.toContain('<c>');
  expect(shortcode(it)).toContain(`image='a "b" & <c>’s 50%#?=é'`);
});

test('a picture of somebody stays with them: the demo begins with its own', () => {
  const it = { ...denoise, state: new URLSearchParams('v=1&image=own&noise=off&from=own&quality=fast') };
  expect(hasOwn(it)).toBe(true);
  expect(shortcode(it)).toBe('{{< prior-lab denoise quality=fast >}}');
  expect(hasOwn(denoise)).toBe(false);
});
