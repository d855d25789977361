// A host that is rebooted, by us over the connection that this breaks, and one that somebody else reboots.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { resultLines, runPlaybookCommand, type Ran } from '../../support/hardway.ts';
import { topologyOf, useLab, whyNoLab, type TestLab } from '../../support/lab.ts';
import { describe } from '../../support/suite.ts';

const bootOf = 'command: cat /proc/sys/kernel/random/boot_id';

describe(
  'reboots on a lab host',
  ({ test, setup, teardown }) => {
    let lab: TestLab;
    let folder: string;
    setup(async () => {
      lab = await useLab(topologyOf({ hosts: { ours: { groups: ['plain'] } } }));
      folder = mkdtempSync(path.join(tmpdir(), 'hardway-reboot-'));
    });
    teardown(async () => {
      rmSync(folder, { recursive: true, force: true });
      await lab.release();
    });
    const run = (user: string, tasks: string, ...argv: readonly string[]): Promise<Ran> => {
      const file = path.join(folder, 'play.yml');
      const play = `- hosts: ours\n  gather_facts: false\n  become: ${String(user !== 'root')}\n  remote_user: ${user}\n  tasks:\n`;
      writeFileSync(file, play + tasks.trim().replaceAll(/^/gm, '    '));
      return runPlaybookCommand(file, '-i', lab.inventoryFile, ...argv);
    };

    for (const user of ['root', 'deploy'])
      test(`reboot brings the host down and waits for it to come back, as ${user}`, async () => {
        const ran = await run(
          user,
          `
- {name: before, ${bootOf}, register: before}
- {name: volatile, file: {path: /run/was-here, state: touch, mode: '0600'}}
- {name: lasting, file: {path: /opt/was-here, state: touch, mode: '0600'}}
- {name: reboot, reboot: {reboot_timeout: 120, connect_timeout: 5, test_command: systemctl is-active ssh}, register: it}
- {name: after, ${bootOf}, register: after}
- {name: gone, stat: {path: /run/was-here}, register: gone}
- {name: kept, stat: {path: /opt/was-here}, register: kept}
- name: so
  assert:
    that:
      - before.stdout != after.stdout
      - it.rebooted and it.elapsed >= 0
      - not gone.stat.exists
      - kept.stat.exists
`,
        );
        assert.is(ran.code, 0, ran.stdout.slice(-2000));
        assert.ok(resultLines(ran).includes('ours reboot changed'));
      });

    test('check mode reboots nothing, and knows no more what runs', async () => {
      const ran = await run(
        'root',
        `
- {name: lasting, file: {path: /opt/was-here, state: file}}
- {name: reboot, reboot: }
- {name: still lasting, file: {path: /opt/was-here, state: file}}
- {name: running, systemd: {name: ssh, state: started}}
`,
        '--check',
      );
      assert.equal(resultLines(ran), [
        'ours lasting ok',
        'ours reboot changed',
        'ours still lasting ok',
        'ours running unknown',
      ]);
    });

    test('a reboot command that fails is told, and the host stays up', async () => {
      const ran = await run(
        'root',
        `
- {name: reboot, reboot: {reboot_command: no-such-program now}, register: it, ignore_errors: true}
- {name: so, assert: {that: '"Unable to find command" in it.msg'}}
`,
      );
      assert.is(ran.code, 0, ran.stdout.slice(-2000));
    });

    test('wait_for_connection waits until a host that lost its power answers again', async () => {
      await lab.kill('ours');
      const booting = lab.boot();
      const ran = await run(
        'root',
        `
- {name: wait, wait_for_connection: {timeout: 120, sleep: 1, connect_timeout: 3}}
- {name: answers, ping: }
`,
      );
      await booting;
      assert.equal(resultLines(ran), ['ours wait ok', 'ours answers ok'], ran.stdout.slice(-2000));
    });
  },
  { unless: await whyNoLab() },
);
