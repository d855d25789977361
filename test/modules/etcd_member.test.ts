import * as assert from 'uvu/assert';
import { checkModule, checkParser } from '../../engine/module/testing.ts';
import {
  clusterKind,
  etcdMember,
  quorumOf,
  type ClusterState,
  type Member,
} from '../../modules/etcd_member.ts';
import { describe } from '../support/suite.ts';

const member = (number: number, isLearner = false): Member => ({
  id: `a${number}`,
  name: `etcd-${number}`,
  peerUrls: [`https://10.0.0.${number}:2380`],
  clientUrls: [`https://10.0.0.${number}:2379`],
  isLearner,
});
const endpoints = [1, 2, 3].map((number) => `https://10.0.0.${number}:2379`);
const three: ClusterState = { reachable: true, members: [1, 2, 3].map((n) => member(n)), healthy: endpoints };
const nothing: ClusterState = { reachable: false, members: [], healthy: [] };
const third = { name: 'etcd-3', peer_url: 'https://10.0.0.3:2380', endpoints, client_urls: [endpoints[2]] };

describe('modules/etcd_member (S0-27, S1-23, S2-12)', ({ test }) => {
  checkModule(
    etcdMember,
    [
      { name: 'leaves a listed and healthy member', params: third, seen: { cluster: three } },
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
        seen: { cluster: { ...three, members: [member(1), member(2)], healthy: endpoints.slice(0, 2) } },
        steps: ['etcd: add member etcd-3 (https://10.0.0.3:2380)'],
      },
      {
        name: 'adds a learner when asked',
        params: { ...third, learner: true },
        seen: { cluster: { ...three, members: [member(1), member(2)] } },
        steps: ['etcd: add-learner member etcd-3 (https://10.0.0.3:2380)'],
      },
      {
        name: 'promotes a learner when asked',
        params: { ...third, promote: true },
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
        seen: { cluster: { ...three, healthy: [endpoints[0], endpoints[2]] } },
        fail: 'removing etcd-3 would leave 1 healthy of 2 members and lose the quorum',
      },
      {
        name: 'has nothing to remove when the member is not listed',
        params: { ...third, state: 'absent' },
        seen: { cluster: { ...three, members: [member(1), member(2)] } },
      },
      {
        name: 'cannot remove from a cluster that does not answer',
        params: { ...third, state: 'absent' },
        seen: { cluster: nothing },
        fail: /no etcd endpoint answers/,
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
        },
      },
      { name: 'takes no answer as a cluster that is not there', output: '', seen: nothing },
    ],
    test,
  );

  test('the quorum of a cluster is more than its half', () => {
    assert.equal([1, 2, 3, 4, 5].map(quorumOf), [1, 2, 2, 3, 3]);
  });
});
