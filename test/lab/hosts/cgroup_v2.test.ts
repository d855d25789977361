import * as assert from 'uvu/assert';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBaseImage } from '../../../lab/base_image.ts';
import { ensurePrograms } from '../../../lab/requirements.ts';
import { mustRun } from '../../../lab/run_program.ts';
import { labProgram, whyNoLab } from '../../support/lab.ts';
import { describe } from '../../support/suite.ts';

/** A machine as most are today: version 2 alone. Nobody else sees it so, as it is in a mount namespace of its own. */
const script = (lab: string): string => `
set -e
umount --recursive --lazy /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
before=$(cat /sys/fs/cgroup/cgroup.subtree_control)
${lab} up "$1"
${lab} exec modern-1 -- sh -c 'stat -fc %T /sys/fs/cgroup; systemctl is-active host-prep ssh'
${lab} exec modern-1 -- sh -c 'mkdir /sys/fs/cgroup/own && rmdir /sys/fs/cgroup/own && echo writable'
${lab} kill modern-1
${lab} up "$1"
${lab} down
find /sys/fs/cgroup -path '*modern*' | sed 's/^/left: /'
for name in $(cat /sys/fs/cgroup/cgroup.subtree_control); do
  case " $before " in *" $name "*) ;; *) echo "-$name" >/sys/fs/cgroup/cgroup.subtree_control || true ;; esac
done
`;

describe(
  'a lab on a machine with cgroups of version 2 alone',
  ({ test, setup, teardown }) => {
    let folder = '';
    setup(async () => {
      await ensurePrograms(console.log);
      await ensureBaseImage(console.log);
      folder = await mkdtemp(join(tmpdir(), 'hardway-cgroup-'));
      await writeFile(join(folder, 'modern.yml'), 'hosts: { modern-1: { containers: true } }\n');
    });
    teardown(() => rm(folder, { recursive: true, force: true }));

    test('boots its hosts, kills and boots them again, and leaves no group', async () => {
      const argv = [
        'unshare',
        '--mount',
        'sh',
        '-c',
        script(labProgram.join(' ')),
        'sh',
        join(folder, 'modern.yml'),
      ];
      const output = await mustRun(argv, { env: { ...process.env, XDG_STATE_HOME: folder } });
      assert.match(output, 'cgroup2fs\nactive\nactive\nwritable\nmodern-1 has lost power\n');
      assert.is(output.match(/1 of 1 hosts booted/g)?.length, 2);
      assert.not.match(output, 'left:');
    });
  },
  { unless: await whyNoLab() },
);
