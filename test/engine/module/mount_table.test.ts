// One place for each file, whatever mounts lead there.
import * as assert from 'uvu/assert';
import type { Output } from '../../../engine/module/contract.ts';
import { mountTable, placeOnDevice, type MountTable } from '../../../engine/module/vocabulary/mount_table.ts';
import { describe } from '../../support/suite.ts';

const table = (text: string, rc = 0): unknown => {
  const output: Output = { rc, stdout: Buffer.from(text), stderr: Buffer.from('cut: no such file') };
  return mountTable().kind.parse?.(output, null as never);
};

// Of a container with a bind mount of a file and of a folder, and a file system over an earlier one.
const mounts = table(
  '0:88 / /\n0:90 / /proc\n254:1 /var/lib/c/hosts /etc/hosts\n0:88 /srv/data /mnt/a\\040b\n0:91 / /mnt/x\n0:92 / /mnt\n',
) as MountTable;

describe('module/mount table', ({ test }) => {
  test('a bind mount and what it shows are one place', () => {
    const before = mounts.slice(0, 4);
    assert.is(placeOnDevice(before, '/srv/data/f'), '/0:88/srv/data/f');
    assert.is(placeOnDevice(before, '/mnt/a b/f'), '/0:88/srv/data/f');
    assert.is(placeOnDevice(before, '/mnt/a b'), '/0:88/srv/data');
    assert.is(placeOnDevice(before, '/mnt/a bc'), '/0:88/mnt/a bc');
    assert.is(placeOnDevice(before, '/etc/hosts'), '/254:1/var/lib/c/hosts');
    assert.is(placeOnDevice(before, '/'), '/0:88');
  });

  test('the last mount over a folder counts', () => {
    assert.is(placeOnDevice(mounts.slice(0, 5), '/mnt/x/f'), '/0:91/f');
    assert.is(placeOnDevice(mounts, '/mnt/x/f'), '/0:92/x/f');
  });

  test('without a table, or a mount above, no place is known', () => {
    assert.is(placeOnDevice([], '/etc/hosts'), undefined);
    assert.equal(table('', 1), { failed: 'Cannot read what is mounted: cut: no such file' });
  });
});
