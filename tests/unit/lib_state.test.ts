import { expect, test } from 'vitest';
import { accepted, decode, defaults, encode, route, type Field } from '../../web/src/lib/state';

const fields: Field[] = [
  { name: 'sigma', type: 'number', default: 'auto', min: 0, max: 100, automatic: true },
  { name: 'seed', type: 'integer', default: 1, min: 0, max: 1000 },
  { name: 'half', type: 'boolean', default: false },
  {
    name: 'colour',
    type: 'choice',
    default: 'auto',
    choices: [
      { value: 'auto', label: 'Auto' },
      { value: 'grey', label: 'Grey' },
    ],
  },
  { name: 'image', type: 'text', default: 'chelsea' },
];
const roundTrip = (hash: string) => decode(fields, route(hash).query);

test('an untouched state has the shortest address; a changed one comes back whole', () => {
  expect(encode('denoise', fields, defaults(fields))).toBe('denoise');
  const state = { sigma: 12.5, seed: 77, half: true, colour: 'grey', image: 'a & b=c#d?é' };
  const hash = encode('denoise', fields, state);
  expect(hash.startsWith('denoise?v=1&sigma=12.5')).toBe(true);
  expect(route(`#${hash}`).id).toBe('denoise');
  expect(roundTrip(`#${hash}`)).toEqual(state);
});

test('only what differs is written', () => {
  expect(encode('denoise', fields, { ...defaults(fields), seed: 5 })).toBe('denoise?v=1&seed=5');
});

test('what is wrong becomes the default, what is out of range the limit', () => {
  expect(roundTrip('#denoise?v=1&sigma=banana&seed=1.5&half=perhaps&colour=pink&other=1')).toEqual(
    defaults(fields),
  );
  expect(roundTrip('#denoise?v=1&sigma=1e9').sigma).toBe(100);
  expect(roundTrip('#denoise?v=1&sigma=NaN').sigma).toBe('auto');
  expect(roundTrip('#denoise?v=1&sigma=').sigma).toBe('auto');
  expect(roundTrip('#denoise?v=1&sigma=auto&half=1')).toMatchObject({ sigma: 'auto', half: true });
  expect(accepted(fields[4]!, 'x'.repeat(201))).toBeUndefined();
});

test('a link of another version is not misread', () => {
  expect(roundTrip('#denoise?v=2&sigma=10')).toEqual(defaults(fields));
});

test('no address is the home page', () => {
  expect(route('').id).toBe('');
  expect(route('#').id).toBe('');
  expect(route('#denoise').id).toBe('denoise');
});
