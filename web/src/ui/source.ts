// Where pictures come from: samples one click away, a file button, the camera of a phone, a drop anywhere on the page,
// paste. Hands over files and sample names; reading them is lib/decode.
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
        h('img', { src: it.thumb, alt: '', width: 64, height: 64 }),
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
        h('span', { class: 'hint only-mouse' }, 'or drop or paste one anywhere'),
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

const fileIn = (data: DataTransfer | null): File | undefined =>
  data?.files[0] ?? [...(data?.items ?? [])].find(({ kind }) => kind === 'file')?.getAsFile() ?? undefined;

/** The whole page takes drops and pastes. `other` is told of a drop that holds no file. Returns what ends it. */
export function catchFiles(take: (file: File) => void, other: (sentence: string) => void): () => void {
  const end = new AbortController();
  const { signal } = end;
  const mark = (on: boolean) => document.documentElement.classList.toggle('dropping', on);
  let depth = 0;
  const over = (event: DragEvent) => {
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
  };
  window.addEventListener('dragenter', (event) => (over(event), depth++, mark(true)), { signal });
  window.addEventListener('dragover', over, { signal });
  window.addEventListener('dragleave', () => (depth = Math.max(0, depth - 1)) || mark(false), { signal });
  window.addEventListener(
    'drop',
    (event) => {
      event.preventDefault();
      depth = 0;
      mark(false);
      const file = fileIn(event.dataTransfer);
      if (file) take(file);
      else other('What was dropped is not a file. Drag the picture from a folder, or save it first.');
    },
    { signal },
  );
  document.addEventListener(
    'paste',
    (event) => {
      if (event.target instanceof Element && event.target.closest('input:not([type=range]), textarea'))
        return;
      const file = fileIn(event.clipboardData);
      if (file) take(file);
      else if (event.clipboardData?.types.length)
        other('The clipboard holds no picture. Copy a picture, then paste it here.');
    },
    { signal },
  );
  return () => end.abort();
}
