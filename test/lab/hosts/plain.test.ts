import * as assert from 'uvu/assert';
import { mustRun, runProgram } from '../../../lab/run_program.ts';
import { useLab, whyNoLab, type TestLab } from '../../support/lab.ts';
import { describe } from '../../support/suite.ts';

describe(
  'a plain lab',
  ({ test, setup, teardown }) => {
    let lab: TestLab;
    setup(async () => {
      lab = await useLab('plain');
    });
    teardown(() => lab.release());

    const onHost = (target: string, ...command: string[]): Promise<string> =>
      mustRun(['ssh', '-F', lab.sshConfigFile, target, ...command]);

    test('lets root in by key, with host keys checked', async () => {
      const names = await Promise.all(lab.hosts.map((host) => onHost(host.name, 'hostname')));
      assert.equal(
        names.map((name) => name.trim()),
        lab.hosts.map((host) => host.name),
      );
    });

    test('has hosts with neither Python nor Perl (S1-18)', async () => {
      const found = await runProgram(['ssh', '-F', lab.sshConfigFile, 'host-1', 'which python3 python perl']);
      assert.is(found.stdout, '');
      assert.is(found.code, 1);
    });

    test('boots without a failed unit', async () => {
      for (const host of lab.hosts) {
        assert.is(await onHost(host.name, 'systemctl', '--failed', '--no-legend'), '', host.name);
      }
    });

    test('has services that Debian brings, stopped, and they can be enabled and started', async () => {
      const { stdout } = await runProgram([
        ...['ssh', '-F', lab.sshConfigFile, 'host-2'],
        'for unit in nginx haproxy; do systemctl is-enabled $unit; systemctl enable --now $unit && systemctl is-active $unit; done',
      ]);
      assert.is(stdout, 'disabled\nactive\ndisabled\nactive\n');
    });

    test('has hosts that cannot set the clock of this machine, and have time zones of their own', async () => {
      const set = await runProgram(['ssh', '-F', lab.sshConfigFile, 'host-1', 'date -s "@$(date +%s)"']);
      assert.match(set.stderr, 'Operation not permitted');
      const before = Math.floor(Date.now() / 1000);
      await onHost('host-1', 'timedatectl', 'set-timezone', 'Asia/Kolkata');
      assert.match(await onHost('host-1', 'date +%z'), '+0530');
      const after = Number(await onHost('host-1', 'date +%s'));
      assert.ok(after - before < 1800 && before - after < 1800, `${before} became ${after}`);
    });

    test('has a host whose userland is busybox', async () => {
      const places = await onHost('host-4', 'readlink -f /bin/sh; readlink -f "$(which ls)"');
      assert.is(places, '/usr/bin/busybox\n/usr/bin/busybox\n');
    });
  },
  { unless: await whyNoLab() },
);
