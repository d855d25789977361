// A living cluster goes from the roles' minor release of Kubernetes to the next, while its API is asked all along.
// It needs the programs of a second release, so it runs when they are in the cache, or when KUBERNETES_UPGRADE names one.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { defaultCacheDirectory, entryDirectory } from '../../lab/mirror/cache.ts';
import { readEntry } from '../../lab/mirror/entry.ts';
import { goParts } from '../../lab/mirror/go_parts.ts';
import { defaultVersions, hostArchitecture } from '../../lab/mirror/versions.ts';
import { whileAsking } from '../support/api_probe.ts';
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

const was = defaultVersions.kubernetes;
const next = process.env['KUBERNETES_UPGRADE'] ?? '1.35.4';
const controllers = ['controller-1', 'controller-2', 'controller-3'];
const workers = ['worker-1', 'worker-2'];
const everyone = ['localhost', 'gateway-1', 'lb-1', ...controllers, ...workers];

async function whyNotAsked(): Promise<string | undefined> {
  if (process.env['KUBERNETES_UPGRADE'] !== undefined) return undefined;
  const architecture = hostArchitecture();
  const parts = await goParts({ ...defaultVersions, kubernetes: next }, architecture);
  const part = parts.find(({ name }) => name === 'kubernetes');
  const isThere =
    part && (await readEntry(entryDirectory(defaultCacheDirectory(), { ...part, architecture })));
  return isThere
    ? undefined
    : `Kubernetes ${next} is not in the cache; KUBERNETES_UPGRADE=${next} builds it, in some ten minutes`;
}

describe(
  `a cluster of Kubernetes ${was} that goes to ${next}`,
  ({ test, setup, teardown }) => {
    let cluster: TestCluster;
    setup(async () => {
      cluster = await timed('hosts and programs', useCluster);
      const built = await timed(`site.yml, ${was}`, () => cluster.play('site.yml'));
      assert.is(built.code, 0, failures(built));
      const image = 'docker.io/library/nginx:latest';
      const made = await cluster.kubectl('create', 'deployment', 'stays', `--image=${image}`, '--replicas=4');
      assert.is(made.code, 0, made.stderr);
      await eventually('four pods are ready', 120, async () => (await podsThatStay()).length === 4);
    });
    teardown(() => timed('down', () => cluster.lab.release()));

    test('a release that skips a minor one is refused before anything changes', async () => {
      const [major = '', minor = ''] = was.split('.');
      const after = `${major}.${Number(minor) + 2}.0`;
      await assertRefused('-e', `k8s_version=${after}`);
    });

    test('while it goes to the next one the API answers, and no member of etcd and no pod is touched', async () => {
      const [pods, members] = [await podsThatStay(), await etcdProcesses()];
      const kubeconfig = await readFile(path.join(cluster.folder, 'admin.kubeconfig'), 'utf8');
      const server = /server: "?([^"\s]+)/.exec(kubeconfig)?.[1] ?? '';
      const { done, asked } = await timed(`start --kubernetes ${next}`, () =>
        whileAsking(server, cluster.folder, () => cluster.start('--kubernetes', next)),
      );
      assert.is(done.code, 0, `${done.stdout.slice(-3000)}\n${done.stderr}`);
      const { reads, writes, failed, failedInARow, slowestMs } = asked;
      console.log(
        `${reads} reads, ${writes} writes, ${failed.length} failed, the slowest took ${slowestMs} ms`,
      );
      assert.ok(reads > 50 && writes > 10);
      // A connection that an API server has taken and not yet answered goes with it; the next one reaches another.
      assert.ok(failed.length <= controllers.length && failedInARow <= 1, failed.join('\n'));
      assert.equal(await podsThatStay(), pods);
      assert.equal(await etcdProcesses(), members);
    });

    test('then every daemon is of that release, and another run changes nothing', async () => {
      for (const host of controllers) {
        const ask = 'curl -sS --cacert /etc/kubernetes/pki/ca.crt https://127.0.0.1:6443/version';
        assert.match(await cluster.on(host, ask), `"gitVersion": "v${next}"`);
        assert.equal(await running(host, 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'), [
          `kubernetes-${next}`,
        ]);
      }
      for (const host of workers)
        assert.equal(await running(host, 'kubelet', 'kube-proxy'), [`kubernetes-${next}`]);
      const field = '{range .items[*]}{.status.nodeInfo.kubeletVersion}{"\\n"}{end}';
      const { stdout } = await cluster.kubectl('get', 'nodes', '-o', `jsonpath=${field}`);
      assert.equal(lines(stdout), [`v${next}`, `v${next}`]);
      assertUnchanged(await cluster.play('site.yml'), everyone);
    });

    test('the way back is refused before anything changes', async () => {
      await assertRefused('-e', `k8s_version=${was}`);
    });

    async function assertRefused(...argv: readonly string[]): Promise<void> {
      const ran = await cluster.play('site.yml', ...argv);
      assert.is(ran.code, 2);
      assert.match(failures(ran), 'skips none and does not go back');
      const changed = Object.entries(ran.recap).filter(([, { changed = 0 }]) => changed > 0);
      assert.equal(changed, []);
      const done = ran.events.filter(({ type }) => type === 'result').map(({ task }) => task?.role);
      assert.equal([...new Set(done)].sort(), ['cluster', 'preflight']);
    }

    /** Name and restarts of each ready pod. */
    async function podsThatStay(): Promise<string[]> {
      const field =
        '{range .items[*]}{.metadata.name} {.status.containerStatuses[0].restartCount} {.status.containerStatuses[0].ready}{"\\n"}{end}';
      const { stdout } = await cluster.kubectl('get', 'pods', '-l', 'app=stays', '-o', `jsonpath=${field}`);
      return lines(stdout).filter((line) => line.endsWith(' true'));
    }

    const etcdProcesses = (): Promise<string[]> =>
      Promise.all(controllers.map((host) => cluster.on(host, 'systemctl show --property MainPID etcd')));

    /** Folders below /opt of the programs that these units run. */
    async function running(host: string, ...units: readonly string[]): Promise<string[]> {
      const look = `for unit in ${units.join(' ')}; do readlink /proc/$(systemctl show --property MainPID --value $unit)/exe; done`;
      const programs = lines(await cluster.on(host, look));
      assert.is(programs.length, units.length);
      return [...new Set(programs.map((program) => program.split('/')[2] ?? ''))];
    }
  },
  { unless: await whyNoLab(), notAsked: await whyNotAsked() },
);
