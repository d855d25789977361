// A cluster on seven local hosts: looked at from blank hosts, built, built again, without a controller, disturbed, removed.
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { mustRun } from '../../lab/run_program.ts';
import {
  assertUnchanged,
  changedTasks,
  failures,
  lines,
  timed,
  useCluster,
  type TestCluster,
} from '../support/cluster.ts';
import { differences } from '../support/differences.ts';
import { whyNoLab } from '../support/lab.ts';
import { describe } from '../support/suite.ts';
import { untrue, unknownOf } from '../support/told_and_done.ts';
import { disturbedTests } from './disturbed.ts';
import { liveMemberTests } from './live_members.ts';
import { listHosts, tracesOfCheck } from './traces_of_check.ts';
import { rememberUninterrupted } from './uninterrupted.ts';

const controllers = ['controller-1', 'controller-2', 'controller-3'];
const workers = ['worker-1', 'worker-2'];
const everyone = ['localhost', 'gateway-1', 'lb-1', ...controllers, ...workers];

describe(
  'a cluster on seven local hosts',
  ({ test, setup, teardown }) => {
    let cluster: TestCluster;
    setup(async () => {
      cluster = await timed('hosts and programs', useCluster);
    });
    teardown(() => timed('down', () => cluster.lab.release()));

    test('check mode from blank hosts writes nothing: hosts stay as where one only logged in, and so does this machine', async () => {
      const check = await timed('check', () => tracesOfCheck(cluster, 'root'));
      assert.is(check.ran.code, 0, failures(check.ran));
      assert.ok(changedTasks(check.ran).length > 100);
      const unknown = unknownOf(check.ran.events);
      console.log(`unknown: ${(unknown.share * 100).toFixed(1)} %\n${unknown.lines.join('\n')}`);
      // 18 of 450, see docs/check-mode.md.
      assert.ok(unknown.share <= 0.045);
      assert.equal(check.onHosts, []);
      assert.equal(check.onControl, []);
    });

    test('nor does it with --diff, as a user who becomes root', async () => {
      const check = await timed('check --diff', () => tracesOfCheck(cluster, 'deploy', '--diff'));
      assert.is(check.ran.code, 0, failures(check.ran));
      assert.ok(check.ran.events.some(({ result }) => (result?.diff ?? []).length > 0));
      assert.equal(check.onHosts, []);
      assert.equal(check.onControl, []);
    });

    test('a file that came and went and a changed mode on a host are in its listing', async () => {
      const before = await listHosts(cluster.lab);
      await cluster.on('lb-1', 'touch /etc/visitor && rm /etc/visitor && chmod 0600 /etc/hosts');
      const found = differences(before, await listHosts(cluster.lab)).map((line) => line.split(' ', 4));
      assert.equal(found, [
        ['-', 'lb-1', '/etc', 'directory'],
        ['-', 'lb-1', '/etc/hosts', 'file'],
        ['+', 'lb-1', '/etc', 'directory'],
        ['+', 'lb-1', '/etc/hosts', 'file'],
      ]);
      await cluster.on('lb-1', 'chmod 0644 /etc/hosts');
    });

    test('start builds it, all smoke tests pass, and the API answers through the balancer while any one controller has no power, which comes back whole (S0-50, S1-34, S1-38, S1-43, S1-44, S1-45, S1-47, S2-36..43, S3-11, SK-19)', async () => {
      // As one is where Docker was: it lets nothing through by itself.
      await cluster.on('worker-2', 'iptables -P FORWARD DROP');
      const started = await timed('start', () => cluster.start('--power-cuts'));
      assert.is(started.code, 0, `${started.stdout.slice(-3000)}\n${started.stderr}`);
      for (const told of [
        'smoke : It is encrypted',
        'smoke : Port-forward',
        'smoke : NodePort answers on every worker',
      ])
        assert.match(started.stdout, told);
      for (const host of controllers) {
        const [cut] = new RegExp(`${host} without power: .*`).exec(started.stdout) ?? [];
        console.log(cut ?? '');
        assert.match(cut ?? '', '10 reads and a write answered');
      }
      assert.is(await healthyMembers(cluster), 3);
      assert.match(started.stdout, 'The cluster is up and tested');
      assert.match(await readFile(`${cluster.folder}/run.html`, 'utf8'), 'data-host="worker-2"');
    });

    test('built again, nothing changes on any host (S0-50, S1-20, S1-36, SK-03)', async () => {
      assertUnchanged(await timed('again', () => cluster.play('site.yml')), everyone);
      await timed('described', () => rememberUninterrupted(cluster));
    });

    test('keys and kubeconfigs are readable by root alone, on hosts and at the operator (S1-24)', async () => {
      const find = String.raw`-type f \( -name '*.key' -o -name '*.kubeconfig' -o -name '*.secret' -o -name 'encryption-config.yaml' \) -printf '%m %U %P\n'`;
      for (const [host, count] of [
        ...controllers.map((name) => [name, 7] as const),
        ...workers.map((name) => [name, 3] as const),
      ]) {
        const found = lines(
          await cluster.on(host, `find /etc/kubernetes /etc/etcd ${find} 2>/dev/null || true`),
        );
        assert.is(found.length, count, found.join('\n'));
        assert.equal(
          found.filter((line) => !line.startsWith('600 0 ')),
          [],
          host,
        );
      }
      const here = lines(await mustRun(['sh', '-c', `find "$1" ${find}`, 'find', cluster.folder]));
      assert.ok(here.length >= 15, here.join('\n'));
      assert.equal(
        here.filter((line) => !line.startsWith('600 ')),
        [],
      );
    });

    test('each node has a range of its own, and each worker a route to the others and none to itself (S1-28, S1-39..41, SK-18)', async () => {
      const { stdout } = await cluster.kubectl(
        'get',
        'nodes',
        '-o',
        'jsonpath={range .items[*]}{.metadata.name} {.spec.podCIDR} {.status.addresses[0].address}{"\\n"}{end}',
      );
      const nodes = lines(stdout).map((line) => line.split(' '));
      assert.equal(nodes.map(([name]) => name).sort(), workers);
      const ranges = nodes.map(([, range]) => range ?? '');
      assert.is(new Set(ranges).size, 2);
      assert.ok(
        ranges.every((range) => /^10\.200\.\d+\.0\/24$/.test(range)),
        ranges.join(' '),
      );
      for (const host of [...workers, ...controllers]) {
        const routes = lines(await cluster.on(host, 'ip route show root 10.200.0.0/16 | grep via || true'));
        const wanted = nodes.filter(([name]) => name !== host);
        assert.is(routes.length, wanted.length, `${host}: ${routes.join('; ')}`);
        for (const [, range, address] of wanted)
          assert.ok(
            routes.some((route) => route.startsWith(`${range ?? ''} via ${address ?? ''} `)),
            routes.join('; '),
          );
      }
    });

    test('one masquerade rule stands after two runs (S1-42)', async () => {
      for (const host of workers) {
        const rules = lines(await cluster.on(host, 'iptables -t nat -S POSTROUTING'));
        const ours = rules.filter(
          (rule) => rule.includes('-s 10.200.0.0/16') && rule.endsWith('-j MASQUERADE'),
        );
        assert.is(ours.length, 1, rules.join('\n'));
      }
    });

    test('the smoke tests tell of a worker that hides the addresses of its pods from others (S1-45, S2-36)', async () => {
      const rule = 'POSTROUTING -s 10.200.0.0/16 -d 10.200.0.0/16 -j MASQUERADE';
      await cluster.on('worker-2', `iptables -t nat -I ${rule}`);
      const hidden = await cluster.play('smoke.yml');
      await cluster.on('worker-2', `iptables -t nat -D ${rule}`);
      assert.is(hidden.code, 2);
      const own = /box-worker-2 has the address (\S+), and the pod that it asked saw (\S+)\. The node/;
      const [, address = '', seen] = own.exec(hidden.stdout) ?? [];
      assert.match(address, /^10\.200\./, failures(hidden));
      assert.is(seen, cluster.lab.host('worker-2').address);
    });

    test('kubelet refuses who shows no certificate, etcd too (S0-27, SK-10)', async () => {
      for (const host of workers) {
        const ask = `curl -ks -o /dev/null -w '%{http_code}' https://${host}:10250/pods`;
        assert.is(await cluster.on('controller-1', ask), '401', host);
      }
      for (const host of controllers) {
        const bare = `etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/etcd/ca.crt --command-timeout=5s`;
        const own = '--cert=/etc/etcd/kubernetes.crt --key=/etc/etcd/kubernetes.key';
        assert.match(await cluster.on(host, `${bare} ${own} endpoint health 2>&1`), 'is healthy');
        assert.match(
          await cluster.on(host, `${bare} endpoint health 2>&1 && echo let in || true`),
          'is unhealthy',
        );
      }
    });

    // S1-23, S2-12: the member that comes back.
    disturbedTests({ test }, () => cluster, everyone);

    liveMemberTests({ test }, () => cluster);

    test('another authority takes the place of one that is lost, on three members at once; the next run changes nothing, and the smoke tests pass', async () => {
      const pki = path.join(cluster.folder, 'pki');
      await rm(path.join(pki, 'ca.crt'));
      await rm(path.join(pki, 'ca.key'));
      const replaced = await timed('another authority', () => cluster.play('site.yml'));
      assert.is(replaced.code, 0, failures(replaced));
      const now = await readFile(path.join(pki, 'ca.crt'), 'utf8');
      for (const host of controllers)
        for (const file of ['/etc/etcd/ca.crt', '/etc/kubernetes/pki/ca.crt'])
          assert.is(await cluster.on(host, `cat ${file}`), now, `${host} ${file}`);
      assert.is(await healthyMembers(cluster), 3);
      assertUnchanged(await cluster.play('site.yml'), everyone);
      const smoke = await timed('smoke', () => cluster.play('smoke.yml'));
      assert.is(smoke.code, 0, failures(smoke));
    });

    test('reset leaves no daemon, unit, key, route or rule on a host, and site.yml builds the cluster again (S0-50)', async () => {
      const reset = await timed('reset', () => cluster.play('reset.yml'));
      assert.is(reset.code, 0, failures(reset));
      for (const host of everyone.slice(1)) assert.equal(lines(await cluster.on(host, whatIsLeft)), [], host);
      const told = await timed('check', () => cluster.play('site.yml', '--check'));
      const built = await timed('built again', () => cluster.play('site.yml'));
      assert.is(built.code, 0, failures(built));
      assert.equal(untrue(told.events, built.events), []);
      const { stdout } = await cluster.kubectl('get', 'nodes', '-o', 'name');
      assert.equal(lines(stdout).sort(), ['node/worker-1', 'node/worker-2']);
    });
  },
  { unless: await whyNoLab() },
);

/** Prints what a cluster has and a bare host has not. */
const whatIsLeft = `
daemons='etcd|kube.*|containerd.*'
ps -e -o comm= | grep -Ex "$daemons"
ls /etc/systemd/system | grep -E "^($daemons|pod-masquerade|hardway-routes|nat-rule)[.]service$"
find /etc /opt /usr/local/bin -name '*.key' -path '*kube*' -o -name '*.kubeconfig' -o -name 'kube*' -path '/usr/local/*'
ip route show root 10.200.0.0/16
iptables-save | grep -E 'KUBE-|CNI-|HARDWAY-|10[.]200[.]0[.]0'
true`;

async function healthyMembers(cluster: TestCluster): Promise<number> {
  const tls = '--cacert=/etc/etcd/ca.crt --cert=/etc/etcd/kubernetes.crt --key=/etc/etcd/kubernetes.key';
  const ask = `etcdctl --endpoints=https://127.0.0.1:2379 ${tls} endpoint health --cluster 2>&1 || true`;
  return lines(await cluster.on('controller-1', ask)).filter((line) => line.includes('is healthy')).length;
}
