import { describe, expect, it } from 'vitest';
import { pixels, queryOf, reflect, snapshot } from '../../web/src/element/attributes';
import { between, reservedHeight } from '../../web/src/element/heights';
import measured from '../../web/src/element/heights.json';
import { isDarkColour } from '../../web/src/element/host_page';
import { demos } from '../../web/src/demos';
import { guestCss } from '../../web/src/lib/styles';

/** As much of an element as attributes need. */
function elementWith(attributes: Record<string, string>): Element {
  const map = new Map(Object.entries(attributes));
  return {
    get attributes() {
      return [...map].map(([name, value]) => ({ name, value }));
    },
    getAttribute: (name: string) => map.get(name) ?? null,
    setAttribute: (name: string, value: string) => void map.set(name, value),
    removeAttribute: (name: string) => void map.delete(name),
  } as unknown as Element;
}

describe('attributes of the element', () => {
  it('are the state, but for those of the element itself, which are written data-NAME', () => {
    const element = elementWith({
      ...{ demo: 'leaves', controls: 'seed', theme: 'dark', height: '400', autorun: 'false', class: 'wide' },
      ...{ seed: '7', 'data-height': '96', 'data-seed': '9', style: 'color: red' },
    });
    expect(Object.fromEntries(queryOf(element))).toEqual({ seed: '7', height: '96' });
  });

  it('follow the state where it changes, and say which did', () => {
    const element = elementWith({ demo: 'denoise', sigma: 'auto', seed: '3', half: 'true' });
    const changed = reflect(element, { seed: '3', half: 'true' }, { seed: '4', sigma: '20', height: '9' });
    expect(changed.sort()).toEqual(['half', 'height', 'seed', 'sigma']);
    expect(Object.fromEntries(queryOf(element))).toEqual({ seed: '4', sigma: '20', height: '9' });
    expect(element.getAttribute('data-height')).toBe('9');
    expect(element.getAttribute('height')).toBeNull();
  });

  it('stay as they were written where the state has not changed', () => {
    const element = elementWith({ sigma: 'auto', seed: '3' }); // "auto" is the default: the state does not tell it
    expect(reflect(element, { seed: '3' }, { seed: '3' })).toEqual([]);
    expect(element.getAttribute('sigma')).toBe('auto');
    element.setAttribute('seed', '4');
    expect(reflect(element, { seed: '3' }, { seed: '4' })).toEqual([]); // a script was first
  });

  it('count as changed only where they matter', () => {
    const element = elementWith({ demo: 'gmm', seed: '1' });
    const before = snapshot(element);
    element.setAttribute('class', 'reveal');
    expect(snapshot(element)).toBe(before);
    element.setAttribute('controls', '');
    expect(snapshot(element)).not.toBe(before);
  });

  it('take heights as numbers and in px', () => {
    expect(['420', '420px', ' 420 ', 'tall', '-3', null].map(pixels)).toEqual([420, 420, 420, 0, 0, 0]);
  });
});

describe('room that is kept', () => {
  it('is known for every demo; for one that is new that of another is taken', () => {
    expect(Object.keys(measured.demos).sort()).toEqual(demos.map(({ id }) => id).sort());
    expect(reservedHeight('new', 700, null)).toBe(reservedHeight('denoise', 700, null));
  });

  it('is what was measured at the widths that were, and between them in between', () => {
    const heights = measured.widths.map((_, i) => 1000 - 10 * i);
    measured.widths.forEach((width, i) => expect(between(heights, width)).toBe(heights[i]));
    const [first, second] = measured.widths as [number, number];
    expect(between(heights, (first + second) / 2)).toBeCloseTo(995);
    expect(between(heights, 0)).toBe(1000);
    expect(between(heights, 1e4)).toBe(heights.at(-1));
  });

  it('is less with few controls below the stage, and never more than with all', () => {
    for (const { id } of demos)
      for (const width of [320, 672, 840]) {
        const [all, one, none] = [null, 'seed', ''].map((controls) => reservedHeight(id, width, controls));
        expect(none).toBeLessThanOrEqual(one!);
        expect(one).toBeLessThanOrEqual(all!);
      }
  });
});

describe('what is taken from the page around', () => {
  it('dark backgrounds are told from light and from none', () => {
    expect(isDarkColour('rgb(20, 23, 26)')).toBe(true);
    expect(isDarkColour('rgba(251, 251, 249, 0.9)')).toBe(false);
    expect(isDarkColour('rgba(0, 0, 0, 0)')).toBeUndefined();
    expect(isDarkColour('color(display-p3 0 0 0)')).toBeUndefined();
  });

  it('lengths in rem become those of the element', () => {
    expect(guestCss('a{font:600 0.8125rem/1 x;margin:.5rem 2rem;--remote:1remx}')).toBe(
      'a{font:600 calc(0.8125 * var(--rem))/1 x;margin:calc(.5 * var(--rem)) calc(2 * var(--rem));--remote:1remx}',
    );
  });
});
