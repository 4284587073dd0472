// Files that are dropped or pasted anywhere on the page, or on an element of ours in another.

const fileIn = (data: DataTransfer | null): File | undefined =>
  data?.files[0] ?? [...(data?.items ?? [])].find(({ kind }) => kind === 'file')?.getAsFile() ?? undefined;

/** The whole page takes drops and pastes, or what is given does. `other` is told of a drop that holds no file. Returns what
 * ends it. */
export function catchFiles(
  take: (file: File) => void,
  other: (sentence: string) => void,
  within?: HTMLElement,
): () => void {
  const end = new AbortController();
  const { signal } = end;
  const mark = (on: boolean) => (within ?? document.documentElement).classList.toggle('dropping', on);
  const [drops, pastes] = within ? [within, within] : ([window, document] as const);
  const on = <E extends Event>(target: EventTarget, name: string, listener: (event: E) => void) =>
    target.addEventListener(name, listener as EventListener, { signal });
  let depth = 0;
  const over = (event: DragEvent) => {
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
  };
  on<DragEvent>(drops, 'dragenter', (event) => (over(event), depth++, mark(true)));
  on<DragEvent>(drops, 'dragover', over);
  on<DragEvent>(drops, 'dragleave', () => (depth = Math.max(0, depth - 1)) || mark(false));
  on<DragEvent>(drops, 'drop', (event) => {
    event.preventDefault();
    depth = 0;
    mark(false);
    const file = fileIn(event.dataTransfer);
    if (file) take(file);
    else other('What was dropped is not a file. Drag the picture from a folder, or save it first.');
  });
  on<ClipboardEvent>(pastes, 'paste', (event) => {
    if (event.target instanceof Element && event.target.closest('input:not([type=range]), textarea')) return;
    const file = fileIn(event.clipboardData);
    if (file) take(file);
    else if (event.clipboardData?.types.length)
      other('The clipboard holds no picture. Copy a picture, then paste it here.');
  });
  return () => end.abort();
}
