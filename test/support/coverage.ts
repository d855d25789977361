// Which file names which row of docs/coverage.md. Run by `npx tsx test/support/coverage.ts`, it fills the table's last
// column from what tests, roles and pages say; a reason that begins with `not built` is kept as it is. A row that
// docs/flags.md or docs/differences.md names differs here from its guide, and that page says how.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const page = path.join(root, 'docs/coverage.md');

export interface Row {
  readonly id: string;
  readonly what: string;
  readonly shownBy: string;
}

/** Row ids in a text: `S0-12`, and each of a range such as `S1-43..45`. */
export function idsIn(text: string): string[] {
  return [...text.matchAll(/\b(S[0-4K])-(\d{2})(?:\.\.(\d{2}))?/g)].flatMap(([, seed = '', from, to]) => {
    const first = Number(from);
    const count = to === undefined ? 1 : Number(to) - first + 1;
    return Array.from({ length: count }, (_, index) => `${seed}-${String(first + index).padStart(2, '0')}`);
  });
}

export function readRows(): Row[] {
  return [...readFileSync(page, 'utf8').matchAll(/^\| (S[0-4K]-\d{2}) \| (.*?) \| (.*) \|$/gm)].map(
    ([, id = '', what = '', shownBy = '']) => ({ id, what, shownBy }),
  );
}

/** Files below a folder that name rows, by row. */
function namedIn(folder: string, extension: RegExp): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => extension.test(name)).sort()) {
    const name = path.posix.join(folder, file);
    if (/\bcoverage\.(md|test\.ts)$/.test(name)) continue;
    for (const id of new Set(idsIn(readFileSync(path.join(root, name), 'utf8'))))
      found.set(id, [...(found.get(id) ?? []), name]);
  }
  return found;
}

function fill(rows: readonly Row[]): Row[] {
  const tests = namedIn('test', /\.test\.ts$/);
  const roles = namedIn('roles', /\.(yml|j2)$/);
  const pages = namedIn('docs', /\.md$/);
  const roleNames = (files: readonly string[]): string =>
    [...new Set(files.map((file) => file.split('/').slice(0, 2).join('/')))].join(', ');
  return rows.map((row) => {
    const { id } = row;
    const test = tests.get(id);
    const stated = pages.get(id);
    if (test)
      return {
        ...row,
        shownBy: `${test.join(', ')}${stated ? `; how it differs: ${stated.join(', ')}` : ''}`,
      };
    const role = roles.get(id);
    if (role) return { ...row, shownBy: `built, no test yet (${roleNames(role)})` };
    if (row.shownBy.startsWith('not built')) return row;
    return { ...row, shownBy: stated ? `stated in ${stated.join(', ')}` : 'not yet' };
  });
}

if (process.argv[1] === import.meta.filename) {
  const filled = new Map(fill(readRows()).map((row) => [row.id, row]));
  const text = readFileSync(page, 'utf8').replace(/^\| (S[0-4K]-\d{2}) \| .* \|$/gm, (line, id: string) => {
    const row = filled.get(id);
    return row ? `| ${id} | ${row.what} | ${row.shownBy} |` : line;
  });
  writeFileSync(page, text);
}
