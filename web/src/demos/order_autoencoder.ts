// The plain autoencoder beside MADE: digits, what it makes of them, and what it makes of random codes.
import type { Tensor } from '../engine';
import { digitsTensor, planes, sheet, type Digit } from '../lib/digits';
import { h } from '../lib/dom';
import { PixelView } from '../ui/pixels';
import { button, type Workbench } from '../ui/workbench';

const COLUMNS = 4;

export class AutoencoderRow {
  /** Its weights are loaded when somebody wants to see it. */
  private readonly ask = button('Show what it makes of them', () => {
    this.wanted = true;
    this.asked();
  });
  private wanted = false;
  readonly given = new PixelView('digits', { width: 118 });
  readonly back = new PixelView('reconstructed', { width: 118 });
  readonly codes = new PixelView('random codes, decoded', { width: 118 });
  readonly element = h(
    'section',
    { class: 'side-by-side' },
    h('h2', {}, 'A plain autoencoder'),
    h('div', { class: 'actions' }, this.ask),
    h('div', { class: 'panels panels-3' }, this.given.element, this.back.element, this.codes.element),
  );

  /** `asked`: somebody wants to see it; `show` is due. */
  constructor(
    private readonly bench: () => Workbench,
    private readonly asked: () => void,
  ) {}

  async show(digits: readonly Digit[], iterations: number, seed: number): Promise<void> {
    const { engine, signal } = this.bench();
    this.given.show(sheet(digits, undefined, COLUMNS), 'digits');
    const here = engine.models('autoencoder').some(({ loaded }) => loaded);
    if (!this.wanted && !here && iterations === 1) return;
    this.ask.parentElement!.hidden = true;
    const back = await engine.call(
      'autoencode',
      { iterations },
      { digits: digitsTensor(digits) },
      ['reconstruction'],
      { signal, lane: 'reconstruct' },
    );
    const times = iterations > 1 ? `, ${iterations} rounds` : '';
    this.back.show(this.pictures(back.outputs.reconstruction), `reconstructed${times}`);
    const codes = await engine.call(
      'autoencode',
      { iterations, seed, count: digits.length },
      {},
      ['reconstruction'],
      { signal, lane: 'decode' },
    );
    this.codes.show(this.pictures(codes.outputs.reconstruction), `random codes, decoded${times}`);
  }

  private pictures = (tensor: Tensor) => sheet(planes(tensor), undefined, COLUMNS);
}
