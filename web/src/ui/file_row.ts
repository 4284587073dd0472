// A button that opens a file, with a line on what else may be done.
import { h } from '../lib/dom';

/** `action`: of the button, "Open mask file". */
export function fileRow(
  action: string,
  accept: string,
  hint: string,
  open: (file: File) => void,
): HTMLElement {
  const input = h('input', { type: 'file', accept, class: 'visually-hidden', 'aria-label': action });
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    input.value = ''; // the same file may be chosen again
    if (file) open(file);
  });
  return h(
    'div',
    { class: 'file-row' },
    h('label', { class: 'button' }, input, h('span', {}, action)),
    h('p', { class: 'hint' }, hint),
  );
}
