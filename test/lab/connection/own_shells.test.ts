// The engine keeps a shell open for each become user; a task that changes or removes that user ends it first.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { resultLines, runPlaybookCommand } from '../../support/hardway.ts';
import { useLab, whyNoLab, type TestLab } from '../../support/lab.ts';
import { describe } from '../../support/suite.ts';

const host = 'host-3';
const playbook = `
- hosts: ${host}
  gather_facts: false
  become_method: su
  tasks:
    - {name: make, user: {name: own-shells}}
    - {name: use, command: id -Gn, become: true, become_user: own-shells}
    - {name: group, user: {name: own-shells, groups: games, append: true}}
    - {name: use again, command: id -Gn, become: true, become_user: own-shells, register: it}
    - {name: new groups, assert: {that: it.stdout == 'own-shells games'}}
    - {name: number, user: {name: own-shells, uid: 4711}}
    - {name: use by number, command: id -u, become: true, become_user: own-shells, register: it}
    - {name: new number, assert: {that: it.stdout == '4711'}}
    - {name: remove, user: {name: own-shells, state: absent, remove: true}}
`;

describe(
  'a user whose shell is open',
  ({ test, setup, teardown }) => {
    let lab: TestLab;
    let folder = '';
    setup(async () => {
      lab = await useLab('plain');
      folder = mkdtempSync(path.join(tmpdir(), 'hardway-own-shells-'));
    });
    teardown(async () => {
      rmSync(folder, { recursive: true, force: true });
      await lab.release();
    });

    test('is changed and removed as any other, and has its new groups at once', async () => {
      const file = path.join(folder, 'play.yml');
      writeFileSync(file, playbook);
      const ran = await runPlaybookCommand(file, '-i', lab.inventoryFile);
      const told = ['make changed', 'use changed', 'group changed', 'use again changed', 'new groups ok'];
      const then = ['number changed', 'use by number changed', 'new number ok', 'remove changed'];
      assert.equal(
        resultLines(ran),
        [...told, ...then].map((line) => `${host} ${line}`),
      );
      assert.is(ran.code, 0, ran.stdout + ran.stderr);
    });
  },
  { unless: await whyNoLab() },
);
