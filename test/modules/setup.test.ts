// Facts: read from recorded texts of several distributions, and from this machine with coreutils and with busybox.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { toData, toValue } from '../../engine/module/data.ts';
import { tryOnHost } from '../../engine/module/try_on_host.ts';
import type { Dict } from '../../engine/document/value.ts';
import { setup as setupModule } from '../../modules/setup.ts';
import { chooseSources } from '../../modules/shared/fact_sources.ts';
import { readTexts } from '../../modules/shared/fact_texts.ts';
import { distributionFacts, packageToolFacts } from '../../modules/shared/facts_distribution.ts';
import { mountFacts, processorFacts } from '../../modules/shared/facts_hardware.ts';
import { localFacts, parseIni } from '../../modules/shared/facts_local.ts';
import { networkFacts } from '../../modules/shared/facts_network.ts';
import {
  commandLineFacts,
  dateFacts,
  dnsFacts,
  platformFacts,
  selinuxFacts,
  serviceFacts,
} from '../../modules/shared/facts_system.ts';
import { virtualFacts } from '../../modules/shared/facts_virtual.ts';
import { localShell } from '../support/local_shell.ts';
import { describe } from '../support/suite.ts';

function chosen(...subset: string[]): string[] | string {
  const found = chooseSources(subset);
  return 'wrong' in found ? found.wrong : found.sources.map(({ name }) => name);
}

const minimal = chosen('!all') as string[];

describe('modules/setup: which facts', ({ test }) => {
  test('min comes with every subset, and with !all alone', () => {
    assert.ok(minimal.includes('distribution') && !minimal.includes('hardware'));
    assert.equal(chosen('network'), [...minimal, 'network']);
    assert.equal(chosen('!all', '!min', 'network'), ['network']);
    assert.equal(chosen('!all', '!min', 'default_ipv4'), ['network']);
  });
  test('all leaves out what is excluded, and what is named outweighs that', () => {
    assert.not((chosen('all', '!hardware') as string[]).includes('hardware'));
    assert.ok((chosen('all', '!hardware') as string[]).includes('virtual'));
    assert.ok((chosen('hardware', '!hardware') as string[]).includes('hardware'));
  });
  test('an unknown subset is named with those that are known', () => {
    assert.match(chosen('netwrok') as string, /gather_subset has no netwrok; it knows all, apparmor/);
  });
});

function distribution(texts: Parameters<typeof distributionFacts>[0]): string {
  const facts = distributionFacts(texts);
  return ['', '_version', '_major_version', '_release']
    .map((end) => facts[`distribution${end}`] as string)
    .concat(facts['os_family'] as string)
    .join(' | ');
}

describe('modules/setup: reading texts of hosts', ({ test }) => {
  test('names distributions as playbooks do', () => {
    const os = (text: string): string => text.replaceAll('; ', '\n');
    const cases: readonly (readonly [string, Parameters<typeof distributionFacts>[0]])[] = [
      [
        'Debian | 12.11 | 12 | bookworm | Debian',
        {
          os_release: os('ID=debian; VERSION_ID="12"; VERSION_CODENAME=bookworm; NAME="Debian GNU/Linux"'),
          debian_version: '12.11\n',
        },
      ],
      [
        'Ubuntu | 22.04 | 22 | jammy | Debian',
        {
          os_release: os('NAME="Ubuntu"; VERSION_ID="22.04"; ID=ubuntu; VERSION_CODENAME=jammy'),
          debian_version: 'bookworm/sid',
        },
      ],
      [
        'Rocky | 9.4 | 9 | Blue Onyx | RedHat',
        { os_release: os('NAME="Rocky Linux"; VERSION="9.4 (Blue Onyx)"; ID="rocky"; VERSION_ID="9.4"') },
      ],
      [
        'CentOS | 7.9 | 7 | Core | RedHat',
        {
          os_release: os('NAME="CentOS Linux"; VERSION="7 (Core)"; ID="centos"; VERSION_ID="7"'),
          centos_release: 'CentOS Linux release 7.9.2009 (Core)',
        },
      ],
      [
        'Alpine | 3.20.1 | 3 | NA | Alpine',
        {
          os_release: os('NAME="Alpine Linux"; ID=alpine; VERSION_ID=3.20.1'),
          alpine_release: '3.20.1\n',
        },
      ],
      [
        'openSUSE Leap | 15.5 | 15 | 5 | Suse',
        { os_release: os('NAME="openSUSE Leap"; ID="opensuse-leap"; VERSION_ID="15.5"') },
      ],
      [
        'Amazon | 2023 | 2023 | NA | RedHat',
        { os_release: os('NAME="Amazon Linux"; ID="amzn"; VERSION="2023"; VERSION_ID="2023"') },
      ],
    ];
    for (const [wanted, texts] of cases) assert.is(distribution(texts), wanted);
  });

  test('finds what installs packages', () => {
    const tools = '/usr/bin/dnf /usr/bin/dnf5\n/usr/bin/dnf5 /usr/bin/dnf5\n';
    assert.is(packageToolFacts({ os_release: 'ID=fedora\n', tools })['pkg_mgr'], 'dnf5');
    assert.is(packageToolFacts({ os_release: 'ID=alpine', tools: '/sbin/apk /sbin/apk' })['pkg_mgr'], 'apk');
    const both = '/usr/bin/apt-get /usr/bin/apt-get\n/usr/bin/dnf-3 /usr/bin/dnf-3';
    assert.is(packageToolFacts({ os_release: 'ID=debian', tools: both })['pkg_mgr'], 'apt');
  });

  test('takes name and domain from the name that the address leads back to', () => {
    const uname = 'Linux\nnode-1\n6.1.0\n#1 SMP\ni686\n';
    const facts = platformFacts({ uname, names: '10.0.0.1  node-1.example.com node-1\n', word_size: '32\n' });
    assert.is(facts['fqdn'], 'node-1.example.com');
    assert.is(facts['domain'], 'example.com');
    assert.is(facts['architecture'], 'i386');
    assert.is(platformFacts({ uname })['fqdn'], 'node-1');
  });

  test('tells the time as text, in the zone of the host and in UTC', () => {
    const date =
      '2026 07 01 14 05 06 1782907506 +0200 Wednesday 3 26 123456789 CEST\n+0100 CET\n+0200 CEST\n';
    const time = dateFacts({ date })['date_time'] as Record<string, unknown>;
    assert.is(time['iso8601'], '2026-07-01T12:05:06Z');
    assert.is(time['iso8601_micro'], '2026-07-01T12:05:06.123456Z');
    assert.is(time['iso8601_basic_short'], '20260701T140506');
    assert.is(time['epoch'], '1782907506');
    assert.is(time['tz'], 'CEST');
    assert.is(time['tz_dst'], 'CEST');
  });

  test('reads resolv.conf and the kernel’s command line', () => {
    assert.equal(dnsFacts({ resolv: '# x\nnameserver 1.1.1.1\nsearch a b\noptions ndots:5 rotate\n' }), {
      dns: { nameservers: ['1.1.1.1'], search: ['a', 'b'], options: { ndots: '5', rotate: true } },
    });
    assert.equal(commandLineFacts({ cmdline: 'ro console=tty0 console=ttyS0 x="a b"\n' }), {
      cmdline: { ro: true, console: 'ttyS0', x: 'a b' },
      proc_cmdline: { ro: true, console: ['tty0', 'ttyS0'], x: 'a b' },
    });
  });

  test('knows the init by process 1, or by what is there when that is a shell', () => {
    assert.is(serviceFacts({ services: 'one systemd\ninit systemd\n' })['service_mgr'], 'systemd');
    assert.is(serviceFacts({ services: 'one sh\ninit \nopenrc\ninit.d\n' })['service_mgr'], 'openrc');
    assert.is(serviceFacts({ services: 'one init\ninit \nsystemctl\nbooted\n' })['service_mgr'], 'systemd');
    assert.is(serviceFacts({ services: 'one bash\ninit \n' })['service_mgr'], 'service');
  });

  test('tells SELinux’s mode now and at boot', () => {
    const selinux = 'status enabled\nenforce 0\npolicyvers 33\nconfig_mode enforcing\ntype targeted\n';
    assert.equal(selinuxFacts({ selinux })['selinux'], {
      status: 'enabled',
      mode: 'permissive',
      config_mode: 'enforcing',
      type: 'targeted',
      policyvers: 33,
    });
  });

  test('reads interfaces, their addresses and the way out', () => {
    const facts = networkFacts({
      interfaces:
        'device lo\naddress 00:00:00:00:00:00\nmtu 65536\ntype 772\nflags 0x9\ndevice br-int\naddress 02:00:00:00:00:01\nmtu 1450\ntype 1\nflags 0x1103\nbridge\nport veth0\nstp_state 0\n',
      addresses:
        '1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever\n2: br-int    inet 10.1.2.3/20 brd 10.1.15.255 scope global dynamic br-int\\  valid_lft 10sec\n2: br-int    inet 10.1.2.9/20 scope global secondary br-int:0\\ valid_lft forever\n2: br-int    inet6 fe80::1/64 scope link \\ valid_lft forever\n',
      routes: 'to4 8.8.8.8 via 10.1.0.1 dev br-int src 10.1.2.3 uid 0\nto6 \nlocal4 127.0.0.0/8\n',
    });
    assert.equal(facts['interfaces'], ['lo', 'br-int', 'br-int_0']);
    const network = { netmask: '255.255.240.0', network: '10.1.0.0', prefix: '20' };
    const bridge = facts['br_int'] as Record<string, unknown>;
    assert.equal(bridge['ipv4'], { address: '10.1.2.3', broadcast: '10.1.15.255', ...network });
    assert.equal(bridge['ipv4_secondaries'], [{ address: '10.1.2.9', broadcast: '', ...network }]);
    assert.is(bridge['promisc'], true);
    assert.is(bridge['type'], 'bridge');
    assert.equal(facts['default_ipv4'], {
      interface: 'br-int',
      gateway: '10.1.0.1',
      address: '10.1.2.3',
      broadcast: '10.1.15.255',
      ...network,
      alias: 'br-int',
      macaddress: '02:00:00:00:00:01',
      mtu: 1450,
      type: 'bridge',
    });
    assert.equal(facts['default_ipv6'], {});
    assert.equal(facts['all_ipv4_addresses'], ['10.1.2.3', '10.1.2.9']);
  });

  test('counts sockets, cores and threads', () => {
    const one = (id: number): string =>
      `processor : ${id}\nmodel name : X\nphysical id : ${id % 2}\nsiblings : 4\ncpu cores : 2\nflags : a b\n\n`;
    const facts = processorFacts({ cpuinfo: [0, 1, 2, 3, 4, 5, 6, 7].map(one).join('') });
    const counts = ['count', 'cores', 'threads_per_core', 'vcpus', 'nproc'].map(
      (name) => facts[`processor_${name}`],
    );
    assert.equal(counts, [2, 2, 2, 8, 8]);
    const arm = processorFacts({ cpuinfo: 'processor : 0\nBogoMIPS : 1\n\nprocessor : 1\n', nproc: '2\n' });
    assert.equal([arm['processor_count'], arm['processor_vcpus']], [2, 2]);
  });

  test('lists mounts of devices with sizes in bytes, and marks bind mounts', () => {
    const facts = mountFacts({
      mounts:
        'mount /dev/sda1 / ext4 rw 0 0\nsize 4096 4096 100 40 20 5\nmount /dev/sda1 /a\\040b ext4 rw 0 0\n',
      mountinfo: '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:1 /srv /a\\040b rw - ext4 /dev/sda1 rw\n',
      uuids: '/dev/sda1 1234-abcd\n',
    });
    const [root, bound] = facts['mounts'] as Record<string, unknown>[];
    assert.is(root?.['size_total'], 409_600);
    assert.is(root?.['block_used'], 60);
    assert.is(root?.['uuid'], '1234-abcd');
    assert.is(bound?.['mount'], '/a b');
    assert.is(bound?.['options'], 'rw,bind');
  });

  test('says what a host runs on, and what it hosts besides', () => {
    const guest = virtualFacts({ dmi: 'sys_vendor Amazon EC2\n', virtual: 'dev-kvm\n' });
    assert.is(guest['virtualization_type'], 'kvm');
    assert.is(guest['virtualization_role'], 'guest');
    assert.equal(guest['virtualization_tech_host'], ['kvm']);
    const host = virtualFacts({ virtual: 'module-kvm\n' });
    assert.is(host['virtualization_role'], 'host');
    assert.is(virtualFacts({})['virtualization_type'], 'NA');
    const nspawn = virtualFacts({ virtual: 'container systemd-nspawn\nsystemd systemd-nspawn\n' });
    assert.is(nspawn['virtualization_type'], 'container');
  });

  test('reads fact files of JSON and INI, and says which are neither', () => {
    const local =
      '\u0002- /f/a.fact\n{"n": 1}\n\u0002- /f/b.fact\n[One]\nKey = v\n long\nother: 2\n\u0002- /f/c.fact\nnonsense\n\u00023 /f/d.fact\n';
    const { facts, warnings } = localFacts({ local });
    assert.equal(toData(toValue(facts)), {
      local: {
        a: { n: 1 },
        b: { One: { key: 'v\nlong', other: '2' } },
        c: 'error loading facts as JSON or ini - please check content: /f/c.fact',
        d: 'Failure executing fact script (/f/d.fact), rc: 3',
      },
    });
    assert.is(warnings.length, 2);
    assert.is(parseIni('[DEFAULT]\na=1\n[x]\nb=2\n')?.get('x')?.get('a'), '1');
  });

  test('an answer without texts is a failure, banners before the first are passed over', () => {
    assert.equal(readTexts('Welcome\n\n\u0001uname\nLinux\nx\n'), { uname: 'Linux\nx\n' });
  });
});

const userlands = existsSync('/usr/bin/busybox') ? (['system', 'busybox'] as const) : (['system'] as const);

for (const userland of userlands)
  describe(`modules/setup on this machine (${userland})`, ({ test, setup, teardown }) => {
    let folder = '';
    setup(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'hardway facts '));
    });
    teardown(() => rmSync(folder, { recursive: true, force: true }));
    const gather = async (params: object): Promise<Record<string, unknown>> => {
      const trial = await tryOnHost(
        setupModule,
        toValue({ fact_path: folder, ...params }) as Dict,
        localShell(userland),
      );
      assert.is(trial.failed, undefined);
      assert.equal(trial.steps, []);
      return toData(toValue(trial.plan?.effects?.facts ?? {})) as Record<string, unknown>;
    };

    test('tells all facts in one round trip', async () => {
      writeFileSync(path.join(folder, 'site.fact'), '{"rack": "r1"}\n');
      writeFileSync(path.join(folder, 'run.fact'), '#!/bin/sh\necho \'{"ran": true}\'\n', { mode: 0o755 });
      const facts = await gather({});
      assert.is(facts['ansible_system'], 'Linux');
      assert.is(facts['ansible_nodename'], hostname());
      assert.is(facts['ansible_memtotal_mb'], Math.floor(totalmem() / 1024 / 1024));
      assert.equal(facts['ansible_local'], { run: { ran: true }, site: { rack: 'r1' } });
      assert.ok((facts['ansible_interfaces'] as string[]).includes('lo'));
      const lo = facts['ansible_lo'] as Record<string, Record<string, unknown>>;
      assert.is(lo['ipv4']?.['netmask'], '255.0.0.0');
      assert.is((facts['ansible_env'] as Record<string, unknown>)['LC_ALL'], 'C');
      assert.ok(Array.isArray(facts['ansible_mounts']));
      const time = facts['ansible_date_time'] as Record<string, string>;
      assert.ok(Math.abs(Date.now() / 1000 - Number(time['epoch'])) < 3600);
      for (const name of [
        'distribution',
        'os_family',
        'pkg_mgr',
        'service_mgr',
        'user_dir',
        'processor_vcpus',
      ])
        assert.ok(facts[`ansible_${name}`], name);
    });

    test('asks only for the subset, and gives only what the filter lets through', async () => {
      const facts = await gather({ gather_subset: '!all,!min,network', filter: 'ansible_all_ipv?_*' });
      assert.equal(Object.keys(facts).sort(), ['ansible_all_ipv4_addresses', 'ansible_all_ipv6_addresses']);
    });
  });
