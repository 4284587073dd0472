// Which elements the reader is near to: within one window's height above and below, in a tab that is seen. One observer
// for all of them.

type Watched = { listener: (near: boolean) => void; inReach: boolean; told: boolean };

const all = new Map<Element, Watched>();
let observer: IntersectionObserver | undefined;

function tell(it: Watched): void {
  const near = it.inReach && document.visibilityState === 'visible';
  if (near === it.told) return;
  it.told = near;
  it.listener(near);
}

const seen = () => all.forEach(tell);

/** `listener` is told when that changes; it is not near to begin with. Returns what ends it. */
export function watchNearness(element: Element, listener: (near: boolean) => void): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const it = all.get(target);
        if (!it) continue;
        it.inReach = isIntersecting;
        tell(it);
      }
    },
    { rootMargin: '100% 0px' },
  );
  if (!all.size) document.addEventListener('visibilitychange', seen);
  all.set(element, { listener, inReach: false, told: false });
  observer.observe(element);
  return () => {
    observer!.unobserve(element);
    all.delete(element);
    if (!all.size) document.removeEventListener('visibilitychange', seen);
  };
}
