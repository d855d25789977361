// Who of an etcd cluster is up, and whether that is enough for writes to go on.
import type { ClusterState, Member } from './etcd_cluster.ts';

/** Members that must be up for writes to go on. */
export function quorumOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

export function isUp({ healthy, statuses }: ClusterState, { id, clientUrls }: Member): boolean {
  return clientUrls.some((url) => healthy.includes(url)) || statuses.some((status) => status.id === id);
}

/** Whether the voters beside this one are enough: what is missing, else undefined. */
export function lacking(cluster: ClusterState, member: Member, isGone: boolean): string | undefined {
  const voters = cluster.members.filter(({ isLearner }) => !isLearner);
  const others = voters.filter((one) => one !== member);
  const up = others.filter((one) => isUp(cluster, one)).length;
  const counted = isGone ? others.length : voters.length;
  return member.isLearner || up >= quorumOf(counted)
    ? undefined
    : `${up} healthy of ${counted} members and lose the quorum`;
}
