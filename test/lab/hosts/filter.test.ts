import * as assert from 'uvu/assert';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBaseImage } from '../../../lab/base_image.ts';
import { ensurePrograms } from '../../../lab/requirements.ts';
import { mustRun } from '../../../lab/run_program.ts';
import { labProgram, whyNoLab } from '../../support/lab.ts';
import { describe } from '../../support/suite.ts';

/** As Docker leaves a machine: bridged packets are filtered, and what is forwarded is dropped. */
const script = (lab: string): string => `
set -e
ip link set lo up
echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables
iptables -P FORWARD DROP
${lab} up "$1"
iptables -S FORWARD | sed 's/^/during: /'
${lab} exec filtered-1 -- ping -q -c 1 -W 2 "$(${lab} exec filtered-2 -- ip -4 -o addr show host0 | sed 's/.*inet \\([0-9.]*\\).*/\\1/')"
${lab} down
iptables -S FORWARD | sed 's/^/after: /'
`;

const hasBridgeFilter =
  (await readFile('/proc/sys/net/bridge/bridge-nf-call-iptables').catch(() => undefined)) !== undefined;

describe(
  'a lab on a machine whose packet filter drops what is forwarded',
  ({ test, setup, teardown }) => {
    let folder = '';
    setup(async () => {
      await ensurePrograms(console.log);
      const { root } = await ensureBaseImage(console.log);
      folder = await mkdtemp(join(tmpdir(), 'hardway-filter-'));
      // The machine may have no iptables; the hosts' image has.
      await writeFile(join(folder, 'iptables'), `#!/bin/sh\nexec chroot ${root} /usr/sbin/iptables "$@"\n`);
      await chmod(join(folder, 'iptables'), 0o755);
      await writeFile(join(folder, 'filtered.yml'), 'hosts: { filtered-1: , filtered-2: }\n');
    });
    teardown(() => rm(folder, { recursive: true, force: true }));

    test('lets its hosts reach each other by one rule, which goes with the lab', async () => {
      const argv = [
        'unshare',
        '--net',
        'sh',
        '-c',
        script(labProgram.join(' ')),
        'sh',
        join(folder, 'filtered.yml'),
      ];
      const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}`, XDG_STATE_HOME: folder };
      const output = await mustRun(argv, { env });
      assert.match(output, '1 packets transmitted, 1 received');
      assert.match(output, /^during: -A FORWARD -i (hw\d+s0) -o \1 -j ACCEPT$/m);
      assert.match(output, /^after: -P FORWARD DROP$/m);
      assert.not.match(output, /^after: -A/m);
    });
  },
  {
    unless:
      (await whyNoLab()) ?? (hasBridgeFilter ? undefined : 'this kernel does not filter bridged packets'),
  },
);
