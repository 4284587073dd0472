// Registers the service worker (service_worker.ts says what it does) for pages of our own; never within pages that embed
// an element. ?sw=off in the address removes it and what it has kept.
import { siteUrl } from '../engine/site';

async function remove(container: ServiceWorkerContainer): Promise<void> {
  const scope = siteUrl('');
  const registration = await container.getRegistration(scope);
  if (registration?.scope === scope) await registration.unregister();
  await caches.delete(`priorlab ${new URL(scope).pathname}`);
}

/** Silent where there can be none: private windows, frames without storage, hosts without https. */
export async function keepOffline(): Promise<void> {
  try {
    const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    if (!container || !isSecureContext) return;
    if (new URLSearchParams(location.search).get('sw') === 'off') return await remove(container);
    // It sees what is asked for from now on; of what came before it is told.
    const tell = () =>
      container.controller?.postMessage({
        keep: performance.getEntriesByType('resource').map((it) => it.name),
      });
    container.addEventListener('controllerchange', tell);
    await container.register(siteUrl('sw.js'), { updateViaCache: 'none' });
    tell();
  } catch {
    // The page works without.
  }
}
