// One request in flight, only the newest waiting: what a dragged slider needs.
import { EngineError } from './api';

export class Lane {
  private busy = false;
  private waiting: { start(): void; reject(error: EngineError): void } | undefined;

  /** `emptied`: nothing is under way or waiting any more. */
  constructor(private readonly emptied: () => void = () => {}) {}

  push<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting?.reject(new EngineError('cancelled', 'A newer request took its place.'));
      this.waiting = {
        start: () =>
          void work()
            .then(resolve, reject)
            .finally(() => this.next()),
        reject,
      };
      if (!this.busy) this.next();
    });
  }

  private next(): void {
    const { waiting } = this;
    this.waiting = undefined;
    this.busy = waiting !== undefined;
    if (waiting) waiting.start();
    else this.emptied();
  }
}
