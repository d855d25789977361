// Gateway, host names and pod network as the roles gateway, common and networking would write them, on paper.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { oneServer, standardPaper, threeControllers } from '../support/paper_layouts.ts';
import { siteOnPaper, type Paper } from '../support/site_on_paper.ts';
import { describe } from '../support/suite.ts';
import { readUnit } from '../support/unit_file.ts';
import { at, yamlData } from '../support/yaml_data.ts';

const units = '/etc/systemd/system';

/** An iptables that knows one chain of table nat, kept as a file of rules. */
const keepsRules = `#!/bin/sh
[ "$1 $2" = '-t nat' ] || exit 0
act=$3
shift 4
rule="-A POSTROUTING $*"
case $act in
  -S) cat "$RULES" ;;
  -C) grep -qxF -e "$rule" "$RULES" ;;
  -A) echo "$rule" >> "$RULES" ;;
  -D) grep -vxF -e "$rule" "$RULES" > "$RULES.new"; mv "$RULES.new" "$RULES" ;;
esac
`;

describe('roles/gateway, roles/common and roles/networking', ({ test, setup }) => {
  let paper: Paper;
  setup(async () => {
    paper = await standardPaper();
  });

  test('the gateway forwards, and loads its rules at every boot by a unit of one shot (S4-08, S4-09)', () => {
    const [forward] = paper.of('gateway-0', 'sysctl').filter(({ role }) => role === 'gateway');
    assert.is(forward?.params['name'], 'net.ipv4.ip_forward');
    assert.is(forward?.params['sysctl_file'], '/etc/sysctl.d/90-ipv4-ip-forward.conf');
    const { all } = readUnit(paper.file('gateway-0', `${units}/nat-rule.service`));
    assert.equal(all('Type'), ['oneshot']);
    assert.equal(all('RemainAfterExit'), ['yes']);
    assert.equal(all('After'), ['network-online.target']);
    assert.equal(all('WantedBy'), ['multi-user.target']);
    const rules = paper.file('gateway-0', '/etc/hardway/gateway.rules');
    assert.match(rules, '-A HARDWAY-OUT -o eth0 -j MASQUERADE');
    assert.match(
      rules,
      '-A HARDWAY-IN -i eth0 -m addrtype --dst-type LOCAL -p tcp --dport 6443 -j DNAT --to-destination 10.240.0.5:6443',
    );
  });

  test('the way out may be another interface and one network only (S4-09, S4-47)', async () => {
    const vars = { gateway_public_interface: 'enX0', gateway_private_cidr: '10.240.0.0/24' };
    const other = await siteOnPaper({ ...threeControllers, vars, tags: ['gateway'] });
    const rules = other.file('gateway-0', '/etc/hardway/gateway.rules');
    assert.match(rules, '-A HARDWAY-OUT -s 10.240.0.0/24 -o enX0 -j MASQUERADE');
    other.remove();
  });

  test('each host knows the API’s name and every node without a DNS server, its own name included (S4-18, S4-19, S0-36, S1-20)', () => {
    const [block] = paper.of('worker-1', 'blockinfile');
    const names = (block?.words('block') ?? '').trim().split('\n');
    assert.is(names[0], '10.240.0.5 api.kubernetes-the-hard-way');
    assert.ok(names.includes('10.240.0.10 controller-0'));
    assert.ok(names.includes('10.240.0.20 ip-10-240-0-20.lan'));
    assert.ok(names.includes('10.240.0.2 gateway-0'));
    const [own] = paper.of('worker-1', 'lineinfile').filter(({ role }) => role === 'common');
    assert.is(own?.params['line'], '127.0.1.1 ip-10-240-0-21.lan');
    assert.is(own?.params['mode'], '0644');
    assert.is(paper.of('worker-1', 'hostname')[0]?.params['name'], 'ip-10-240-0-21.lan');
  });

  test('packages, modules, settings and swap of a node are kept, now and after a reboot (S0-37, S2-20, SK-17, SK-14, S2-33, S4-20, S2-23)', () => {
    const names = paper.of('worker-0', 'package').flatMap(({ params }) => params['name'] as string[]);
    for (const name of ['socat', 'conntrack', 'ipset', 'kmod']) assert.ok(names.includes(name), name);
    assert.equal(
      paper.of('worker-0', 'modprobe').map(({ words }) => words('name', 'persistent')),
      ['overlay present', 'br_netfilter present'],
    );
    assert.equal(
      paper.of('worker-0', 'sysctl').map(({ words }) => words('name', 'value', 'sysctl_set')),
      [
        'net.ipv4.ip_forward 1 true',
        'net.bridge.bridge-nf-call-iptables 1 true',
        'net.bridge.bridge-nf-call-ip6tables 1 true',
      ],
    );
    assert.is(paper.of('worker-0', 'swap')[0]?.params['state'], 'absent');
  });

  test('the bridge plugin has the range that the API gave this node, and masquerades nothing itself (S3-23, SK-13)', () => {
    const list = yamlData(paper.file('worker-0', '/etc/cni/net.d/10-bridge.conflist'));
    assert.is(list['cniVersion'], '1.0.0');
    const bridge = at(list, 'plugins', 0);
    assert.is(at(bridge, 'bridge'), 'cni0');
    assert.is(at(bridge, 'isGateway'), true);
    // One rule of the node does it: two would rewrite addresses twice (S1-42).
    assert.is(at(bridge, 'ipMasq'), false);
    assert.is(at(bridge, 'ipam', 'type'), 'host-local');
    // The second range: the API does not follow the inventory's order (S1-39).
    assert.equal(at(bridge, 'ipam', 'ranges'), [[{ subnet: '10.200.1.0/24' }]]);
    assert.equal(at(bridge, 'ipam', 'routes'), [{ dst: '0.0.0.0/0' }]);
    assert.equal(yamlData(paper.file('worker-0', '/etc/cni/net.d/99-loopback.conf')), {
      cniVersion: '1.0.0',
      name: 'lo',
      type: 'loopback',
    });
  });

  test('each host gets a route to the pods of every other node by its address, and none to its own (S1-39, S1-40, SK-18)', () => {
    const routes = (host: string): unknown => paper.of(host, 'route')[0]?.params['routes'];
    assert.equal(routes('worker-0'), [{ dest: '10.200.0.0/24', via: '10.240.0.21' }]);
    assert.equal(routes('worker-1'), [{ dest: '10.200.1.0/24', via: '10.240.0.20' }]);
    assert.is((routes('controller-0') as unknown[]).length, 2);
    assert.is(paper.of('worker-0', 'route')[0]?.params['purge'], true);
  });

  test('routes and masquerade are units too, so they come back with the host (S1-42, S1-47)', () => {
    for (const [host, name] of [
      ['worker-0', 'hardway-routes'],
      ['worker-0', 'pod-masquerade'],
      ['controller-0', 'hardway-routes'],
    ] as const) {
      assert.equal(readUnit(paper.file(host, `${units}/${name}.service`)).all('WantedBy'), [
        'multi-user.target',
      ]);
      assert.ok(
        paper.of(host, 'systemd').some(({ params }) => params['name'] === name && params['enabled'] === true),
        `${host} ${name}`,
      );
    }
    const rule = paper.file('worker-0', `${units}/pod-masquerade.service`);
    assert.match(rule, '-C POSTROUTING -s 10.200.0.0/16 ! -d 10.200.0.0/16 -j MASQUERADE');
    for (const end of ['-s', '-d']) assert.match(rule, `-C FORWARD ${end} 10.200.0.0/16 -j ACCEPT`);
  });

  test('with other exceptions the old rule goes, so that one masquerades still (S1-42)', async () => {
    const at = mkdtempSync(path.join(tmpdir(), 'hardway-rules-'));
    const rules = path.join(at, 'rules');
    writeFileSync(path.join(at, 'iptables'), keepsRules, { mode: 0o755 });
    const foreign = '-A POSTROUTING -s 10.9.0.0/16 ! -d 10.9.0.0/16 -j MASQUERADE';
    writeFileSync(rules, `${foreign}\n`);
    for (const wide of ['10.200.0.0/16', '10.0.0.0/8', '10.0.0.0/8', '10.200.0.0/16']) {
      const vars = { networking_masquerade_except: wide };
      const other = await siteOnPaper({ ...threeControllers, vars, tags: ['network'] });
      const { all } = readUnit(other.file('worker-0', `${units}/pod-masquerade.service`));
      other.remove();
      for (const line of all('ExecStart')) {
        const script = /^\/bin\/sh -c '(.*)'$/.exec(line)?.[1]?.replaceAll('$$', '$') ?? '';
        execFileSync('/bin/sh', ['-c', script], { env: { PATH: `${at}:/usr/bin:/bin`, RULES: rules } });
      }
      assert.equal(readFileSync(rules, 'utf8').trim().split('\n'), [
        foreign,
        `-A POSTROUTING -s 10.200.0.0/16 ! -d ${wide} -j MASQUERADE`,
      ]);
    }
    rmSync(at, { recursive: true });
  });

  test('a node is first registered, then made ready by its network (S2-27)', () => {
    const waits = paper.of('worker-0', 'k8s_node').map(({ role, words }) => `${role ?? ''} ${words('wait')}`);
    assert.equal(waits, ['worker registered', 'networking ready']);
  });

  test('without balancer and gateway the one server is the API’s address (SK-01, SK-02, S3-03)', async () => {
    const other = await siteOnPaper({ ...oneServer, tags: ['common'] });
    assert.equal(other.failures, []);
    const [block] = other.of('node-1', 'blockinfile');
    assert.equal((block?.words('block') ?? '').trim().split('\n'), [
      '192.168.10.100 api.kubernetes-the-hard-way',
      '192.168.10.100 server',
      '192.168.10.101 node-0',
      '192.168.10.102 node-1',
    ]);
    other.remove();
  });
});
