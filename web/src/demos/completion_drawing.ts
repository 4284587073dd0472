// A digit to draw and a mask to brush over it, in one place: which of the two is at hand, and its pen.
import { greys, packed, type Digit } from '../lib/digits';
import { h } from '../lib/dom';
import type { State } from '../lib/state';
import { viewTabs } from '../ui/bench';
import { Drawing, brushes } from '../ui/drawing';
import { button } from '../ui/workbench';

/** Of what is hidden: blue, dark where the digit is off. */
const shade = (on: boolean): [number, number, number] => (on ? [122, 158, 214] : [38, 66, 110]);

export class MaskedDrawing {
  readonly tools: HTMLElement;
  readonly canvases = h('figure', { class: 'panel' });
  private readonly digitDrawing: Drawing;
  private readonly maskDrawing: Drawing;
  private readonly toolTabs;
  private readonly penTabs;
  private readonly eraser = button('Eraser', () => this.erase(!this.digitDrawing.erasing));
  private tool = 'draw';

  /** `change` is told of the tool, the pen, and what was drawn or brushed once the pen is lifted. */
  constructor(change: (to: State) => void) {
    const colour = (i: number): [number, number, number] =>
      this.maskDrawing?.at(i) ? shade(this.digitDrawing.at(i)) : [...greys(this.digitDrawing?.at(i) ? 1 : 0)];
    this.digitDrawing = new Drawing({
      ...{ name: 'Digit', colour },
      changed: (done) => done && change({ digit: packed(this.digit) }),
    });
    this.maskDrawing = new Drawing({
      ...{ name: 'Mask', colour },
      changed: (done) => {
        this.digitDrawing.paint();
        if (done) change({ hide: 'brushed', mask: packed(this.mask) });
      },
    });
    this.toolTabs = viewTabs(
      [
        { id: 'draw', label: 'Draw the digit' },
        { id: 'hide', label: 'Brush the mask' },
      ],
      (tool) => change({ tool }),
      'Tool',
    );
    this.penTabs = viewTabs(
      [
        { id: 'medium', label: 'Medium' },
        { id: 'fine', label: 'Fine' },
        { id: 'wide', label: 'Wide' },
      ],
      (brush) => change({ brush }),
      'Pen',
    );
    this.tools = h(
      'div',
      { class: 'drawing-tools', role: 'group', 'aria-label': 'Drawing' },
      this.toolTabs.element,
      this.penTabs.element,
      this.eraser,
      button('Undo', () => this.atHand.undo()),
      button('Clear', () => this.atHand.clear()),
    );
    this.erase(false);
  }

  get digit(): Digit {
    return this.digitDrawing.digit;
  }

  /** 1 is hidden. */
  get mask(): Digit {
    return this.maskDrawing.digit;
  }

  private get atHand(): Drawing {
    return this.tool === 'hide' ? this.maskDrawing : this.digitDrawing;
  }

  private erase(on: boolean): void {
    this.digitDrawing.erasing = this.maskDrawing.erasing = on;
    this.eraser.setAttribute('aria-pressed', String(on));
  }

  setDigit(digit: Digit): void {
    this.digitDrawing.set(digit);
  }

  setMask(mask: Digit): void {
    if (packed(this.mask) !== packed(mask)) this.maskDrawing.set(mask);
    this.digitDrawing.paint();
    this.maskDrawing.paint();
  }

  show({ tool, brush }: State): void {
    this.tool = String(tool);
    this.toolTabs.show(this.tool);
    this.penTabs.show(String(brush));
    this.digitDrawing.radius = this.maskDrawing.radius = brushes[String(brush)]!;
    const { element } = this.atHand;
    if (this.canvases.firstChild !== element)
      this.canvases.replaceChildren(element, h('figcaption', {}, 'Blue is hidden from the model'));
  }
}
