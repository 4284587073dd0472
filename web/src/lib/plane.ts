// Points in the plane: made by a seed, drawn by a reader and packed into an address; ellipses of Gaussians; colours of what
// explains a point.

export type Point = readonly [x: number, y: number];

/** What the stage shows: coordinates without a unit. */
export const BOX = { left: -4, right: 4, bottom: -3, top: 3 } as const;

/** Random numbers in [0,1) that follow from the seed (a multiplicative congruential generator, modulus 2^31 - 1). */
function uniforms(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

function normals(next: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

const COUNT = 150;

type Maker = (t: number, i: number, normal: () => number) => Point;

const makers: Record<string, Maker> = {
  blobs: (_, i, e) => {
    const k = i % 3;
    const [x, y] = [
      [-1.9, -0.9],
      [0.2, 1.4],
      [1.8, -0.7],
    ][k]!;
    return [x! + 0.55 * e() + (k === 1 ? 0.4 * e() : 0), y! + 0.4 * e()];
  },
  line: (_, __, e) => {
    const z = e();
    return [0.2 + 1.4 * z + 0.35 * e(), -0.1 + 0.8 * z + 0.35 * e()];
  },
  ring: (t, _, e) => [
    1.8 * Math.cos(2 * Math.PI * t) + 0.12 * e(),
    1.8 * Math.sin(2 * Math.PI * t) + 0.12 * e(),
  ],
  spiral: (t, _, e) => {
    const turn = 0.8 + 8 * t;
    return [0.28 * turn * Math.cos(turn) + 0.08 * e(), 0.28 * turn * Math.sin(turn) + 0.08 * e()];
  },
  moons: (t, i, e) => {
    const side = i % 2 ? 1 : -1;
    const [x, y] = [0.75 - 1.5 * Math.cos(Math.PI * t), 0.4 - 1.5 * Math.sin(Math.PI * t)];
    return [side * x + 0.14 * e(), side * y + 0.14 * e()];
  },
  banana: (t, _, e) => {
    const z = 3.6 * t - 1.8;
    return [1.6 * z + 0.15 * e(), 1.1 - 0.7 * z * z + (0.12 + 0.18 * t) * e()];
  },
};

/** Points of a kind: blobs, line, ring, spiral, moons, banana; none of another. */
export function madePoints(kind: string, seed: number, count = COUNT): Point[] {
  const maker = makers[kind];
  if (!maker) return [];
  const next = uniforms(seed);
  const normal = normals(next);
  for (let i = 0; i < 9; i++) next();
  return Array.from({ length: count }, (_, i) => maker(next(), i, normal));
}

// ---- In an address: three letters a point, 9 bits for each coordinate.

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const LEVELS = 512;
/** An address holds so many. */
export const MOST_PACKED = 66;

/** The nearest point that an address can hold, within the box. */
export function snapped([x, y]: Point): Point {
  const [i, j] = levelsOf([x, y]);
  return pointAt(i, j);
}

const clamp = (level: number) => Math.min(LEVELS - 1, Math.max(0, Math.round(level)));

function levelsOf([x, y]: Point): [number, number] {
  return [
    clamp(((x - BOX.left) / (BOX.right - BOX.left)) * (LEVELS - 1)),
    clamp(((y - BOX.bottom) / (BOX.top - BOX.bottom)) * (LEVELS - 1)),
  ];
}

const pointAt = (i: number, j: number): Point => [
  BOX.left + (i / (LEVELS - 1)) * (BOX.right - BOX.left),
  BOX.bottom + (j / (LEVELS - 1)) * (BOX.top - BOX.bottom),
];

/** Empty when there are too many. */
export function packed(points: readonly Point[]): string {
  if (points.length > MOST_PACKED) return '';
  return points
    .map((point) => {
      const [i, j] = levelsOf(point);
      const bits = i * LEVELS + j;
      return LETTERS[bits >> 12]! + LETTERS[(bits >> 6) & 63]! + LETTERS[bits & 63]!;
    })
    .join('');
}

/** What is no point is left out. */
export function unpacked(text: string): Point[] {
  const points: Point[] = [];
  for (let k = 0; k + 3 <= text.length; k += 3) {
    const [a, b, c] = [0, 1, 2].map((d) => LETTERS.indexOf(text[k + d]!));
    if (a! < 0 || b! < 0 || c! < 0) continue;
    const bits = a! * 4096 + b! * 64 + c!;
    points.push(pointAt(Math.floor(bits / LEVELS), bits % LEVELS));
  }
  return points;
}

/** Lines of x,y under a heading. */
export const pointsCsv = (points: readonly Point[]): string =>
  `x,y\n${points.map(([x, y]) => `${Number(x.toFixed(4))},${Number(y.toFixed(4))}`).join('\n')}\n`;

/** The input of tasks. */
export const pointsTensor = (points: readonly Point[]) => ({
  dtype: 'f32' as const,
  shape: [points.length, 2],
  data: Float32Array.from(points.flat()),
});

// ---- Ellipses

export type Ellipse = {
  x: number;
  y: number;
  /** Half axes of one standard deviation, and the direction of the first, upwards positive. */
  a: number;
  b: number;
  angle: number;
};

/** Of a Gaussian with the mean (x, y) and the covariance (xx, xy; xy, yy). */
export function ellipseOf(x: number, y: number, xx: number, xy: number, yy: number): Ellipse {
  const middle = (xx + yy) / 2;
  const radius = Math.hypot((xx - yy) / 2, xy);
  return {
    ...{ x, y, a: Math.sqrt(Math.max(0, middle + radius)), b: Math.sqrt(Math.max(0, middle - radius)) },
    angle: 0.5 * Math.atan2(2 * xy, xx - yy),
  };
}

// ---- Colours

export type Colour = readonly [number, number, number];

/** "rgb(1, 2, 3)" or "color(srgb 0.1 0.2 0.3)", as computed styles say it. */
export function colourOf(text: string): Colour {
  const numbers = (text.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
  const [r = 0, g = 0, b = 0] = numbers;
  return text.startsWith('color(') ? [255 * r, 255 * g, 255 * b] : [r, g, b];
}

export const mixed = (from: Colour, to: Colour, share: number): Colour => [
  from[0] + share * (to[0] - from[0]),
  from[1] + share * (to[1] - from[1]),
  from[2] + share * (to[2] - from[2]),
];

/** Of a component: as far from those before it as a turn of hues allows. */
export function hueColour(k: number, dark: boolean): Colour {
  const hue = (20 + 137.508 * k) % 360;
  const [light, strong] = dark ? [0.68, 0.75] : [0.42, 0.85];
  const part = (n: number) => {
    const at = (n + hue / 30) % 12;
    return 255 * (light - strong * Math.min(light, 1 - light) * Math.max(-1, Math.min(at - 3, 9 - at, 1)));
  };
  return [part(0), part(8), part(4)];
}

/** Of a latent from -2 to 2: violet, red, yellow. */
export function latentColour(z: number, dark: boolean): Colour {
  const t = Math.min(1, Math.max(0, (z + 2) / 4));
  const ramp: Colour[] = dark
    ? [
        [158, 130, 255],
        [255, 107, 129],
        [255, 222, 105],
      ]
    : [
        [76, 29, 170],
        [208, 32, 76],
        [196, 140, 0],
      ];
  const half = t < 0.5 ? 0 : 1;
  return mixed(ramp[half]!, ramp[half + 1]!, 2 * t - half);
}

/** Heat of each value of a log density: its density's share of the largest, or on a logarithmic scale the share of `decades`
 * below the largest. */
export function heats(logDensity: ArrayLike<number>, logarithmic: boolean, decades = 5): Float32Array {
  let most = -Infinity;
  for (let i = 0; i < logDensity.length; i++) most = Math.max(most, logDensity[i]!);
  return Float32Array.from(logDensity, (v) =>
    logarithmic ? Math.max(0, 1 + (v - most) / (decades * Math.LN10)) : Math.exp(v - most),
  );
}
