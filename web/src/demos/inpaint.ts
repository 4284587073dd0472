// Inpainting: what is missing is chosen, brushed or read from a file, and filled in.
import { EngineError } from '../engine';
import { decode, type Picture } from '../lib/decode';
import { emptyMask, maskOf, missing, type Mask } from '../lib/mask';
import { inputOf } from '../lib/pixels';
import type { Layer } from '../ui/compare_view';
import { fileRow } from '../ui/file_row';
import { MaskBrush } from '../ui/mask_brush';
import type { DemoContext, MountedDemo } from './index';
import { damaged, presetMask } from './inpaint_masks';
import { SAMPLE, fields, own, paramsOf, presetKey, views } from './inpaint_state';
import { code, command, words } from './inpaint_text';
import { RestoreDemo, type Setting } from './restore_demo';
import { known } from './restore_fields';
import type { RestoreJob } from './restore_job';

/** Of all masks in this tab that were brushed or read from a file. */
let lastEdit = 0;

class Inpaint extends RestoreDemo {
  protected readonly before = 'before';
  protected override readonly beginsBefore = false; // it begins with a smooth filling
  private readonly brush: MaskBrush;
  private readonly fileRow: HTMLElement;
  /** Without strokes. */
  private preset: Mask = emptyMask(1, 1);
  private presetKey = '';
  private pictureOfMask: Picture | undefined;
  private file: Mask | undefined;
  private turn = 0;
  /** 0: the mask is the preset's; else a number that no other mask has. */
  private edit = 0;

  constructor(context: DemoContext) {
    const brush = new MaskBrush({ changed: () => this.brushed(), cleared: () => this.cleared() });
    const row = fileRow(
      'Open mask file',
      'image/*',
      'Or drop a picture with “mask” in its name.',
      (file) => void this.openMask(file),
    );
    super(context, {
      ...{ task: 'inpaint', sample: SAMPLE, views, fields, words, command, code },
      tools: [brush.element],
      sections: [
        { title: 'Mask', controls: ['mask', 'fraction', 'caption', row] },
        { title: 'Restoration', controls: known(own, 'quality', 'sigma') },
      ],
      more: ['seed', ...known(own, 'colour', 'prior', 'schedule')],
    });
    this.brush = brush;
    this.fileRow = row;
    brush.attach(this.view, this.bench.signal);
    this.begin();
  }

  // ---- The mask

  protected override stateShown(): void {
    const { mask } = this.state;
    this.bench.visible('fraction', mask === 'random');
    this.bench.visible('caption', mask === 'text');
    this.bench.visible('seed', mask === 'random' || mask === 'scratches');
    this.fileRow.hidden = mask !== 'file';
    this.makeMask();
  }

  /** That of the preset, unless it is that one already, perhaps with strokes. */
  private makeMask(): void {
    const { picture } = this.photos;
    const key = presetKey(this.state);
    if (!picture || (picture === this.pictureOfMask && key === this.presetKey)) return;
    if (picture !== this.pictureOfMask) this.file = undefined;
    const { width, height } = picture.image;
    const mask = presetMask(this.state, picture.image) ?? this.file ?? emptyMask(width, height);
    Object.assign(this, { pictureOfMask: picture, presetKey: key });
    this.use(mask);
  }

  private use(mask: Mask): void {
    this.preset = { ...mask, data: mask.data.slice() };
    this.brush.mask = mask;
    this.edit = mask === this.file ? ++lastEdit : 0;
  }

  private brushed(): void {
    this.edit = ++lastEdit;
    this.changedByHand();
  }

  private cleared(): void {
    this.bench.follow({ mask: 'none' });
    this.presetKey = presetKey(this.state);
    this.preset.data.fill(0);
    this.stateShown();
    this.brushed();
  }

  protected override ownPicture(): void {
    this.bench.follow({ mask: 'none', view: 'mask' });
  }

  private async openMask(file: File): Promise<void> {
    const { bench, photos } = this;
    const { picture } = photos;
    if (!picture) return;
    bench.notices.clear('mask');
    const turn = ++this.turn;
    try {
      const { image } = await decode(file);
      if (picture !== photos.picture || turn !== this.turn) return; // another has come meanwhile
      this.file = maskOf(image, picture.image);
    } catch (error) {
      const text = (error as Error).message;
      const actions = [{ label: 'Open it as a photo', action: () => super.take(file) }];
      return bench.notices.tell({ topic: 'mask', kind: 'error', text, actions });
    }
    const same = this.state.mask === 'file';
    this.presetKey = ''; // made anew, also where another file was in use
    if (same) {
      this.makeMask();
      this.restart('play');
    } else bench.change({ mask: 'file' });
  }

  override take(file: File): void {
    if (!/mask/i.test(file.name) || !this.photos.picture) return super.take(file);
    void this.openMask(file);
  }

  // ---- Runs

  protected setting(picture: Picture): Setting | undefined {
    const { width, height, data } = this.brush.mask;
    if (picture !== this.pictureOfMask || !data.includes(1)) return undefined;
    const { mask: chosen } = this.state;
    return {
      params: paramsOf(this.state),
      base: `${this.presetKey} ${this.edit}`,
      prepare: async () => {
        if (!data.includes(0))
          throw new EngineError(
            'user',
            'Every pixel is missing: nothing is left to restore from. Erase some of the mask.',
          );
        const mask = { dtype: 'f32' as const, shape: [height, width], data: Float32Array.from(data) };
        const image = inputOf(picture.image, picture.grey);
        const before = damaged(picture.image, this.preset, this.brush.mask, chosen === 'random' ? 0 : 255);
        // What was brushed over or named by a file is what the picture does not show: its truth is not known.
        const truth = chosen === 'none' || chosen === 'file' ? undefined : picture.image;
        return {
          ...{ image, before, more: { mask }, size: { width, height } },
          ...(truth && { clean: { tensor: image, picture: truth } }),
        };
      },
    };
  }

  /** From the mask to the picture that loses what it marks. */
  protected override runs(): void {
    if (this.state.view === 'mask' && this.brush.mask.data.includes(1))
      this.bench.change({ view: 'compare' });
  }

  // ---- Showing

  protected override layerOf(view: string): Layer | undefined {
    const { picture } = this.photos;
    return view === 'mask' && picture ? this.layer(picture.image, 'missing: red') : undefined;
  }

  protected override viewShown(view: string): void {
    this.brush.enable(view === 'mask');
  }

  protected sentence(job: RestoreJob | undefined): string {
    const { mask } = this.brush;
    const count = missing(mask);
    if (!count && this.state.mask === 'file' && !this.file)
      return 'No mask yet: open a mask file of the picture’s size; white or transparent pixels are missing.';
    if (!count)
      return 'No pixel is missing yet: brush over what should go, in the view Mask, then press Run.';
    const share = (100 * count) / mask.data.length;
    const percent = share < 10 ? share.toFixed(1) : Math.round(share);
    const rest = Number(this.state.sigma) > 0 ? 'cleaned of noise' : 'kept as they are';
    const said = `${grouped(count)} of ${grouped(mask.data.length)} pixels (${percent} %) were not known; all others are ${rest}.`;
    return job ? said : `${said} Press Run to fill them in.`;
  }
}

const grouped = (count: number) => count.toLocaleString('en');

export const mount = (context: DemoContext): MountedDemo => new Inpaint(context);
