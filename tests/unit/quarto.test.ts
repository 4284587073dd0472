import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demos } from '../../web/src/demos';
import { zip } from '../../web/scripts/zip.mjs';

test('every demo has a poster that can be printed (web/scripts/print_posters.mjs)', () => {
  const poster = (id: string) => `web/quarto/_extensions/priorlab/posters/${id}.jpg`;
  expect(demos.map(({ id }) => id).filter((id) => !existsSync(poster(id)))).toEqual([]);
});

test('a zip file unpacks elsewhere to what went in, and is the same each time', () => {
  const files: [string, Buffer][] = [
    ['_extensions/a/empty.txt', Buffer.alloc(0)],
    ['_extensions/a/ä.bin', Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * i) & 255))],
    ['b.txt', Buffer.from('text '.repeat(1000))],
  ];
  const bytes = zip(files);
  expect(zip(files).equals(bytes)).toBe(true);
  const folder = mkdtempSync(join(tmpdir(), 'zip-'));
  try {
    writeFileSync(join(folder, 'x.zip'), bytes);
    const script =
      'import zipfile,sys,json\n' +
      'z=zipfile.ZipFile(sys.argv[1])\n' +
      'assert z.testzip() is None\n' +
      'print(json.dumps([[n, len(z.read(n)), sum(z.read(n))] for n in z.namelist()]))';
    const told = execFileSync('python3', ['-c', script, join(folder, 'x.zip')], { encoding: 'utf8' });
    expect(JSON.parse(told)).toEqual(
      files.map(([name, data]) => [name, data.length, data.reduce((a, b) => a + b, 0)]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
