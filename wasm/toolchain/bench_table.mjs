// What the rows of a benchmark run say about each other: ratios to native, share of the rate of matrix products, and one
// table for people.

const prefix = 'epll/';
const flavourOrder = ['native', 'simd', 'relaxed', 'simd-mt', 'relaxed-mt', 'pool'];
const methodOrder = ['dense', 'paper', 'exact', 'balanced', 'fast', 'colour'];
const order = (list, name) => (list.indexOf(name) + 1 || list.length + 1) - 1;

/**
 * {derived: further rows, table: cells, the first line the heading} of rows {name, flavour, threads, metric, value, unit}
 * whose names are epll/METHOD/... and "gemm".
 */
export function compare(rows) {
  const find = (name, flavour, threads, metric) =>
    rows.find(
      (row) =>
        row.name === name && row.flavour === flavour && row.threads === threads && row.metric === metric,
    )?.value;
  const derived = [];
  const lines = rows
    .filter(({ name, metric }) => name.startsWith(prefix) && metric === 'time')
    .map(({ name, flavour, threads, value: time }) => {
      const about = (metric) => find(name, flavour, threads, metric);
      const native = flavour === 'native' ? undefined : find(name, 'native', threads, 'time');
      // The arithmetic is that of the native program: the same components are looked at everywhere.
      const flop = about('flop') ?? find(name, 'native', threads, 'flop') ?? find(name, 'native', 1, 'flop');
      const rate = find('gemm', flavour, threads, 'rate');
      const line = {
        method: name.split('/')[1],
        photos: name.endsWith('/photos'),
        flavour,
        threads,
        time,
        psnr: about('psnr'),
        ratio: native && time / native,
        work: about('work') ?? find(name, 'native', 1, 'work'),
        share: flop && rate && flop / time / rate,
        rate,
        memory: about('memory') ?? find('epll/481x321/s25', flavour, threads, 'memory'),
      };
      const add = (metric, value, unit) =>
        value !== undefined && derived.push({ name, flavour, threads, metric, value, unit });
      add('ratio', line.ratio, 'x native');
      add('gemm_share', line.share, 'of matrix products');
      return line;
    });
  lines.sort(
    (a, b) =>
      order(methodOrder, a.method) - order(methodOrder, b.method) ||
      order(flavourOrder, a.flavour) - order(flavourOrder, b.flavour) ||
      a.threads - b.threads,
  );
  const text = (value, digits, unit = '') => (value === undefined ? '' : value.toFixed(digits) + unit);
  const percent = (value) => text(value && 100 * value, 1, ' %');
  const table = [
    [
      'variant',
      'flavour',
      'threads',
      'time s',
      'PSNR dB',
      'x native',
      'work',
      'of products',
      'GFLOP/s',
      'memory MB',
    ],
    ...lines.map((line) => [
      line.method + (line.photos ? ' (photos)' : ''),
      line.flavour,
      String(line.threads),
      text(line.time, line.time < 1 ? 3 : 2),
      text(line.psnr, 2),
      text(line.ratio, 2),
      percent(line.work),
      percent(line.share),
      text(line.rate, 1),
      text(line.memory && line.memory / 1e6, 0),
    ]),
  ];
  return { derived, table };
}

/** Cells as text in columns, the first row a heading. */
export function columns(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
