// The other ways that the roles know, each on a real cluster once: nginx as the balancer, the health answer on port 80,
// etcd on a host of its own, controllers as tainted workers, nftables, keys on a curve, a node with a name of its own; then
// every host loses power at once and comes back by itself, and the authority is lost and another takes its place.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { readRecord } from '../../lab/lab_record.ts';
import { controlAddress } from '../../lab/connect_files.ts';
import {
  assertUnchanged,
  eventually,
  failures,
  lines,
  timed,
  useCluster,
  type TestCluster,
} from '../support/cluster.ts';
import { whyNoLab } from '../support/lab.ts';
import { describe } from '../support/suite.ts';
import { liveObjectTests } from './live_objects.ts';

const controllers = ['controller-1', 'controller-2'];
const nodes = [...controllers, 'worker-1'];
const hosts = ['gateway-1', 'lb-1', 'etcd-1', ...nodes];
/** worker-1 as the cluster knows it. */
const namedNode = 'node-21.variants.lan';

describe(
  'a cluster of variants',
  ({ test, setup, teardown }) => {
    let cluster: TestCluster;
    setup(async () => {
      cluster = await useCluster('variants');
      const own = path.join(path.dirname(cluster.lab.inventoryFile), 'group_vars/all/variants.yml');
      await writeFile(own, 'pki_key_type: ECDSA\n');
    });
    teardown(() => cluster.lab.release());
    const kubectl = async (...argv: readonly string[]): Promise<string[]> => {
      const { code, stdout, stderr } = await cluster.kubectl('--request-timeout=20s', ...argv);
      assert.is(code, 0, stderr);
      return lines(stdout);
    };
    const names = (kind: string, field: string): Promise<string[]> =>
      kubectl('get', kind, '-o', `jsonpath={range .items[*]}${field}{"\\n"}{end}`);

    test('nodes are registered and not ready while they have no network (S2-27, S2-01)', async () => {
      const built = await cluster.play('site.yml', '--skip-tags', 'network,addons');
      assert.is(built.code, 0, failures(built));
      const ready = '{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}';
      assert.equal(await names('nodes', ready), [
        'controller-1 False',
        'controller-2 False',
        `${namedNode} False`,
      ]);
    });

    test('with it and the add-ons the smoke tests pass: logs, exec, port-forward, NodePort, DNS (S2-45, S2-30, S0-50)', async () => {
      const built = await cluster.play('site.yml', '--tags', 'network,addons');
      assert.is(built.code, 0, failures(built));
      await smoke();
      assert.equal(
        (await names('namespaces', '{.metadata.name}')).filter((name) => name !== 'smoke'),
        ['default', 'kube-node-lease', 'kube-public', 'kube-system'],
      );
    });

    test('a node joins under its own name, which its host has too (S2-25, S0-36, S4-18)', async () => {
      assert.is((await cluster.on('worker-1', 'hostname')).trim(), namedNode);
      const known = await cluster.on('controller-1', `getent hosts ${namedNode} api.kubernetes-the-hard-way`);
      assert.equal(
        lines(known).map((line) => line.split(/\s+/)[0]),
        [cluster.lab.host('worker-1').address, cluster.lab.host('lb-1').address],
      );
    });

    test('controllers that are workers take no ordinary pod, and run those that tolerate them (S0-34)', async () => {
      const taints = '{.metadata.name} {.spec.taints[*].key}:{.spec.taints[*].effect}';
      assert.equal(await names('nodes', taints), [
        ...controllers.map((name) => `${name} node-role.kubernetes.io/control-plane:NoSchedule`),
        `${namedNode} :`,
      ]);
      const labelled = await kubectl(
        ...['get', 'nodes', '-o', 'name', '--selector', 'node-role.kubernetes.io/control-plane'],
      );
      assert.equal(labelled, ['node/controller-1', 'node/controller-2']);
      const image = (
        await kubectl('get', 'deployment', 'coredns', '-n', 'kube-system', '-o', 'jsonpath={..image}')
      ).join('');
      await kubectl('create', 'deployment', 'plain', `--image=${image}`, '--replicas=4');
      await eventually('four pods have a node', 60, async () => (await placesOfPlain()).length === 4);
      assert.equal([...new Set(await placesOfPlain())], [namedNode]);
      await kubectl('delete', 'deployment', 'plain');
    });

    test('a controller reaches the addresses of services (S0-44)', async () => {
      for (const host of controllers)
        assert.is(await cluster.on(host, 'curl -ksS --max-time 10 https://10.32.0.1/healthz'), 'ok', host);
    });

    test('each controller answers for its health on port 80 to who asks for the API by name (S2-17)', async () => {
      for (const host of controllers) {
        const address = cluster.lab.host(host).address;
        const ask = `curl -sS --max-time 10 -H 'Host: kubernetes.default.svc.cluster.local' http://${address}/healthz`;
        assert.is(await cluster.on('lb-1', ask), 'ok', host);
      }
    });

    test('etcd runs on its own host alone, healthy, no learner (S1-22, S2-12)', async () => {
      for (const host of controllers)
        assert.equal(lines(await cluster.on(host, 'ls -d /etc/etcd /var/lib/etcd 2>/dev/null || true')), []);
      const tls = '--cacert=/etc/etcd/ca.crt --cert=/etc/etcd/kubernetes.crt --key=/etc/etcd/kubernetes.key';
      const list = await cluster.on(
        'etcd-1',
        `etcdctl --endpoints=https://127.0.0.1:2379 ${tls} member list`,
      );
      const address = cluster.lab.host('etcd-1').address;
      assert.equal(
        lines(list).map((line) => line.split(', ').slice(1)),
        [['started', 'etcd-1', `https://${address}:2380`, `https://${address}:2379`, 'false']],
      );
    });

    test('kube-proxy uses nftables where it was told to, iptables elsewhere (S0-35, S2-26)', async () => {
      const count = async (host: string, command: string): Promise<number> =>
        Number(await cluster.on(host, `${command} || true`));
      const byTables = `nft list tables | grep -c '^table ip kube-proxy$'`;
      const byChains = `iptables-save -t nat | grep -c -- '-d 10.32.0.1/32 .*-j KUBE-SVC'`;
      assert.equal([await count('worker-1', byTables), await count('worker-1', byChains)], [1, 0]);
      for (const host of controllers)
        assert.equal([await count(host, byTables), await count(host, byChains)], [0, 1], host);
    });

    test('every key is one on a curve, those of hosts and of tokens too (S0-18)', async () => {
      const find = `find /etc/kubernetes /etc/etcd -name '*.key' 2>/dev/null`;
      for (const host of ['etcd-1', ...nodes]) {
        const kinds = `for key in $(${find}); do openssl pkey -in $key -noout -text | grep -c 'NIST CURVE: P-256'; done`;
        const found = lines(await cluster.on(host, kinds));
        assert.ok(found.length > 0 && found.every((count) => count === '1'), `${host}: ${found.join(' ')}`);
      }
    });

    test('both controllers have the same encryption key, and their three daemons start at boot (S2-10, S2-16)', async () => {
      const sums = await Promise.all(
        controllers.map((host) => cluster.on(host, 'sha256sum < /etc/kubernetes/encryption-config.yaml')),
      );
      assert.is(sums[0], sums[1]);
      for (const host of controllers) {
        const state = 'systemctl is-enabled kube-apiserver kube-controller-manager kube-scheduler';
        assert.equal(lines(await cluster.on(host, state)), ['enabled', 'enabled', 'enabled']);
      }
    });

    test('a kubelet may write the status of pods, and read no secret of others (S3-10)', async () => {
      const may = async (...what: readonly string[]): Promise<string> => {
        const as = [`--as=system:node:${namedNode}`, '--as-group=system:nodes', '-n', 'kube-system'];
        return (await cluster.kubectl('auth', 'can-i', ...what, ...as)).stdout.trim();
      };
      assert.is(await may('patch', 'pods', '--subresource=status'), 'yes');
      assert.match(await may('list', 'secrets'), /^no/);
    });

    liveObjectTests({ test }, () => cluster, namedNode);

    test('nginx passes both ports on, and a changed configuration is loaded without a restart (S2-28, S2-32)', async () => {
      const answer = (port: number): Promise<string> =>
        cluster.on('worker-1', `curl -ksS --max-time 10 https://lb-1:${port}/readyz`);
      const mainProcess = 'systemctl show nginx --property=MainPID --value';
      const before = await cluster.on('lb-1', mainProcess);
      await cluster.on('lb-1', 'echo "# other" >> /etc/nginx/tcpconf.d/kubernetes.conf');
      const mended = await cluster.play('site.yml', '--tags', 'lb');
      assert.is(mended.code, 0, failures(mended));
      assert.equal([await answer(6443), await answer(443)], ['ok', 'ok']);
      assert.is(await cluster.on('lb-1', mainProcess), before);
      assert.equal(await kubectl('config', 'current-context'), ['default']);
    });

    test('a private host reaches the outside with the gateway’s address, and not without its rules (S4-10)', async () => {
      const outside = await listenOutside(cluster);
      try {
        const ask = `curl -sS --max-time 5 http://${outside.address}/ || echo no way`;
        assert.is(await cluster.on('worker-1', ask), cluster.lab.host('gateway-1').address);
        await cluster.on('gateway-1', 'systemctl stop nat-rule');
        assert.match(await cluster.on('worker-1', `${ask} 2>/dev/null`), 'no way');
        await cluster.on('gateway-1', 'systemctl start nat-rule');
        assert.is(await cluster.on('worker-1', ask), cluster.lab.host('gateway-1').address);
      } finally {
        outside.server.close();
      }
    });

    test('after every host lost power, rules, routes, settings and daemons are back before anybody runs anything (S1-47, S4-09, S2-33, SK-14)', async () => {
      const before = await standing();
      for (const host of hosts) await cluster.lab.kill(host);
      await cluster.lab.boot();
      await eventually('every node is ready again', 240, async () => (await notReady()).length === 0);
      await eventually('routes and rules stand as before', 60, async () => {
        const now = await standing();
        return JSON.stringify(now) === JSON.stringify(before);
      });
      for (const host of hosts)
        assert.equal(lines(await cluster.on(host, 'systemctl --failed --no-legend --plain')), [], host);
    });

    test('then nothing is left to change, and the smoke tests pass again (S0-50, S1-36)', async () => {
      assertUnchanged(await cluster.play('site.yml'), ['localhost', ...hosts]);
      await smoke();
    });

    test('another authority takes the place of one that is lost, by one run; the next changes nothing, and the smoke tests pass', async () => {
      const { folder } = cluster;
      const before = await readFile(`${folder}/pki/ca.crt`, 'utf8');
      await rm(`${folder}/pki/ca.crt`);
      await rm(`${folder}/pki/ca.key`);
      const replaced = await timed('another authority', () => cluster.play('site.yml'));
      assert.is(replaced.code, 0, failures(replaced));
      const now = await readFile(`${folder}/pki/ca.crt`, 'utf8');
      assert.is.not(now, before);
      for (const host of nodes)
        assert.is(await cluster.on(host, 'cat /etc/kubernetes/pki/ca.crt'), now, host);
      assert.is(await cluster.on('etcd-1', 'cat /etc/etcd/ca.crt'), now);
      assertUnchanged(await cluster.play('site.yml'), ['localhost', ...hosts]);
      await smoke();
    });

    test('reset leaves no rule, port or unit of any variant, and has nothing to do a second time', async () => {
      const reset = await cluster.play('reset.yml');
      assert.is(reset.code, 0, failures(reset));
      for (const host of hosts) assert.equal(lines(await cluster.on(host, whatIsLeft)), [], host);
      assertUnchanged(await cluster.play('reset.yml'), ['localhost', ...hosts]);
    });

    async function smoke(): Promise<void> {
      const ran = await cluster.play('smoke.yml');
      assert.is(ran.code, 0, failures(ran));
      const told = ran.events.flatMap(({ type, task, result }) =>
        type === 'result' && task !== undefined ? [`${task.name} ${result?.status ?? ''}`] : [],
      );
      for (const name of [
        'Exec, DNS, pod to pod across workers and logs',
        'It is seen under its own address',
        'NodePort answers on every worker',
      ])
        assert.ok(told.includes(`${name} ok`), told.join('\n'));
    }

    const placesOfPlain = (): Promise<string[]> =>
      kubectl(
        ...['get', 'pods', '--selector', 'app=plain', '-o'],
        'jsonpath={range .items[*]}{.spec.nodeName}{"\\n"}{end}',
      );

    async function notReady(): Promise<string[]> {
      const { code, stdout } = await cluster.kubectl('--request-timeout=5s', 'get', 'nodes', '--no-headers');
      if (code !== 0) return nodes;
      return lines(stdout).filter((line) => !/\sReady\s/.test(line));
    }

    /** What a host has to have again after a boot, by host. */
    async function standing(): Promise<string[]> {
      const look = `
ip route show root 10.200.0.0/16 | grep via | sort
iptables -t nat -S | grep -E -- '-s 10[.]200[.]0[.]0/16|HARDWAY' | sort
cat /proc/sys/net/ipv4/ip_forward /etc/modules-load.d/br_netfilter.conf 2>/dev/null
for unit in etcd kube-apiserver kubelet kube-proxy nginx nat-rule hardway-routes pod-masquerade; do
  systemctl --quiet is-active $unit && echo $unit
done
true`;
      return Promise.all(hosts.map(async (host) => `${host}\n${await cluster.on(host, look)}`));
    }
  },
  { unless: await whyNoLab() },
);

/** Prints what a host of the cluster has and a bare one has not. */
const whatIsLeft = `
ss -Hltn | awk '{print $4}' | grep -E ':(80|443|6443|2379|2380|10250)$'
nft list tables 2>/dev/null | grep kube-proxy
ip route show root 10.200.0.0/16
iptables-save | grep -E 'KUBE-SVC|HARDWAY-|10[.]200[.]0[.]0'
ls /etc/systemd/system | grep -E '^(etcd|kube.*|containerd|nat-rule|pod-masquerade|hardway-routes)[.]service$'
ls /etc/nginx/sites-enabled /etc/nginx/tcpconf.d 2>/dev/null | grep kubernetes
true`;

/** A web server of this machine on the lab's public side that says from which address it was asked. */
async function listenOutside({ lab }: TestCluster): Promise<{ server: Server; address: string }> {
  const record = await readRecord(lab.name);
  assert.ok(record);
  const address = controlAddress(record);
  const server = createServer((request, response) => response.end(request.socket.remoteAddress));
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return { server, address: `${address}:${(server.address() as AddressInfo).port}` };
}
