// The corpus of plays by ansible-core and by hardway on the same hosts: task names, statuses, results, counts, exit codes
// and files agree, but for the differences that corpus/known.json lists with their reasons.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { keywords } from '../../engine/playbook/keywords.ts';
import { filterNames } from '../../engine/template/filters/registry.ts';
import { lookupNames } from '../../engine/template/lookups/registry.ts';
import { testNames } from '../../engine/template/tests/registry.ts';
import { topologyOf, useLab, whyNoLab, type TestLab } from '../support/lab.ts';
import { describe } from '../support/suite.ts';
import { type CorpusCase, generatedCases, writtenCases } from './corpus/cases.ts';
import { differences } from './corpus/compare.ts';
import { changesOf, hostNames, labPlace, type Place, readyHosts, thisMachine } from './corpus/places.ts';
import { byAnsible, byUs, type CaseRun } from './corpus/runs.ts';
import { writeFiles } from './files.ts';
import { collectionsFolder, collectionsMissing, oraclePython } from './venv.ts';

const here = path.join(import.meta.dirname, 'corpus');
const reasons = (file: string): Record<string, string> =>
  JSON.parse(readFileSync(path.join(here, file), 'utf8')) as Record<string, string>;
/** Names of cases that differ, and why. */
const known = reasons('known.json');
/** Names of cases that are run over local connections, and why. */
const local = reasons('local.json');
const hosts = topologyOf({
  hosts: Object.fromEntries(hostNames.map((name) => [name, { groups: ['corpus'] }])),
});

/** The same site for either engine, each in a folder of its own with one name for it in all results. */
function site(folder: string, cases: readonly CorpusCase[], place: Place): string[][] {
  cpSync(path.join(here, 'site'), folder, { recursive: true });
  cpSync(path.join(here, '../expressions/variables.json'), path.join(folder, 'variables.json'));
  place.fit(folder);
  place.begin(folder, cases.length);
  const nameOf = (index: number): string => `${String(index).padStart(3, '0')}.yml`;
  writeFiles(
    folder,
    Object.fromEntries(
      cases.map(({ text }, index) => [nameOf(index), text.replaceAll('@out@', place.outOf(folder, index))]),
    ),
  );
  return cases.map(({ options }, index) => [
    ...['-i', path.join(folder, 'hosts'), '--vault-password-file', path.join(folder, 'vault_password')],
    ...options.map((word) => word.replaceAll('@site@', folder)),
    path.join(folder, nameOf(index)),
  ]);
}

const plain = (run: CaseRun, folder: string): CaseRun =>
  JSON.parse(JSON.stringify(run).replaceAll(folder, '(site)')) as CaseRun;

interface Made extends CaseRun {
  readonly tree: readonly string[];
}

/** What ansible-core makes of the cases. */
async function theirs(folder: string, cases: readonly CorpusCase[], place: Place): Promise<Made[]> {
  process.env['ANSIBLE_COLLECTIONS_PATH'] = collectionsFolder;
  const interpreter = ['-e', `ansible_python_interpreter=${oraclePython()}`];
  const argvs = site(folder, cases, place).map((argv) => [...interpreter, ...argv]);
  const runs = await byAnsible(folder, argvs);
  return runs.map((run, index) => ({ ...plain(run, folder), tree: place.treeOf(folder, index) }));
}

async function ours(folder: string, cases: readonly CorpusCase[], place: Place): Promise<Made[]> {
  const runs: CaseRun[] = [];
  for (const argv of site(folder, cases, place)) runs.push(await byUs(folder, argv));
  return runs.map((run, index) => ({ ...plain(run, folder), tree: place.treeOf(folder, index) }));
}

/** Fails when a case differs that is not known to, and when one agrees that is. */
function judge(cases: readonly CorpusCase[], there: readonly Made[], own: readonly Made[]): void {
  const found = new Map<string, string[]>();
  for (const [index, { name }] of cases.entries()) {
    const [a, b] = [there[index], own[index]];
    assert.ok(a && b);
    const differ = differences(a, b);
    if (differ.length > 0) found.set(name, differ);
  }
  console.log(`${cases.length} cases, ${cases.length - found.size} agree`);
  const unknown = [...found].filter(([name]) => !(name in known));
  assert.is(
    unknown.length,
    0,
    unknown.map(([name, lines]) => `# ${name}\n${lines.slice(0, 8).join('\n')}`).join('\n\n'),
  );
  const gone = cases.filter(({ name }) => name in known && !found.has(name)).map(({ name }) => name);
  assert.equal(gone, [], 'these agree now');
}

// CASE=words,words runs the cases with one of these in their names; CASE=written all but the generated ones.
const only = process.env['CASE'];
const everyCase = [...writtenCases(), ...generatedCases()];
const isWanted = ({ name }: CorpusCase): boolean =>
  only === undefined ||
  (only === 'written'
    ? !/^(?:filter|test) /.test(name)
    : only.split(',').some((word) => name.includes(word)));
const noLab = await whyNoLab();
/** Without a lab, outside CI, all cases that can do so run here. */
const hasLab = noLab === undefined || process.env['CI'] === 'true';
const onHosts = everyCase.filter((one) => isWanted(one) && !(one.name in local));
const onThisMachine = everyCase.filter(
  (one) => isWanted(one) && (one.name in local || !(hasLab || one.needsHosts)),
);

describe('oracle/corpus: what it holds', ({ test }) => {
  test('names of cases are unlike each other, and known differences name cases', () => {
    const names = everyCase.map(({ name }) => name);
    assert.is(new Set(names).size, names.length);
    assert.ok(names.length - Object.keys(local).length >= 300, String(names.length));
    assert.equal(
      [...Object.keys(known), ...Object.keys(local)].filter((name) => !names.includes(name)),
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
});

describe(
  'oracle/corpus on lab hosts',
  ({ test, setup, teardown }) => {
    let folder = '';
    let lab: TestLab;
    setup(async () => {
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hardway-corpus-')));
      lab = await useLab(hosts);
      await readyHosts(lab);
    });
    teardown(async () => {
      rmSync(folder, { recursive: true, force: true });
      await lab.release();
    });

    test('both engines make the same of every case, and leave the same files', async () => {
      const place = await labPlace(lab);
      const before = place.others();
      const there = await theirs(path.join(folder, 'theirs'), onHosts, place);
      const leftThere = changesOf(before, place.others());
      const own = await ours(path.join(folder, 'ours'), onHosts, place);
      assert.equal(changesOf(before, place.others()), leftThere);
      judge(onHosts, there, own);
    });
  },
  { unless: noLab ?? collectionsMissing() },
);

describe(
  'oracle/corpus on this machine',
  ({ test, setup, teardown }) => {
    let folder = '';
    setup(() => {
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hardway-corpus-')));
    });
    teardown(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    test('both engines make the same of cases that want local connections', async () => {
      const there = await theirs(path.join(folder, 'theirs'), onThisMachine, thisMachine);
      const own = await ours(path.join(folder, 'ours'), onThisMachine, thisMachine);
      judge(onThisMachine, there, own);
    });
  },
  { unless: collectionsMissing() },
);
