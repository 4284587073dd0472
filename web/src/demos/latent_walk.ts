// A random walk: from one point of the prior to the next, in even steps on the spherical path.
import { between, type Point } from '../lib/latents';

/** Steps from one point to the next. */
const LEG = 40;
/** The first two points are A and B. */
const FIRST = 2;

export class RandomWalk {
  private leg = FIRST;
  private step = 0;

  /** `draws`: where it goes, in this order, again and again. */
  constructor(
    private from: Point,
    private readonly draws: readonly Point[],
  ) {}

  /** Share of the way to the next point. */
  get share(): number {
    return this.step / LEG;
  }

  next(): Point {
    const to = this.draws[this.leg % this.draws.length]!;
    const z = between(this.from, to, ++this.step / LEG, 'spherical');
    if (this.step === LEG) [this.from, this.step, this.leg] = [to, 0, this.leg + 1];
    return z;
  }
}
