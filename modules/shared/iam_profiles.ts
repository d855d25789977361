// Instance profiles of IAM, by which instances take a role on. Each stands for itself: a run that was cut may leave one
// without its role.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { AwsFailure, isDuplicate } from '../../aws/failure.ts';
import { makeOnce } from '../../aws/once.ts';
import { unlessGone } from '../../aws/passing.ts';
import { changesTo, defineAwsChange, defineAwsType, pendingId, type Tags } from './aws_api.ts';
import { tagItems, tagsFrom } from './aws_tags.ts';
import { listedByName } from './iam_by_name.ts';

/** Named as in Ansible's results. */
export type InstanceProfile = Readonly<{
  instance_profile_name: string;
  arn: string;
  /** Names; one at most. */
  roles: readonly string[];
  tags: Tags;
}>;

export function newProfile(name: string, role: string, tags: Tags): InstanceProfile {
  return { instance_profile_name: name, arn: pendingId('instance profile', name), roles: [role], tags };
}

export async function readProfile(
  aws: Aws,
  InstanceProfileName: string,
  abortSignal: AbortSignal,
): Promise<InstanceProfile> {
  const { client, sdk } = await aws.iam();
  const command = new sdk.GetInstanceProfileCommand({ InstanceProfileName });
  const { InstanceProfile: found } = await client.send(command, { abortSignal });
  return {
    instance_profile_name: InstanceProfileName,
    arn: found?.Arn ?? '',
    roles: (found?.Roles ?? []).map(({ RoleName = '' }) => RoleName),
    tags: tagsFrom(found?.Tags),
  };
}

export const instanceProfiles = defineAwsType<InstanceProfile>({
  name: 'instance profile',
  list: listedByName(readProfile),
  fields: { name: ({ instance_profile_name }) => instance_profile_name },
});

async function rolesIn(aws: Aws, name: string, signal: AbortSignal): Promise<readonly string[]> {
  return (await readProfile(aws, name, signal)).roles;
}

export async function tagProfile(
  aws: Aws,
  InstanceProfileName: string,
  tags: Tags,
  abortSignal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.iam();
  const command = new sdk.TagInstanceProfileCommand({ InstanceProfileName, Tags: tagItems(tags) });
  await client.send(command, { abortSignal });
}

/** Makes the profile where it is not there, and puts the role into it: it takes one. */
export async function putIntoProfile(
  aws: Aws,
  RoleName: string,
  InstanceProfileName: string,
  path: string,
  tags: Tags,
  abortSignal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.iam();
  const Tags = tagItems(tags);
  const create = new sdk.CreateInstanceProfileCommand({
    InstanceProfileName,
    Path: path,
    ...(Tags.length > 0 ? { Tags } : {}),
  });
  await client.send(create, { abortSignal }).catch(async (error: unknown) => {
    // Left by a run that ended between the two calls.
    if (!isDuplicate(error)) throw error;
    if (Tags.length > 0) await tagProfile(aws, InstanceProfileName, tags, abortSignal);
  });
  const there = await rolesIn(aws, InstanceProfileName, abortSignal);
  for (const other of there.filter((one) => one !== RoleName))
    await client.send(
      new sdk.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: other }),
      { abortSignal },
    );
  if (there.includes(RoleName)) return;
  const once = await aws.iam('once');
  const add = new once.sdk.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName });
  const isIn = async (): Promise<true | undefined> =>
    (await rolesIn(aws, InstanceProfileName, abortSignal)).includes(RoleName) || undefined;
  await makeOnce(
    async () => {
      await once.client.send(add, { abortSignal });
      return true;
    },
    isIn,
    abortSignal,
  ).catch(async (error: unknown) => {
    // A profile holds one role: another run may have put this one into it since it was looked at.
    if (!isLimit(error) || (await isIn()) !== true) throw error;
  });
}

function isLimit(error: unknown): boolean {
  return error instanceof AwsFailure && error.code === 'LimitExceeded';
}

interface OfProfile {
  readonly access: AwsAccess;
  readonly name: string;
}

/** One that holds no role any more. */
export const deleteInstanceProfile = defineAwsChange({
  name: 'delete instance profile',
  describe: ({ name }: OfProfile) => `delete instance profile ${name}`,
  act: async ({ name }, aws, abortSignal) => {
    const { client, sdk } = await aws.iam();
    const command = new sdk.DeleteInstanceProfileCommand({ InstanceProfileName: name });
    await unlessGone(() => client.send(command, { abortSignal }));
  },
  effects: [
    changesTo(instanceProfiles, ({ name }: OfProfile, found) =>
      found.filter((one) => one.instance_profile_name !== name),
    ),
  ],
});
