// A wall of small pictures to choose one from: a list box, with arrow keys as the pictures lie.
import { freshId, h } from '../lib/dom';
import { arrows } from './pixels';

export type WallCell = {
  /** What choosing it reports. */
  id: number;
  image: ImageData;
  /** Below the picture. */
  caption: string;
  /** For people who cannot see it. */
  label: string;
};

export class Wall {
  readonly element: HTMLElement;
  private readonly stem = freshId('wall');
  private cells: { cell: WallCell; element: HTMLElement }[] = [];
  private chosen = -1;

  /** `pin`: P or a double click, for a second one. */
  constructor(
    name: string,
    private readonly report: { choose(id: number, live: boolean): void; pin(id: number): void },
  ) {
    this.element = h('div', { class: 'wall', role: 'listbox', tabindex: 0, 'aria-label': name });
    this.element.addEventListener('keydown', (event) => this.key(event));
    const idOf = ({ target }: Event) => {
      const option = (target as Element).closest<HTMLElement>('[role=option]');
      return option ? Number(option.dataset.id) : undefined;
    };
    this.element.addEventListener('click', (event) => {
      const id = idOf(event);
      if (id !== undefined) this.report.choose(id, false);
    });
    this.element.addEventListener('dblclick', (event) => {
      const id = idOf(event);
      if (id !== undefined) this.report.pin(id);
    });
  }

  show(cells: readonly WallCell[]): void {
    this.cells = cells.map((cell) => {
      const { width, height } = cell.image;
      const canvas = h('canvas', { class: 'pixels', width, height });
      canvas.getContext('2d')!.putImageData(cell.image, 0, 0);
      const element = h(
        'div',
        {
          ...{ class: 'wall-cell', role: 'option', id: `${this.stem}-${cell.id}`, 'data-id': cell.id },
          ...{ 'aria-label': cell.label, 'aria-selected': 'false' },
        },
        canvas,
        h('span', {}, cell.caption),
      );
      return { cell, element };
    });
    this.element.replaceChildren(...this.cells.map(({ element }) => element));
  }

  /** Which one is chosen, and which one pinned (-1: none). */
  mark(chosen: number, pinned: number): void {
    for (const { cell, element } of this.cells) {
      element.setAttribute('aria-selected', String(cell.id === chosen));
      element.classList.toggle('pinned', cell.id === pinned);
    }
    if (chosen === this.chosen && this.element.hasAttribute('aria-activedescendant')) return;
    this.chosen = chosen;
    const at = this.cells.find(({ cell }) => cell.id === chosen)?.element;
    if (at) this.element.setAttribute('aria-activedescendant', at.id);
    else this.element.removeAttribute('aria-activedescendant');
    if (at) this.reveal(at);
  }

  /** Scrolls the wall, never the page. */
  private reveal(cell: HTMLElement): void {
    const { element: wall } = this;
    const [top, bottom] = [cell.offsetTop, cell.offsetTop + cell.offsetHeight];
    if (top < wall.scrollTop) wall.scrollTop = top - 4;
    else if (bottom > wall.scrollTop + wall.clientHeight) wall.scrollTop = bottom - wall.clientHeight + 4;
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.cells.length) return;
    const i = this.cells.findIndex(({ cell }) => cell.id === this.chosen);
    if (event.key === 'p' || event.key === 'P') {
      event.preventDefault();
      if (i >= 0) this.report.pin(this.chosen);
      return;
    }
    const to =
      event.key === 'Home' ? 0 : event.key === 'End' ? this.cells.length - 1 : this.beside(i, event.key);
    if (to === undefined) return;
    event.preventDefault();
    const next = this.cells[Math.min(this.cells.length - 1, Math.max(0, to))]!;
    this.report.choose(next.cell.id, true);
  }

  private beside(i: number, key: string): number | undefined {
    const move = arrows[key];
    if (!move) return undefined;
    const to = i + move[0] + move[1] * this.columns;
    return to < 0 || to >= this.cells.length ? i : to;
  }

  private get columns(): number {
    const top = this.cells[0]!.element.offsetTop;
    const next = this.cells.findIndex(({ element }) => element.offsetTop > top);
    return next < 0 ? this.cells.length : next;
  }
}
