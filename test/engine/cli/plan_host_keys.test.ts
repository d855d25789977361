// A plan is held to the machines that it was made for: a host that shows another key is refused, whether keys are checked
// or not, before the run and within it.
import { mkdtempSync, realpathSync, rmSync, writeFileSync, existsSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { applyCommand } from '../../../engine/cli/apply_command.ts';
import { PlanGuard } from '../../../engine/cli/plan/plan_guard.ts';
import type { SavedPlan } from '../../../engine/cli/plan/plan_file.ts';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import type { GuardedTask } from '../../../engine/run/options.ts';
import { called, type Called } from '../../support/called.ts';
import { startSshd, whyNoSshd, type TestSshd } from '../../support/sshd.ts';
import { describe } from '../../support/suite.ts';

describe(
  'cli/plan of hosts by their ssh keys',
  ({ test, setup, teardown }) => {
    let folder = '';
    const servers: TestSshd[] = [];
    setup(async () => {
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hardway-host-keys-')));
      for (let at = 0; at < 2; at += 1) servers.push(await startSshd());
      writeFileSync(
        path.join(folder, 'play.yml'),
        `- {hosts: all, gather_facts: false, tasks: [{name: made, file: {path: ${folder}/made, state: directory}}]}\n`,
      );
    });
    teardown(() => {
      for (const server of servers) server.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    /** The host `one` is this server, reached by a port that both could have. */
    function reach({ port, privateKeyFile }: TestSshd): void {
      const lines = [
        ...['Host one', '  HostName 127.0.0.1', `  Port ${port}`],
        ...[`  IdentityFile ${privateKeyFile}`, '  StrictHostKeyChecking no'],
      ];
      writeFileSync(path.join(folder, 'ssh_config'), `${lines.join('\n')}\n  UserKnownHostsFile /dev/null\n`);
    }
    const hardway = (run: (argv: string[]) => Promise<number>, ...argv: string[]): Promise<Called> =>
      called(() => run(argv), folder);
    const words = (folder: string): string[] => [
      ...['-i', 'one,', '-u', userInfo().username],
      ...['--ssh-common-args', `-F ${path.join(folder, 'ssh_config')}`],
    ];

    test('another key is named, and nothing is done', async () => {
      const [first, other] = servers;
      assert.ok(first && other);
      reach(first);
      const planned = await hardway(playbookCommand, 'play.yml', ...words(folder), '--plan', 'plan');
      assert.is(planned.code, 0, planned.stdout + planned.stderr);
      const plan = JSON.parse(readFileSync(path.join(folder, 'plan'), 'utf8')) as SavedPlan;
      assert.match(plan.hostKeys['one'] ?? '', /^ssh-ed25519 SHA256:/);
      reach(other);
      const moved = await hardway(applyCommand, 'plan');
      assert.is(moved.code, 1, moved.stdout + moved.stderr);
      assert.match(
        moved.stderr,
        /moved: one: its ssh host key is ssh-ed25519 SHA256:\S+, and was ssh-ed25519 /,
      );
      assert.not(existsSync(path.join(folder, 'made')));
      reach(first);
      const done = await hardway(applyCommand, 'plan');
      assert.is(done.code, 0, done.stdout + done.stderr);
      assert.ok(existsSync(path.join(folder, 'made')));
    });

    test('a host that shows another key only when the run connects is refused there', () => {
      const hostKeys = { one: 'ssh-ed25519 SHA256:a' };
      const guard = new PlanGuard({ key: '', folder: '', tasks: [], hostKeys } as unknown as SavedPlan);
      const step = { step: { kind: { name: 'write file', effects: [] }, args: {} }, touched: [] };
      const refused = (place: string): string =>
        guard.refuses({ host: 'two', place, position: { file: '/p', line: 1 }, turn: {} } as GuardedTask, [
          step as never,
        ]) ?? '';
      guard.take({ type: 'connected', host: 'one', durationMs: 1, hostKey: 'ssh-ed25519 SHA256:a' });
      assert.not.match(refused('one'), 'ssh host key');
      guard.take({ type: 'connected', host: 'one', durationMs: 1, hostKey: 'ssh-ed25519 SHA256:b' });
      assert.match(refused('one'), 'one: its ssh host key is ssh-ed25519 SHA256:b, and was');
      assert.not.match(refused('two'), 'ssh host key');
    });
  },
  { unless: whyNoSshd },
);
