// Members of a real etcd on one lab host, each a unit with ports of its own: added as a learner, promoted, removed,
// defragmented, saved; and all of them restored from the snapshot.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { ensureBinaries } from '../../lab/mirror/ensure.ts';
import { defaultVersions } from '../../lab/mirror/versions.ts';
import { describeProblem } from '../../lab/outcome.ts';
import { mustRun } from '../../lab/run_program.ts';
import { eventually } from '../support/cluster.ts';
import { topologyOf, useLab, whyNoLab, type TestLab } from '../support/lab.ts';
import { runTasks, type PlainTask, type Registered } from '../support/registering_play.ts';
import { describe } from '../support/suite.ts';

const client = (n: number): string => `http://127.0.0.1:${2400 + n}`;
const peer = (n: number): string => `http://127.0.0.1:${2500 + n}`;
const three = [1, 2, 3];
const endpoints = three.map(client);
const all = (numbers: readonly number[]): string => numbers.map((n) => `etcd-${n}=${peer(n)}`).join(',');

const unit = `[Unit]
Description=etcd %i
[Service]
EnvironmentFile=/etc/etcd-%i.env
ExecStart=/usr/local/bin/etcd
`;

interface Start {
  readonly members: readonly number[];
  readonly state?: 'new' | 'existing';
  readonly folder?: string;
  readonly token?: string;
}

const environment = (
  n: number,
  { members, state = 'new', folder = 'data', token = 'before' }: Start,
): string =>
  `ETCD_NAME=etcd-${n}
ETCD_DATA_DIR=/var/lib/etcd/${folder}-${n}
ETCD_LISTEN_CLIENT_URLS=${client(n)}
ETCD_ADVERTISE_CLIENT_URLS=${client(n)}
ETCD_LISTEN_PEER_URLS=${peer(n)}
ETCD_INITIAL_ADVERTISE_PEER_URLS=${peer(n)}
ETCD_INITIAL_CLUSTER=${all(members)}
ETCD_INITIAL_CLUSTER_STATE=${state}
ETCD_INITIAL_CLUSTER_TOKEN=${token}
`;

const member = (n: number, more: object = {}): PlainTask => ({
  name: `etcd-${n}`,
  etcd_member: { name: `etcd-${n}`, peer_url: peer(n), client_urls: [client(n)], endpoints, ...more },
});
const save: PlainTask = {
  name: 'Snapshot',
  etcd_member: { endpoints, state: 'saved', snapshot: '/root/etcd.db' },
};
const start = (n: number, how: Start): readonly PlainTask[] => [
  { name: 'Settings', copy: { content: environment(n, how), dest: `/etc/etcd-${n}.env` } },
  { name: 'Unit', systemd: { name: `etcd@${n}`, state: 'restarted', daemon_reload: true } },
];
const changed = (told: readonly Registered[]): unknown[] => told.map((one) => one['changed']);

interface Listed {
  readonly name: string;
  readonly is_learner: boolean;
  readonly healthy: boolean;
}

/** `etcd-4 learner down` for each member, by name. */
const listed = (one: Registered | undefined): string[] =>
  (one?.['members'] as readonly Listed[])
    .map(
      ({ name, is_learner: isLearner, healthy }) =>
        `${name} ${isLearner ? 'learner' : 'voter'} ${healthy ? 'up' : 'down'}`,
    )
    .sort();

describe(
  'modules/etcd_member on a real etcd (S1-23, S2-12)',
  ({ test, setup, teardown }) => {
    let lab: TestLab;
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-etcd-'));
    const run = async (
      tasks: readonly PlainTask[],
      ...options: readonly string[]
    ): Promise<readonly Registered[]> =>
      (await runTasks({ folder, inventoryFile: lab.inventoryFile, hosts: 'etcd' }, tasks, ...options)).told;
    const on = (command: string): Promise<string> =>
      mustRun(['ssh', '-F', lab.sshConfigFile, 'etcd', command]);
    const etcdctl = async (words: string): Promise<string> =>
      (await on(`etcdctl --endpoints=${endpoints.join(',')} ${words}`)).trim();

    setup(async () => {
      const made = await ensureBinaries({ progress: () => undefined });
      assert.ok(made.ok, made.ok ? '' : describeProblem(made.problem));
      const entry = made.value.find(({ name }) => name === 'etcd');
      assert.ok(entry);
      lab = await useLab(topologyOf({ hosts: { etcd: { groups: ['plain'] } } }));
      const release = `etcd-v${defaultVersions.etcd}-linux-amd64`;
      const told = await run([
        { name: 'Folder', file: { path: '/var/lib/etcd', state: 'directory', mode: '0700' } },
        {
          name: 'Programs',
          unarchive: {
            ...{ src: path.join(entry.directory, `${release}.tar.gz`), dest: '/usr/local/bin' },
            extra_opts: ['--strip-components=1'],
          },
        },
        { name: 'Unit', copy: { content: unit, dest: '/etc/systemd/system/etcd@.service' } },
        ...three.flatMap((n) => start(n, { members: three })),
      ]);
      assert.equal(
        told.filter((one) => one['failed'] !== false),
        [],
      );
    });
    teardown(async () => {
      await lab.release();
      rmSync(folder, { recursive: true });
    });

    test('members of a new cluster are waited for and told, with leader and revision', async () => {
      const told = await run(three.map((n) => member(n, { wait_healthy: 60 })));
      assert.equal(changed(told), [false, false, false]);
      const [again] = await run([member(1)]);
      assert.equal(
        listed(again),
        three.map((n) => `etcd-${n} voter up`),
      );
      assert.match(String(again?.['leader']), /^etcd-[123]$/);
      assert.match(String(again?.['member_id']), /^[0-9a-f]{10,16}$/);
      await etcdctl('put colour red');
      const [after] = await run([member(1)]);
      assert.is(Number(after?.['revision']), Number(again?.['revision']) + 1);
    });

    test('a fourth is planned, added as a learner before it starts, promoted when it has caught up, and removed', async () => {
      const add = member(4, { learner: true });
      const [planned] = await run([add], '--check');
      assert.equal(listed(planned), [...three.map((n) => `etcd-${n} voter up`), 'etcd-4 learner down']);
      assert.is((await etcdctl('member list')).split('\n').length, 3);
      const promote = member(4, { state: 'promoted' });
      const grown = await run([
        ...[add, add],
        ...start(4, { members: [...three, 4], state: 'existing' }),
        ...[promote, promote],
      ]);
      assert.equal(changed(grown), [true, false, true, true, true, false], JSON.stringify(grown));
      assert.is((await etcdctl('endpoint status --cluster')).split('\n').length, 4);
      assert.not.match(await etcdctl('member list'), /true$/m);
      const remove = { name: 'Gone', etcd_member: { endpoints, name: 'etcd-4', state: 'absent' } };
      const [first, second] = await run([remove, remove]);
      assert.equal(changed([first ?? {}, second ?? {}]), [true, false]);
      assert.equal(
        listed(second),
        three.map((n) => `etcd-${n} voter up`),
      );
      await on('systemctl stop etcd@4');
    });

    test('no member is removed or defragmented while another is down, and nothing is done to it', async () => {
      for (let round = 0; round < 8; round += 1)
        await on(
          `head -c 1000000 /dev/zero | tr '\\0' x | etcdctl --endpoints=${client(1)} put filler >/dev/null`,
        );
      const { header } = JSON.parse(await etcdctl('get filler --keys-only -w json')) as {
        header: { revision: number };
      };
      await etcdctl(`compact ${header.revision} --physical`);
      await on('systemctl stop etcd@3');
      const refused = await run([member(2, { state: 'absent' }), member(2, { state: 'defragged' })]);
      assert.equal(
        refused.map((one) => String(one['msg'])),
        [
          'removing etcd-2 would leave 1 healthy of 2 members and lose the quorum',
          'while etcd-2 is defragmented there would be 1 healthy of 3 members and lose the quorum',
        ],
      );
      await on('systemctl start etcd@3');
      await eventually(
        'the third is back',
        60,
        async () => (await etcdctl('endpoint health 2>&1 || true')).split('is healthy').length === 4,
      );
    });

    test('members are defragmented one after another, and then have nothing to free', async () => {
      const defragment = three.map((n) => member(n, { state: 'defragged' }));
      const foretold = await run(defragment, '--check');
      const told = await run([...defragment, ...defragment]);
      assert.equal(changed(foretold), [true, true, true], JSON.stringify(foretold));
      assert.equal(changed(told), [true, true, true, false, false, false], JSON.stringify(told));
    });

    test('a snapshot is saved for root alone, and again only when the cluster went on', async () => {
      assert.equal(changed(await run([save, save], '--check')), [true, false]);
      const first = await run([save, save]);
      assert.equal(changed(first), [true, false]);
      assert.is((await on('stat -c "%a %U" /root/etcd.db')).trim(), '600 root');
      await etcdctl('put size m');
      const second = await run([save, save]);
      assert.equal(changed(second), [true, false]);
      const revision = (one: Registered | undefined): number =>
        (one?.['snapshot'] as { revision: number }).revision;
      assert.is(revision(second[1]), revision(first[1]) + 1);
    });

    test('a cluster is restored from it: keys are back, and the folders of running members are left alone', async () => {
      await etcdctl('del colour');
      await etcdctl('put size xl');
      await on(`systemctl stop ${three.map((n) => `etcd@${n}`).join(' ')}`);
      const restore = (n: number, data: string): PlainTask =>
        member(n, {
          ...{ state: 'restored', snapshot: '/root/etcd.db', data_dir: `/var/lib/etcd/${data}-${n}` },
          ...{
            initial_cluster: Object.fromEntries(three.map((one) => [`etcd-${one}`, peer(one)])),
            token: 'after',
          },
        });
      const wanted = three.map((n) => restore(n, 'restored'));
      assert.equal(changed(await run([...wanted, ...wanted], '--check')), [
        true,
        true,
        true,
        false,
        false,
        false,
      ]);
      const told = await run([restore(1, 'data'), ...wanted, ...wanted]);
      assert.match(String(told[0]?.['msg']), 'holds a member that was not made of /root/etcd.db');
      assert.equal(changed(told.slice(1)), [true, true, true, false, false, false]);
      const up = await run([
        ...three.flatMap((n) => start(n, { members: three, folder: 'restored', token: 'after' })),
        member(1, { wait_healthy: 60 }),
        member(1),
      ]);
      assert.equal(
        listed(up.at(-1)),
        three.map((n) => `etcd-${n} voter up`),
      );
      assert.is(await etcdctl('get colour --print-value-only'), 'red');
      assert.is(await etcdctl('get size --print-value-only'), 'm');
    });
  },
  { unless: await whyNoLab() },
);
