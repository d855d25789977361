// Tags and attributes of load balancers and target groups, which have calls of their own for them.
import type { Aws } from '../../aws/clients.ts';
import { isDuplicate } from '../../aws/failure.ts';
import { makeOnce } from '../../aws/once.ts';
import { ifThere } from '../../aws/passing.ts';
import type { Tags } from './aws_api.ts';
import { tagItems, tagsFrom, type TagChange } from './aws_tags.ts';

/** By ARN. AWS takes at most 20 a call. */
const atOnce = 20;

export async function elbTags(
  aws: Aws,
  arns: readonly string[],
  abortSignal: AbortSignal,
): Promise<ReadonlyMap<string, Tags>> {
  const { client, sdk } = await aws.elb();
  const found = new Map<string, Tags>();
  const ask = async (ResourceArns: string[]): Promise<void> => {
    const command = new sdk.DescribeTagsCommand({ ResourceArns });
    const reply = await ifThere(() => client.send(command, { abortSignal }));
    for (const { ResourceArn = '', Tags = [] } of reply?.TagDescriptions ?? [])
      found.set(ResourceArn, tagsFrom(Tags));
    // AWS refuses the whole question when one of them went meanwhile.
    if (!reply && ResourceArns.length > 1) for (const one of ResourceArns) await ask([one]);
  };
  for (let from = 0; from < arns.length; from += atOnce) await ask(arns.slice(from, from + atOnce));
  return found;
}

export async function changeElbTags(
  aws: Aws,
  arn: string,
  { set, remove }: TagChange,
  abortSignal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.elb();
  if (remove.length > 0)
    await client.send(new sdk.RemoveTagsCommand({ ResourceArns: [arn], TagKeys: [...remove] }), {
      abortSignal,
    });
  if (Object.keys(set).length > 0)
    await client.send(new sdk.AddTagsCommand({ ResourceArns: [arn], Tags: tagItems(set) }), { abortSignal });
}

/** Attributes as AWS names them: `load_balancing.cross_zone.enabled`. */
export type Attributes = { readonly [name: string]: string };

export function attributesFrom(
  items: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Attributes {
  return tagsFrom(items);
}

/** Those that differ; what AWS does not tell has the value that nobody set. */
export function attributeChange(found: Attributes, wanted: Attributes): Attributes | undefined {
  const differing = Object.entries(wanted).filter(([name, value]) => found[name] !== value);
  return differing.length > 0 ? Object.fromEntries(differing) : undefined;
}

/** Only what is wished, as AWS writes values. */
export function attributesOf(wished: { readonly [name: string]: boolean | number | undefined }): Attributes {
  return Object.fromEntries(
    Object.entries(wished).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/**
 * Makes a thing of a name that AWS has once. What another run made under it in the meantime is the one that was wished,
 * if it has the tags that were wished.
 */
export async function makeNamed(
  aws: Aws,
  tags: Tags,
  make: () => Promise<string>,
  find: () => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<string> {
  const made = async (): Promise<string> => {
    try {
      return await make();
    } catch (error) {
      const other = isDuplicate(error) ? await find() : undefined;
      if (other === undefined) throw error;
      const has = (await elbTags(aws, [other], signal)).get(other) ?? {};
      if (!Object.entries(tags).every(([key, value]) => has[key] === value)) throw error;
      return other;
    }
  };
  return makeOnce(made, find, signal);
}
