// Where pictures come from: samples one click away, a file button, the camera of a phone; drops and pastes are
// catch_files.ts. Hands over files and sample names; reading them is lib/decode.
import { h } from '../lib/dom';
import { size } from '../lib/format';

export type Sample = { id: string; title: string; url: string; thumb: string; width: number; height: number };

export type SourceHandlers = { file(file: File): void; sample(id: string): void };

const ACCEPT = 'image/*,.heic,.heif,.avif';

export class Source {
  readonly element = h('section', { class: 'source', 'aria-label': 'Picture', 'data-control': 'image' });
  private readonly picks = new Map<string, HTMLButtonElement>();

  constructor(
    samples: readonly Sample[],
    private readonly handlers: SourceHandlers,
  ) {
    const input = this.fileInput({ class: 'visually-hidden file-input', 'aria-label': 'Open a photo' });
    const camera = this.fileInput({
      class: 'visually-hidden',
      'aria-label': 'Take a photo',
      capture: 'environment',
    });
    const strip = h('div', { class: 'samples', role: 'group', 'aria-label': 'Sample photos' });
    for (const it of samples) {
      const name = `${it.title}, ${size(it.width, it.height)}`;
      const pick = h(
        'button',
        {
          type: 'button',
          class: 'sample',
          'aria-pressed': 'false',
          'aria-label': `Sample: ${name}`,
          title: name,
          onclick: () => handlers.sample(it.id),
        },
        h('img', { crossorigin: '', src: it.thumb, alt: '', width: 64, height: 64 }),
        h('span', {}, size(it.width, it.height)),
      );
      this.picks.set(it.id, pick);
      strip.append(pick);
    }
    this.element.append(
      h(
        'div',
        { class: 'source-open' },
        h('label', { class: 'button button-strong' }, input, h('span', {}, 'Open photo')),
        h('label', { class: 'button only-touch' }, camera, h('span', {}, 'Take photo')),
        h('span', { class: 'hint only-mouse' }, 'or drop or paste one'),
      ),
      strip,
    );
  }

  private fileInput(props: Record<string, unknown>): HTMLInputElement {
    const input = h('input', { type: 'file', accept: ACCEPT, ...props });
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      input.value = ''; // the same file may be chosen again
      if (file) this.handlers.file(file);
    });
    return input;
  }

  choose(id: string | undefined): void {
    for (const [name, pick] of this.picks) pick.setAttribute('aria-pressed', String(name === id));
  }
}
