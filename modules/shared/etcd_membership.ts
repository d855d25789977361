// What has to be done for a member to be listed, a voter, defragmented or gone; or why it must not be done.
import type { Plan, Step } from '../../engine/module/contract.ts';
import { changeMembership, defragment, waitHealthy } from './etcd_acts.ts';
import type { ClusterState, Member } from './etcd_cluster.ts';
import { lacking } from './etcd_quorum.ts';
import { clientOf, refuse, type Wish } from './etcd_wish.ts';

/** By its peer URL; where none is given, or for one that is to go, by its name. */
export function memberIn({ members }: ClusterState, { peer_url: url, name }: Wish): Member | undefined {
  return (
    members.find(({ peerUrls }) => url !== undefined && peerUrls.includes(url)) ??
    members.find((one) => url === undefined && one.name === name)
  );
}

export function planAbsence(wish: Wish, cluster: ClusterState, found: Member | undefined): Plan {
  if (!found) return { steps: [] };
  const lack = lacking(cluster, found, true);
  return lack === undefined
    ? { steps: [changeMembership({ client: clientOf(wish), member: found, act: 'remove' })] }
    : refuse(`removing ${found.name} would leave ${lack}`);
}

export function planDefragmentation(wish: Wish, cluster: ClusterState, found: Member | undefined): Plan {
  if (!found) return refuse(`no member of etcd is ${wish.name ?? wish.peer_url ?? ''}`);
  const status = cluster.statuses.find(({ id }) => id === found.id);
  if (!status) return refuse(`${found.name} does not answer, so it cannot be defragmented`);
  if (status.size - status.used <= (status.size * wish.wasted) / 100) return { steps: [] };
  const isAlone = cluster.members.filter(({ isLearner }) => !isLearner).length === 1 && !found.isLearner;
  const lack = lacking(cluster, found, false);
  if (lack !== undefined && !isAlone)
    return refuse(`while ${found.name} is defragmented there would be ${lack}`);
  return {
    steps: [defragment({ client: clientOf(wish), member: found })],
    warnings: isAlone ? ['etcd answers nobody while its only member is defragmented'] : [],
  };
}

export function planPromotion(wish: Wish, found: Member | undefined): Plan {
  if (!found) return refuse(`no member of etcd is ${wish.name ?? wish.peer_url ?? ''}`);
  return {
    steps: found.isLearner
      ? [changeMembership({ client: clientOf(wish), member: found, act: 'promote' })]
      : [],
  };
}

export function planPresence(wish: Wish, cluster: ClusterState, found: Member | undefined): Plan {
  const { name = '', peer_url: peerUrl = '', wait_healthy: seconds } = wish;
  const client = clientOf(wish);
  const isHealthy = found && wish.endpoints.every((url) => cluster.healthy.includes(url));
  const wait: Step[] = seconds === undefined || isHealthy ? [] : [waitHealthy({ client, seconds, peerUrl })];
  // A cluster that is being made lists its members itself, from the flags that they were started with.
  if (!cluster.reachable || found) return { steps: wait };
  const namesake = cluster.members.find((one) => one.name === name);
  if (namesake)
    return refuse(
      `${name} is listed at ${namesake.peerUrls.join(', ')}: remove that member before it comes back at ${peerUrl}`,
    );
  const member = { id: '', name, peerUrls: [peerUrl], clientUrls: wish.client_urls, isLearner: false };
  const act = wish.learner ? 'add-learner' : 'add';
  // A learner answers no quorum read, so none is waited for.
  return { steps: [changeMembership({ client, member, act }), ...(wish.learner ? [] : wait)] };
}
