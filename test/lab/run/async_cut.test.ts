// A long step in the background outlives its connection (S0-48): started, cut off, looked for again, told, cleaned up.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { runPlaybookCommand } from '../../support/hardway.ts';
import { startSshd, whyNoSshd } from '../../support/sshd.ts';
import { waysTo } from '../../support/stopped_run.ts';
import { describe } from '../../support/suite.ts';

const playbook = `
- hosts: all
  gather_facts: false
  tasks:
    - name: Long
      shell: |
        echo begun >>{{ place }}/times
        while [ ! -e {{ place }}/go ]; do sleep 0.2; done
        echo log of the step
      async: 600
      poll: 1
      register: long
    - name: "Told {{ long.rc }} {{ long.stdout }} {{ long.results_file }}"
      debug:
`;

describe(
  'a step in the background whose connection is cut',
  ({ test }) => {
    test('goes on, is found again over a new connection, tells its output and leaves nothing (S0-48)', async () => {
      const sshd = await startSshd();
      const file = (name: string): string => path.join(sshd.place, name);
      try {
        writeFileSync(file('site.yml'), playbook);
        writeFileSync(
          file('hosts.json'),
          JSON.stringify({ all: { hosts: { h1: {} }, vars: { ...waysTo(sshd), place: sshd.place } } }),
        );
        const running = runPlaybookCommand(file('site.yml'), '-i', file('hosts.json'));
        while (!existsSync(file('times'))) await sleep(50);
        const before = sshd.logins();
        sshd.cutAll();
        // Not before it has come back, so that the step ran on while nobody was there.
        while (sshd.logins() === before) await sleep(50);
        writeFileSync(file('go'), '');
        const ran = await running;
        assert.is(ran.code, 0, ran.stdout + ran.stderr);
        assert.is(readFileSync(file('times'), 'utf8'), 'begun\n');
        const told = ran.events.find(({ type, task }) => type === 'result' && task?.name.startsWith('Told'));
        assert.match(told?.task?.name ?? '', /^Told 0 log of the step /);
        const job = path.basename(told?.task?.name.split(' ').at(-1) ?? '');
        const jobs = path.join(homedir(), '.hardway_async');
        assert.not.ok(existsSync(jobs) && readdirSync(jobs).includes(job), `${job} was left`);
      } finally {
        sshd.stop();
      }
    });
  },
  { unless: whyNoSshd },
);
