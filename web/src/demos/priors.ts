// "Three questions": likelihood, restored patches and restored pictures of five priors, as scatter plots and a table.
import { h } from '../lib/dom';
import { signed } from '../ui/axes';
import { colourAt } from '../ui/canvas';
import { Scatter } from '../ui/scatter';
import { whenThemeChanges } from '../ui/theme';
import { Workbench } from '../ui/workbench';
import '../ui/styles/digits.css';
import '../ui/styles/patches.css';
import type { DemoContext, MountedDemo } from './index';
import measured from './patch_priors.json';
import {
  columns,
  fields,
  hasPublished,
  publishedOf,
  questionsOf,
  sameOrder,
  setsOf,
  shortName,
  sources,
  tableOf,
  type Figure,
  type PriorRow,
  type PriorTable,
  type PriorTables,
  type Step,
} from './priors_state';
import { code, command, wordsFor } from './priors_text';
import { WorkbenchDemo } from './workbench_demo';

const tables = measured as unknown as PriorTables; // a JSON file's types know no pairs
/** What else there are figures of; what there is none of is not offered. */
const also = [...(tables.leaves ? ['data'] : []), ...(tables.on_leaves ? ['test'] : [])];

const published = publishedOf(tables);

class Priors extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly plots = [0, 1, 2].map(() => {
    const scatter = new Scatter();
    const title = h('h2', {});
    const answer = h('figcaption', {});
    const element = h('figure', { class: 'question' }, title, scatter.canvas, answer);
    return { scatter, title, answer, element };
  });
  private readonly legend = h('p', { class: 'legend' });
  private readonly table = h('div', {
    ...{ class: 'table-scroll', tabindex: 0, role: 'group', 'aria-label': 'Figures of the priors' },
  });
  private readonly settings = h('p', { class: 'hint' });

  constructor(context: DemoContext) {
    super();
    this.bench = new Workbench(context, {
      ...{ id: 'priors', fields, words: wordsFor(also), looks: ['published'] },
      stage: h(
        'div',
        { class: 'stage' },
        h(
          'div',
          { class: 'questions' },
          this.plots.map(({ element }) => element),
        ),
        this.legend,
      ),
      below: [],
      sections: [{ title: 'Shown', controls: [...also, 'patch', 'image', 'published'] }],
      more: [],
      csv: () => this.csv(),
      picture: () => this.picture(),
      command,
      code,
      changed: () => this.show(),
      retry: () => this.show(),
    });
    this.legend.after(
      h(
        'section',
        { class: 'side-by-side curve' },
        h('h2', {}, 'All figures'),
        this.table,
        this.bench.csvButton,
        this.settings,
      ),
    );
    const { signal } = this.bench;
    const redraw = () => this.plots.forEach(({ scatter }) => scatter.redraw());
    whenThemeChanges(redraw, signal);
    if (context.file) this.take();
    this.show();
  }

  private get state() {
    return this.bench.state;
  }

  private get shown(): PriorTable {
    return tableOf(tables, this.state);
  }

  private get theirs(): readonly PriorRow[] {
    return this.state.published && hasPublished(this.state) ? published : [];
  }

  private show(): void {
    this.bench.visible('published', hasPublished(this.state));
    const { rows, settings } = this.shown;
    const answers = questionsOf(this.state).map((question, k) => {
      const { scatter, title, answer, element } = this.plots[k]!;
      const sets = setsOf(rows, this.theirs, question);
      const { same, pairs } = sameOrder(sets.at(-1)!.points);
      const verdict = pairs ? `${same} of ${pairs} pairs of priors are in the same order.` : 'Not measured.';
      element.dataset.question = question.id;
      title.textContent = question.title;
      answer.textContent = verdict;
      const told = sets.at(-1)!.points.map(({ name, x, y }) => `${name} ${x.toFixed(1)}, ${y.toFixed(2)}`);
      scatter.show(
        { x: question.xAxis, y: question.yAxis },
        sets,
        `${question.title} ${question.yAxis} against ${question.xAxis}: ${told.join('; ')}. ${verdict}`,
      );
      return `${question.title} ${verdict}`;
    });
    this.legend.replaceChildren(
      ...[
        ['ours', '--accent', 'swatch-dot'] as const,
        ...(this.theirs.length ? [['published, on other patches', '--second', 'swatch-ring'] as const] : []),
      ].map(([name, colour, shape]) => {
        const swatch = h('i', { class: `swatch solid ${shape}` });
        swatch.style.setProperty('--swatch', `var(${colour})`);
        return h('span', {}, swatch, name);
      }),
    );
    this.showTable(this.shown);
    this.settings.textContent = Object.entries(settings)
      .map(
        ([name, value]) =>
          `${name.replaceAll('_', ' ')}: ${typeof value === 'object' ? JSON.stringify(value) : value}`,
      )
      .join('; ');
    this.bench.say(answers.join(' '));
  }

  private showTable({ rows, steps = [] }: PriorTable): void {
    const line = (row: PriorRow, kind: string) =>
      h(
        'tr',
        { 'data-prior': row.id, 'data-kind': kind },
        h('th', { scope: 'row' }, kind === 'ours' ? row.name : `${shortName(row)}, published`),
        columns.map(({ key }) => h('td', { class: 'number' }, cell(row, key))),
      );
    this.table.replaceChildren(
      h(
        'table',
        { class: 'models-table' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, 'Prior'),
            columns.map(({ head, unit }) => h('th', { scope: 'col', class: 'number' }, `${head}, ${unit}`)),
          ),
        ),
        h(
          'tbody',
          {},
          rows.map((row) => line(row, 'ours')),
          this.theirs.map((row) => line(row, 'published')),
          steps.map((step) =>
            h(
              'tr',
              { 'data-kind': 'step', 'data-prior': step.to },
              h('th', { scope: 'row' }, `${shortName({ id: step.from })} to ${shortName({ id: step.to })}`),
              columns.map(({ key }) => h('td', { class: 'number' }, stepCell(step, key))),
            ),
          ),
        ),
      ),
    );
  }

  // ---- Taking away

  private csv(): string {
    const keys = columns.flatMap(({ key }) => [key, `${key}_se` as const]);
    const line = (set: string) => (row: PriorRow) =>
      [set, row.id, ...keys.map((key) => row[key] ?? '')].join(',');
    return `${[
      ['set', 'prior', ...keys].join(','),
      ...sources.flatMap((data) =>
        ['natural', 'leaves'].flatMap((test) =>
          tableOf(tables, { data, test }).rows.map(line(`${data} on ${test}`)),
        ),
      ),
      ...published.map(line('published')),
    ].join('\n')}\n`;
  }

  /** The plots side by side, as they are on the screen. */
  private picture() {
    const plots = this.plots.map(({ scatter }) => scatter.canvas).filter((it) => it.width && it.height);
    if (!plots.length) return undefined;
    const width = plots.reduce((sum, it) => sum + it.width, 0);
    const height = Math.max(...plots.map((it) => it.height));
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d')!;
    context.fillStyle = colourAt(plots[0]!, '--ground');
    context.fillRect(0, 0, width, height);
    let x = 0;
    for (const plot of plots) {
      context.drawImage(plot, x, 0);
      x += plot.width;
    }
    return {
      image: context.getImageData(0, 0, width, height),
      name: `three-questions-${this.state.data}-on-${this.state.test}`,
    };
  }

  // ---- The page's side

  take(): void {
    const text =
      'This demo takes no file. "Denoise a photo" cleans a picture of yours with the best of these priors.';
    this.bench.notices.tell({ topic: 'file', text });
  }

  unmount(): void {
    this.bench.unmount();
  }
}

const within = (value: number, error: number | undefined): string =>
  `${signed(value, 2)}${error === undefined ? '' : ` ± ${error.toFixed(2)}`}`;

/** "153.67 ± 0.21"; a dash where nothing was measured. */
function cell(row: PriorRow, key: Figure): string {
  const value = row[key];
  return value === undefined ? '–' : within(value, row[`${key}_se`]);
}

/** "+11.02 ± 0.05". */
function stepCell(step: Step, key: Figure): string {
  const [value, error] = step[key] ?? [];
  return value === undefined ? '–' : `${value > 0 ? '+' : ''}${within(value, error)}`;
}

export const mount = (context: DemoContext): MountedDemo => new Priors(context);
