// The instances of one account and region: from the cache while it holds, else asked of EC2.
import { AwsFailure } from '../../aws/failure.ts';
import { eachInstance } from '../../aws/instances.ts';
import { type AwsRecord, awsText } from '../../aws/xml_values.ts';
import { parseJson } from '../../engine/document/json.ts';
import { type CacheKey, readCache, writeCache } from './cache.ts';
import type { AwsEc2Options } from './options.ts';
import type { Place } from './places.ts';
import { addRoute53Names, readRoute53, type Route53Names } from './route53.ts';
import { addSsmInventory } from './ssm.ts';

export interface Found {
  readonly place: Place;
  readonly instances: readonly AwsRecord[];
  /** How many exclude_filters took away. */
  readonly excluded: number;
  readonly isFromCache: boolean;
  /** AWS does not let us ask there. */
  readonly refused?: AwsFailure;
  readonly failed?: AwsFailure;
  /** What went well but not as wished. */
  readonly warning?: string;
}

export const instanceId = (instance: AwsRecord): string => awsText(instance.get('instance_id'));

const refusals = /^(?:Client\.)?(?:UnauthorizedOperation|AccessDenied(?:Exception)?)$/;

/** Names of an account are asked once for all its regions. */
export type Route53Memo = Map<string, Promise<Route53Names>>;

async function query(
  { aws, access }: Place,
  options: AwsEc2Options,
  memo: Route53Memo,
): Promise<{ readonly instances: readonly AwsRecord[]; readonly excluded: number }> {
  const found = new Map<string, AwsRecord>();
  for (const filters of options.include)
    await eachInstance(aws, filters, (page) => {
      for (const instance of page) found.set(instanceId(instance), instance);
    });
  const before = found.size;
  for (const filters of found.size > 0 ? options.exclude : [])
    await eachInstance(aws, filters, (page) => {
      for (const instance of page) found.delete(instanceId(instance));
    });
  const instances = [...found.values()];
  if (options.useSsm && instances.length > 0) await addSsmInventory(aws, instances);
  if (options.route53 && instances.length > 0) {
    const account = JSON.stringify([access.profile, access.accessKey, access.roleArn, access.endpointUrl]);
    const names = memo.get(account) ?? readRoute53(aws, options.route53.excludedZones);
    memo.set(account, names);
    addRoute53Names(await names, instances);
  }
  return { instances, excluded: before - found.size };
}

function parseRecord(line: string): AwsRecord | undefined {
  const parsed = parseJson(line);
  return 'value' in parsed && parsed.value instanceof Map ? (parsed.value as AwsRecord) : undefined;
}

export async function ask(place: Place, options: AwsEc2Options, memo: Route53Memo): Promise<Found> {
  const { include, exclude, useSsm, route53, cache } = options;
  const asked = [include, exclude].map((list) => list.map((filters) => [...filters]));
  const key: CacheKey = {
    access: place.access,
    region: place.region,
    question: [...asked, useSsm, route53?.excludedZones ?? false],
  };
  const kept = cache && readCache(cache, key, parseRecord);
  if (kept) return { place, instances: kept, excluded: 0, isFromCache: true };
  const askedAt = new Date();
  try {
    const { instances, excluded } = await query(place, options, memo);
    // That nothing is there is never kept: it is soon told, and seldom what people want to hear again.
    const why = cache && instances.length > 0 ? writeCache(cache, key, instances, askedAt) : undefined;
    const warning =
      why === undefined ? {} : { warning: `The cache in ${cache?.folder ?? ''} cannot be written: ${why}` };
    return { place, instances, excluded, isFromCache: false, ...warning };
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    const isRefused = refusals.test(error.code) && !options.isStrict;
    const problem = isRefused ? { refused: error } : { failed: error };
    return { place, instances: [], excluded: 0, isFromCache: false, ...problem };
  }
}
