// The models that a demo has learned: kept in this browser, saved to a file, loaded from one, listed.
import { h } from '../lib/dom';
import { bytes } from '../lib/format';
import type { LearnedModels } from '../lib/learned';
import { saveBlob } from '../lib/save';
import { button, type Workbench } from '../ui/workbench';
import { RESERVED } from './digit_models';
import { modelName } from './learn_state';

const NOT_KEPT = ' This browser keeps nothing: it is gone after a reload.';

/** What is learned: its family, where its models are kept, and where they are used. */
export type Learned = {
  family: string;
  models: LearnedModels;
  /** Throws an error whose message says why a file is no such model. */
  check(file: Uint8Array): Promise<void>;
  /** Where a model of that name is shown. */
  address(name: string): string;
  /** Name of what the state learns. */
  stem(): string;
};

export class ModelShelf {
  readonly list = h('ul', { class: 'models-list' });
  /** Keep, Save, Load. */
  readonly actions: HTMLElement;
  private readonly ifLearned = [
    button('Keep the model', () => void this.keep()),
    button('Save as safetensors', () => void this.save()),
  ];

  constructor(
    private readonly demo: {
      /** Called once the bench is there. */
      bench(): Workbench;
      learned(): Learned;
      /** The model of the run as it is; undefined, with a word to the reader, where there is none. */
      file(): Promise<Uint8Array<ArrayBuffer> | undefined>;
    },
  ) {
    this.actions = h('div', { class: 'actions' }, ...this.ifLearned, this.loader());
  }

  /** Whether there is a model to keep. */
  offer(usable: boolean): void {
    for (const it of this.ifLearned) it.setAttribute('aria-disabled', String(!usable));
  }

  async load(file: File): Promise<void> {
    const { engine, notices } = this.demo.bench();
    const { models, check } = this.demo.learned();
    notices.clear('file');
    try {
      if (file.size > 20e6)
        throw new Error(`This file has ${bytes(file.size)}; models of digits have at most 20 MB.`);
      const name = modelName(file.name);
      if (RESERVED.includes(name) || engine.models().some((it) => it.name === name && !models.has(name)))
        throw new Error(`"${name}" is a name of this page. Give the file another name.`);
      const content = new Uint8Array(await file.arrayBuffer());
      await check(content);
      await this.put('Loaded', name, content);
    } catch (error) {
      notices.tell({ topic: 'file', kind: 'error', text: (error as Error).message });
    }
  }

  show(): void {
    const { engine } = this.demo.bench();
    const { family, models, address } = this.demo.learned();
    const forget = (name: string) => ({
      ...{ type: 'button', class: 'tool', 'aria-label': `Forget ${name}` },
      onclick: () => void models.forget(engine, name),
    });
    const rows = engine
      .models(family)
      .filter(({ name }) => models.has(name))
      .map(({ name, bytes: size }) =>
        h(
          'li',
          {},
          h('a', { href: address(name) }, name),
          h('span', { class: 'hint' }, bytes(size)),
          h('button', forget(name), '×'),
        ),
      );
    const none = h('li', { class: 'hint' }, 'Nothing yet. What you keep stays in this browser.');
    this.list.replaceChildren(...(rows.length ? rows : [none]));
  }

  private async keep(): Promise<void> {
    const file = await this.demo.file();
    if (!file) return;
    const bench = this.demo.bench();
    const taken = new Set(bench.engine.models().map(({ name }) => name));
    const stem = this.demo.learned().stem();
    let name = stem;
    for (let i = 2; taken.has(name); i++) name = `${stem}-${i}`;
    await this.put('Kept', name, file).catch((error) => bench.fail(error));
  }

  private async put(done: string, name: string, file: Uint8Array): Promise<void> {
    const bench = this.demo.bench();
    const kept = await this.demo.learned().models.keep(bench.engine, name, file);
    bench.flash(`${done} as ${name}: choose it in the other demos.${kept ? '' : NOT_KEPT}`);
  }

  private async save(): Promise<void> {
    const file = await this.demo.file();
    const name = `${this.demo.learned().stem()}.safetensors`;
    if (file) saveBlob(new Blob([file], { type: 'application/octet-stream' }), name);
  }

  private loader(): HTMLElement {
    const input = h('input', {
      ...{ type: 'file', accept: '.safetensors', class: 'visually-hidden', 'aria-label': 'Load a model' },
    });
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      input.value = '';
      if (file) void this.load(file);
    });
    return h('label', { class: 'button' }, input, h('span', {}, 'Load a model'));
  }
}
