// What must be done so that the instances that are meant are there as they are wished.
import type { AwsAccess } from '../../aws/access.ts';
import type { Plan, Step } from '../../engine/module/contract.ts';
import { namedTags, tagChange, tagsOf } from './aws_tags.ts';
import { changeInstance, type InstanceAttributes, type InstanceChange } from './ec2_instance_changes.ts';
import { startInstances, type Launch } from './ec2_instance_start.ts';
import { endOf, moveInstances, waitForInstances } from './ec2_instance_states.ts';
import {
  filtersOfWish,
  groupsOf,
  imageOf,
  membersOf,
  sourceDestCheckOf,
  specOf,
  type InstanceWish,
  type Member,
} from './ec2_instance_wish.ts';
import { nameOf, type Instance } from './ec2_instances.ts';

export interface SeenInstances {
  readonly found: readonly Instance[];
  readonly attributes: readonly InstanceAttributes[];
  readonly root: string | undefined;
}

/** A name with a number in it is asked for with a wildcard, which fits others too. */
export function meant({ name }: InstanceWish, found: readonly Instance[]): readonly Instance[] {
  const [before, after] = name?.split('%d') ?? [];
  if (before === undefined || after === undefined) return found;
  return found.filter(({ tags }) => {
    const own = tags['Name'] ?? '';
    return (
      own.startsWith(before) &&
      own.endsWith(after) &&
      /^\d+$/.test(own.slice(before.length, own.length - after.length))
    );
  });
}

function hasGroups({ security_groups: found }: Instance, wanted: readonly string[]): boolean {
  const fits = (one: string): boolean =>
    found.some(({ group_id, group_name }) => group_id === one || group_name === one);
  return wanted.length === found.length && wanted.every(fits);
}

function hasProfile({ iam_instance_profile: found }: Instance, wanted: string): boolean {
  return found?.arn === wanted || found?.arn.endsWith(`/${wanted}`) === true;
}

function metadataChange(wish: InstanceWish, one: Instance): Pick<InstanceChange, 'metadata_options'> {
  const found = one.metadata_options;
  // A template says it where it is used, and instances that are named by id are not described; else new and old
  // instances alike take tokens only.
  const saysNothing = wish.launch_template !== undefined || wish.instance_ids.length > 0;
  const fallback = saysNothing ? found : { ...found, http_tokens: 'required' };
  const wanted = wish.metadata_options ?? fallback;
  const differs =
    wanted.http_tokens !== found.http_tokens ||
    wanted.http_endpoint !== found.http_endpoint ||
    wanted.http_put_response_hop_limit !== found.http_put_response_hop_limit ||
    wanted.instance_metadata_tags !== found.instance_metadata_tags;
  return differs ? { metadata_options: wanted } : {};
}

function changeOf(
  wish: InstanceWish,
  one: Instance,
  attributes: InstanceAttributes | undefined,
): InstanceChange | undefined {
  const check = sourceDestCheckOf(wish);
  const groups = groupsOf(wish);
  const { termination_protection: kept, instance_initiated_shutdown_behavior: behavior } = wish;
  const { iam_instance_profile: profile, instance_type: type, ebs_optimized: optimized } = wish;
  const name = wish.name?.includes('%d') === true ? undefined : wish.name;
  const tags = tagChange(
    one.tags,
    namedTags(name, tagsOf(wish.tags)),
    wish.purge_tags && wish.tags !== undefined,
  );
  const isStopped = one.state.name === 'stopped';
  const change: InstanceChange = {
    ...(check === undefined || check === one.source_dest_check ? {} : { source_dest_check: check }),
    ...(groups.length === 0 || hasGroups(one, groups) ? {} : { security_groups: groups }),
    ...metadataChange(wish, one),
    ...(profile === undefined || hasProfile(one, profile) ? {} : { iam_instance_profile: profile }),
    ...(kept === undefined || !attributes || kept === attributes.termination_protection
      ? {}
      : { termination_protection: kept }),
    ...(behavior === undefined || !attributes || behavior === attributes.instance_initiated_shutdown_behavior
      ? {}
      : { instance_initiated_shutdown_behavior: behavior }),
    ...(type !== undefined && type !== one.instance_type && isStopped ? { instance_type: type } : {}),
    ...(optimized !== undefined && optimized !== one.ebs_optimized && isStopped
      ? { ebs_optimized: optimized }
      : {}),
    ...(tags ? { tags } : {}),
  };
  return Object.keys(change).length > 0 ? change : undefined;
}

function warningsOf({ instance_type: type }: InstanceWish, kept: readonly Instance[]): string[] {
  return kept
    .filter((one) => type !== undefined && one.instance_type !== type && one.state.name !== 'stopped')
    .map(
      (one) =>
        `Instance ${nameOf(one)} is a ${one.instance_type} and runs: stop it first to make it a ${type ?? ''}`,
    );
}

/** Two of a name that names one host, or one at another address than wished. */
function clashOf(members: readonly Member[], found: readonly Instance[]): string | undefined {
  for (const { name, private_ip_address: address } of members) {
    const own = found.filter(({ tags }) => tags['Name'] === name);
    if (own.length > 1)
      return `${own.length} instances are named ${name}: ${own.map(({ instance_id }) => instance_id).join(', ')}. End one, or give another its own name`;
    const [one] = own;
    if (one && address !== undefined && one.private_ip_address !== address)
      return `Instance ${nameOf(one)} has ${one.private_ip_address} instead of ${address}, and AWS cannot change it: end it first`;
  }
  return undefined;
}

interface Sorted {
  readonly kept: readonly Instance[];
  readonly surplus: readonly Instance[];
  readonly launches: readonly Launch[];
}

/** Which stay, which go, which are missing. */
function sort(wish: InstanceWish, found: readonly Instance[]): Sorted {
  const { count, exact_count, name } = wish;
  const address = wish.private_ip_address ?? wish.network?.private_ip_address;
  const members = membersOf(wish);
  if (members) {
    const isWished = (one: Instance): boolean => members.some((member) => member.name === one.tags['Name']);
    const missing = members.filter((member) => !found.some(({ tags }) => tags['Name'] === member.name));
    return {
      kept: found.filter(isWished),
      surplus: exact_count === undefined ? [] : found.filter((one) => !isWished(one)),
      launches: missing.map((member) => ({
        ...member,
        private_ip_address: member.private_ip_address ?? address,
        count: 1,
      })),
    };
  }
  const wanted = count === undefined ? (exact_count ?? Math.max(1, found.length)) : found.length + count;
  const missing = wanted - found.length;
  return {
    kept: found.slice(0, wanted),
    surplus: found.slice(wanted),
    launches: missing > 0 ? [{ name, count: missing, private_ip_address: address }] : [],
  };
}

const ids = (some: readonly Instance[]): string[] => some.map(({ instance_id }) => instance_id);
const inStates = (some: readonly Instance[], ...states: readonly string[]): readonly Instance[] =>
  some.filter(({ state }) => states.includes(state.name));

function stepsTo(wish: InstanceWish, access: AwsAccess, kept: readonly Instance[]): Step[] {
  const move = { access, wait: wish.wait, seconds: wish.wait_timeout };
  const pending = wish.wait ? inStates(kept, 'pending') : [];
  const waits =
    pending.length > 0
      ? [waitForInstances({ access, ids: ids(pending), to: 'running', seconds: wish.wait_timeout })]
      : [];
  switch (wish.state) {
    case 'present':
      return waits;
    case 'running':
    case 'started': {
      const down = inStates(kept, 'stopped', 'stopping');
      const leaving = inStates(kept, 'stopping');
      return [
        ...waits,
        // AWS starts nothing that is still stopping.
        ...(leaving.length > 0
          ? [
              waitForInstances({
                access,
                ids: ids(leaving),
                to: 'stopped' as const,
                seconds: wish.wait_timeout,
              }),
            ]
          : []),
        ...(down.length > 0 ? [moveInstances({ ...move, ids: ids(down), to: 'running' })] : []),
      ];
    }
    case 'stopped': {
      const up = inStates(kept, 'running', 'pending');
      return up.length > 0 ? [...waits, moveInstances({ ...move, ids: ids(up), to: 'stopped' })] : [];
    }
    case 'restarted':
    case 'rebooted':
      return kept.length > 0 ? [...waits, moveInstances({ ...move, ids: ids(kept), to: 'restarted' })] : [];
    case 'terminated':
    case 'absent':
      return kept.length > 0 ? [moveInstances({ ...move, ...endOf(kept) })] : [];
  }
}

export function planInstances(wish: InstanceWish, access: AwsAccess, seen: SeenInstances): Plan {
  const found = meant(wish, seen.found);
  const attributesOf = (one: Instance): InstanceAttributes | undefined =>
    seen.attributes.find(({ instance_id }) => instance_id === one.instance_id);
  if (wish.state === 'absent' || wish.state === 'terminated') {
    const unprotected = found.filter(
      (one) => wish.termination_protection === false && attributesOf(one)?.termination_protection === true,
    );
    const change = { termination_protection: false };
    return {
      steps: [
        ...unprotected.map((instance) => changeInstance({ access, instance, change })),
        ...stepsTo(wish, access, found),
      ],
    };
  }
  const members = membersOf(wish);
  const clash = members && clashOf(members, found);
  if (clash !== undefined) return { steps: [], fail: clash };
  const { kept, surplus, launches } = sort(wish, found);
  const isMade = ['present', 'running', 'started'].includes(wish.state) && wish.instance_ids.length === 0;
  const gone = wish.instance_ids.filter((id) => !found.some(({ instance_id }) => instance_id === id));
  if (gone.length > 0) return { steps: [], fail: `There is no instance ${gone.join(', ')}` };
  if (launches.length > 0 && !isMade)
    return { steps: [], fail: `No instance fits that could be ${wish.state}. Make it first: state present` };
  if (launches.length > 0 && imageOf(wish) === undefined && !wish.launch_template)
    return { steps: [], fail: 'A new instance needs image_id or launch_template' };
  const move = { access, wait: wish.wait, seconds: wish.wait_timeout };
  const changes = kept.flatMap((instance) => {
    const change = changeOf(wish, instance, attributesOf(instance));
    return change ? [changeInstance({ access, instance, change })] : [];
  });
  const filters = wish.count === undefined ? filtersOfWish(wish) : undefined;
  const known = filters && { filters, ids: ids(found) };
  return {
    steps: [
      ...(surplus.length > 0 ? [moveInstances({ ...move, ...endOf(surplus) })] : []),
      ...changes,
      ...stepsTo(wish, access, kept),
      ...(launches.length > 0
        ? [startInstances({ ...move, spec: specOf(wish, seen.root), launches, known })]
        : []),
    ],
    warnings: warningsOf(wish, kept),
  };
}
