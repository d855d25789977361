// Tags of AWS's things: read, compared and changed alike for all that EC2 keeps.
import type { Aws } from '../../aws/clients.ts';
import type { Data } from '../../engine/module/contract.ts';
import { askedFor, type Filters, type Tags } from './aws_api.ts';

interface TagItem {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export function tagsFrom(items: readonly TagItem[] | undefined): Tags {
  return Object.fromEntries((items ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

export function tagItems(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** The part of a call that makes a thing with its tags; AWS refuses an empty one. */
export function taggedAs<Type extends string>(
  ResourceType: Type,
  tags: Tags,
): { TagSpecifications?: { ResourceType: Type; Tags: { Key: string; Value: string }[] }[] } {
  const Tags = tagItems(tags);
  return Tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType, Tags }] };
}

/** Tags as a playbook gives them: booleans as Python prints them, lists and dicts as JSON. */
export function tagsOf(given: { readonly [key: string]: Data } | undefined): Tags | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, tagText(value)]));
}

function tagText(value: Data): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Load balancing and IAM take fewer characters in tags than EC2. Source: their API references, Tag. */
const narrow = /^[\p{L}\p{Z}\p{N}_.:/=+@-]*$/u;
const [longestKey, longestValue] = [128, 256];

/** Why these services would refuse the tags; undefined when they take them. */
export function narrowTagsRefused(tags: Tags | undefined): string | undefined {
  for (const [key, value] of Object.entries(tags ?? {})) {
    if (!narrow.test(key) || !narrow.test(value))
      return `Tag ${key}=${value}: load balancers and roles take letters, digits, spaces and _.:/=+-@ only`;
    if (key.length > longestKey || value.length > longestValue)
      return `Tag ${key}: AWS takes ${longestKey} characters of a key and ${longestValue} of a value`;
  }
  return undefined;
}

/** The wished tags with the name that a module's `name` gives. */
export function namedTags(name: string | undefined, given: Tags | undefined): Tags | undefined {
  return name === undefined ? given : { Name: name, ...given };
}

export interface TagChange {
  readonly set: Tags;
  readonly remove: readonly string[];
}

/** Tags in which modules note what else they need to find their things again; no wish of a playbook names them. */
export const markPrefix = 'hardway:';

/** On a thing that waits for its place: the id of what it was made for. Found by it after a run that was killed. */
export const madeFor = `${markPrefix}for`;

/**
 * What differs. With `purge` others go, but for the name where none is wished, our marks, and `aws:` tags, AWS's own.
 * Without a wish all stay as they are.
 */
export function tagChange(found: Tags, wanted: Tags | undefined, purge: boolean): TagChange | undefined {
  if (wanted === undefined) return undefined;
  const set = Object.fromEntries(Object.entries(wanted).filter(([key, value]) => found[key] !== value));
  const remove = purge
    ? Object.keys(found).filter((key) => !(key in wanted) && key !== 'Name' && !isKept(key))
    : [];
  return Object.keys(set).length + remove.length > 0 ? { set, remove } : undefined;
}

function isKept(key: string): boolean {
  return key.startsWith('aws:') || key.startsWith(markPrefix);
}

export function withTagChange(found: Tags, { set, remove }: TagChange): Tags {
  const kept = Object.entries(found).filter(([key]) => !remove.includes(key));
  return { ...Object.fromEntries(kept), ...set };
}

/** The thing is in its place. */
export const unmark: TagChange = { set: {}, remove: [madeFor] };

/** Changes the tags of anything that EC2 knows by an id. */
export async function changeEc2Tags(
  aws: Aws,
  id: string,
  change: TagChange,
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.ec2();
  const options = { abortSignal: signal };
  if (change.remove.length > 0)
    await client.send(
      new sdk.DeleteTagsCommand({ Resources: [id], Tags: change.remove.map((Key) => ({ Key })) }),
      options,
    );
  if (Object.keys(change.set).length > 0)
    await client.send(new sdk.CreateTagsCommand({ Resources: [id], Tags: tagItems(change.set) }), options);
}

/** The form that the SDK takes. */
export function filterItems(filters: Filters): { Name: string; Values: string[] }[] {
  return Object.entries(filters).map(([Name, values]) => ({ Name, Values: values.map(askedFor) }));
}
