// The corpus of plays by ansible-core and by hardway on the same hosts: task names, statuses, results, counts, exit codes
// and files agree, but for the differences that corpus/known.json lists with their reasons.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { keywords } from '../../engine/playbook/keywords.ts';
import { filterNames } from '../../engine/template/filters/registry.ts';
import { lookupNames } from '../../engine/template/lookups/registry.ts';
import { testNames } from '../../engine/template/tests/registry.ts';
import { describe } from '../support/suite.ts';
import { type CorpusCase, generatedCases, writtenCases } from './corpus/cases.ts';
import { differences } from './corpus/compare.ts';
import { byAnsible, byUs, type CaseRun, treeOf } from './corpus/runs.ts';
import { writeFiles } from './files.ts';
import { collectionsFolder, collectionsMissing, oraclePython } from './venv.ts';

const here = path.join(import.meta.dirname, 'corpus');
const known = JSON.parse(readFileSync(path.join(here, 'known.json'), 'utf8')) as Record<string, string>;

/** The same site for either engine, each in a folder of its own with one name for it in all results. */
function site(folder: string, cases: readonly CorpusCase[]): string[][] {
  cpSync(path.join(here, 'site'), folder, { recursive: true });
  cpSync(path.join(here, '../expressions/variables.json'), path.join(folder, 'variables.json'));
  const nameOf = (index: number): string => `${String(index).padStart(3, '0')}.yml`;
  writeFiles(
    folder,
    Object.fromEntries(
      cases.map(({ text }, index) => [
        nameOf(index),
        text.replaceAll('@out@', path.join(folder, 'out', String(index))),
      ]),
    ),
  );
  for (const index of cases.keys()) mkdirSync(path.join(folder, 'out', String(index)), { recursive: true });
  return cases.map(({ options }, index) => [
    ...['-i', path.join(folder, 'hosts'), '--vault-password-file', path.join(folder, 'vault_password')],
    ...options.map((word) => word.replaceAll('@site@', folder)),
    path.join(folder, nameOf(index)),
  ]);
}

const plain = (run: CaseRun, folder: string): CaseRun =>
  JSON.parse(JSON.stringify(run).replaceAll(folder, '(site)')) as CaseRun;

describe(
  'oracle/corpus',
  ({ test, setup, teardown }) => {
    // CASE=words runs the cases with these words in their names; CASE=written all but the generated ones.
    const only = process.env['CASE'];
    const all = only === 'written' ? writtenCases() : [...writtenCases(), ...generatedCases()];
    const cases = all.filter(({ name }) => only === undefined || only === 'written' || name.includes(only));
    let folder = '';
    setup(() => {
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hardway-corpus-')));
    });
    teardown(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    test('names of cases are unlike each other, and known differences name cases', () => {
      const names = cases.map(({ name }) => name);
      assert.is(new Set(names).size, names.length);
      if (only !== undefined) return;
      assert.ok(names.length >= 300, String(names.length));
      assert.equal(
        Object.keys(known).filter((name) => !names.includes(name)),
        [],
      );
      assert.ok(Object.keys(known).length <= names.length * 0.02);
    });

    test('every keyword, lookup, filter and test is in a case', () => {
      const metas = readdirSync(path.join(here, 'site/roles')).map((role) => {
        const meta = path.join(here, 'site/roles', role, 'meta/main.yml');
        return existsSync(meta) ? readFileSync(meta, 'utf8') : '';
      });
      const text = [...writtenCases().map((one) => one.text), ...metas].join('\n');
      const names = new Set(generatedCases().map(({ name }) => name));
      const inCases = (pattern: string): boolean => new RegExp(pattern, 'm').test(text);
      const keys = new Set(Object.values(keywords).flatMap((table) => [...table.keys()]));
      const missing = [
        ...[...keys].filter((key) => !inCases(`(?:^|[\\s{,])${key}:`)),
        ...[...lookupNames()].filter((name) => !inCases(`['(. ]${name}'|with_${name}:`)),
        ...[...filterNames()].map((name) => `filter ${name}`).filter((name) => !names.has(name)),
        ...[...testNames()].map((name) => `test ${name}`).filter((name) => !names.has(name)),
      ];
      assert.equal(missing, ['filter fact_diff']);
    });

    test('both engines make the same of every case', async () => {
      const [theirFolder, ourFolder] = [path.join(folder, 'theirs'), path.join(folder, 'ours')];
      const interpreter = ['-e', `ansible_python_interpreter=${oraclePython()}`];
      process.env['ANSIBLE_COLLECTIONS_PATH'] = collectionsFolder;
      const theirs = byAnsible(
        theirFolder,
        site(theirFolder, cases).map((argv) => [...interpreter, ...argv]),
      );
      const ours: CaseRun[] = [];
      for (const argv of site(ourFolder, cases)) ours.push(await byUs(ourFolder, argv));
      const found = new Map<string, string[]>();
      for (const [index, run] of (await theirs).entries()) {
        const own = ours[index];
        assert.ok(own);
        const differ = differences(
          { ...plain(run, theirFolder), tree: treeOf(path.join(theirFolder, 'out', String(index))) },
          { ...plain(own, ourFolder), tree: treeOf(path.join(ourFolder, 'out', String(index))) },
        );
        if (differ.length > 0) found.set(cases[index]?.name ?? '', differ);
      }
      console.log(`${cases.length} cases, ${cases.length - found.size} agree`);
      const unknown = [...found].filter(([name]) => !(name in known));
      assert.is(
        unknown.length,
        0,
        unknown.map(([name, lines]) => `# ${name}\n${lines.slice(0, 8).join('\n')}`).join('\n\n'),
      );
      const gone = Object.keys(known).filter((name) => !found.has(name) && only === undefined);
      assert.equal(gone, [], 'these agree now');
    });
  },
  { unless: collectionsMissing() },
);
