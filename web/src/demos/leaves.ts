// "Dead leaves": a picture of discs that hide each other, patches of the mini model, and what a mixture learns from them.
import { h } from '../lib/dom';
import { patchSheet, patchesOf, scaleText } from '../lib/patches';
import { pixelsOf } from '../lib/pixels';
import { PixelView, joined } from '../ui/pixels';
import { Workbench } from '../ui/workbench';
import '../ui/styles/digits.css';
import '../ui/styles/patches.css';
import { componentSheet } from './component_sheet';
import type { DemoContext, MountedDemo } from './index';
import { SHEET, fields, lessonLink, lessonOf, patchesOf as patchParams, pictureOf } from './leaves_state';
import { code, command, words } from './leaves_text';
import { leafNames } from './mixture_state';
import { WorkbenchDemo } from './workbench_demo';

const names: Record<string, string> = { mini: 'flat and edge', flat: 'flat', edge: 'edge' };

class Leaves extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly picture = new PixelView('dead leaves', { width: 256 });
  private readonly sheet = new PixelView('patches', { width: 71 });
  private readonly learned = new PixelView('components learned', { width: 110, height: 53 });
  private readonly readout = h('dl', { class: 'readout' });
  private readonly link = h('a', { class: 'button', href: '#mixture' }, 'Watch it learn');
  private figures: Record<'leaves' | 'edges' | 'held', number | undefined> = {
    ...{ leaves: undefined, edges: undefined, held: undefined },
  };
  private spectra: { weights: ArrayLike<number>; eigenvalues: ArrayLike<number> } | undefined;
  private turn = 0;

  constructor(context: DemoContext) {
    super();
    this.bench = new Workbench(context, {
      ...{ id: 'leaves', fields, words },
      stage: h(
        'div',
        { class: 'stage' },
        h('div', { class: 'panels panels-2' }, this.picture.element, this.sheet.element),
      ),
      below: [
        this.readout,
        h(
          'section',
          {},
          h('h2', {}, 'What a mixture learns from these patches'),
          h('div', { class: 'panels panels-1' }, this.learned.element),
          h('div', { class: 'actions' }, this.link),
        ),
      ],
      sections: [
        { title: 'Patches', controls: ['sheet', 'edges'] },
        { title: 'Texture', controls: ['texture'] },
        { title: 'Discs of the picture', controls: ['radius_min', 'exponent'] },
      ],
      more: ['radius_max', 'length', 'contrast', 'patch', 'noise', 'height', 'seed'],
      csv: () => this.csv(),
      picture: () => {
        const images = [this.picture.image, this.sheet.image];
        return images[0] && images[1]
          ? { image: joined([images[0], images[1]], 2, 16), name: `dead-leaves-${this.bench.state.sheet}` }
          : undefined;
      },
      command,
      code,
      changed: (changed, live) => this.changed(changed, live),
      retry: () => void this.make(true),
    });
    this.link.after(this.bench.csvButton);
    this.showState();
    void this.make(true);
  }

  private get state() {
    return this.bench.state;
  }

  private changed(changed: ReadonlySet<string>, live: boolean): void {
    this.showState();
    if ([...leafNames, 'sheet', 'patch', 'height', 'seed'].some((name) => changed.has(name)))
      void this.make(!live);
  }

  private showState(): void {
    this.bench.visible('edges', this.state.sheet === 'mini');
    this.link.setAttribute('href', lessonLink(this.state));
  }

  /** `learn`: the mixture, too; not while a slider moves. */
  private async make(learn: boolean): Promise<void> {
    const turn = ++this.turn;
    const { engine, signal, notices, state } = this.bench;
    try {
      const wanted = ['image'] as const;
      const picture = await engine.call('dead_leaves', pictureOf(state) as never, {}, [...wanted], {
        ...{ signal, lane: 'picture' },
      });
      const patches = await engine.call('dead_leaves', patchParams(state) as never, {}, ['patches'], {
        ...{ signal, lane: 'patches' },
      });
      if (turn !== this.turn) return;
      notices.clear('run');
      this.figures = { leaves: picture.metrics.leaves, edges: patches.metrics.edges, held: undefined };
      this.picture.show(
        pixelsOf(picture.outputs.image),
        `${picture.metrics.leaves?.toLocaleString('en')} discs are seen`,
      );
      const tensor = patches.outputs.patches;
      const { image, scale } = patchSheet(patchesOf(tensor), tensor.shape.at(-1)!);
      this.sheet.show(image, `${SHEET} patches, ${names[String(state.sheet)]}: ${scaleText(scale)}`);
      this.showFigures();
      if (learn) await this.learn(turn);
    } catch (error) {
      if (turn === this.turn) this.bench.fail(error);
    }
  }

  private async learn(turn: number): Promise<void> {
    const { engine, signal, state } = this.bench;
    const wanted = ['weight', 'vectors', 'eigenvalues'] as const;
    const { outputs, metrics } = await engine.call('gmm_learn', lessonOf(state) as never, {}, [...wanted], {
      ...{ signal, lane: 'lesson' },
    });
    if (turn !== this.turn) return;
    const { weight, vectors, eigenvalues } = outputs;
    this.spectra = { weights: weight.data, eigenvalues: eigenvalues.data };
    this.figures.held = metrics.held_out;
    this.learned.show(
      componentSheet(weight.data, patchesOf(vectors), vectors.shape.at(-1)!),
      `${weight.data.length} components by weight, the leading eigenvectors of each`,
    );
    this.showFigures();
    this.bench.say(
      `${this.figures.leaves} discs are seen; ${weight.data.length} components learned from ${names[String(state.sheet)]} patches.`,
    );
  }

  private showFigures(): void {
    const { leaves, edges, held } = this.figures;
    const rows = [
      ['leaves', 'Discs seen', leaves === undefined ? '–' : leaves.toLocaleString('en')],
      [
        'edges',
        'Patches with an edge',
        edges === undefined ? '–' : `${Math.round(SHEET * edges)} of ${SHEET}`,
      ],
      [
        'held-out',
        'log p of patches kept out',
        held === undefined ? '–' : `${held.toFixed(1)} nats`.replace('-', '−'),
      ],
    ] as const;
    this.readout.replaceChildren(
      ...rows.map(([id, name, text]) =>
        h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, text)),
      ),
    );
  }

  /** Spectra of the components, by weight. */
  private csv(): string {
    const { weights, eigenvalues } = this.spectra ?? { weights: [], eigenvalues: [] };
    const dims = weights.length ? eigenvalues.length / weights.length : 0;
    const order = Array.from(weights, (_, k) => k).sort((a, b) => weights[b]! - weights[a]!);
    const head = ['weight', ...Array.from({ length: dims }, (_, j) => `eigenvalue ${j + 1}`)].join(',');
    const rows = order.map((k) =>
      [weights[k], ...Array.from({ length: dims }, (_, j) => eigenvalues[k * dims + j])].join(','),
    );
    return `${[head, ...rows].join('\n')}\n`;
  }

  // ---- The page's side

  take(): void {
    this.bench.notices.tell({
      topic: 'file',
      text: 'This demo makes its pictures itself. "Learn a mixture" learns from a photo of yours.',
    });
  }

  unmount(): void {
    this.turn++;
    this.bench.unmount();
  }
}

export const mount = (context: DemoContext): MountedDemo => new Leaves(context);
