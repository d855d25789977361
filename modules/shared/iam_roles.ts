// Roles of IAM with their policies, and the instance profile by which instances take one on.
import { isDeepStrictEqual } from 'node:util';
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { isDuplicate, isNotFound } from '../../aws/failure.ts';
import { changesTo, defineAwsChange, defineAwsType, pendingId, type Tags } from './aws_api.ts';
import { given } from './aws_given.ts';
import { tagItems, tagsFrom, withTagChange, type TagChange } from './aws_tags.ts';
import { listedByName } from './iam_by_name.ts';
import { instanceProfiles, newProfile, putIntoProfile, tagProfile } from './iam_profiles.ts';

/** JSON text; equal when its content is. */
export type PolicyText = string;

/** Named as in Ansible's results. */
export type Role = Readonly<{
  role_name: string;
  role_id: string;
  arn: string;
  path: string;
  description: string;
  max_session_duration: number;
  create_date: string;
  permissions_boundary: string;
  assume_role_policy_document: PolicyText;
  /** ARNs. */
  managed_policies: readonly string[];
  inline_policies: { readonly [name: string]: PolicyText };
  instance_profiles: readonly Readonly<{ instance_profile_name: string; arn: string }>[];
  tags: Tags;
}>;

function withoutOrder(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(withoutOrder);
    // A list of one is the same as its item for IAM, and the order of the others means nothing.
    return items.length === 1 ? items[0] : items.map((one) => JSON.stringify(one)).sort();
  }
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutOrder(item)]));
}

/** Whether two policies say the same: spaces, order of names and lists, and lists of one do not matter. */
export function samePolicy(one: PolicyText, other: PolicyText): boolean {
  try {
    return isDeepStrictEqual(withoutOrder(JSON.parse(one)), withoutOrder(JSON.parse(other)));
  } catch {
    return one === other;
  }
}

/** IAM gives documents in the form of URLs. */
function document(text: string | undefined): PolicyText {
  return decodeURIComponent(text ?? '{}');
}

async function inlineOf(
  aws: Aws,
  RoleName: string,
  abortSignal: AbortSignal,
): Promise<Role['inline_policies']> {
  const { client, sdk } = await aws.iam();
  const found: Record<string, PolicyText> = {};
  for await (const { PolicyNames = [] } of sdk.paginateListRolePolicies(
    { client },
    { RoleName },
    { abortSignal },
  ))
    for (const PolicyName of PolicyNames) {
      const command = new sdk.GetRolePolicyCommand({ RoleName, PolicyName });
      found[PolicyName] = document((await client.send(command, { abortSignal })).PolicyDocument);
    }
  return found;
}

async function readRole(aws: Aws, RoleName: string, abortSignal: AbortSignal): Promise<Role> {
  const { client, sdk } = await aws.iam();
  const { Role: role } = await client.send(new sdk.GetRoleCommand({ RoleName }), { abortSignal });
  const managed: string[] = [];
  for await (const page of sdk.paginateListAttachedRolePolicies({ client }, { RoleName }, { abortSignal }))
    managed.push(...(page.AttachedPolicies ?? []).map(({ PolicyArn = '' }) => PolicyArn));
  const profiles: Role['instance_profiles'][number][] = [];
  for await (const page of sdk.paginateListInstanceProfilesForRole({ client }, { RoleName }, { abortSignal }))
    for (const { InstanceProfileName = '', Arn = '' } of page.InstanceProfiles ?? [])
      profiles.push({ instance_profile_name: InstanceProfileName, arn: Arn });
  return {
    role_name: role?.RoleName ?? '',
    role_id: role?.RoleId ?? '',
    arn: role?.Arn ?? '',
    path: role?.Path ?? '/',
    description: role?.Description ?? '',
    max_session_duration: role?.MaxSessionDuration ?? 3600,
    create_date: role?.CreateDate?.toISOString() ?? '',
    permissions_boundary: role?.PermissionsBoundary?.PermissionsBoundaryArn ?? '',
    assume_role_policy_document: document(role?.AssumeRolePolicyDocument),
    managed_policies: managed.sort(),
    inline_policies: await inlineOf(aws, RoleName, abortSignal),
    instance_profiles: profiles,
    tags: tagsFrom(role?.Tags),
  };
}

export const roles = defineAwsType<Role>({
  name: 'iam role',
  list: listedByName(readRole),
  fields: { name: ({ role_name }) => role_name },
});

export interface RoleChange {
  readonly assume_role_policy_document?: PolicyText;
  readonly description?: string;
  readonly max_session_duration?: number;
  /** Empty: none any more. */
  readonly permissions_boundary?: string;
  readonly attach?: readonly string[];
  readonly detach?: readonly string[];
  readonly putPolicies?: { readonly [name: string]: PolicyText };
  readonly deletePolicies?: readonly string[];
  /** Name of a profile that is to hold the role. */
  readonly profile?: string;
  /** Of the profile of the role's name; a new one is made with them. */
  readonly profileTags?: Tags;
  readonly tags?: TagChange;
}

async function changePolicies(
  aws: Aws,
  RoleName: string,
  { attach = [], detach = [], putPolicies = {}, deletePolicies = [] }: RoleChange,
  abortSignal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.iam();
  const options = { abortSignal };
  // What is to go may have gone with a call whose reply was lost.
  const gone = (error: unknown): void => {
    if (!isNotFound(error)) throw error;
  };
  for (const PolicyArn of attach)
    await client.send(new sdk.AttachRolePolicyCommand({ RoleName, PolicyArn }), options);
  for (const PolicyArn of detach)
    await client.send(new sdk.DetachRolePolicyCommand({ RoleName, PolicyArn }), options).catch(gone);
  for (const [PolicyName, PolicyDocument] of Object.entries(putPolicies))
    await client.send(new sdk.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }), options);
  for (const PolicyName of deletePolicies)
    await client.send(new sdk.DeleteRolePolicyCommand({ RoleName, PolicyName }), options).catch(gone);
}

async function changeNow(
  aws: Aws,
  RoleName: string,
  path: string,
  change: RoleChange,
  abortSignal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.iam();
  const options = { abortSignal };
  const { assume_role_policy_document: trust, permissions_boundary: boundary, tags } = change;
  if (trust !== undefined)
    await client.send(new sdk.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust }), options);
  if (change.description !== undefined || change.max_session_duration !== undefined)
    await client.send(
      new sdk.UpdateRoleCommand({
        RoleName,
        ...given({ Description: change.description, MaxSessionDuration: change.max_session_duration }),
      }),
      options,
    );
  if (boundary === '') await client.send(new sdk.DeleteRolePermissionsBoundaryCommand({ RoleName }), options);
  else if (boundary !== undefined)
    await client.send(
      new sdk.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: boundary }),
      options,
    );
  await changePolicies(aws, RoleName, change, abortSignal);
  if (tags && tags.remove.length > 0)
    await client.send(new sdk.UntagRoleCommand({ RoleName, TagKeys: [...tags.remove] }), options);
  if (tags && Object.keys(tags.set).length > 0)
    await client.send(new sdk.TagRoleCommand({ RoleName, Tags: tagItems(tags.set) }), options);
  const { profile, profileTags = {} } = change;
  if (profile !== undefined) await putIntoProfile(aws, RoleName, profile, path, profileTags, abortSignal);
  else if (change.profileTags) await tagProfile(aws, RoleName, profileTags, abortSignal);
}

function withChange(role: Role, change: RoleChange): Role {
  const { attach = [], detach = [], putPolicies = {}, deletePolicies = [], profile } = change;
  const inline = Object.entries({ ...role.inline_policies, ...putPolicies });
  const hasProfile = role.instance_profiles.some((one) => one.instance_profile_name === profile);
  return {
    ...role,
    assume_role_policy_document: change.assume_role_policy_document ?? role.assume_role_policy_document,
    description: change.description ?? role.description,
    max_session_duration: change.max_session_duration ?? role.max_session_duration,
    permissions_boundary: change.permissions_boundary ?? role.permissions_boundary,
    managed_policies: [...role.managed_policies.filter((arn) => !detach.includes(arn)), ...attach].sort(),
    inline_policies: Object.fromEntries(inline.filter(([name]) => !deletePolicies.includes(name))),
    instance_profiles:
      profile === undefined || hasProfile
        ? role.instance_profiles
        : [
            ...role.instance_profiles,
            { instance_profile_name: profile, arn: pendingId('instance profile', profile) },
          ],
    tags: change.tags ? withTagChange(role.tags, change.tags) : role.tags,
  };
}

interface OfRole {
  readonly access: AwsAccess;
  readonly name: string;
  readonly path: string;
}

type Creation = OfRole & {
  readonly trust: PolicyText;
  readonly description: string;
  readonly max_session_duration: number | undefined;
  readonly permissions_boundary: string | undefined;
  readonly tags: Tags;
  /** What is set as soon as it is there. */
  readonly change: RoleChange;
};

/** What a change of a role does to the profile of its name. */
const profileEffect = changesTo(
  instanceProfiles,
  ({ name, change: { profile, profileTags = {} } }: OfRole & { readonly change: RoleChange }, found) => {
    if (found.some((one) => one.instance_profile_name === name))
      return found.map((one) =>
        one.instance_profile_name === name ? { ...one, tags: { ...one.tags, ...profileTags } } : one,
      );
    return profile === undefined ? found : [...found, newProfile(profile, name, profileTags)];
  },
);

/** Gives the role that was made. IAM has one role of a name: to make it twice is refused, which is no failure. */
export const createRole = defineAwsChange({
  name: 'create iam role',
  describe: ({ name }: Creation) => `create role ${name}`,
  act: async ({ name, path, trust, change, tags, ...rest }, aws, signal) => {
    const { client, sdk } = await aws.iam();
    const command = new sdk.CreateRoleCommand({
      RoleName: name,
      Path: path,
      AssumeRolePolicyDocument: trust,
      ...given({
        Description: rest.description === '' ? undefined : rest.description,
        MaxSessionDuration: rest.max_session_duration,
        PermissionsBoundary: rest.permissions_boundary,
        Tags: Object.keys(tags).length > 0 ? tagItems(tags) : undefined,
      }),
    });
    await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
    });
    await changeNow(aws, name, path, change, signal);
    return readRole(aws, name, signal);
  },
  effects: [
    changesTo(roles, (wish: Creation, found, made?: Role) => {
      const empty: Role = {
        role_name: wish.name,
        role_id: pendingId('id of role', wish.name),
        arn: pendingId('role', wish.name),
        path: wish.path,
        description: wish.description,
        max_session_duration: wish.max_session_duration ?? 3600,
        create_date: '',
        permissions_boundary: wish.permissions_boundary ?? '',
        assume_role_policy_document: wish.trust,
        managed_policies: [],
        inline_policies: {},
        instance_profiles: [],
        tags: wish.tags,
      };
      return [...found, made ?? withChange(empty, wish.change)];
    }),
    profileEffect,
  ],
});

/** Gives the role after the change. */
export const changeRole = defineAwsChange({
  name: 'change iam role',
  describe: ({ name, change }: OfRole & { readonly change: RoleChange }) =>
    `change ${Object.keys(change).join(', ')} of role ${name}`,
  act: async ({ name, path, change }, aws, signal) => {
    await changeNow(aws, name, path, change, signal);
    return readRole(aws, name, signal);
  },
  effects: [
    changesTo(roles, ({ name, change }: OfRole & { readonly change: RoleChange }, found, now?: Role) =>
      found.map((one) => (one.role_name === name ? (now ?? withChange(one, change)) : one)),
    ),
    profileEffect,
  ],
});

type Deletion = OfRole & { readonly role: Role; readonly profiles: boolean };

export const deleteRole = defineAwsChange({
  name: 'delete iam role',
  describe: ({ name }: Deletion) => `delete role ${name}`,
  act: async ({ name: RoleName, role, profiles }, aws, abortSignal) => {
    const { client, sdk } = await aws.iam();
    const gone = (error: unknown): void => {
      if (!isNotFound(error)) throw error;
    };
    for (const { instance_profile_name: InstanceProfileName } of role.instance_profiles) {
      await client
        .send(new sdk.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }), {
          abortSignal,
        })
        .catch(gone);
      // One of the role's own name was made with it; others go only where that is wished.
      if (profiles || InstanceProfileName === RoleName)
        await client
          .send(new sdk.DeleteInstanceProfileCommand({ InstanceProfileName }), { abortSignal })
          .catch(gone);
    }
    const all = { detach: role.managed_policies, deletePolicies: Object.keys(role.inline_policies) };
    await changePolicies(aws, RoleName, all, abortSignal);
    await client.send(new sdk.DeleteRoleCommand({ RoleName }), { abortSignal }).catch(gone);
  },
  effects: [
    changesTo(roles, ({ name }: Deletion, found) => found.filter((one) => one.role_name !== name)),
    changesTo(instanceProfiles, ({ role, name, profiles }: Deletion, found) =>
      found.filter(
        ({ instance_profile_name: profile }) =>
          !role.instance_profiles.some((one) => one.instance_profile_name === profile) ||
          (profile !== name && !profiles),
      ),
    ),
  ],
});
