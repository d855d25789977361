// Keeps a member in an etcd cluster: listed under its name and peer URL, healthy, no learner. A new member is added to
// a running cluster before it is started; a removal that would lose the quorum is refused. Asked by etcdctl on the host.
import type {
  Output,
  Plan,
  Probe,
  ProbeFailure,
  ProbeKind,
  Step,
  StepKind,
} from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, int, list, oneOf, optional, path, str } from '../engine/module/kinds.ts';
import { lines, sh } from '../engine/module/quote.ts';

interface Client {
  readonly endpoints: readonly string[];
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** A member as etcdctl lists it. Its id is hexadecimal; the name is empty until it was started once. */
export interface Member {
  readonly id: string;
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly isLearner: boolean;
}

export interface ClusterState {
  /** False when no endpoint answered: the cluster is not there yet, or has no quorum. */
  readonly reachable: boolean;
  readonly members: readonly Member[];
  /** Endpoints that answered a quorum read. */
  readonly healthy: readonly string[];
}

interface ListedMember {
  readonly ID: bigint | number | string;
  readonly name?: string;
  readonly peerURLs?: readonly string[];
  readonly clientURLs?: readonly string[];
  readonly isLearner?: boolean;
}

const flags = ({ endpoints, ca, cert, key }: Client): string[] => [
  `--endpoints=${endpoints.join(',')}`,
  ...(ca === undefined ? [] : [`--cacert=${ca}`]),
  ...(cert === undefined ? [] : [`--cert=${cert}`]),
  ...(key === undefined ? [] : [`--key=${key}`]),
  '--command-timeout=3s',
  '--dial-timeout=2s',
];

// Member ids are 64 bits wide: more than a JSON number holds, so they are read as text.
function parseMembers(text: string): Member[] {
  const exact = text.replace(/"ID":\s*(\d+)/g, '"ID":"$1"');
  const { members = [] } = JSON.parse(exact) as { readonly members?: readonly ListedMember[] };
  return members.map((member) => ({
    id: BigInt(member.ID).toString(16),
    name: member.name ?? '',
    peerUrls: member.peerURLs ?? [],
    clientUrls: member.clientURLs ?? [],
    isLearner: member.isLearner ?? false,
  }));
}

function parseHealth(text: string): string[] {
  const found = JSON.parse(text) as readonly { readonly endpoint: string; readonly health: boolean }[];
  return found.filter(({ health }) => health).map(({ endpoint }) => endpoint);
}

export const clusterKind: ProbeKind<Client, ClusterState> = {
  name: 'etcd cluster',
  stability: 'volatile',
  target: 'host',
  ask: (client) => ({
    script: lines(
      sh`command -v etcdctl >/dev/null || { echo 'etcdctl is not there' >&2; exit 127; }`,
      sh`ETCDCTL_API=3 etcdctl ${flags(client)} member list -w json 2>/dev/null || exit 0`,
      sh`ETCDCTL_API=3 etcdctl ${flags(client)} endpoint health -w json 2>/dev/null`,
      sh`exit 0`,
    ).text,
    timeoutSeconds: 20,
  }),
  parse: ({ rc, stdout, stderr }: Output): ClusterState | ProbeFailure => {
    if (rc !== 0)
      return { failed: stderr.toString('utf8').trim() || `etcdctl exit code ${rc}`, notYet: rc === 127 };
    const [members = '', health = '[]'] = stdout.toString('utf8').trim().split('\n');
    if (members === '') return { reachable: false, members: [], healthy: [] };
    return { reachable: true, members: parseMembers(members), healthy: parseHealth(health || '[]') };
  },
};

function clusterState(client: Client): Probe<ClusterState> {
  const { endpoints, ca, cert, key } = client;
  return { kind: clusterKind, args: { endpoints, ca, cert, key } };
}

interface MemberStep {
  readonly client: Client;
  readonly member: Member;
  readonly act: 'add' | 'add-learner' | 'promote' | 'remove';
}

function membersAfter({ act, member }: MemberStep, before: ClusterState): ClusterState {
  const others = before.members.filter(({ peerUrls }) => peerUrls[0] !== member.peerUrls[0]);
  if (act === 'remove') return { ...before, members: others };
  return { ...before, members: [...others, { ...member, isLearner: act === 'add-learner' }] };
}

const memberKind: StepKind<MemberStep, void> = {
  name: 'change etcd membership',
  target: 'host',
  describe: ({ act, member }) =>
    `etcd: ${act} member ${member.name || member.id} (${member.peerUrls.join(', ')})`,
  perform: ({ client, member, act }) => {
    const words = {
      add: ['member', 'add', member.name, `--peer-urls=${member.peerUrls.join(',')}`],
      'add-learner': ['member', 'add', member.name, '--learner', `--peer-urls=${member.peerUrls.join(',')}`],
      promote: ['member', 'promote', member.id],
      remove: ['member', 'remove', member.id],
    }[act];
    return { script: sh`ETCDCTL_API=3 etcdctl ${flags(client)} ${words}`.text };
  },
  effects: [
    {
      probe: clusterKind,
      touches: () => true,
      predict: (step, _probe, before: ClusterState | undefined) => before && membersAfter(step, before),
    },
  ],
};

const memberStep = (args: MemberStep): Step<void> => ({ kind: memberKind, args });

interface HealthStep {
  readonly client: Client;
  readonly seconds: number;
  readonly name: string;
  readonly peerUrl: string;
}

const healthKind: StepKind<HealthStep, void> = {
  name: 'wait for etcd',
  target: 'host',
  readsOnly: true,
  describe: ({ seconds }) => `wait up to ${seconds} s until every etcd member is healthy`,
  perform: ({ client, seconds, peerUrl }) => ({
    script: sh`end=$(( $(date +%s) + ${seconds} ))
while :; do
  said=$(ETCDCTL_API=3 etcdctl ${flags(client)} endpoint health 2>&1) &&
    ETCDCTL_API=3 etcdctl ${flags(client)} member list 2>/dev/null | grep -qF ${peerUrl} && exit 0
  [ "$(date +%s)" -ge "$end" ] && { printf '%s\n' "$said" >&2; exit 1; }
  sleep 0.2
done`.text,
    timeoutSeconds: seconds + 30,
  }),
  effects: [],
};

interface Wanted extends Client {
  readonly name: string;
  readonly peer_url: string;
  readonly client_urls: readonly string[];
  readonly state: 'present' | 'absent';
  readonly learner: boolean;
  readonly promote: boolean;
  readonly wait_healthy: number | undefined;
}

/** Members that must be up for writes to go on. */
export function quorumOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

function planRemoval(params: Wanted, cluster: ClusterState, found: Member | undefined): Plan {
  if (!cluster.reachable)
    return { steps: [], fail: `no etcd endpoint answers: ${params.endpoints.join(', ')}` };
  if (!found) return { steps: [] };
  const voters = cluster.members.filter((member) => !member.isLearner);
  const left = voters.filter((member) => member !== found);
  const up = left.filter((member) => member.clientUrls.some((url) => cluster.healthy.includes(url)));
  if (!found.isLearner && up.length < quorumOf(left.length))
    return {
      steps: [],
      fail: `removing ${found.name} would leave ${up.length} healthy of ${left.length} members and lose the quorum`,
    };
  return { steps: [memberStep({ client: params, member: found, act: 'remove' })] };
}

function planPresence(params: Wanted, cluster: ClusterState, found: Member | undefined): Plan {
  const wait: Step[] =
    params.wait_healthy === undefined ||
    (found && params.endpoints.every((url) => cluster.healthy.includes(url)))
      ? []
      : [
          {
            kind: healthKind,
            args: {
              client: params,
              seconds: params.wait_healthy,
              name: params.name,
              peerUrl: params.peer_url,
            },
          },
        ];
  // A cluster that is being made lists its members itself, from the flags that they were started with.
  if (!cluster.reachable) return { steps: wait };
  const wanted: Member = {
    id: '',
    name: params.name,
    peerUrls: [params.peer_url],
    clientUrls: params.client_urls,
    isLearner: false,
  };
  if (!found) {
    const act = params.learner ? 'add-learner' : 'add';
    return { steps: [memberStep({ client: params, member: wanted, act })] };
  }
  const promote = found.isLearner && params.promote;
  return {
    steps: [...(promote ? [memberStep({ client: params, member: found, act: 'promote' })] : []), ...wait],
  };
}

export const etcdMember = defineModule({
  name: 'etcd_member',
  summary: 'Keep a member in an etcd cluster, healthy',
  reach: () => ({ answers: [clusterKind] }),
  params: {
    name: str({ doc: 'Name of the member' }),
    peer_url: str({ doc: 'URL where other members reach it' }),
    client_urls: optional(list(), []),
    endpoints: list(str(), { doc: 'Client URLs of the cluster' }),
    ca: optional(path({ doc: 'Certificate of the authority on the host' })),
    cert: optional(path()),
    key: optional(path()),
    state: optional(oneOf('present', 'absent'), 'present'),
    learner: optional(bool({ doc: 'Add as a learner, which does not count for the quorum' }), false),
    promote: optional(bool({ doc: 'Make a learner a full member' }), false),
    wait_healthy: optional(int({ doc: 'Seconds to wait until every endpoint is healthy', minimum: 1 })),
  },
  returns: { member_id: str(), members: list(str()), healthy: list(str()) },
  seen: answers<{ cluster: ClusterState }>(),
  probes: (params, seen) => (seen.cluster ? done : { cluster: clusterState(params) }),
  plan: (params, seen) => {
    const found = seen.cluster.members.find(({ peerUrls }) => peerUrls.includes(params.peer_url));
    return params.state === 'absent'
      ? planRemoval(params, seen.cluster, found)
      : planPresence(params, seen.cluster, found);
  },
  result: (params, _before, _outcomes, after) => ({
    member_id: after.cluster.members.find(({ peerUrls }) => peerUrls.includes(params.peer_url))?.id ?? '',
    members: after.cluster.members.map(({ name }) => name),
    healthy: after.cluster.healthy,
  }),
});
