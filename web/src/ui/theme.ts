// Light or dark: the system's choice, until a person chooses here.
import { h, icon, say } from '../lib/dom';

const KEY = 'priorlab-theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const sun =
  'M10 6.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM9.200 1.500h1.600v3H9.200zM9.200 15.500h1.600v3H9.200zM1.500 9.200h3v1.600h-3zM15.500 9.200h3v1.600h-3zM3.500 4.600l1.100-1.100 2.100 2.100-1.100 1.100zM13.300 14.400l1.100-1.100 2.100 2.100-1.100 1.100zM3.500 15.400l2.100-2.100 1.100 1.100-2.100 2.100zM13.300 5.600l2.100-2.100 1.100 1.100-2.100 2.100z';
const moon = 'M8 2.500a7.700 7.700 0 1 0 9.500 9.500A6.300 6.300 0 0 1 8 2.500z';

function stored(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined; // storage is forbidden here
  }
}

/** `at`: some element, where not all of the page is of one kind. */
export const isDark = (at: Element = document.documentElement): boolean =>
  (at.closest<HTMLElement>('[data-theme]')?.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';

const changes = new EventTarget();

/** Canvases take their colours anew, until `signal` ends it. */
export function whenThemeChanges(redraw: () => void, signal: AbortSignal): void {
  changes.addEventListener('change', redraw, { signal });
}

export function themeChanged(): void {
  changes.dispatchEvent(new Event('change'));
}

/** The system asks for little motion: nothing runs unasked. */
export const still = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** At once, before anything is drawn. */
export function applyTheme(theme = stored()): void {
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
}

export function themeButton(): HTMLButtonElement {
  const name = h('span', { class: 'visually-hidden' });
  const button = h('button', { type: 'button', class: 'tool theme-toggle' }, icon(moon), name);
  const paint = () => {
    button.querySelector('path')!.setAttribute('d', isDark() ? sun : moon);
    button.title = isDark() ? 'Light colours' : 'Dark colours';
    say(name, button.title);
    themeChanged();
  };
  button.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // not remembered, still applied
    }
    applyTheme(theme);
    paint();
  });
  system.addEventListener('change', paint);
  paint();
  return button;
}
