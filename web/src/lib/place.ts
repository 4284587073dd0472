/** Where a pointer is in an element, in the element's own CSS pixels: slides are drawn at another size than they have. */
export function placeIn(element: HTMLElement, { clientX, clientY }: MouseEvent): { x: number; y: number } {
  const { left, top, width } = element.getBoundingClientRect();
  const scale = element.offsetWidth / (width || 1);
  return { x: scale * (clientX - left), y: scale * (clientY - top) };
}
