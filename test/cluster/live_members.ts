// Tests of a cluster that is up: the members of its etcd, with TLS both ways, one on each controller, refused what would
// cost the quorum, taken out and back, defragmented, saved, and all of them restored.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { mustRun } from '../../lab/run_program.ts';
import { eventually, type TestCluster } from '../support/cluster.ts';
import { runTasks, type PlainTask, type Registered } from '../support/registering_play.ts';
import type { Tests } from '../support/suite.ts';

const [first, second, third] = ['controller-1', 'controller-2', 'controller-3'] as const;
const names = [first, second, third];
const tls = { ca: '/etc/etcd/ca.crt', cert: '/etc/etcd/kubernetes.crt', key: '/etc/etcd/kubernetes.key' };
const etcdctl = `etcdctl --endpoints=https://127.0.0.1:2379 --cacert=${tls.ca} --cert=${tls.cert} --key=${tls.key}`;
const snapshot = '/root/etcd.db';

const changed = (told: readonly Registered[]): unknown[] => told.map((one) => one['changed']);
const words = (told: readonly Registered[]): string => JSON.stringify(told.map((one) => one['msg']));

/** Its unit says that the cluster is new; this once it is not. */
const startAsJoining = String.raw`mkdir -p /run/systemd/system/etcd.service.d
sed -n '/^ExecStart=/,/[^\\]$/p' /etc/systemd/system/etcd.service |
  sed -e 's/state=new/state=existing/' -e '1i [Service]\nExecStart=' > /run/systemd/system/etcd.service.d/join.conf
systemctl daemon-reload
systemctl start --no-block etcd`;
const startAsBefore = 'rm -r /run/systemd/system/etcd.service.d && systemctl daemon-reload';

const waste = `for round in 1 2 3 4 5 6 7 8; do
  head -c 1000000 /dev/zero | tr '\\0' x | ${etcdctl} put filler > /dev/null
done
revision=$(${etcdctl} del filler -w json | sed 's/.*"revision":\\([0-9]*\\).*/\\1/')
${etcdctl} compact "$revision" --physical`;

export function liveMemberTests({ test }: Pick<Tests, 'test'>, of: () => TestCluster): void {
  const address = (name: string): string => of().lab.host(name).address;
  const peer = (name: string): string => `https://${address(name)}:2380`;
  const client = (name: string): string => `https://${address(name)}:2379`;
  const place = (): string => path.join(of().folder, 'members');

  /** Asked on the host of the member. */
  const member = (name: string, more: object = {}, host = name): PlainTask => ({
    name,
    delegate_to: host,
    etcd_member: {
      ...{ ...tls, name, peer_url: peer(name), client_urls: [client(name)] },
      ...{ endpoints: names.map(client), ...more },
    },
  });

  const run = async (tasks: readonly PlainTask[]): Promise<readonly Registered[]> => {
    mkdirSync(place(), { recursive: true });
    const where = { folder: place(), inventoryFile: of().lab.inventoryFile, hosts: first };
    const { told } = await runTasks(where, tasks);
    rmSync(place(), { recursive: true });
    return told;
  };
  const onAll = async (command: string): Promise<void> => {
    await Promise.all(names.map((name) => of().on(name, command)));
  };

  test('a member of the running cluster is taken out and comes back as a learner, and what would cost the quorum is refused (S2-12)', async () => {
    await of().on(first, waste);
    await of().on(third, 'systemctl stop etcd && rm -rf /var/lib/etcd/member');
    const refused = await run([
      member(second, { state: 'absent' }),
      member(second, { state: 'defragged' }),
      member(third, { state: 'defragged' }, first),
    ]);
    assert.equal(
      refused.map((one) => one['msg']),
      [
        `removing ${second} would leave 1 healthy of 2 members and lose the quorum`,
        `while ${second} is defragmented there would be 1 healthy of 3 members and lose the quorum`,
        `${third} does not answer, so it cannot be defragmented`,
      ],
    );
    const left = member(third, { state: 'absent' }, first);
    const joining = member(third, { learner: true }, first);
    const joined = await run([left, left, joining, joining]);
    assert.equal(changed(joined), [true, false, true, false], words(joined));
    await of().on(third, startAsJoining);
    const promoted = member(third, { state: 'promoted' }, first);
    const back = await run([promoted, promoted, member(third, { wait_healthy: 60 })]);
    assert.equal(changed(back), [true, false, false], words(back));
    assert.is(back[2]?.['health'], true);
    await of().on(third, startAsBefore);
  });

  test('members of the running cluster are defragmented one after another', async () => {
    await of().on(first, waste);
    const one = names.map((name) => member(name, { state: 'defragged' }));
    const told = await run([...one, ...one]);
    assert.equal(changed(told), [true, true, true, false, false, false], words(told));
  });

  test('the cluster is restored from a snapshot: an object that was deleted is back, a later one is gone', async () => {
    const cluster = of();
    const kubectl = async (...argv: readonly string[]): Promise<number | null> =>
      (await cluster.kubectl('--request-timeout=5s', ...argv)).code;
    const found = (name: string): Promise<number | null> => kubectl('get', 'configmap', name);
    const make = (name: string): Promise<void> =>
      eventually(`${name} is made`, 60, async () => {
        await kubectl('create', 'configmap', name);
        return (await found(name)) === 0;
      });
    await make('before-snapshot');
    const saved = await run([member(first, { state: 'saved', snapshot })]);
    assert.equal(changed(saved), [true], words(saved));
    assert.is((await cluster.on(first, `stat -c '%a %U' ${snapshot}`)).trim(), '600 root');
    assert.is(await kubectl('delete', 'configmap', 'before-snapshot'), 0);
    await make('after-snapshot');
    for (const name of [second, third]) {
      const ssh = `ssh -F '${cluster.lab.sshConfigFile}'`;
      await mustRun([
        ...['sh', '-c'],
        `${ssh} ${first} cat ${snapshot} | ${ssh} ${name} 'umask 077; cat > ${snapshot}'`,
      ]);
    }
    const restored = names.map((name) =>
      member(name, {
        ...{ state: 'restored', snapshot, data_dir: '/var/lib/etcd', token: 'after' },
        initial_cluster: Object.fromEntries(names.map((one) => [one, peer(one)])),
      }),
    );
    const kept = await run(restored.slice(0, 1));
    assert.match(String(kept[0]?.['msg']), `holds a member that was not made of ${snapshot}`);
    await onAll('systemctl stop kube-apiserver etcd && rm -rf /var/lib/etcd/member');
    const told = await run([...restored, ...restored]);
    assert.equal(changed(told), [true, true, true, false, false, false], words(told));
    await onAll(`rm ${snapshot}; systemctl start --no-block etcd kube-apiserver`);
    await eventually('the object is back', 120, async () => (await found('before-snapshot')) === 0);
    assert.is(await found('after-snapshot'), 1);
    const [healthy] = await run([member(first, { wait_healthy: 60 })]);
    assert.is(healthy?.['health'], true);
  });
}
