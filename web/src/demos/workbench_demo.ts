// What every demo on a workbench does with the page: it follows addresses and passes on complaints about files.
import type { Bench } from '../ui/bench';
import type { Workbench } from '../ui/workbench';
import type { MountedDemo } from './index';

export abstract class WorkbenchDemo implements MountedDemo {
  protected abstract readonly bench: Workbench;

  get surface(): Bench {
    return this.bench.bench;
  }

  abstract take(file: File): void;
  abstract unmount(): void;

  navigate(query: URLSearchParams): void {
    this.bench.navigate(query);
  }

  complain(text: string): void {
    this.bench.notices.tell({ topic: 'file', kind: 'error', text });
  }
}
