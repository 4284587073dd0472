// Models of digits in the page: their names for people, and those learned here, which this browser keeps.
import type { Engine, ModelEntry, Tensor } from '../engine';
import type { ParamSpec } from '../engine/describe';
import { familyOf } from '../engine/family';
import { SIDE, orderOf } from '../lib/digits';
import { LearnedModels } from '../lib/learned';

export const FAMILY = 'autoregressive';

/** Models of this browser's own. */
export const learned = new LearnedModels('models', FAMILY);

/** Whether a model was made or opened in this browser. */
export const isLearned = (name: string): boolean => learned.has(name);

/** "NADE" of "NADE, 500 hidden units". */
export function shortName(engine: Engine, name: string): string {
  const title = engine.models().find((it) => it.name === name)?.title ?? name;
  return title.split(/[,:(]/)[0]!.trim();
}

/** In the order of the chapter; what was learned here comes last. */
const chapter = ['independent', 'markov', 'fvsbn', 'made', 'nade'];

export function digitModels(engine: Engine): ModelEntry[] {
  const place = (name: string) => (chapter.includes(name) ? chapter.indexOf(name) : chapter.length);
  return engine.models(FAMILY).sort((a, b) => place(a.name) - place(b.name));
}

/** Hands the engine what was learned in this browser before. */
export const learnedModels = (engine: Engine): Promise<void> => learned.offer(engine);

/** Names that mean something else: a model in the making or being checked, no model. */
export const RESERVED: readonly string[] = ['draft', 'probe', 'none'];

/** Throws an error whose message says why a file is no model of digits of this page's size. Nothing is kept of it.
 * `shapeOf`: of what the model of that name makes; its last two axes count. */
export async function checkFile(
  engine: Engine,
  file: Uint8Array,
  family: string,
  shapeOf: (model: string) => Promise<readonly number[]>,
): Promise<void> {
  const model = 'probe';
  const found = familyOf(file);
  if (found && found !== family)
    throw new Error(`This is a model of the family "${found}", not of digits ("${family}").`);
  await engine.putModel(model, file, { family: 'draft' });
  try {
    const [high, wide] = (await shapeOf(model)).slice(-2);
    if (high !== SIDE || wide !== SIDE)
      throw new Error(
        `This model makes pictures of ${wide} × ${high} pixels; the demos show ${SIDE} × ${SIDE}.`,
      );
  } finally {
    await engine.dropModel(model);
  }
}

export const checkModel = (engine: Engine, file: Uint8Array): Promise<void> =>
  checkFile(engine, file, FAMILY, async (model) => {
    const { outputs } = await engine.call('digit_model', { model }, {}, ['order'], { lane: 'probe' });
    return outputs.order.shape;
  });

export type Order = { ranks: ArrayLike<number>; order: Int32Array; parameters: number };

/** In which order a model makes its pixels. */
export async function orderOfModel(engine: Engine, model: string, signal: AbortSignal): Promise<Order> {
  const lane = `order of ${model}`;
  const { outputs, metrics } = await engine.call('digit_model', { model }, {}, ['order'], { signal, lane });
  const ranks = (outputs.order as Tensor).data;
  return { ranks, order: orderOf(ranks), parameters: metrics.parameters ?? 0 };
}

/** A field that chooses a model; `none` allows for no model. */
export const modelField = (
  name: string,
  fallback: string,
  label: string,
  help: string,
  none?: string,
): ParamSpec => ({
  ...{ name, type: 'model', default: fallback, family: FAMILY, label, help },
  ...(none && { choices: [{ value: 'none', label: none }] }),
});

/** "−87.3 nats". */
export const nats = (value: number): string => `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(1)} nats`;
