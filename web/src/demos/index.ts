// The demos, one line each, by chapter of the course. The home page, the menu and the addresses follow from this list.
import type { Engine } from '../engine';

export type DemoContext = {
  host: HTMLElement;
  engine: Engine;
  /** State from the address. */
  query: URLSearchParams;
  /** A picture that was dropped on another page. */
  file?: File;
};

export type MountedDemo = {
  /** The address changed under the page: a link, the back button. */
  navigate(query: URLSearchParams): void;
  /** A file that was dropped or pasted. */
  take(file: File): void;
  /** A drop or paste without a file. */
  complain(sentence: string): void;
  unmount(): void;
};

export type Demo = {
  id: string;
  chapter: string;
  title: string;
  /** One sentence for the card. */
  line: string;
  /** Below shared/images; 640 x 400. */
  picture: string;
  pictureAlt: string;
  load(): Promise<{ mount(context: DemoContext): MountedDemo }>;
};

export const chapters = ['Patch priors and restoration'];

export const demos: readonly Demo[] = [
  {
    id: 'denoise',
    chapter: chapters[0]!,
    title: 'Denoise a photo',
    line: 'Drop a noisy photo and watch it get clean, patch by patch, under a prior learned from two million patches of natural images.',
    picture: 'posters/denoise-card.webp',
    pictureAlt: 'A cat photo: noisy on the left, restored on the right.',
    load: () => import('./denoise'),
  },
];

/** The demo that takes a picture dropped on the home page. */
export const takesPictures = demos[0]!;
