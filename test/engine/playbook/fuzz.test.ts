// Whatever stands at a place of a playbook, loading and checking it ends with diagnostics, never with an exception.
import * as assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe } from '../../support/suite.ts';
import { loadAndCheck } from './support/load.ts';
import { type Numbers, pick, seededNumbers } from '../../support/random.ts';

const seed = Number(process.env['SEED'] ?? 1);
const junk = [
  '',
  '1',
  '1.5',
  'true',
  'text',
  '""',
  '[]',
  '{}',
  '[1, null, [a]]',
  '{a: {b: [c]}}',
  '{1: 2}',
  '[[]]',
];
const odd = [
  '"{{ a }}"',
  '"{{ a"',
  '!unsafe "{{ a"',
  '!vault x',
  '&x [*x]',
  '"a=b \'c"',
  '{null: 1}',
  '2026-01-01',
  '~',
];

/** The text with the value of one key, and all that is below it, replaced. */
function withJunk(text: string, random: Numbers): string {
  const lines = text.split('\n');
  const keyed = lines.flatMap((line, index) => (/^\s*(?:- )?[\w.]+:/.test(line) ? [index] : []));
  const at = pick(keyed, random);
  const [, key = '', indent = ''] = /^((\s*(?:- )?)[\w.]+:)/.exec(lines[at] ?? '') ?? [];
  let end = at + 1;
  while (end < lines.length && isBelow(lines[end] ?? '', indent.length)) end += 1;
  return [...lines.slice(0, at), `${key} ${pick([...junk, ...odd], random)}`, ...lines.slice(end)].join('\n');
}

function isBelow(line: string, column: number): boolean {
  return (
    line.trim() === '' ||
    line.search(/\S/) > column ||
    (line.search(/\S/) === column && line.trim().startsWith('- '))
  );
}

describe('a playbook with anything anywhere', ({ test }) => {
  test('is loaded and checked without an exception, 400 times', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-fuzz-'));
    try {
      cpSync(path.join(import.meta.dirname, 'fixtures', 'valid'), folder, { recursive: true });
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.yml'),
      );
      const random = seededNumbers(seed);
      for (let count = 0; count < 400; count += 1) {
        const file = path.join(folder, pick(files, random));
        const valid = readFileSync(file, 'utf8');
        const broken = withJunk(withJunk(valid, random), random);
        writeFileSync(file, broken);
        try {
          loadAndCheck(path.join(folder, 'site.yml'));
        } catch (cause) {
          assert.fail(`${(cause as Error).stack ?? ''}\n${path.relative(folder, file)}:\n${broken}`);
        }
        writeFileSync(file, valid);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
