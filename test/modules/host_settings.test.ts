import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { overlay } from '../../engine/module/picture.ts';
import { seenContent } from '../../engine/module/seen_files.ts';
import { checkModule, checkParser } from '../../engine/module/testing.ts';
import { listing, type Listing, type ListingQuestion } from '../../engine/module/vocabulary/listing.ts';
import { newDirectory } from '../../engine/module/vocabulary/make_directory.ts';
import { mountAct } from '../../engine/module/vocabulary/mounts.ts';
import { mountsInsideKind } from '../../engine/module/vocabulary/mounts_inside.ts';
import { removeFile } from '../../engine/module/vocabulary/remove_file.ts';
import { absent, stat } from '../../engine/module/vocabulary/stat.ts';
import { parseAge } from '../../engine/module/vocabulary/unit_age.ts';
import { hostname } from '../../modules/hostname.ts';
import { kernelModuleKind, modprobe } from '../../modules/modprobe.ts';
import { settingFile, sysctl, withSetting } from '../../modules/sysctl.ts';
import { play } from '../support/play_here.ts';
import { describe } from '../support/suite.ts';

const nothing = { found: 'nothing' };

describe('modules/hostname (S0-36, S4-19)', ({ test }) => {
  checkModule(
    hostname,
    [
      {
        name: 'leaves a host that has its name',
        params: { name: 'web-1' },
        seen: { now: 'web-1', atBoot: seenContent('web-1\n') },
      },
      {
        name: 'names a host now and for its next boot',
        params: { name: 'web-1' },
        seen: { now: 'debian', atBoot: seenContent('debian\n') },
        steps: ['write /etc/hostname (0644, 6 bytes)', 'name the host web-1'],
      },
      {
        name: 'tells the names as facts, which later tasks of the run see',
        params: { name: 'web-1.example' },
        seen: { now: 'web-1.example', atBoot: seenContent('web-1.example\n') },
        result: {
          name: 'web-1.example',
          ansible_facts: { ansible_hostname: 'web-1', ansible_nodename: 'web-1.example' },
        },
      },
      {
        name: 'mends only the name of now',
        params: { name: 'web-1' },
        seen: { now: 'debian', atBoot: seenContent('web-1\n') },
        steps: ['name the host web-1'],
      },
    ],
    test,
  );
});

describe('modules/modprobe (SK-14)', ({ test }) => {
  checkModule(
    modprobe,
    [
      {
        name: 'loads a module and keeps it for the next boot',
        params: { name: 'br_netfilter', persistent: 'present' },
        seen: { module: 'absent', file: nothing },
        steps: [
          'load kernel module br_netfilter',
          'write /etc/modules-load.d/br_netfilter.conf (0644, 13 bytes)',
        ],
      },
      {
        name: 'takes a built-in module as loaded',
        params: { name: 'overlay' },
        seen: { module: 'built-in', file: nothing },
      },
      {
        name: 'says that a container cannot load modules, and goes on',
        params: { name: 'overlay' },
        seen: { module: 'foreign', file: nothing },
        warnings: ['kernel module overlay cannot be loaded here (no /lib/modules): taken as built in'],
      },
      {
        name: 'unloads a module and forgets it',
        params: { name: 'floppy', state: 'absent', persistent: 'absent' },
        seen: { module: 'loaded', file: seenContent('floppy\n') },
        steps: ['unload kernel module floppy', 'remove /etc/modules-load.d/floppy.conf'],
      },
    ],
    test,
  );
  checkParser(
    kernelModuleKind,
    { name: 'x' },
    [{ name: 'reads the state', output: 'built-in\n', seen: 'built-in' }],
    test,
  );
});

describe('modules/sysctl (S2-33, S4-08, S4-20)', ({ test }) => {
  const forward = {
    name: 'net.ipv4.ip_forward',
    value: 1,
    sysctl_file: '/etc/sysctl.d/90.conf',
    sysctl_set: true,
  };
  checkModule(
    sysctl,
    [
      {
        name: 'sets a value now and for the next boot',
        params: forward,
        seen: { file: nothing, current: '0' },
        steps: ['write /etc/sysctl.d/90.conf (22 bytes)', 'set net.ipv4.ip_forward = 1'],
      },
      {
        name: 'leaves what is set',
        params: forward,
        seen: { file: seenContent('net.ipv4.ip_forward = 1\n'), current: '1' },
      },
      ...['yes', 'ON', 'True', ' y '].map((value) => ({
        name: `takes ${value} for 1`,
        params: { ...forward, value },
        seen: { file: seenContent('net.ipv4.ip_forward=1\n'), current: '0' },
        steps: ['set net.ipv4.ip_forward = 1'],
      })),
      {
        name: 'takes a no for 0',
        params: { ...forward, value: false },
        seen: { file: seenContent('net.ipv4.ip_forward=0\n'), current: '0' },
      },
      {
        name: 'refuses a value that is blank',
        params: { ...forward, value: ' ' },
        seen: { file: nothing, current: '0' },
        fail: 'state=present needs value',
      },
      ...['', 'a b', 'a=b', '-a'].map((name) => ({
        name: `refuses the name '${name}', which would not be found again in the file`,
        params: { ...forward, name },
        seen: { file: nothing, current: null },
        fail: `'${name}' is no name of a kernel setting`,
      })),
      {
        name: 'mends the value of now alone',
        params: forward,
        seen: { file: seenContent('net.ipv4.ip_forward=1\n'), current: '0' },
        steps: ['set net.ipv4.ip_forward = 1'],
      },
      {
        name: 'applies the file when only that is asked for',
        params: { name: 'vm.swappiness', value: '10' },
        seen: { file: nothing },
        steps: ['write /etc/sysctl.conf (17 bytes)', 'apply the settings of /etc/sysctl.conf'],
      },
      {
        name: 'says that the kernel has no such setting',
        params: forward,
        seen: { file: nothing, current: null },
        fail: 'the kernel has no setting net.ipv4.ip_forward (is its module loaded?)',
      },
      {
        name: 'removes a setting from the file',
        params: { name: 'vm.swappiness', state: 'absent', sysctl_file: '/etc/s' },
        seen: { file: seenContent('a=1\nvm.swappiness=10\n') },
        steps: ['write /etc/s (4 bytes)'],
      },
    ],
    test,
  );
  test('a setting stands once in its file, at its first place, comments kept', () => {
    const text = '# head\nvm.x=1\nb=2\nvm/x = 3\n';
    assert.is(withSetting(text, 'vm.x', '4'), '# head\nvm.x=4\nb=2\n');
    assert.is(withSetting('a=1', 'b', '2'), 'a=1\nb=2\n');
  });
  test('check mode tells the settings of a file that is applied, and none where a name in it is a pattern', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-settings-'));
    const value = readFileSync('/proc/sys/vm/swappiness', 'utf8').trim() === '11' ? '12' : '11';
    const told = async (first: string): Promise<readonly string[]> => {
      writeFileSync(path.join(folder, '1.conf'), first);
      writeFileSync(path.join(folder, '2.conf'), `vm.swappiness=${value}\n`);
      const common = `value: ${value}, sysctl_file: ${folder}`;
      const text = `- hosts: all
  gather_facts: false
  tasks:
    - {name: file, sysctl: {name: vm.swappiness, ${common}/1.conf}}
    - {name: value, sysctl: {name: vm/swappiness, ${common}/2.conf, sysctl_set: true}}
    - {name: other, sysctl: {name: vm.swappiness, value: "13", sysctl_file: ${folder}/2.conf, sysctl_set: true}}
`;
      return (await play(text, { hosts: 'one,', options: { checkMode: true } })).lines;
    };
    try {
      assert.equal(await told('# none\n'), ['one file changed', 'one value ok', 'one other changed']);
      const withPattern = await told('vm.[s]wap* = 3\n');
      assert.equal(withPattern, ['one file changed', 'one value unknown', 'one other unknown']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  test('check mode knows other names of a setting, and doubts those that the kernel sets along', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-settings-'));
    const now = (name: string): string =>
      readFileSync(`/proc/sys/net/ipv4/${name.replaceAll('.', '/')}`, 'utf8').trim();
    const value = now('ip_forward') === '1' ? '0' : '1';
    const names = ['ip_forward', 'conf.all.forwarding', 'conf.lo.rp_filter', 'conf.lo.forwarding'];
    const values = names.map((name) => (name.endsWith('rp_filter') ? now(name) : value));
    const tasks = names.map((name, at) => {
      const file = path.join(folder, name);
      writeFileSync(file, `net.ipv4.${name}=${values[at] ?? ''}\n`);
      const wish = `name: net.ipv4.${name}, value: "${values[at] ?? ''}", sysctl_file: ${file}, sysctl_set: true`;
      return `    - {name: ${name}, sysctl: {${wish}}}\n`;
    });
    const text = `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks.join('')}`;
    const { lines } = await play(text, { hosts: 'one,', options: { checkMode: true } });
    rmSync(folder, { recursive: true, force: true });
    const along = now('conf.lo.forwarding') === value ? 'ok' : 'unknown';
    const told = ['ip_forward changed', 'conf.all.forwarding ok', 'conf.lo.rp_filter ok'];
    assert.equal(
      lines,
      [...told, `conf.lo.forwarding ${along}`].map((line) => `one ${line}`),
    );
  });
  test('dots of an interface name are written as slashes', () => {
    assert.is(settingFile('net.ipv4.conf.eth0/1.forwarding'), '/proc/sys/net/ipv4/conf/eth0.1/forwarding');
    assert.is(settingFile('net/ipv4/conf/eth0.1/forwarding'), '/proc/sys/net/ipv4/conf/eth0.1/forwarding');
  });
});

describe('module/unit age (S1-36)', ({ test }) => {
  const said = (file: number): string =>
    `ExecMainStartTimestampMonotonic=5000000\nActiveEnterTimestampMonotonic=6000000\nStateChangeTimestampMonotonic=9000000\nNow=1010.0\nUp=10.00\nFile=900.5\nFile=${file}\n`;
  test('a file newer than the process asks for a restart', () => {
    assert.equal(parseAge(said(1007)), { needsRestart: true, needsReload: false });
  });
  test('a file newer than the last change of state asks for a reload too', () => {
    assert.equal(parseAge(said(1009.5)), { needsRestart: true, needsReload: true });
  });
  test('older files ask for nothing', () => {
    assert.equal(parseAge(said(1004)), { needsRestart: false, needsReload: false });
  });

  test('a new file system in memory is empty, also in listings from above', () => {
    const act = mountAct({ act: 'mount', path: '/srv/d/m', source: 'tmpfs', type: 'tmpfs' });
    const entry = (name: string): object => ({ name, file: newDirectory('root') });
    const before = { exists: true, entries: [entry('d'), entry('d/m'), entry('d/m/old'), entry('e')] };
    const names = (question: ListingQuestion): unknown => {
      const after = overlay(listing(question), before, [act]) as Listing;
      return after.entries.map(({ name, file }) => `${name} ${file.mode}`);
    };
    assert.equal(names({ path: '/srv', recurse: true }), ['d 0755', 'd/m 1777', 'e 0755']);
    assert.equal(names({ path: '/srv/d/m', recurse: true }), []);
    assert.equal(overlay(listing({ path: '/srv' }), { exists: true, entries: [] }, [act]), {
      exists: true,
      entries: [entry('d')],
    });
  });

  test('a folder in which something is mounted is not removed', () => {
    const [need] = removeFile('/srv/d').kind.needs?.({ path: '/srv/d' } as never) ?? [];
    const said = 'tmpfs / tmpfs rw 0 0\ntmpfs /srv/d/a\\040b tmpfs rw 0 0\n';
    const output = { rc: 0, stdout: Buffer.from(said), stderr: Buffer.from('') };
    const inside = mountsInsideKind.parse?.(output, { path: '/srv/d' });
    assert.equal(inside, ['/srv/d/a b']);
    assert.is(need?.unmet(inside as never), '/srv/d/a b is mounted: unmount it before /srv/d is removed');
    const gone = mountAct({ act: 'unmount', path: '/srv/d/a b' });
    assert.equal(need && overlay(need.probe, inside, [gone]), []);
    assert.is(need?.unmet([] as never), undefined);
  });

  test('mounting makes the folders that are missing on the way', () => {
    const act = mountAct({ act: 'mount', path: '/srv/d/m', source: 'tmpfs', type: 'tmpfs' });
    const after = (path: string): unknown => overlay(stat({ path }), absent, [act]);
    assert.equal(after('/srv/d'), newDirectory('root'));
    assert.equal(after('/srv/other'), absent);
  });
});
