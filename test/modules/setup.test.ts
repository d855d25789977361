import * as assert from 'uvu/assert';
import { toData, toValue } from '../../engine/module/data.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { factsFrom, sectionsOf } from '../../engine/module/vocabulary/facts/facts.ts';
import { wants } from '../../engine/module/vocabulary/facts/script.ts';
import { setup } from '../../modules/setup.ts';
import { describe } from '../support/suite.ts';

const output = [
  '\u0001uname\nLinux\n6.1.0\nx86_64\nworker-1\n#1 SMP',
  '\u0001os-release\nPRETTY_NAME="Ubuntu 22.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="22.04"\nVERSION_CODENAME=jammy\nID=ubuntu\nID_LIKE=debian',
  '\u0001debian_version\nbookworm/sid',
  '\u0001init\nsystemd\nsystemd',
  '\u0001managers\n/usr/bin/apt-get',
  '\u0001hostname\nworker-1.example.org',
  '\u0001resolv\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nsearch a.example b.example\noptions ndots:5 rotate',
  '\u0001link\n1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue\\    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n2: host0@if7: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue\\    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff',
  '\u0001addr\n1: lo    inet 127.0.0.1/8 scope host lo\\ valid_lft forever\n2: host0    inet 10.20.0.5/22 brd 10.20.3.255 scope global host0\\ valid_lft\n2: host0    inet 10.20.0.9/32 scope global host0\n2: host0    inet6 fe80::1/64 scope link',
  '\u0001route4\ndefault via 10.20.0.1 dev host0 proto dhcp src 10.20.0.5',
  '\u0001route6\n',
  '\u0001types\nlo loopback unknown -1\nhost0 ether up 10000',
  '\u0001local\n\u0002site\n{"zone": "a"}\n\u0002old\n[main]\nKey = value\n',
].join('\n');

describe('modules/setup', ({ test }) => {
  test('an Ubuntu host with one address more is told as Ansible tells it', () => {
    const facts = toData(toValue(factsFrom(sectionsOf(output)))) as Record<string, unknown>;
    assert.is(facts['distribution'], 'Ubuntu');
    assert.is(facts['distribution_major_version'], '22');
    assert.is(facts['distribution_release'], 'jammy');
    assert.is(facts['os_family'], 'Debian');
    assert.is(facts['pkg_mgr'], 'apt');
    assert.is(facts['service_mgr'], 'systemd');
    assert.equal(
      [facts['hostname'], facts['fqdn'], facts['domain']],
      ['worker-1', 'worker-1.example.org', 'example.org'],
    );
    assert.equal(facts['all_ipv4_addresses'], ['10.20.0.5', '10.20.0.9']);
    assert.equal(facts['default_ipv4'], {
      interface: 'host0',
      gateway: '10.20.0.1',
      macaddress: '02:00:00:00:00:01',
      mtu: 1500,
      type: 'ether',
      alias: 'host0',
      address: '10.20.0.5',
      broadcast: '10.20.3.255',
      netmask: '255.255.252.0',
      network: '10.20.0.0',
      prefix: '22',
    });
    assert.equal(facts['dns'], {
      nameservers: ['10.0.0.2', '10.0.0.3'],
      search: ['a.example', 'b.example'],
      options: { ndots: '5', rotate: true },
    });
    assert.equal(facts['local'], { site: { zone: 'a' }, old: { main: { key: 'value' } } });
    assert.is((facts['host0'] as { ipv4_secondaries: unknown[] }).ipv4_secondaries.length, 1);
  });

  test('subsets are taken and left out as Ansible words them', () => {
    assert.is(wants(['all'], 'network'), true);
    assert.is(wants(['!hardware'], 'network'), true);
    assert.is(wants(['!hardware'], 'hardware'), false);
    assert.is(wants(['min'], 'network'), false);
    assert.is(wants(['!all', 'network'], 'network'), true);
    assert.is(wants(['!all', 'network'], 'hardware'), false);
  });

  checkModule(
    setup,
    [
      {
        name: 'a filter takes names with and without their prefix',
        params: { filter: ['ansible_dist*', 'kernel'] },
        seen: { facts: { distribution: 'Debian', kernel: '6', fips: false } },
        result: { ansible_facts: { ansible_distribution: 'Debian', ansible_kernel: '6' } },
      },
    ],
    test,
  );
});
