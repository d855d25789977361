// Keeps a member in an etcd cluster: listed under its name and peer URL, healthy, a voter or out; and a snapshot, or a
// data folder that was made of one. What would cost the quorum is refused.
import type { Plan, ResultData } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, int, list, raw, str } from '../engine/module/kinds.ts';
import { clusterKind, clusterState, type ClusterState } from './shared/etcd_cluster.ts';
import {
  memberIn,
  planAbsence,
  planDefragmentation,
  planPresence,
  planPromotion,
} from './shared/etcd_membership.ts';
import { isUp } from './shared/etcd_quorum.ts';
import {
  dataFolder,
  dataFolderKind,
  markText,
  restoreSnapshot,
  saveKind,
  saveSnapshot,
  snapshotAt,
  snapshotKind,
  type DataFolder,
  type Snapshot,
} from './shared/etcd_snapshots.ts';
import { clientOf, constraints, params, refuse, type Wish } from './shared/etcd_wish.ts';

interface Seen {
  readonly cluster?: ClusterState;
  readonly saved?: Snapshot | 'nothing';
  readonly folder?: DataFolder;
}

/** A snapshot of the revision that the cluster has is as good as a new one. */
function planSave(wish: Wish, cluster: ClusterState, saved: Snapshot | 'nothing'): Plan {
  const { snapshot = '' } = wish;
  const revision = revisionOf(cluster);
  if (saved !== 'nothing' && saved.revision >= revision) return { steps: [] };
  const endpoint = cluster.healthy[0];
  if (endpoint === undefined) return refuse('no endpoint of etcd is healthy, so none is saved');
  return { steps: [saveSnapshot({ client: clientOf(wish), endpoint, path: snapshot, revision })] };
}

function planRestore(wish: Wish, saved: Snapshot | 'nothing', folder: DataFolder): Plan {
  const { snapshot = '', data_dir: place = '', name = '', peer_url: peerUrl = '', token = '' } = wish;
  if (saved === 'nothing') return refuse(`there is no snapshot ${snapshot}`);
  const mark = markText(saved);
  if (folder.hasMember)
    return folder.restoredFrom === mark
      ? { steps: [] }
      : refuse(`${place} holds a member that was not made of ${snapshot}: stop etcd and move it away first`);
  const members = Object.entries(wish.initial_cluster ?? { [name]: peerUrl }).map(
    ([one, url]) => `${one}=${url as string}`,
  );
  return { steps: [restoreSnapshot({ snapshot, mark, folder: place, name, peerUrl, members, token })] };
}

const revisionOf = ({ statuses }: ClusterState): number =>
  Math.max(0, ...statuses.map((one) => one.revision));

function planCluster(wish: Wish, { cluster, saved }: Seen): Plan {
  if (!cluster) return { steps: [] };
  const found = memberIn(cluster, wish);
  if (wish.state === 'present') return planPresence(wish, cluster, found);
  if (!cluster.reachable) return refuse(`no etcd endpoint answers: ${wish.endpoints.join(', ')}`);
  if (wish.state === 'absent') return planAbsence(wish, cluster, found);
  if (wish.state === 'promoted') return planPromotion(wish, found);
  if (wish.state === 'defragged') return planDefragmentation(wish, cluster, found);
  return planSave(wish, cluster, saved ?? 'nothing');
}

function clusterResult(wish: Wish, cluster: ClusterState): { readonly [key: string]: ResultData } {
  const { members, statuses } = cluster;
  const leader = statuses[0]?.leader;
  return {
    member_id: memberIn(cluster, wish)?.id ?? '',
    leader: members.find(({ id }) => id === leader)?.name ?? '',
    members: members.map((member) => ({
      ...{ name: member.name, id: member.id, peer_urls: member.peerUrls, client_urls: member.clientUrls },
      ...{ is_learner: member.isLearner, healthy: isUp(cluster, member) },
    })),
    health: members.length > 0 && members.every((member) => isUp(cluster, member)),
    healthy: cluster.healthy,
    revision: revisionOf(cluster),
  };
}

export const etcdMember = defineModule({
  name: 'etcd_member',
  summary: 'Keep a member in an etcd cluster, its snapshot, or its data folder made of one',
  reach: () => ({ answers: [clusterKind, snapshotKind, dataFolderKind] }),
  params,
  constraints,
  returns: {
    member_id: str({ doc: 'Hexadecimal' }),
    leader: str({ doc: 'Name' }),
    members: raw({
      doc: 'Each with name, id, peer_urls, client_urls, is_learner, healthy; in check mode as they will be',
    }),
    health: bool({ doc: 'Every member answers' }),
    healthy: list(str(), { doc: 'Endpoints that answered a quorum read' }),
    revision: int(),
    snapshot: raw({ doc: 'hash and revision of the snapshot' }),
  },
  seen: answers<Seen>(),
  probes: (wish) => ({
    ...(wish.state === 'restored' ? {} : { cluster: clusterState(clientOf(wish)) }),
    ...(wish.snapshot !== undefined && ['saved', 'restored'].includes(wish.state)
      ? { saved: snapshotAt(wish.snapshot) }
      : {}),
    ...(wish.state === 'restored' && wish.data_dir !== undefined
      ? { folder: dataFolder(wish.data_dir) }
      : {}),
  }),
  plan: (wish, seen) =>
    wish.state === 'restored'
      ? planRestore(wish, seen.saved ?? 'nothing', seen.folder ?? { hasMember: false, restoredFrom: '' })
      : planCluster(wish, seen),
  result: (wish, _before, outcomes, { cluster, saved: found }) => {
    const saved = outcomes.of(saveKind)[0] ?? found;
    return {
      ...(cluster ? clusterResult(wish, cluster) : {}),
      ...(saved === undefined || saved === 'nothing' ? {} : { snapshot: { ...saved } }),
    };
  },
});
