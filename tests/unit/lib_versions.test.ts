// Links that people keep. The list below is only ever added to: a link in it must open the same demo in the same state in
// every later version of the page.
import { expect, test, vi } from 'vitest';
import * as continuous from '../../web/src/demos/continuous_state';
import * as deblur from '../../web/src/demos/deblur_state';
import * as denoise from '../../web/src/demos/denoise_state';
import * as digits from '../../web/src/demos/digits_state';
import * as encode from '../../web/src/demos/encode_state';
import * as gmm from '../../web/src/demos/gmm_state';
import * as inpaint from '../../web/src/demos/inpaint_state';
import * as kl from '../../web/src/demos/kl_state';
import * as latent from '../../web/src/demos/latent_state';
import * as leaves from '../../web/src/demos/leaves_state';
import * as order from '../../web/src/demos/order_state';
import * as priors from '../../web/src/demos/priors_state';
import * as superres from '../../web/src/demos/superres_state';
import * as vae from '../../web/src/demos/vae_state';
import { decode, defaults, route, type Field } from '../../web/src/lib/state';
import { VERSION, isUnknown, upToDate, type Step } from '../../web/src/lib/versions';

// Pictures have addresses, which begin with the page's.
vi.hoisted(() => Object.assign(globalThis, { location: new URL('http://localhost/') }));

const demos: Record<string, readonly Field[]> = {
  ...{ denoise: denoise.fields, digits: digits.fields, gmm: gmm.fields, latent: latent.fields },
  ...{ continuous: continuous.fields, encode: encode.fields, leaves: leaves.fields, kl: kl.fields },
  ...{ deblur: deblur.fields, inpaint: inpaint.fields, superres: superres.fields },
  ...{ order: order.fields, priors: priors.fields, vae: vae.fields },
};

const kept: [string, Record<string, unknown>][] = [
  ['#denoise', {}],
  ['#denoise?v=1&image=coffee&noise_sigma=40&seed=7', { image: 'coffee', noise_sigma: 40, seed: 7 }],
  ['#denoise?v=1&half=true&noise=camera&strength=2', { half: true, noise: 'camera', strength: 2 }],
  [
    '#denoise?v=1&sigma=12.5&quality=fast&view=difference',
    { sigma: 12.5, quality: 'fast', view: 'difference' },
  ],
  ['#denoise?sigma=25&controls=sigma,image', { sigma: 25 }],
  ['#deblur?v=1&kernel=motion&size=9&angle=30', { kernel: 'motion', size: 9, angle: 30 }],
  ['#inpaint?v=1&mask=random&image=coffee', { mask: 'random', image: 'coffee' }],
  ['#superres?v=1&scale=3&quality=fast', { scale: 3, quality: 'fast' }],
  ['#gmm?v=1&seed=3&at=27', { seed: 3, at: 27 }],
  ['#leaves?v=1&texture=0.06', { texture: 0.06 }],
  ['#priors?v=1&data=leaves&published=false', { data: 'leaves', published: false }],
  ['#digits?v=1&at=430&seed=3', { at: 430, seed: 3 }],
  ['#digits?v=1&model=fvsbn&temperature=0.8', { model: 'fvsbn', temperature: 0.8 }],
  ['#order?v=1&order=centre&pixel=310', { order: 'centre', pixel: 310 }],
  ['#latent?v=1&show=cloud&cells=12&lit=4', { show: 'cloud', cells: 12, lit: 4 }],
  ['#encode?v=1&digit=two', { digit: 'two' }],
  ['#vae?v=1&count=3000&epochs=60', { count: 3000, epochs: 60 }],
  ['#kl?v=1&q=1,-2.5,0.6', { q: '1,-2.5,0.6' }],
  ['#continuous?v=1&method=vae', { method: 'vae' }],
];

test.each(kept)('%s still opens what it did', (link, state) => {
  const { id, query } = route(link);
  const fields = demos[id]!;
  expect(decode(fields, query)).toEqual({ ...defaults(fields), ...state });
});

/** A history that did not happen, for the mechanism. */
const history: Record<number, Step> = {
  1: (it) => {
    const old = it.query.get('noise_level');
    if (old) it.query.set('sigma', old);
    return it;
  },
  2: ({ id, query }) => ({ id: id === 'noise' ? 'denoise' : id, query }),
};
const link = (id: string, query: string) => ({ id, query: new URLSearchParams(query) });

test('a link goes through every step since it was written, and is then one of today', () => {
  const now = upToDate(link('noise', 'v=1&noise_level=25&seed=7'), history, 3);
  expect(now.id).toBe('denoise');
  expect(Object.fromEntries(now.query)).toMatchObject({ v: '3', sigma: '25', seed: '7' });
  expect(upToDate(link('noise', 'v=2&noise_level=25'), history, 3).query.get('sigma')).toBeNull();
});

test('what is of today, or of no version, is left as it is', () => {
  for (const query of ['v=3&noise_level=25', 'noise_level=25'])
    expect(upToDate(link('noise', query), history, 3)).toEqual(link('noise', query));
});

test('a version that this page does not know is told from those it does', () => {
  for (const query of ['', 'v=1', `v=${VERSION}`]) expect(isUnknown(new URLSearchParams(query))).toBe(false);
  for (const v of [VERSION + 1, 0, -1, 1.5, 'x', ''])
    expect(isUnknown(new URLSearchParams(`v=${v}`))).toBe(true);
  const fields = demos.denoise!;
  expect(decode(fields, route(`#denoise?v=${VERSION + 1}&sigma=3`).query)).toEqual(defaults(fields));
});
