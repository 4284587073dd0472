// How many components a mixture needs: held-out log-likelihood and denoising against their number, as measured by the
// command line (web/scripts/patch_tables.mjs). Absent until that has been run.
import { h } from '../lib/dom';
import { Plot } from '../ui/plot';

/** `held_out`: nats per patch of pictures it has not seen; `psnr`: dB; `shipped`: trained at greater length than the others,
 * so it is no point of the curves. */
export type KRow = { components: number; held_out: number; psnr: number; shipped?: boolean };
export type KStudy = { settings: Record<string, unknown>; rows: Partial<KRow>[] };

/** Rows with all figures, by the number of components. */
export const kStudyRows = (rows: readonly Partial<KRow>[]): KRow[] =>
  rows
    .filter((it): it is KRow => [it.components, it.held_out, it.psnr].every(Number.isFinite))
    .sort((a, b) => a.components - b.components || Number(a.shipped ?? false) - Number(b.shipped ?? false));

const files = import.meta.glob<KStudy>('./gmm_components.json', { eager: true, import: 'default' });

export const kStudy: KStudy | undefined = Object.values(files)[0];

/** A section of the page and its plot. */
export function kStudySection(study: KStudy): { element: HTMLElement; plot: Plot } {
  const rows = kStudyRows(study.rows);
  const plot = new Plot('components', { logX: true });
  plot.canvas.classList.add('tall');
  const curve = rows.filter(({ shipped }) => !shipped);
  const at = curve.map(({ components }) => components);
  plot.show(
    [
      {
        name: 'held out',
        unit: 'nats',
        digits: 1,
        colour: '--accent',
        values: curve.map((it) => it.held_out),
        at,
      },
      {
        name: 'denoising',
        unit: 'dB',
        digits: 2,
        colour: '--second',
        dashed: true,
        values: curve.map((it) => it.psnr),
        at,
      },
    ],
    curve.length,
  );
  const { patches, pictures, images, sigma, schedule } = study.settings;
  const how = `Log-likelihood of ${Number(patches).toLocaleString('en')} patches of ${pictures}; denoising is the mean PSNR of ${images} of those by EPLL at sigma ${sigma}, ${schedule} schedule.`;
  const head = ['Components', 'Held-out log p, nats', 'Denoising, dB'];
  const element = h(
    'section',
    { class: 'side-by-side' },
    h('h2', {}, 'How many components?'),
    h(
      'p',
      { class: 'hint' },
      'Mixtures of 1 to 200 components trained alike, each curve on its own scale; the number of components is on a logarithmic axis. The shipped one was trained at greater length. ' +
        how,
    ),
    plot.canvas,
    h(
      'div',
      { class: 'table-scroll', tabindex: 0, role: 'group', 'aria-label': 'How many components' },
      h(
        'table',
        { class: 'models-table' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            head.map((text, i) => h('th', { scope: 'col', class: i ? 'number' : '' }, text)),
          ),
        ),
        h(
          'tbody',
          {},
          rows.map((it) =>
            h(
              'tr',
              { 'data-components': it.components, 'data-shipped': it.shipped },
              h('th', { scope: 'row' }, `${it.components}${it.shipped ? ', the shipped one' : ''}`),
              h('td', { class: 'number' }, it.held_out.toFixed(2)),
              h('td', { class: 'number' }, it.psnr.toFixed(2)),
            ),
          ),
        ),
      ),
    ),
  );
  return { element, plot };
}
