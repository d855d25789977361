// What an etcd cluster tells of itself: members, who answers, who leads. Asked by etcdctl on the host.
import type { Output, Probe, ProbeFailure, ProbeKind } from '../../engine/module/contract.ts';
import { probe } from '../../engine/module/probe_identity.ts';
import { lines, sh, type ShellText } from '../../engine/module/quote.ts';

export interface Client {
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

/** What a member that is up tells of itself. */
export interface MemberStatus {
  /** Of the member. */
  readonly id: string;
  /** Id of the leader as it knows it. */
  readonly leader: string;
  readonly revision: number;
  /** Bytes of its database's file, and those of them that hold something. */
  readonly size: number;
  readonly used: number;
}

export interface ClusterState {
  /** False when no endpoint answered: the cluster is not there yet, or has no quorum. */
  readonly reachable: boolean;
  readonly members: readonly Member[];
  /** Endpoints that answered a quorum read. */
  readonly healthy: readonly string[];
  readonly statuses: readonly MemberStatus[];
}

/** Without the endpoints: a command may want one of them only. */
export const tlsFlags = ({ ca, cert, key }: Client): string[] => [
  ...(ca === undefined ? [] : [`--cacert=${ca}`]),
  ...(cert === undefined ? [] : [`--cert=${cert}`]),
  ...(key === undefined ? [] : [`--key=${key}`]),
  '--dial-timeout=2s',
];

/** A command of etcdctl that is soon done. */
export const etcdctl = (client: Client, ...words: readonly string[]): ShellText =>
  sh`ETCDCTL_API=3 etcdctl ${[`--endpoints=${client.endpoints.join(',')}`, ...tlsFlags(client), '--command-timeout=3s', ...words]}`;

/** Ids are 64 bits wide: more than a JSON number holds, so they are read as text. */
function parseExact(text: string): unknown {
  return JSON.parse(text.replace(/"(ID|member_id|cluster_id|leader)":\s*(\d+)/g, '"$1":"$2"'));
}

const hexadecimal = (id: string): string => BigInt(id).toString(16);

interface ListedMember {
  readonly ID: string;
  readonly name?: string;
  readonly peerURLs?: readonly string[];
  readonly clientURLs?: readonly string[];
  readonly isLearner?: boolean;
}

function parseMembers(text: string): Member[] {
  const { members = [] } = parseExact(text) as { readonly members?: readonly ListedMember[] };
  return members.map((member) => ({
    id: hexadecimal(member.ID),
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

interface ListedStatus {
  readonly Status: {
    readonly header: { readonly member_id: string; readonly revision?: number };
    readonly leader?: string;
    readonly dbSize?: number;
    readonly dbSizeInUse?: number;
  };
}

function parseStatuses(text: string): MemberStatus[] {
  return (parseExact(text) as readonly ListedStatus[]).map(({ Status: { header, ...status } }) => ({
    id: hexadecimal(header.member_id),
    leader: hexadecimal(status.leader ?? '0'),
    revision: header.revision ?? 0,
    size: status.dbSize ?? 0,
    used: status.dbSizeInUse ?? 0,
  }));
}

const silent: ClusterState = { reachable: false, members: [], healthy: [], statuses: [] };

export const clusterKind: ProbeKind<Client, ClusterState> = {
  name: 'etcd cluster',
  stability: 'volatile',
  target: 'host',
  ask: (client) => ({
    script: lines(
      sh`command -v etcdctl >/dev/null || { echo 'etcdctl is not there' >&2; exit 127; }`,
      sh`${etcdctl(client, 'member', 'list', '-w', 'json')} 2>/dev/null || exit 0`,
      sh`${etcdctl(client, 'endpoint', 'health', '-w', 'json')} 2>/dev/null`,
      sh`${etcdctl(client, 'endpoint', 'status', '--cluster', '-w', 'json')} 2>/dev/null`,
      sh`exit 0`,
    ).text,
    timeoutSeconds: 30,
  }),
  parse: ({ rc, stdout, stderr }: Output): ClusterState | ProbeFailure => {
    if (rc !== 0)
      return { failed: stderr.toString('utf8').trim() || `etcdctl exit code ${rc}`, notYet: rc === 127 };
    const [members = '', ...others] = stdout.toString('utf8').trim().split('\n');
    if (members === '') return silent;
    const line = (word: string): string => others.find((text) => text.includes(`"${word}"`)) ?? '[]';
    return {
      reachable: true,
      members: parseMembers(members),
      healthy: parseHealth(line('health')),
      statuses: parseStatuses(line('Status')),
    };
  },
};

export function clusterState({ endpoints, ca, cert, key }: Client): Probe<ClusterState> {
  return probe(clusterKind, { endpoints, ca, cert, key });
}
