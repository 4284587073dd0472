// Starts the worker from wherever the site is: a browser refuses a worker of another origin, but not one of its own that
// imports the other's script (as long as the other allows it: Access-Control-Allow-Origin, as static hosts send).

export const crossOrigin = (url: string): boolean => new URL(url).origin !== location.origin;

/** One address per script for as long as the page lives: workers are replaced when they are lost. */
const wrapped = new Map<string, string>();

function wrap(url: string): string {
  let address = wrapped.get(url);
  if (!address) {
    const script = new Blob([`import ${JSON.stringify(url)};`], { type: 'text/javascript' });
    wrapped.set(url, (address = URL.createObjectURL(script)));
  }
  return address;
}

export function startWorker(url: string, name: string): Worker {
  return new Worker(crossOrigin(url) ? wrap(url) : url, { type: 'module', name });
}
