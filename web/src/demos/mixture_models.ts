// Mixtures that were learned here: kept, saved, loaded, listed, forgotten.
import type { Engine } from '../engine';
import { familyOf } from '../engine/family';
import { h } from '../lib/dom';
import { bytes } from '../lib/format';
import { saveBlob } from '../lib/save';
import { button, type Workbench } from '../ui/workbench';
import { modelName } from './learn_state';
import { FAMILY, learnedMixtures } from './learned_mixtures';

const MOST_BYTES = 20e6;
const NOT_KEPT = ' This browser keeps nothing: it is gone after a reload.';
/** A model that is being checked; the family keeps it out of lists. */
const PROBE = { name: 'probe-mixture', about: { family: 'draft' } };

/** Throws an error whose message says why a file is no mixture. Nothing is kept of it. */
async function check(engine: Engine, file: Uint8Array): Promise<void> {
  const family = familyOf(file);
  if (family && family !== FAMILY)
    throw new Error(`This is a model of the family "${family}", not a mixture of patches ("${FAMILY}").`);
  await engine.putModel(PROBE.name, file, PROBE.about);
  try {
    await engine.call('gmm', { model: PROBE.name, count: 1 }, {}, ['patches'], { lane: 'probe' });
  } finally {
    await engine.dropModel(PROBE.name);
  }
}

/** Names are not used twice: results are known by them. */
const used = new Set<string>();

export class MixtureModels {
  readonly list = h('ul', { class: 'models-list' });
  readonly keep = button('Keep the mixture', () => void this.keepIt());
  readonly save = button('Save as safetensors', () => void this.saveIt());
  readonly loader: HTMLElement;

  /** `file`: the model as it is; undefined: there is none yet. */
  constructor(
    private readonly bench: () => Workbench,
    private readonly file: () => Promise<Uint8Array<ArrayBuffer> | undefined>,
  ) {
    const input = h('input', {
      ...{ type: 'file', accept: '.safetensors', class: 'visually-hidden', 'aria-label': 'Load a mixture' },
    });
    input.addEventListener('change', () => {
      const chosen = input.files?.[0];
      input.value = '';
      if (chosen) void this.load(chosen);
    });
    this.loader = h('label', { class: 'button' }, input, h('span', {}, 'Load a mixture'));
  }

  private get engine(): Engine {
    return this.bench().engine;
  }

  /** Called once there is a workbench. */
  begin(): void {
    this.bench().signal.addEventListener(
      'abort',
      this.engine.watch(() => this.showList()),
    );
    this.showList();
    learnedMixtures.offer(this.engine).catch((error) => this.bench().fail(error));
  }

  usable(on: boolean): void {
    for (const it of [this.keep, this.save]) it.setAttribute('aria-disabled', String(!on));
  }

  private async keepIt(): Promise<void> {
    const file = await this.file();
    if (!file) return;
    const taken = new Set(this.engine.models().map(({ name }) => name));
    let name = 'my-mixture';
    for (let i = 2; taken.has(name) || used.has(name); i++) name = `my-mixture-${i}`;
    try {
      used.add(name);
      const kept = await learnedMixtures.keep(this.engine, name, file);
      this.bench().flash(
        `Kept as ${name}: choose it as the prior in the other demos.${kept ? '' : NOT_KEPT}`,
      );
    } catch (error) {
      this.bench().fail(error);
    }
  }

  private async saveIt(): Promise<void> {
    const file = await this.file();
    if (file) saveBlob(new Blob([file], { type: 'application/octet-stream' }), 'my-mixture.safetensors');
  }

  async load(file: File): Promise<void> {
    const { notices } = this.bench();
    notices.clear('file');
    try {
      if (file.size > MOST_BYTES)
        throw new Error(`This file has ${bytes(file.size)}; mixtures have at most 20 MB.`);
      const name = modelName(file.name);
      if (this.engine.models().some((it) => it.name === name && !learnedMixtures.has(name)))
        throw new Error(`"${name}" is a name of this page. Give the file another name.`);
      const content = new Uint8Array(await file.arrayBuffer());
      await check(this.engine, content);
      const kept = await learnedMixtures.keep(this.engine, name, content);
      this.bench().flash(
        `Loaded as ${name}: choose it as the prior in the other demos.${kept ? '' : NOT_KEPT}`,
      );
    } catch (error) {
      notices.tell({ topic: 'file', kind: 'error', text: (error as Error).message });
    }
  }

  private showList(): void {
    const mine = this.engine.models(FAMILY).filter(({ name }) => learnedMixtures.has(name));
    const link = (id: string, key: string, name: string, text: string) =>
      h('a', { href: `#${id}?v=1&${key}=${encodeURIComponent(name)}` }, text);
    this.list.replaceChildren(
      ...(mine.length
        ? mine.map(({ name, bytes: size }) =>
            h(
              'li',
              { 'data-name': name },
              h('span', {}, name),
              link('denoise', 'prior', name, 'denoise'),
              link('components', 'model', name, 'components'),
              h('span', { class: 'hint' }, bytes(size)),
              h(
                'button',
                {
                  ...{ type: 'button', class: 'tool', 'aria-label': `Forget ${name}` },
                  onclick: () => void learnedMixtures.forget(this.engine, name),
                },
                '×',
              ),
            ),
          )
        : [h('li', { class: 'hint' }, 'Nothing yet. What you keep stays in this browser.')]),
    );
  }
}
