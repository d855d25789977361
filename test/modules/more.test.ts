// wait_for, the modules whose work is the engine's, service, getent, mount, fetch.
import { seenContent, seenDirectory } from '../../engine/module/seen_files.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { absent } from '../../engine/module/vocabulary/stat.ts';
import { unitFrom } from '../../engine/module/vocabulary/unit_state.ts';
import { add_host } from '../../modules/add_host.ts';
import { fetch } from '../../modules/fetch.ts';
import { getent } from '../../modules/getent.ts';
import { group_by } from '../../modules/group_by.ts';
import { mount } from '../../modules/mount.ts';
import { pause } from '../../modules/pause.ts';
import { service } from '../../modules/service.ts';
import { tempfile } from '../../modules/tempfile.ts';
import { wait_for } from '../../modules/wait_for.ts';
import { describe } from '../support/suite.ts';

describe('more modules', ({ test }) => {
  checkModule(
    wait_for,
    [
      {
        name: 'wait_for waits for a port',
        params: { port: '22' },
        steps: ['wait until 127.0.0.1:22 is there'],
        outcomes: [{ isReached: true, elapsed: 3 }],
        result: { elapsed: 3, port: 22, state: 'started' },
      },
      {
        name: 'wait_for fails when time is up',
        params: { path: '/x', state: 'absent' },
        steps: ['wait until /x is gone'],
        outcomes: [{ isReached: false, elapsed: 300 }],
        result: { failed: true, msg: 'Timeout when waiting for file /x to be absent' },
      },
      {
        name: 'wait_for says its own message',
        params: { port: 1, msg: 'no' },
        steps: ['wait until 127.0.0.1:1 is there'],
        outcomes: [{ isReached: false, elapsed: 1 }],
        result: { msg: 'no' },
      },
      {
        name: 'wait_for takes a port or a path',
        params: { port: 1, path: '/x' },
        refused: ['wait_for: port and path exclude each other'],
      },
    ],
    test,
  );
  checkModule(
    pause,
    [
      {
        name: 'pause takes seconds or minutes',
        params: { seconds: 1, minutes: 1 },
        refused: ['pause: seconds and minutes exclude each other'],
      },
    ],
    test,
  );
  checkModule(
    add_host,
    [
      {
        name: 'add_host takes any variables',
        params: { hostname: 'h', groups: 'a, b', ansible_port: 22 },
        result: { add_host: { host_name: 'h', groups: ['a', ' b'], host_vars: { ansible_port: 22 } } },
      },
    ],
    test,
  );
  checkModule(
    group_by,
    [
      {
        name: 'group_by makes a name without spaces',
        params: { key: 'os Debian 12' },
        result: { add_group: 'os-Debian-12', changed: false },
      },
    ],
    test,
  );
  checkModule(
    service,
    [
      {
        name: 'service starts a unit',
        params: { name: 'web', state: 'started' },
        seen: { unit: unitFrom('LoadState=loaded\nActiveState=inactive\n') },
        steps: ['start web.service'],
        result: { state: 'started', name: 'web' },
      },
    ],
    test,
  );
  checkModule(
    getent,
    [
      {
        name: 'getent gives fields by key',
        params: { database: 'passwd', key: 'root' },
        seen: { entries: { found: true, lines: ['root:x:0:0:root:/root:/bin/bash'] } },
        result: { ansible_facts: { getent_passwd: { root: ['x', '0', '0', 'root', '/root', '/bin/bash'] } } },
      },
      {
        name: 'getent fails for a missing key unless told not to',
        params: { database: 'hosts', key: 'no' },
        seen: { entries: { found: false, lines: [] } },
        fail: /could not be found/,
      },
      {
        name: 'getent gives null for a missing key',
        params: { database: 'hosts', key: 'no', fail_key: false },
        seen: { entries: { found: false, lines: [] } },
        result: { ansible_facts: { getent_hosts: { no: null } } },
      },
    ],
    test,
  );
  const fstab = 'UUID=1 / ext4 defaults 0 1\n';
  const data = { path: '/data', src: '/dev/sdb1', fstype: 'ext4' };
  checkModule(
    mount,
    [
      {
        name: 'mount writes fstab once it has mounted, so that no line is left which fails at boot',
        params: { ...data, state: 'mounted' },
        seen: { table: seenContent(fstab), now: { mounted: false }, folder: absent },
        steps: ['mount /dev/sdb1 on /data', `write /etc/fstab (${fstab.length + 34} bytes)`],
        result: { name: '/data', fstype: 'ext4' },
      },
      {
        name: 'mount leaves what is mounted and written, however it is spaced',
        params: { ...data, state: 'mounted' },
        seen: {
          table: seenContent(`${fstab}/dev/sdb1   /data\text4 defaults 0 0\n`),
          now: { mounted: true, source: '/dev/sdb1', type: 'ext4', options: 'rw' },
          folder: seenDirectory(),
        },
      },
      {
        name: 'mount takes a line out and unmounts',
        params: { path: '/data', state: 'absent' },
        seen: {
          table: seenContent(`${fstab}/dev/sdb1 /data ext4 defaults 0 0\n`),
          now: { mounted: true, source: '/dev/sdb1', type: 'ext4', options: 'rw' },
          folder: seenDirectory(),
        },
        steps: [`write /etc/fstab (${fstab.length} bytes)`, 'unmount /data', 'remove /data'],
      },
      {
        name: 'mount leaves a folder that was no mount',
        params: { path: '/data', state: 'absent' },
        seen: { table: seenContent(fstab), now: { mounted: false }, folder: seenDirectory() },
      },
      {
        name: 'mount for a while refuses to take the place of another file system',
        params: { path: '/data', src: 'nas:/data/', fstype: 'nfs', state: 'ephemeral' },
        seen: {
          table: seenContent(fstab),
          now: { mounted: true, source: 'nas:/other', type: 'nfs4', options: 'rw' },
          folder: seenDirectory(),
        },
        fail: 'nas:/other is mounted on /data: unmount it before nas:/data/',
      },
      ...[
        { src: 'nas:/data/', source: 'nas:/data', opts: 'rw' },
        { src: 'LABEL=data', source: '/dev/sdb1', opts: 'rw' },
        { src: '/srv/data', source: '/dev/sdb1', opts: 'bind' },
        { src: '/srv/data.img', source: '/dev/loop0', opts: 'loop' },
      ].map(({ src, source, opts }) => ({
        name: `mount for a while leaves ${src} that is mounted as ${source}`,
        params: { path: '/data', src, fstype: 'auto', opts, state: 'ephemeral' },
        seen: {
          table: seenContent(fstab),
          now: { mounted: true, source, type: 'x', options: 'rw' },
          folder: seenDirectory(),
        },
      })),
      {
        name: 'mount unmounts and leaves fstab',
        params: { path: '/data', state: 'unmounted' },
        seen: {
          table: seenContent(fstab),
          now: { mounted: true, source: 'x', type: 'ext4', options: '' },
          folder: seenDirectory(),
        },
        steps: ['unmount /data'],
      },
    ],
    test,
  );
  checkModule(
    fetch,
    [
      {
        name: 'fetch keeps a file below the host’s name',
        params: { src: '/etc/x', dest: 'out' },
        seen: { file: seenContent('x'), kept: { sha256: undefined } },
        steps: ['keep out/host-1/etc/x on the control machine'],
        result: { dest: 'out/host-1/etc/x' },
      },
      {
        name: 'fetch passes a missing file over when told to',
        params: { src: '/etc/x', dest: 'out/', flat: true, fail_on_missing: false },
        seen: { file: { found: 'nothing' }, kept: { sha256: undefined } },
      },
    ],
    test,
  );
  checkModule(
    tempfile,
    [
      {
        name: 'tempfile makes a new one each time',
        params: { state: 'directory' },
        steps: ['make a temporary directory in /tmp'],
        repeats: 'a new one each time',
        outcomes: ['/tmp/ansible.1'],
        result: { path: '/tmp/ansible.1' },
      },
    ],
    test,
  );
});
