// Buttons that are aria-disabled keep the focus; they look disabled by style, and act so by this.

/** aria-disabled buttons look and act disabled: one listener for the whole page, or for each element of ours in another. */
export function obeyDisabled(root: Document | HTMLElement): void {
  root.addEventListener(
    'click',
    (event) => {
      if ((event.target as Element).closest?.('[aria-disabled=true]')) {
        event.stopImmediatePropagation();
        event.preventDefault();
      }
    },
    true,
  );
}
