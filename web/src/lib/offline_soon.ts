// For pages of our own, once they have loaded and nothing else is to be done: the service worker (offline.ts).

export function keepOfflineSoon(): void {
  if (import.meta.env.DEV) return;
  const load = () =>
    import('./offline').then(
      ({ keepOffline }) => keepOffline(),
      () => {}, // the page works without
    );
  addEventListener('load', () => (window.requestIdleCallback ?? setTimeout)(() => void load()));
}
