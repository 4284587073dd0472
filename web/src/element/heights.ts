// How high a demo will be, so that text below it stays where it is when the demo takes the poster's place.

/** `controls`: the attribute. */
export function reservedHeight(id: string, width: number, controls: string | null): number {
  void id;
  void controls;
  return Math.round(Math.min(width, 640) * 0.625);
}
