// Kernels as the engine makes them, beside the stage: the true one, the assumed one, and the pad a path is drawn on.
import type { Engine } from '../engine';
import { h, say } from '../lib/dom';
import { kernelPicture } from '../lib/kernel';
import type { Place } from '../lib/shake';
import type { State } from '../lib/state';
import { PathPad } from '../ui/path_pad';

export type KernelInputs = Record<string, { dtype: 'f32'; shape: number[]; data: Float32Array }>;

/** One kernel and its size. */
class KernelPicture {
  readonly canvas = h('canvas', { role: 'img', 'aria-label': 'No kernel yet' });
  private readonly text = h('figcaption', {});
  readonly element = h('figure', {}, this.canvas, this.text);
  private turn = 0;

  constructor(
    private readonly engine: Engine,
    private readonly name: string,
    private readonly lane: string,
  ) {}

  async ask(params: State, inputs: KernelInputs, signal: AbortSignal): Promise<void> {
    const turn = ++this.turn;
    try {
      const { outputs } = await this.engine.call('blur', params as never, inputs, ['kernel'], {
        ...{ signal, lane: this.lane },
      });
      if (turn !== this.turn) return;
      const [, height = 1, width = 1] = outputs.kernel.shape;
      const picture = kernelPicture({ width, height, data: outputs.kernel.data as Float32Array });
      Object.assign(this.canvas, { width, height });
      this.canvas.getContext('2d')!.putImageData(picture, 0, 0);
      this.tell(`${this.name}, ${width} × ${height}`);
    } catch {
      // Overtaken by a newer one; or the run says what is wrong.
    }
  }

  private tell(text: string): void {
    say(this.text, text);
    this.canvas.setAttribute('aria-label', text);
  }

  clear(text: string): void {
    this.turn++;
    this.canvas.width = 1; // empties it
    this.tell(text);
  }
}

export class KernelView {
  private readonly pad: PathPad;
  private readonly padFigure: HTMLElement;
  private readonly kernel: KernelPicture;
  private readonly assumed: KernelPicture;
  readonly element: HTMLElement;

  constructor(engine: Engine, drawn: (points: readonly Place[], live: boolean) => void) {
    this.pad = new PathPad(drawn);
    this.padFigure = h(
      'figure',
      {},
      this.pad.element,
      h('figcaption', {}, 'Draw how the camera moved: 32 × 32 pixels'),
    );
    this.kernel = new KernelPicture(engine, 'Kernel', 'kernel');
    this.assumed = new KernelPicture(engine, 'Assumed kernel', 'assumed kernel');
    this.element = h(
      'div',
      { class: 'kernel-row', role: 'group', 'aria-label': 'The kernel, as it is and as it is assumed' },
      this.padFigure,
      this.kernel.element,
      this.assumed.element,
    );
  }

  showPath(points: readonly Place[] | undefined): void {
    this.padFigure.hidden = points === undefined;
    if (points) this.pad.show(points);
  }

  /** `inputs` undefined: there is no kernel yet, for the reason given. */
  show(
    kernel: { params: State; inputs: KernelInputs | undefined; missing: string },
    assumed: { params: State; inputs: KernelInputs } | undefined,
    signal: AbortSignal,
  ): void {
    if (kernel.inputs) void this.kernel.ask(kernel.params, kernel.inputs, signal);
    else this.kernel.clear(kernel.missing);
    this.assumed.element.hidden = !assumed;
    if (assumed) void this.assumed.ask(assumed.params, assumed.inputs, signal);
  }
}
