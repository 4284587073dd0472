// State of the demo that learns a latent space: what is learned, from what.
import type { ParamSpec } from '../engine/describe';
import { accepted, type State } from '../lib/state';
import { modelField } from './digit_models';
import { choice, integer, spec, table } from './digits_state';
import { sources } from './learn_state';

/** Of the task: visible ones, and those under "More". */
const shown = ['latents', 'beta'];
export const others = table('vae_train')
  .map(({ name }) => name)
  .filter((name) => !shown.includes(name));

export const fields: readonly ParamSpec[] = [
  choice(
    'source',
    'Learn from',
    sources,
    'Digits that a model draws, a file of yours (IDX or .amat), or what you draw here.',
  ),
  modelField('teacher', 'nade', 'Drawn by', 'The model whose samples are learned from.'),
  integer('count', 'Digits', 3000, 100, 20_000, 'How many of them.'),
  integer('held', 'Kept out', 10, 0, 50, 'So many of a hundred are kept out to measure on.'),
  ...[...shown, ...others].map((name) => spec('vae_train', name, name === 'beta' ? { step: 0.05 } : {})),
];

/** Params of `vae_train`. */
export const paramsOf = (state: State): State =>
  Object.fromEntries(table('vae_train').map((it) => [it.name, accepted(it, state[it.name]) ?? it.default]));

/** The two latents whose means vary most, in their order; the only one twice. */
export function widest(means: ArrayLike<number>, latents: number): [number, number] {
  const count = Math.floor(means.length / latents);
  const spread = Array.from({ length: latents }, (_, d) => {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < count; i++) {
      const v = means[i * latents + d]!;
      sum += v;
      squares += v * v;
    }
    return squares - (sum * sum) / Math.max(1, count);
  });
  const order = spread.map((_, d) => d).sort((a, b) => spread[b]! - spread[a]!);
  const [a, b = order[0]!] = order;
  return a! < b ? [a!, b] : [b, a!];
}
