// Deblurring: a clean picture is blurred first, or one is that already, and the kernel that is assumed may be wrong.
import { decode, type Picture } from '../lib/decode';
import {
  KernelError,
  kernelFromPicture,
  kernelFromText,
  kernelTensor,
  scaledKernel,
  type Kernel,
} from '../lib/kernel';
import { inputOf, pixelsOf } from '../lib/pixels';
import { pathOf, pathTensor, pathText } from '../lib/shake';
import { viewTabs } from '../ui/bench';
import { fileRow } from '../ui/file_row';
import { SAMPLE, blurOf, fields, own, paramsOf, sources, views } from './deblur_state';
import { code, command, finding, words } from './deblur_text';
import type { DemoContext, MountedDemo } from './index';
import { KernelView, type KernelInputs } from './kernel_view';
import { RestoreDemo, type Setting } from './restore_demo';
import { known } from './restore_fields';

const NO_FILE = 'No kernel yet: open a text file with lines of numbers, or a grey picture.';

/** The file opened last in this tab, so that the back button finds it again; `number` tells files apart. */
let opened: { kernel: Kernel; number: number } | undefined;

class Deblur extends RestoreDemo {
  protected readonly before = 'blurred';
  private readonly sources: ReturnType<typeof viewTabs>;
  private readonly kernels: KernelView;
  private readonly fileRow: HTMLElement;
  private shown = '';
  private turn = 0;

  constructor(context: DemoContext) {
    const from = viewTabs(
      sources.map(({ value, label }) => ({ id: value, label })),
      (id) => this.bench.change({ from: id }),
      'The picture',
    );
    const kernels = new KernelView(context.engine, (points, live) =>
      this.bench.change({ path: pathText(points) }, live),
    );
    const row = fileRow(
      'Open kernel file',
      'image/*,.txt,.csv,text/plain',
      'Lines of numbers, or a grey picture. A text file may be dropped, too.',
      (file) => void this.openKernel(file),
    );
    super(context, {
      ...{ task: 'deblur', sample: SAMPLE, views, fields, words, command, code },
      tools: [kernels.element],
      sections: [
        { title: 'Picture and blur', controls: [from.element, 'kernel', row, 'size', 'angle'] },
        { title: 'Restoration', controls: [...known(own, 'quality'), 'factor', 'sigma'] },
      ],
      more: ['noise', 'seed', ...known(own, 'colour', 'prior', 'schedule')],
    });
    this.sources = from;
    this.kernels = kernels;
    this.fileRow = row;
    this.begin();
  }

  // ---- The kernel

  /** What the engine makes the kernel from, `factor` times as large; undefined: there is no file yet. */
  private inputs(factor: number): KernelInputs | undefined {
    const { kernel, path } = this.state;
    if (kernel === 'path') return { path: pathTensor(this.points(String(path)), factor) };
    if (kernel !== 'given') return {};
    return opened && { kernel: kernelTensor(scaledKernel(opened.kernel, factor)) };
  }

  private points(path: string) {
    return pathOf(path) ?? pathOf(String(fields.find(({ name }) => name === 'path')!.default))!;
  }

  protected override stateShown(): void {
    const { state, bench } = this;
    const { kernel } = state;
    this.sources.show(String(state.from));
    bench.visible('size', kernel !== 'path' && kernel !== 'given');
    bench.visible('angle', kernel === 'motion');
    bench.visible('noise', state.from === 'blur');
    bench.visible('seed', state.from === 'blur');
    this.fileRow.hidden = kernel !== 'given';
    this.kernels.showPath(kernel === 'path' ? this.points(String(state.path)) : undefined);
    const factor = Number(state.factor);
    const key = JSON.stringify([blurOf(state), state.path, factor, kernel === 'given' && opened?.number]);
    if (key === this.shown) return;
    this.shown = key;
    const [truth, assumed] = [this.inputs(1), this.inputs(factor)];
    this.kernels.show(
      { params: blurOf(state), inputs: truth, missing: 'No kernel yet' },
      factor !== 1 && assumed
        ? { params: { ...blurOf(state), size: paramsOf(state).size! }, inputs: assumed }
        : undefined,
      bench.signal,
    );
  }

  protected override ownPicture(): void {
    this.bench.follow({ from: 'own' });
  }

  private async openKernel(file: File): Promise<void> {
    const { notices } = this.bench;
    notices.clear('kernel');
    const turn = ++this.turn;
    const textual = /\.(txt|csv|dat|tsv)$/i.test(file.name) || file.type.startsWith('text/');
    try {
      if (file.size > 4e6) throw new KernelError('This file is far too large for a kernel.');
      const kernel = textual
        ? kernelFromText(await file.text())
        : kernelFromPicture((await decode(file)).image);
      if (turn !== this.turn) return; // another has come meanwhile
      opened = { kernel, number: (opened?.number ?? 0) + 1 };
    } catch (error) {
      return notices.tell({ topic: 'kernel', kind: 'error', text: (error as Error).message });
    }
    if (this.state.kernel !== 'given') return this.bench.change({ kernel: 'given' });
    this.stateShown();
    this.restart('play');
  }

  override take(file: File): void {
    if (/\.(txt|csv|dat|tsv)$/i.test(file.name) || file.type.startsWith('text/')) void this.openKernel(file);
    else super.take(file);
  }

  // ---- Runs

  protected setting(picture: Picture): Setting | undefined {
    const { state, bench } = this;
    const [truth, assumed] = [this.inputs(1), this.inputs(Number(state.factor))];
    if (!truth || !assumed) return undefined;
    const blurred = state.from === 'own';
    const blur = blurOf(state);
    // The assumed kernel is an input of the run, so it is part of what a run starts from.
    const kernel = [state.kernel === 'path' && state.path, state.kernel === 'given' && opened?.number];
    return {
      params: paramsOf(state),
      base: JSON.stringify([blurred || blur, kernel, state.factor]),
      prepare: async (signal) => {
        const image = inputOf(picture.image, picture.grey);
        const { width, height } = picture.image;
        if (blurred) return { image, more: assumed, before: picture.image, size: { width, height } };
        const { outputs } = await bench.engine.call(
          'blur',
          blur as never,
          { image, ...truth },
          ['blurred', 'clean'],
          { signal },
        );
        const clean = pixelsOf(outputs.clean);
        return {
          image: outputs.blurred,
          more: assumed,
          before: pixelsOf(outputs.blurred),
          clean: { tensor: outputs.clean, picture: clean },
          size: { width: clean.width, height: clean.height },
        };
      },
    };
  }

  protected sentence(): string {
    return this.state.kernel === 'given' && !opened ? NO_FILE : finding(this.state);
  }
}

export const mount = (context: DemoContext): MountedDemo => new Deblur(context);
