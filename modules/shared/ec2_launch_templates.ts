// Launch templates with their newest and default versions.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { isDuplicate, isNotFound } from '../../aws/failure.ts';
import { makeOnce } from '../../aws/once.ts';
import type { ResponseLaunchTemplateData } from '../../aws/sdk/ec2.ts';
import { changesTo, defineAwsChange, defineAwsType, pendingId, type Tags } from './aws_api.ts';
import { changeEc2Tags, tagItems, tagsFrom, withTagChange, type TagChange } from './aws_tags.ts';

/** Named as in Ansible's results. */
export type LaunchTemplate = Readonly<{
  launch_template_id: string;
  launch_template_name: string;
  default_version_number: number;
  latest_version_number: number;
  /** Of the newest version, by the API's names. */
  latest: TemplateData;
  tags: Tags;
}>;

/** What a version says, by the API's names; nested as there. */
export type TemplateData = { readonly [name: string]: TemplateValue };
type TemplateValue = string | number | boolean | null | readonly TemplateValue[] | TemplateData;

/** The SDK's data as plain data without names that have no value. */
export function plain(data: object): TemplateData {
  return JSON.parse(JSON.stringify(data)) as TemplateData;
}

const isList = (value: TemplateValue | undefined): value is readonly TemplateValue[] => Array.isArray(value);

function isData(value: TemplateValue | undefined): value is TemplateData {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** Whether what is wished is there; AWS adds names of its own to what it was given (State, defaults). */
function holds(found: TemplateValue | undefined, wanted: TemplateValue): boolean {
  if (isList(wanted))
    return (
      isList(found) &&
      found.length === wanted.length &&
      wanted.every((one, index) => holds(found[index], one))
    );
  if (isData(wanted))
    return isData(found) && Object.entries(wanted).every(([name, value]) => holds(found[name], value));
  // Numbers and booleans may come back as text.
  if (found === undefined || isList(found) || isData(found)) return false;
  const [one, other] = [String(found), String(wanted)];
  // Prices come back with more digits: 0.041800.
  return one === other || (decimal.test(one) && decimal.test(other) && Number(one) === Number(other));
}

const decimal = /^\d+\.\d+$/;

/** A version says the same when it holds all that is wished and names nothing besides at the top. */
export function saysTheSame(found: TemplateData, wanted: TemplateData): boolean {
  const isSaid = (value: TemplateValue | undefined): boolean => !isList(value) || value.length > 0;
  const others = Object.keys(found).filter((name) => !(name in wanted) && isSaid(found[name]));
  return others.length === 0 && holds(found, wanted);
}

const base64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Ansible takes base64 only. Scripts and cloud configurations hold blanks or `#`, which base64 never does. */
export function encoded(text: string): string {
  return base64.test(text) ? text : Buffer.from(text).toString('base64');
}

/** Endpoints that are not AWS tell user data decoded, and the template's own tags among those of instances. */
function comparable(data: ResponseLaunchTemplateData): TemplateData {
  const { UserData, TagSpecifications: tags = [], ...others } = data;
  return plain({
    ...others,
    ...(UserData === undefined ? {} : { UserData: encoded(UserData) }),
    TagSpecifications: tags.filter(({ ResourceType }) => ResourceType !== 'launch-template'),
  });
}

async function latestOf(aws: Aws, LaunchTemplateId: string, abortSignal: AbortSignal): Promise<TemplateData> {
  const { client, sdk } = await aws.ec2();
  const command = new sdk.DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['$Latest'] });
  const { LaunchTemplateVersions: [version] = [] } = await client.send(command, { abortSignal });
  return comparable(version?.LaunchTemplateData ?? {});
}

export const launchTemplates = defineAwsType<LaunchTemplate>({
  name: 'launch template',
  list: async (aws, { name, id }, abortSignal) => {
    const { client, sdk } = await aws.ec2();
    const input = {
      ...(name ? { LaunchTemplateNames: [...name] } : {}),
      ...(id ? { LaunchTemplateIds: [...id] } : {}),
    };
    const found: LaunchTemplate[] = [];
    try {
      for await (const page of sdk.paginateDescribeLaunchTemplates({ client }, input, { abortSignal }))
        for (const one of page.LaunchTemplates ?? [])
          found.push({
            launch_template_id: one.LaunchTemplateId ?? '',
            launch_template_name: one.LaunchTemplateName ?? '',
            default_version_number: one.DefaultVersionNumber ?? 0,
            latest_version_number: one.LatestVersionNumber ?? 0,
            latest: await latestOf(aws, one.LaunchTemplateId ?? '', abortSignal),
            tags: tagsFrom(one.Tags),
          });
    } catch (error) {
      // InvalidLaunchTemplateName.NotFoundException and InvalidLaunchTemplateId.NotFound.
      if (!isNotFound(error)) throw error;
    }
    return found;
  },
  fields: {
    name: ({ launch_template_name }) => launch_template_name,
    id: ({ launch_template_id }) => launch_template_id,
  },
});

export interface TemplateChange {
  /** A new version. */
  readonly data?: TemplateData;
  readonly description?: string;
  /** Which is used where none is named. */
  readonly default_version?: number;
  readonly tags?: TagChange;
}

interface Creation {
  readonly access: AwsAccess;
  readonly name: string;
  readonly data: TemplateData;
  readonly description: string;
  readonly tags: Tags;
}

/** Gives the id. */
export const createLaunchTemplate = defineAwsChange({
  name: 'create launch template',
  describe: ({ name }: Creation) => `create launch template ${name}`,
  act: async ({ name, data, description, tags }, aws, signal) => {
    const { client, sdk } = await aws.ec2('once');
    const tagged = tagItems(tags);
    const command = new sdk.CreateLaunchTemplateCommand({
      LaunchTemplateName: name,
      LaunchTemplateData: data,
      ...(description === '' ? {} : { VersionDescription: description }),
      ...(tagged.length > 0
        ? { TagSpecifications: [{ ResourceType: 'launch-template', Tags: tagged }] }
        : {}),
    });
    const find = async (): Promise<string | undefined> =>
      (await launchTemplates.type.list(aws, { name: [name] }, signal))[0]?.launch_template_id;
    return makeOnce(
      async () => {
        try {
          const { LaunchTemplate } = await client.send(command, { abortSignal: signal });
          return LaunchTemplate?.LaunchTemplateId ?? '';
        } catch (error) {
          // Made by another run since it was looked: its difference is found by the next one.
          const made = isDuplicate(error) ? await find() : undefined;
          if (made === undefined) throw error;
          return made;
        }
      },
      find,
      signal,
    );
  },
  effects: [
    changesTo(launchTemplates, ({ name, data, tags }: Creation, found, id?: string) => [
      ...found,
      {
        launch_template_id: id ?? pendingId('launch template', name),
        launch_template_name: name,
        default_version_number: 1,
        latest_version_number: 1,
        latest: data,
        tags,
      },
    ]),
  ],
});

interface OfTemplate {
  readonly access: AwsAccess;
  readonly id: string;
  readonly name: string;
}
type Changing = OfTemplate & { readonly latest: number; readonly change: TemplateChange };

export const changeLaunchTemplate = defineAwsChange({
  name: 'change launch template',
  describe: ({ name, change }: Changing) =>
    change.data ? `make a new version of launch template ${name}` : `change launch template ${name}`,
  act: async ({ id: LaunchTemplateId, latest, change }, aws, signal) => {
    const { client, sdk } = await aws.ec2();
    const { data, description = '' } = change;
    if (data) {
      const once = await aws.ec2('once');
      const command = new once.sdk.CreateLaunchTemplateVersionCommand({
        LaunchTemplateId,
        LaunchTemplateData: data,
        ...(description === '' ? {} : { VersionDescription: description }),
      });
      await makeOnce(
        async () => {
          await once.client.send(command, { abortSignal: signal });
          return true;
        },
        async () => {
          const [now] = await launchTemplates.type.list(aws, { id: [LaunchTemplateId] }, signal);
          const isMade = now && now.latest_version_number > latest && saysTheSame(now.latest, data);
          return isMade ? true : undefined;
        },
        signal,
      );
    }
    if (change.default_version !== undefined)
      await client.send(
        new sdk.ModifyLaunchTemplateCommand({
          LaunchTemplateId,
          DefaultVersion: String(change.default_version),
        }),
        { abortSignal: signal },
      );
    if (change.tags) await changeEc2Tags(aws, LaunchTemplateId, change.tags, signal);
  },
  effects: [
    changesTo(launchTemplates, ({ id, latest, change }: Changing, found) =>
      found.map((one) =>
        one.launch_template_id === id
          ? {
              ...one,
              latest: change.data ?? one.latest,
              latest_version_number: change.data ? latest + 1 : one.latest_version_number,
              default_version_number: change.default_version ?? one.default_version_number,
              tags: change.tags ? withTagChange(one.tags, change.tags) : one.tags,
            }
          : one,
      ),
    ),
  ],
});

export const deleteLaunchTemplate = defineAwsChange({
  name: 'delete launch template',
  describe: ({ name }: OfTemplate) => `delete launch template ${name}`,
  act: async ({ id }, aws, signal) => {
    const { client, sdk } = await aws.ec2();
    const command = new sdk.DeleteLaunchTemplateCommand({ LaunchTemplateId: id });
    await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  },
  effects: [
    changesTo(launchTemplates, ({ id }: OfTemplate, found) =>
      found.filter((one) => one.launch_template_id !== id),
    ),
  ],
});
