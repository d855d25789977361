import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { idsIn, readRows } from '../support/coverage.ts';
import { describe } from '../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe('docs/coverage.md', ({ test }) => {
  const rows = readRows();

  test('names each row once', () => {
    assert.is(rows.length, 250);
    assert.is(new Set(rows.map(({ id }) => id)).size, rows.length);
  });

  test('every test that it gives for a row names that row', () => {
    const wrong = rows.flatMap(({ id, shownBy }) =>
      (shownBy.match(/\btest\/\S+\.test\.ts/g) ?? [])
        .filter((file) => {
          const full = path.join(root, file);
          return !existsSync(full) || !idsIn(readFileSync(full, 'utf8')).includes(id);
        })
        .map((file) => `${id}: ${file}`),
    );
    assert.equal(wrong, []);
  });

  test('every row says what shows it, or why nothing does', () => {
    const states = /^(test\/|built, no test yet \(roles\/|stated in docs\/|not built: ..|not yet$)/;
    assert.equal(
      rows.filter(({ shownBy }) => !states.test(shownBy)),
      [],
    );
  });

  test('ranges of rows are read', () => {
    assert.equal(idsIn('(S1-43..45, SK-02) S9-01'), ['S1-43', 'S1-44', 'S1-45', 'SK-02']);
  });
});
