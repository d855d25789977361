// Keeps a role of IAM, with its policies and the instance profile of the same name. Policies are compared by what they
// say, not by how they are written.
import type { Plan } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import {
  bool,
  dict,
  int,
  json,
  list,
  oneOf,
  optional,
  str,
  type Parameters,
} from '../engine/module/kinds.ts';
import { askedOnce } from './shared/aws_api.ts';
import { isOwned, leftAlone, ownedParams } from './shared/aws_owned.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { narrowTagsRefused, tagChange, tagsOf } from './shared/aws_tags.ts';
import { deleteInstanceProfile, instanceProfiles, type InstanceProfile } from './shared/iam_profiles.ts';
import {
  changeRole,
  createRole,
  deleteRole,
  roles,
  samePolicy,
  type PolicyText,
  type Role,
  type RoleChange,
} from './shared/iam_roles.ts';

const params = {
  name: str({ aliases: ['role_name'] }),
  path: optional(str({ aliases: ['path_prefix', 'prefix'] }), '/'),
  state: optional(oneOf('present', 'absent'), 'present'),
  assume_role_policy_document: optional(json({ doc: 'Who may take the role on; a dict or JSON' })),
  description: optional(str()),
  max_session_duration: optional(int({ minimum: 3600, maximum: 43200, doc: 'Seconds' })),
  boundary: optional(str({ aliases: ['boundary_policy_arn'], doc: 'ARN of a policy; empty: none' })),
  managed_policies: optional(
    list(str(), { aliases: ['managed_policy'], doc: 'ARNs, or names of AWS’s own policies' }),
  ),
  purge_policies: optional(
    bool({ aliases: ['purge_policy', 'purge_managed_policies'], doc: 'Detach those that are not named' }),
    true,
  ),
  inline_policies: optional(dict({ doc: 'Documents of the role’s own, by name' })),
  purge_inline_policies: optional(bool({ doc: 'Remove own documents that are not named' }), true),
  create_instance_profile: optional(bool({ doc: 'Have an instance profile of the same name' }), true),
  delete_instance_profile: optional(bool({ doc: 'With absent: also profiles of other names' }), false),
  tags: optional(dict({ aliases: ['resource_tags'] })),
  purge_tags: optional(bool(), true),
  wait: optional(bool({ doc: 'Accepted: what needs a new role waits for it' }), true),
  wait_timeout: optional(int({ minimum: 1, doc: 'As wait' }), 120),
  ...ownedParams,
  ...awsParameters,
};

type Wish = Parameters<typeof params>;

/** AWS's own policies may be named without what all their ARNs begin with, in any partition but China's and GovCloud. */
function arnOf(policy: string): string {
  return policy.startsWith('arn:') || policy.includes(' ') ? policy : `arn:aws:iam::aws:policy/${policy}`;
}

function documentsOf({ inline_policies: given }: Wish): { readonly [name: string]: PolicyText } | undefined {
  if (!given) return undefined;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

function policyChange(
  wish: Wish,
  role: Pick<Role, 'managed_policies' | 'inline_policies'>,
): Pick<RoleChange, 'attach' | 'detach' | 'putPolicies' | 'deletePolicies'> {
  const wanted = wish.managed_policies?.map(arnOf);
  const attach = (wanted ?? []).filter((arn) => !role.managed_policies.includes(arn));
  const detach =
    wanted && wish.purge_policies ? role.managed_policies.filter((arn) => !wanted.includes(arn)) : [];
  const documents = documentsOf(wish);
  const put = Object.entries(documents ?? {}).filter(([name, text]) => {
    const found = role.inline_policies[name];
    return found === undefined || !samePolicy(found, text);
  });
  const extra =
    documents && wish.purge_inline_policies
      ? Object.keys(role.inline_policies).filter((name) => !(name in documents))
      : [];
  return {
    ...(attach.length > 0 ? { attach } : {}),
    ...(detach.length > 0 ? { detach } : {}),
    ...(put.length > 0 ? { putPolicies: Object.fromEntries(put) } : {}),
    ...(extra.length > 0 ? { deletePolicies: extra } : {}),
  };
}

/** A new profile has the role's tags; one that is there gets those by which it is known to be ours. */
function profileTags(wish: Wish, profile: InstanceProfile | undefined): Pick<RoleChange, 'profileTags'> {
  if (!wish.create_instance_profile) return {};
  const wanted = tagsOf(profile ? wish.only_tagged : wish.tags);
  const set = tagChange(profile?.tags ?? {}, wanted, false)?.set ?? {};
  return Object.keys(set).length > 0 ? { profileTags: set } : {};
}

function changeOf(wish: Wish, role: Role, profile: InstanceProfile | undefined): RoleChange {
  const { assume_role_policy_document: trust, description, max_session_duration: duration, boundary } = wish;
  const tags = tagChange(role.tags, tagsOf(wish.tags), wish.purge_tags);
  const lacksProfile =
    wish.create_instance_profile &&
    !role.instance_profiles.some((one) => one.instance_profile_name === wish.name);
  return {
    ...(trust === undefined || samePolicy(trust, role.assume_role_policy_document)
      ? {}
      : { assume_role_policy_document: trust }),
    ...(description === undefined || description === role.description ? {} : { description }),
    ...(duration === undefined || duration === role.max_session_duration
      ? {}
      : { max_session_duration: duration }),
    ...(boundary === undefined || boundary === role.permissions_boundary
      ? {}
      : { permissions_boundary: boundary }),
    ...policyChange(wish, role),
    ...(lacksProfile ? { profile: wish.name } : {}),
    ...profileTags(wish, profile),
    ...(tags ? { tags } : {}),
  };
}

function planPresent(wish: Wish, role: Role | undefined, profile: InstanceProfile | undefined): Plan {
  const { name, path, assume_role_policy_document: trust } = wish;
  const of = { access: accessOf(wish), name, path };
  const refused = narrowTagsRefused(tagsOf(wish.tags));
  if (refused !== undefined) return { steps: [], fail: refused };
  if (role) {
    const change = changeOf(wish, role, profile);
    return { steps: Object.keys(change).length > 0 ? [changeRole({ ...of, change })] : [] };
  }
  if (trust === undefined)
    return { steps: [], fail: `Role ${name} needs assume_role_policy_document to be made` };
  const change = {
    ...policyChange(wish, { managed_policies: [], inline_policies: {} }),
    ...(wish.create_instance_profile ? { profile: name } : {}),
    ...profileTags(wish, profile),
  };
  const made = {
    trust,
    description: wish.description ?? '',
    max_session_duration: wish.max_session_duration,
    permissions_boundary: wish.boundary === '' ? undefined : wish.boundary,
    tags: tagsOf(wish.tags) ?? {},
  };
  return { steps: [createRole({ ...of, ...made, change })] };
}

function isIn(role: Role | undefined, { instance_profile_name: name }: InstanceProfile): boolean {
  return role?.instance_profiles.some((one) => one.instance_profile_name === name) === true;
}

/** A profile of the role's name that holds nothing was left by a run that was cut. */
function planAbsent(wish: Wish, role: Role | undefined, profile: InstanceProfile | undefined): Plan {
  const access = accessOf(wish);
  const { name, path, delete_instance_profile: profiles } = wish;
  const isLeft = profile?.roles.length === 0 && (role !== undefined || profiles);
  return {
    steps: [
      ...(role ? [deleteRole({ access, name, path, role, profiles })] : []),
      ...(isLeft ? [deleteInstanceProfile({ access, name })] : []),
    ],
  };
}

interface Seen {
  readonly found: readonly Role[];
  /** The profile of the role's name. */
  readonly profiles: readonly InstanceProfile[];
}

export const iamRole = defineModule({
  name: 'iam_role',
  fullNames: ['amazon.aws.iam_role', 'community.aws.iam_role'],
  summary: 'Keep a role of IAM',
  reach: 'apis',
  params,
  returns: {
    iam_role: dict({ doc: 'arn, role_name, managed_policies, instance_profiles …; empty when absent' }),
  },
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    const access = accessOf(wish);
    const asksProfile = wish.state === 'absent' || wish.create_instance_profile;
    return askedOnce(seen, {
      found: roles.ask(access, { name: [wish.name] }),
      profiles: instanceProfiles.ask(access, { name: asksProfile ? [wish.name] : [] }),
    });
  },
  plan: (wish, { found: [role], profiles: [profile] }) => {
    const { name } = wish;
    if (role && !isOwned(wish, role.tags)) return leftAlone(wish, `Role ${name}`);
    if (profile && !isOwned(wish, profile.tags) && !isIn(role, profile))
      return leftAlone(wish, `Instance profile ${name}`);
    return wish.state === 'present' ? planPresent(wish, role, profile) : planAbsent(wish, role, profile);
  },
  result: (_wish, _before, _outcomes, { found: [role] }) => ({ iam_role: role ?? {} }),
});
