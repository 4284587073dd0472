// The demos, one line each, by chapter of the course. The home page, the menu and the addresses follow from this list.
import type { Engine } from '../engine';
import type { Keeper } from '../lib/address';
import type { Bench } from '../ui/bench';

export type DemoContext = {
  host: HTMLElement;
  engine: Engine;
  /** State from the address. */
  query: URLSearchParams;
  /** A picture that was dropped on another page. */
  file?: File;
  /** Keeps the state that `hash` tells, and tells it to others; the page's address when absent. */
  keep?(hash: () => string): Keeper;
  /** Whether the demo may run unasked; as it likes best when absent. */
  autorun?: boolean;
};

export type MountedDemo = {
  /** Its elements, with the verbs and notices among them. */
  readonly surface: Bench;
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
  /** In the menu, where the whole chapter stands in one row; the title if not given. */
  menu?: string;
  /** One sentence for the card. */
  line: string;
  /** Below shared/images; 640 x 400. */
  picture: string;
  pictureAlt: string;
  load(): Promise<{ mount(context: DemoContext): MountedDemo }>;
};

export const chapters = ['Patch priors and restoration', 'Autoregressive models', 'Latent variable models'];

export const demos: readonly Demo[] = [
  {
    id: 'denoise',
    chapter: chapters[0]!,
    title: 'Denoise a photo',
    menu: 'Denoise',
    line: 'Drop a noisy photo and watch it get clean, patch by patch, under a prior learned from two million patches of natural images.',
    picture: 'posters/denoise-card.webp',
    pictureAlt: 'A cat photo: noisy on the left, restored on the right.',
    load: () => import('./denoise'),
  },
  {
    id: 'deblur',
    chapter: chapters[0]!,
    title: 'Deblur a photo',
    menu: 'Deblur',
    line: 'Blur a photo by defocus, motion or a shake of your own hand, get it back, and see what a wrong kernel does.',
    picture: 'posters/deblur-card.webp',
    pictureAlt: 'A photographer on a lawn, blurred on the left and sharp on the right.',
    load: () => import('./deblur'),
  },
  {
    id: 'inpaint',
    chapter: chapters[0]!,
    title: 'Inpainting',
    menu: 'Inpaint',
    line: 'Brush over a caption or a scratch in your photo and watch it go; or lose most of the pixels and find them again.',
    picture: 'posters/inpaint-card.webp',
    pictureAlt: 'A cat photo covered with lines of text on the left, without them on the right.',
    load: () => import('./inpaint'),
  },
  {
    id: 'superres',
    chapter: chapters[0]!,
    title: 'Super-resolution',
    menu: 'Enlarge',
    line: 'A photo of twice to four times the pixels each way, beside bicubic enlargement.',
    picture: 'posters/superres-card.webp',
    pictureAlt: 'The face of a cat, soft on the left and sharper on the right.',
    load: () => import('./superres'),
  },
  {
    id: 'gmm',
    chapter: chapters[0]!,
    title: 'Patches from a mixture',
    menu: 'Sample',
    line: 'Draw patches from the prior that denoises, from all of it or one component, and walk along its eigenvectors.',
    picture: 'posters/gmm-card.webp',
    pictureAlt: 'A sheet of grey patches drawn from a mixture of Gaussians: flat ones, textures, edges.',
    load: () => import('./gmm'),
  },
  {
    id: 'components',
    chapter: chapters[0]!,
    title: 'Components of a mixture',
    menu: 'Components',
    line: 'All 200 Gaussians on a wall: pin two, overlay their spectra, and see which differ by contrast alone.',
    picture: 'posters/components-card.webp',
    pictureAlt: 'Leading eigenvectors of two components of a mixture, and patches drawn from them.',
    load: () => import('./components'),
  },
  {
    id: 'explain',
    chapter: chapters[0]!,
    title: 'What explains this patch?',
    menu: 'Explain',
    line: 'Click anywhere in a photo: which component made this patch, how likely it is, and what it looked like without the noise.',
    picture: 'posters/explain-card.webp',
    pictureAlt: 'A grey photo with a small frame around one patch, and beside it the patch, clean and noisy.',
    load: () => import('./explain'),
  },
  {
    id: 'mixture',
    chapter: chapters[0]!,
    title: 'Learn a mixture',
    menu: 'Mixture',
    line: 'Learn a patch prior from your own photo by EM: watch its components form, then denoise with it.',
    picture: 'posters/mixture-card.webp',
    pictureAlt: 'Patches of a photo on the left, rows of learned eigenvectors on the right.',
    load: () => import('./mixture'),
  },
  {
    id: 'leaves',
    chapter: chapters[0]!,
    title: 'Dead leaves',
    menu: 'Leaves',
    line: 'A world of opaque discs and its smallest patches: does what hides what explain a patch prior?',
    picture: 'posters/leaves-card.webp',
    pictureAlt: 'Grey textured discs that hide each other, and a sheet of patches with edges.',
    load: () => import('./leaves'),
  },
  {
    id: 'priors',
    chapter: chapters[0]!,
    title: 'Three questions',
    menu: 'Priors',
    line: 'Five priors of patches, measured: does a better likelihood make a better patch, and a better patch a better picture?',
    picture: 'posters/priors-card.webp',
    pictureAlt: 'Scatter plots of restored quality against log-likelihood for five priors.',
    load: () => import('./priors'),
  },
  {
    id: 'digits',
    chapter: chapters[1]!,
    title: 'Digits, pixel by pixel',
    line: 'Watch a model draw handwritten digits one pixel after the other, with the probability of each.',
    picture: 'posters/digits-card.webp',
    pictureAlt: 'A handwritten digit half drawn, and beside it a map of probabilities.',
    load: () => import('./digits'),
  },
  {
    id: 'yourdigit',
    chapter: chapters[1]!,
    title: 'Your digit',
    line: 'Draw a digit, or something else, and see how probable each model finds it and which pixels surprised it.',
    picture: 'posters/yourdigit-card.webp',
    pictureAlt: 'A drawn digit, and the map of the pixels that surprised the model.',
    load: () => import('./yourdigit'),
  },
  {
    id: 'completion',
    chapter: chapters[1]!,
    title: 'Complete a digit',
    line: 'Hide half of a digit and let many particles find what fits, beside the naive way that does not look ahead.',
    picture: 'posters/completion-card.webp',
    pictureAlt: 'A digit whose upper half is hidden, and completions of it.',
    load: () => import('./completion'),
  },
  {
    id: 'order',
    chapter: chapters[1]!,
    title: 'Order matters',
    line: 'Four orders of the pixels, four models: click a pixel and see which others it may look at.',
    picture: 'posters/order-card.webp',
    pictureAlt: 'The pixels that one pixel sees, in an order that begins in the centre.',
    load: () => import('./order'),
  },
  {
    id: 'learn',
    chapter: chapters[1]!,
    title: 'Learn in the page',
    line: 'Train a model of digits in this tab, on your own file or drawings, and watch its samples improve.',
    picture: 'posters/learn-card.webp',
    pictureAlt: 'Digits to learn from beside samples of the model that learned them.',
    load: () => import('./learn'),
  },
  {
    id: 'latent',
    chapter: chapters[2]!,
    title: 'Latent space',
    line: 'A map of all digits in two numbers: drag a point across it and watch one digit turn into another.',
    picture: 'posters/latent-card.webp',
    pictureAlt: 'A sheet of digits that change gradually, and beside it ten coloured clouds of points.',
    load: () => import('./latent'),
  },
  {
    id: 'encode',
    chapter: chapters[2]!,
    title: 'Encode your digit',
    menu: 'Encode',
    line: 'Draw a digit and see where a variational autoencoder puts it, what comes back, and how good its bound is.',
    picture: 'posters/encode-card.webp',
    pictureAlt: 'A drawn digit, and beside it what a variational autoencoder makes of it.',
    load: () => import('./encode'),
  },
  {
    id: 'vae',
    chapter: chapters[2]!,
    title: 'Learn a latent space',
    menu: 'Learn',
    line: 'Train a variational autoencoder in this tab, watch its map of digits unfold, and change what the code may cost.',
    picture: 'posters/vae-card.webp',
    pictureAlt: 'A sheet of digits that change gradually, and beside it a cloud of points.',
    load: () => import('./vae'),
  },
  {
    id: 'kl',
    chapter: chapters[2]!,
    title: 'KL and maximum likelihood',
    menu: 'KL',
    line: 'Drag two densities, see both divergences between them, and which fit each of them prefers.',
    picture: 'posters/kl-card.webp',
    pictureAlt: 'A density with two modes, and a single Gaussian that sits on one of them.',
    load: () => import('./kl'),
  },
  {
    id: 'continuous',
    chapter: chapters[2]!,
    title: 'From mixtures to infinitely many',
    menu: 'Infinitely many',
    line: 'Draw points and explain them by a few Gaussians, a line of infinitely many, or a line that bends.',
    picture: 'posters/continuous-card.webp',
    pictureAlt: 'Points along a bent line, and Gaussians along the curve that explains them.',
    load: () => import('./continuous'),
  },
  {
    id: 'ladder',
    chapter: chapters[2]!,
    title: 'Exact, sampled, mean field',
    menu: 'E-steps',
    line: 'Three E-steps for a model whose posterior is correlated, side by side: what each costs, and what it misses.',
    picture: 'posters/ladder-card.webp',
    pictureAlt:
      'A tilted ellipse, the true posterior of two latents, and a narrow upright one that is all the mean field can have.',
    load: () => import('./ladder'),
  },
];

/** The demo that takes a picture dropped on the home page. */
export const takesPictures = demos[0]!;
