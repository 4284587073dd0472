// The page: a bar on top, and below it the home page or one demo, by the address after '#'.
import { chapters, demos, takesPictures, type MountedDemo } from './demos';
import { createEngine } from './engine';
import { h } from './lib/dom';
import { keepOfflineSoon } from './lib/offline_soon';
import { route } from './lib/state';
import { styleRoot } from './lib/styles';
import { isUnknown } from './lib/versions';
import { applyTheme, themeButton } from './ui/theme';
import { obeyDisabled } from './ui/disabled';
import './ui/styles/base.css';
import './ui/styles/shell.css';
import './ui/styles/notices.css';

applyTheme();
styleRoot(document);
const engine = createEngine();
const host = document.querySelector<HTMLElement>('#page')!;
/** Pages that are neither home nor a demo. */
const pages: Record<
  string,
  {
    title: string;
    load(): Promise<{ mount(host: HTMLElement, query: URLSearchParams): { unmount(): void } }>;
  }
> = {
  bench: { title: 'Speed on this machine', load: () => import('./ui/benchmark') },
};
let mounted: { id: string; demo?: MountedDemo; page?: { unmount(): void } } | undefined;
let file: File | undefined;
/** What lessons ask for in their links, once one did. */
let lesson: typeof import('./ui/lesson') | undefined;

/** The demos of the chapter at hand, and the other chapters by their first demo. */
function showMenu(at: string): void {
  const open = demos.find(({ id }) => id === at)?.chapter;
  const links = chapters.flatMap((chapter) => {
    const all = demos.filter((it) => it.chapter === chapter);
    if (chapter !== open)
      return [h('a', { class: 'chapter-link', href: `#${all[0]!.id}` }, chapter.replace(/ models$/, ''))];
    return all.map(({ id, title, menu = title }) =>
      h('a', { href: `#${id}`, ...(id === at ? { 'aria-current': 'page' } : {}) }, menu),
    );
  });
  document.querySelector('#menu')!.replaceChildren(...links);
  document.querySelector('#menu [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
}

async function show(): Promise<void> {
  const { id, query } = route(location.hash);
  const asks = query.has('controls') || isUnknown(query);
  if (mounted && mounted.id === id) {
    if (!mounted.demo) return;
    mounted.demo.navigate(query);
    if (asks) lesson ??= await import('./ui/lesson').catch(() => undefined); // then all controls stay
    if (mounted?.id === id) lesson?.obey(host, route(location.hash).query);
    return;
  }
  const demo = demos.find((it) => it.id === id);
  const page = Object.hasOwn(pages, id) ? pages[id] : undefined;
  const known = demo || page ? id : '';
  mounted?.demo?.unmount();
  mounted?.page?.unmount();
  const mine = (mounted = { id: known } as NonNullable<typeof mounted>);
  host.replaceChildren();
  scrollTo(0, 0);
  if (document.activeElement !== document.body) host.focus(); // where the reader is, after following a link
  const title = demo?.title ?? page?.title;
  document.title = title ? `${title} · Priorlab` : 'Priorlab';
  showMenu(known);
  try {
    if (demo) {
      const [{ mount }, found] = await Promise.all([demo.load(), asks ? import('./ui/lesson') : lesson]);
      lesson = found;
      if (mounted !== mine) return; // somebody went on in the meantime
      const now = route(location.hash); // forward and back do not wait for what is loaded
      if (now.id !== id) return void (mounted = undefined);
      mine.demo = mount({ host, engine, query: now.query, file });
      lesson?.obey(host, now.query);
      file = undefined;
    } else if (page) {
      const { mount } = await page.load();
      if (mounted === mine) mine.page = mount(host, query);
    } else {
      const { mountHome } = await import('./ui/home');
      if (mounted === mine) mountHome(host);
    }
  } catch (error) {
    if (mounted !== mine) return;
    mounted = undefined;
    const retry = h('button', { type: 'button', class: 'button', onclick: () => location.reload() }, 'Retry');
    host.append(
      h(
        'div',
        { class: 'notice notice-error', role: 'alert' },
        h('p', {}, 'This page could not be loaded: the connection failed.'),
        retry,
      ),
    );
    console.warn(error);
  }
}

obeyDisabled(document);
document.querySelector('#bar-end')!.append(themeButton());
document.querySelector('#skip')!.addEventListener('click', () => host.focus());
// Nobody drops a picture in the first moments: the shell is small.
void import('./ui/catch_files').then(
  ({ catchFiles }) =>
    catchFiles(
      (it) => {
        if (mounted?.demo) return mounted.demo.take(it);
        file = it;
        location.hash = takesPictures.id;
      },
      (sentence) => mounted?.demo?.complain(sentence),
    ),
  console.warn,
);
window.addEventListener('hashchange', () => void show());
void show();
keepOfflineSoon();
