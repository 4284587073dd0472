// Zoom and pan of a picture in a viewport. `zoom` is CSS pixels per picture pixel; (x, y) is the picture point, in picture
// pixels, at the viewport's middle.

export type Point = { x: number; y: number };
export type Size = { width: number; height: number };
/** A part of a picture, in whole picture pixels. */
export type Part = { x: number; y: number; width: number; height: number };
export type View = { zoom: number; x: number; y: number };

export const MAX_ZOOM = 32;

/** Zoom at which all of the picture is seen; small pictures are enlarged up to 8 times, by whole factors. */
export function fitZoom(picture: Size, viewport: Size): number {
  const zoom = Math.min(viewport.width / picture.width, viewport.height / picture.height);
  return zoom < 2 ? zoom : Math.min(8, Math.floor(zoom));
}

export const fit = (picture: Size, viewport: Size): View => ({
  zoom: fitZoom(picture, viewport),
  x: picture.width / 2,
  y: picture.height / 2,
});

/** Within limits: the picture covers the middle, and where it is larger than the viewport, its borders stay outside. */
export function clamped(view: View, picture: Size, viewport: Size): View {
  const zoom = Math.min(MAX_ZOOM, Math.max(Math.min(fitZoom(picture, viewport), 1), view.zoom));
  const axis = (at: number, extent: number, seen: number) =>
    seen >= extent ? extent / 2 : Math.min(extent - seen / 2, Math.max(seen / 2, at));
  return {
    zoom,
    x: axis(view.x, picture.width, viewport.width / zoom),
    y: axis(view.y, picture.height, viewport.height / zoom),
  };
}

/** The part of the picture that is seen, borders included. */
export function visiblePart(view: View, picture: Size, viewport: Size): Part {
  const axis = (at: number, extent: number, seen: number): [number, number] => {
    const from = Math.max(0, Math.floor(at - seen / 2));
    return [from, Math.max(1, Math.min(extent, Math.ceil(at + seen / 2)) - from)];
  };
  const [x, width] = axis(view.x, picture.width, viewport.width / view.zoom);
  const [y, height] = axis(view.y, picture.height, viewport.height / view.zoom);
  return { x, y, width, height };
}

/** To another zoom, keeping what is under the point (px, py), measured from the viewport's middle, where it is. */
export function zoomed(view: View, zoom: number, px = 0, py = 0): View {
  const x = view.x + px / view.zoom;
  const y = view.y + py / view.zoom;
  return { zoom, x: x - px / zoom, y: y - py / zoom };
}

const steps = [0.0625, 0.125, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32];

/** The next of the usual zooms, up or down. */
export function nextZoom(zoom: number, direction: 1 | -1): number {
  return direction > 0
    ? (steps.find((step) => step > zoom * 1.001) ?? MAX_ZOOM)
    : ([...steps].reverse().find((step) => step < zoom * 0.999) ?? steps[0]!);
}

/** Pixels are shown as squares above this, smoothly below. */
export const PIXELATED_ABOVE = 2;
