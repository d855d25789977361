import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import type { Uncertain } from '../../engine/module/contract.ts';
import { overlay } from '../../engine/module/picture.ts';
import { checkModule, checkParser } from '../../engine/module/testing.ts';
import { etcdMember } from '../../modules/etcd_member.ts';
import { healthKind } from '../../modules/shared/etcd_acts.ts';
import {
  clusterKind,
  clusterState,
  type ClusterState,
  type Member,
} from '../../modules/shared/etcd_cluster.ts';
import { quorumOf } from '../../modules/shared/etcd_quorum.ts';
import { dataFolderKind, snapshotKind } from '../../modules/shared/etcd_snapshots.ts';
import { describe } from '../support/suite.ts';

const member = (number: number, isLearner = false): Member => ({
  id: `a${number}`,
  name: `etcd-${number}`,
  peerUrls: [`https://10.0.0.${number}:2380`],
  clientUrls: [`https://10.0.0.${number}:2379`],
  isLearner,
});
const endpoints = [1, 2, 3].map((number) => `https://10.0.0.${number}:2379`);
const statuses = [1, 2, 3].map((n) => ({ id: `a${n}`, leader: 'a2', revision: 40 + n, size: 100, used: 90 }));
const three: ClusterState = {
  ...{ reachable: true, members: [1, 2, 3].map((n) => member(n)), healthy: endpoints, statuses },
};
const nothing: ClusterState = { reachable: false, members: [], healthy: [], statuses: [] };
/** Without those that do not answer. */
const without = (...gone: readonly number[]): ClusterState => ({
  ...three,
  healthy: endpoints.filter((_, index) => !gone.includes(index + 1)),
  statuses: statuses.filter((_, index) => !gone.includes(index + 1)),
});
const wasteful = (state: ClusterState): ClusterState => ({
  ...state,
  statuses: state.statuses.map((one) => ({ ...one, used: 50 })),
});
const third = { name: 'etcd-3', peer_url: 'https://10.0.0.3:2380', endpoints, client_urls: [endpoints[2]] };

const restored = {
  ...{ state: 'restored', snapshot: '/s', data_dir: '/var/lib/etcd', name: 'etcd-1' },
  ...{ peer_url: 'https://10.0.0.1:2380', token: 'after' },
};

describe('modules/etcd_member (S0-27, S1-23, S2-12)', ({ test }) => {
  checkModule(
    etcdMember,
    [
      {
        name: 'leaves a listed and healthy member, and tells of the cluster',
        params: third,
        seen: { cluster: three },
        result: { member_id: 'a3', leader: 'etcd-2', health: true, revision: 43, healthy: endpoints },
      },
      {
        name: 'waits for a cluster that is just being made, and adds nobody to it',
        params: { ...third, wait_healthy: 60 },
        seen: { cluster: nothing },
        steps: ['wait up to 60 s until every etcd member is healthy'],
      },
      {
        name: 'does not wait when every endpoint is healthy',
        params: { ...third, wait_healthy: 60 },
        seen: { cluster: three },
      },
      {
        name: 'adds a member that a running cluster does not list',
        params: third,
        seen: { cluster: { ...without(3), members: [member(1), member(2)] } },
        steps: ['etcd: add member etcd-3 (https://10.0.0.3:2380)'],
      },
      {
        name: 'waits for a member that it added, and is to be healthy',
        params: { ...third, wait_healthy: 60 },
        seen: { cluster: { ...without(3), members: [member(1), member(2)] } },
        steps: [
          'etcd: add member etcd-3 (https://10.0.0.3:2380)',
          'wait up to 60 s until every etcd member is healthy',
        ],
        repeats: 'that it is healthy is seen, not foretold',
      },
      {
        name: 'adds a learner when asked, and tells the members that will be',
        params: { ...third, learner: true },
        seen: { cluster: { ...without(3), members: [member(1), member(2)] } },
        steps: ['etcd: add-learner member etcd-3 (https://10.0.0.3:2380)'],
        context: { checkMode: true },
        result: {
          health: false,
          members: [member(1), member(2), member(3, true)].map((one) => ({
            ...{ name: one.name, id: one.name === 'etcd-3' ? '' : one.id, peer_urls: one.peerUrls },
            ...{ client_urls: one.clientUrls, is_learner: one.isLearner, healthy: one.name !== 'etcd-3' },
          })),
        },
      },
      {
        name: 'refuses a second address for a name',
        params: { ...third, peer_url: 'https://10.0.0.9:2380' },
        seen: { cluster: three },
        fail: 'etcd-3 is listed at https://10.0.0.3:2380: remove that member before it comes back at https://10.0.0.9:2380',
      },
      {
        name: 'leaves a voter that is to be one',
        params: { ...third, state: 'promoted' },
        seen: { cluster: three },
      },
      {
        name: 'cannot promote who is not listed',
        params: { endpoints, name: 'etcd-4', state: 'promoted' },
        seen: { cluster: three },
        fail: 'no member of etcd is etcd-4',
      },
      {
        name: 'promotes a learner',
        params: { ...third, state: 'promoted' },
        seen: { cluster: { ...three, members: [member(1), member(2), member(3, true)] } },
        steps: ['etcd: promote member etcd-3 (https://10.0.0.3:2380)'],
      },
      {
        name: 'removes a member while the others keep the quorum',
        params: { ...third, state: 'absent' },
        seen: { cluster: three },
        steps: ['etcd: remove member etcd-3 (https://10.0.0.3:2380)'],
      },
      {
        name: 'refuses a removal that would lose the quorum',
        params: { ...third, state: 'absent' },
        seen: { cluster: without(2) },
        fail: 'removing etcd-3 would leave 1 healthy of 2 members and lose the quorum',
      },
      {
        name: 'has nothing to remove when the member is not listed',
        params: { ...third, state: 'absent' },
        seen: { cluster: { ...without(3), members: [member(1), member(2)] } },
      },
      {
        name: 'cannot remove from a cluster that does not answer',
        params: { ...third, state: 'absent' },
        seen: { cluster: nothing },
        fail: /no etcd endpoint answers/,
      },
      {
        name: 'removes by name, also who does not answer',
        params: { endpoints, name: 'etcd-2', state: 'absent' },
        seen: { cluster: without(2) },
        steps: ['etcd: remove member etcd-2 (https://10.0.0.2:2380)'],
      },
      {
        name: 'defragments a member whose file is half empty',
        params: { endpoints, name: 'etcd-1', state: 'defragged' },
        seen: { cluster: wasteful(three) },
        steps: ['etcd: defragment member etcd-1 (https://10.0.0.1:2380)'],
      },
      {
        name: 'leaves a file that is full',
        params: { endpoints, name: 'etcd-1', state: 'defragged' },
        seen: { cluster: three },
      },
      {
        name: 'refuses a defragmentation that would lose the quorum',
        params: { endpoints, name: 'etcd-1', state: 'defragged' },
        seen: { cluster: wasteful(without(2)) },
        fail: 'while etcd-1 is defragmented there would be 1 healthy of 3 members and lose the quorum',
      },
      {
        name: 'defragments the only member, and says that it is away meanwhile',
        params: { endpoints: endpoints.slice(0, 1), name: 'etcd-1', state: 'defragged' },
        seen: { cluster: wasteful({ ...without(2, 3), members: [member(1)] }) },
        steps: ['etcd: defragment member etcd-1 (https://10.0.0.1:2380)'],
        warnings: ['etcd answers nobody while its only member is defragmented'],
      },
      {
        name: 'saves a snapshot from a healthy endpoint',
        params: { endpoints, state: 'saved', snapshot: '/var/backups/etcd.db' },
        seen: { cluster: without(1), saved: 'nothing' },
        steps: ['save a snapshot of etcd in /var/backups/etcd.db'],
        outcomes: [{ hash: 7, revision: 44 }],
        result: { snapshot: { hash: 7, revision: 44 } },
      },
      {
        name: 'saves again when the cluster went on',
        params: { endpoints, state: 'saved', snapshot: '/s' },
        seen: { cluster: three, saved: { hash: 1, revision: 42 } },
        steps: ['save a snapshot of etcd in /s'],
      },
      {
        name: 'keeps a snapshot of the newest revision',
        params: { endpoints, state: 'saved', snapshot: '/s' },
        seen: { cluster: three, saved: { hash: 1, revision: 43 } },
        result: { snapshot: { hash: 1, revision: 43 } },
      },
      {
        name: 'restores a snapshot into a new data folder',
        params: restored,
        seen: { saved: { hash: 1, revision: 43 }, folder: { hasMember: false, restoredFrom: '' } },
        steps: ['restore /s into /var/lib/etcd as etcd-1'],
      },
      {
        name: 'leaves a folder that was made of the snapshot',
        params: restored,
        seen: { saved: { hash: 1, revision: 43 }, folder: { hasMember: true, restoredFrom: '1 43' } },
      },
      {
        name: 'never writes over another member',
        params: restored,
        seen: { saved: { hash: 1, revision: 43 }, folder: { hasMember: true, restoredFrom: '' } },
        fail: '/var/lib/etcd holds a member that was not made of /s: stop etcd and move it away first',
      },
      {
        name: 'cannot restore what is not there',
        params: restored,
        seen: { saved: 'nothing', folder: { hasMember: false, restoredFrom: '1 43' } },
        fail: 'there is no snapshot /s',
      },
      {
        name: 'wants a name for the restored cluster',
        params: { state: 'restored', snapshot: '/s', data_dir: '/d', name: 'a', peer_url: 'u' },
        refused: ['etcd_member: state is "restored", so token is needed'],
      },
    ],
    test,
  );

  checkParser(
    snapshotKind,
    { path: '/s' },
    [
      {
        name: 'reads what etcdutl tells of a snapshot',
        output: '{"hash":3817103241,"revision":5,"totalKey":9,"totalSize":24576,"version":"3.6.0"}\n',
        seen: { hash: 3817103241, revision: 5 },
      },
      { name: 'takes silence as no snapshot', output: '', seen: 'nothing' },
    ],
    test,
  );
  checkParser(
    dataFolderKind,
    { path: '/d' },
    [
      {
        name: 'reads which snapshot a folder was made of',
        output: 'member\n381 5\n',
        seen: { hasMember: true, restoredFrom: '381 5' },
      },
    ],
    test,
  );

  checkParser(
    clusterKind,
    { endpoints, ca: undefined, cert: undefined, key: undefined },
    [
      {
        name: 'reads ids that are wider than a JSON number holds',
        output: `{"header":{"cluster_id":14841639068965178418},"members":[{"ID":10276657743932975437,"name":"etcd-1","peerURLs":["https://10.0.0.1:2380"],"clientURLs":["https://10.0.0.1:2379"]},{"ID":5,"peerURLs":["https://10.0.0.2:2380"],"isLearner":true}]}
[{"endpoint":"https://10.0.0.1:2379","health":true,"took":"4ms"},{"endpoint":"https://10.0.0.2:2379","health":false}]
[{"Endpoint":"https://10.0.0.1:2379","Status":{"header":{"cluster_id":14841639068965178418,"member_id":10276657743932975437,"revision":9,"raft_term":2},"version":"3.6.5","dbSize":24576,"leader":10276657743932975437,"raftIndex":9,"dbSizeInUse":20480}}]
`,
        seen: {
          reachable: true,
          members: [
            {
              id: '8e9e05c52164694d',
              name: 'etcd-1',
              peerUrls: ['https://10.0.0.1:2380'],
              clientUrls: ['https://10.0.0.1:2379'],
              isLearner: false,
            },
            { id: '5', name: '', peerUrls: ['https://10.0.0.2:2380'], clientUrls: [], isLearner: true },
          ],
          healthy: ['https://10.0.0.1:2379'],
          statuses: [
            { id: '8e9e05c52164694d', leader: '8e9e05c52164694d', revision: 9, size: 24576, used: 20480 },
          ],
        },
      },
      { name: 'takes no answer as a cluster that is not there', output: '', seen: nothing },
    ],
    test,
  );

  test('check mode: a removed member answers no more, and where it led one of the others will', () => {
    const after = (n: number): unknown => {
      const plan = etcdMember.plan(
        { state: 'absent', endpoints, name: `etcd-${n}` } as never,
        { cluster: three },
        {} as never,
      );
      return overlay(
        clusterState({ endpoints, ca: undefined, cert: undefined, key: undefined }),
        three,
        plan.steps,
      );
    };
    const left = after(3) as ClusterState;
    assert.equal(left.healthy, endpoints.slice(0, 2));
    assert.equal(
      left.statuses.map(({ id, leader }) => `${id} ${leader}`),
      ['a1 a2', 'a2 a2'],
    );
    const open = after(2) as Uncertain<ClusterState>;
    assert.equal(
      open.uncertain.map(({ statuses }) => statuses.map(({ leader }) => leader)),
      [
        ['a1', 'a1'],
        ['a3', 'a3'],
      ],
    );
  });

  test('members that stay unhealthy are named, with the reason', () => {
    const step = {
      client: { endpoints, ca: undefined, cert: undefined, key: undefined },
      ...{ seconds: 60, peerUrl: 'https://10.0.0.2:2380' },
    };
    const told = (stderr: string): unknown =>
      healthKind.parse?.({ rc: 1, stdout: Buffer.of(), stderr: Buffer.from(stderr) }, step);
    assert.equal(
      told(String.raw`60
{"level":"warn","logger":"client","error":"rpc error: code = DeadlineExceeded desc = latest balancer error: last connection error: connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.2:2379: connect: connection refused""}
https://10.0.0.1:2379 is healthy: successfully committed proposal: took = 15.58ms
https://10.0.0.2:2379 is unhealthy: failed to commit proposal: context deadline exceeded
https://10.0.0.3:2379 is unhealthy: failed to commit proposal: context deadline exceeded
Error: unhealthy cluster
`),
      {
        failed:
          'after 60 s etcd is not healthy: https://10.0.0.2:2379 (connect: connection refused), https://10.0.0.3:2379 (failed to commit proposal: context deadline exceeded)',
      },
    );
    assert.equal(told('60\nError: open /etc/etcd/ca.crt: no such file or directory\n'), {
      failed: 'after 60 s etcd is not healthy: Error: open /etc/etcd/ca.crt: no such file or directory',
    });
  });

  test('a member is waited for while its host refuses connections, and not when the host answers none', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-etcdctl-'));
    const asked = path.join(folder, 'asked');
    // What etcdctl 3.5.16 says of a member that is down, for three asks; then it is up and listed.
    const says = (reason: string): string => `#!/bin/sh
echo asked >> ${asked}
if [ "$(wc -l < ${asked})" -gt 3 ]; then echo https://10.0.0.3:2380; exit 0; fi
cat >&2 <<'END'
{"level":"warn","logger":"client","error":"rpc error: code = DeadlineExceeded desc = latest balancer error: last connection error: connection error: desc = \\"transport: Error while dialing: dial tcp 10.0.0.3:2379: connect: ${reason}\\""}
https://10.0.0.1:2379 is healthy: successfully committed proposal: took = 15.58ms
https://10.0.0.3:2379 is unhealthy: failed to commit proposal: context deadline exceeded
Error: unhealthy cluster
END
exit 1
`;
    const wait = (reason: string): string => {
      writeFileSync(path.join(folder, 'etcdctl'), says(reason), { mode: 0o755 });
      writeFileSync(asked, '');
      const client = { endpoints, ca: undefined, cert: undefined, key: undefined };
      const step = { client, seconds: 600, peerUrl: 'https://10.0.0.3:2380' };
      const script = healthKind.perform?.(step).script ?? '';
      const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
      const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { env });
      const judged = healthKind.parse?.({ rc: status ?? 1, stdout, stderr }, step);
      const told = judged === undefined ? 'healthy' : judged.failed.replace(/^after \d+ s /, '');
      return `${readFileSync(asked, 'utf8').trim().split('\n').length} asks: ${told}`;
    };
    assert.is(
      wait('no route to host'),
      '2 asks: etcd is not healthy: https://10.0.0.3:2379 (connect: no route to host)',
    );
    assert.is(wait('connection refused'), '5 asks: healthy');
    rmSync(folder, { recursive: true });
  });

  test('the quorum of a cluster is more than its half', () => {
    assert.equal([1, 2, 3, 4, 5].map(quorumOf), [1, 2, 2, 3, 3]);
  });
});
