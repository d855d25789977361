import * as assert from 'uvu/assert';
import type { Diagnostic } from '../../../engine/document/diagnostic.ts';
import { Sources } from '../../../engine/document/source.ts';
import {
  type LockEntry,
  lockFileOf,
  lockText,
  readLock,
  writeLock,
} from '../../../engine/galaxy/lock_file.ts';
import { GalaxySite } from '../../support/galaxy_site.ts';
import { describe } from '../../support/suite.ts';

describe('lock files', ({ test, setup, teardown }) => {
  let site: GalaxySite;
  setup(() => void (site = new GalaxySite()));
  teardown(() => site.remove());

  function read(text: string) {
    site.write({ 'x.lock.yml': text });
    const problems: Diagnostic[] = [];
    const lock = readLock(site.at('x.lock.yml'), new Sources(), problems);
    const told = problems.map(
      ({ summary, position }) => `${position?.line ?? 0}:${position?.column ?? 0} ${summary}`,
    );
    return { lock, told };
  }

  test('are read as they were written, whatever the texts', () => {
    const sum = 'a'.repeat(64);
    const entries: LockEntry[] = [
      {
        kind: 'role',
        name: 'yes',
        source: 'git+https://***@host/x.git#/a b',
        version: '1.10',
        commit: '1'.repeat(40),
        sha256: sum,
      },
      {
        kind: 'role',
        name: 'zed',
        source: './ä \'x\': "y" # no',
        sha256: sum,
        archive_sha256: sum,
        by: 'yes',
      },
      {
        kind: 'collection',
        name: 'my.one',
        source: 'https://host/?t=***',
        version: '>=1.0.0',
        resolved: '1.0.0',
        sha256: sum,
      },
    ];
    const { lock, told } = read(lockText(entries, new Set(['role', 'collection'])));
    assert.equal(told, []);
    assert.equal(
      lock?.entries.map(({ position, ...entry }) => ({ ...entry, line: position?.line })),
      [
        { ...entries[0], line: 4 },
        { ...entries[1], line: 9 },
        { ...entries[2], line: 15 },
      ],
    );
    assert.equal(read(lockText([], new Set(['role']))).lock?.kinds, new Set(['role']));
  });

  test('are written once: what they say already is left', () => {
    const file = site.at('y.lock.yml');
    assert.equal(
      [writeLock(file, 'x\n'), writeLock(file, 'x\n'), writeLock(file, 'y\n')],
      [true, false, true],
    );
    assert.is(site.read('y.lock.yml'), 'y\n');
    assert.is(lockFileOf('/a/requirements.yml'), '/a/requirements.lock.yml');
    assert.is(lockFileOf('/a/roles.yaml'), '/a/roles.lock.yml');
  });

  test('tell what is wrong with them, at its place', () => {
    const cases: Readonly<Record<string, readonly string[]>> = {
      'roles: []\n': ['1:1 This is no lock file that is understood here'],
      'lock: 2\n': ['1:1 This is no lock file that is understood here'],
      '- x\n': ['1:1 This is no lock file that is understood here'],
      'lock: 1\nroles:\n  - x\n': ['3:5 An entry of the lock must be a dict, not text'],
      'lock: 1\nroles:\n  - nam: x\n    source: y\n    sha256: z\n': ['3:5 Unknown key nam'],
      'lock: 1\nroles:\n  - name: x\n    sha256: z\n': ['3:5 The entry lacks source'],
      'lock: 1\nroles:\n  - { name: x, source: y, sha256: 7 }\n': ['3:35 sha256 must be text, not a number'],
      'lock: 1\nroles:\n  - { name: ../x, source: y, sha256: z }\n': [
        '3:13 ../x cannot be the name of a role',
      ],
      'lock: 1\ncollections:\n  - { name: x, source: y, sha256: z }\n': [
        '3:13 x cannot be the name of a collection',
      ],
      'lock: 1\nroles: [\n': ['2:8 Bracket is not closed'],
    };
    for (const [text, wanted] of Object.entries(cases)) assert.equal(read(text).told, wanted, text);
  });
});
