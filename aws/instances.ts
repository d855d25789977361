// Instances of EC2 as plain values, read page by page while a page arrives. Ten thousand of them make replies of thirty
// megabytes: only what is asked for stays.
import { setFlagsFromString } from 'node:v8';
import type { Aws } from './clients.ts';
import { textPlan, type XmlPlan, xmlPlanOf } from './xml_plan.ts';
import { type AwsRecord, awsText, type AwsValue, XmlValues } from './xml_values.ts';

/** All names must fit, and one of the values of each. */
export type InstanceFilters = ReadonlyMap<string, readonly string[]>;

const pageSize = 1000;

/**
 * V8 lets its heap grow severalfold before it looks for what is free, and a page after a page makes much of that. It
 * reads this figure at each collection: ten thousand instances took 204 to 258 MB without it, 201 to 211 MB with it, and a
 * tenth more time.
 */
const heapGrowth = '--heap-growing-percent=30';

/** Of a reply without any: the SDK is left nothing to read but the token. */
function restOfReply(token: string): string {
  const escaped = token.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<DescribeInstancesResponse><reservationSet/><nextToken>${escaped}</nextToken></DescribeInstancesResponse>`;
}

interface HttpReply {
  readonly statusCode: number;
  body: AsyncIterable<Buffer> | string;
}

type Receive = (args: unknown) => Promise<{ readonly response: unknown }>;

function isReply(response: unknown): response is HttpReply {
  return typeof response === 'object' && response !== null && 'statusCode' in response && 'body' in response;
}

async function readReply(reply: HttpReply, plan: XmlPlan): Promise<readonly AwsRecord[]> {
  const found: AwsRecord[] = [];
  const values = new XmlValues(plan, (reservation) => takeInstances(reservation, found));
  for await (const piece of reply.body) values.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
  if (!values.isDone) throw Object.assign(new Error('the reply was cut off'), { code: 'ECONNRESET' });
  const token = values.result instanceof Map ? values.result.get('next_token') : undefined;
  // The SDK reads a stream; this one is the least of it that it needs.
  const { Readable } = await import('node:stream');
  reply.body = Readable.from([Buffer.from(restOfReply(typeof token === 'string' ? token : ''))]);
  return found;
}

/** What a reservation says of all its instances is said of each. */
function takeInstances(reservation: AwsValue, found: AwsRecord[]): void {
  if (!(reservation instanceof Map)) return;
  const instances = reservation.get('instances');
  for (const instance of Array.isArray(instances) ? instances : []) {
    if (!(instance instanceof Map)) continue;
    instance.set('owner_id', reservation.get('owner_id') ?? '');
    instance.set('requester_id', reservation.get('requester_id') ?? '');
    instance.set('reservation_id', reservation.get('reservation_id') ?? '');
    instance.set('tags', tagsOf(instance.get('tags')));
    found.push(instance);
  }
}

function tagsOf(list: AwsValue | undefined): AwsRecord {
  const tags: AwsRecord = new Map();
  for (const tag of Array.isArray(list) ? list : [])
    if (tag instanceof Map) tags.set(awsText(tag.get('key')), tag.get('value') ?? '');
  return tags;
}

/** Hands over the instances that fit, page by page. */
export async function eachInstance(
  aws: Aws,
  filters: InstanceFilters,
  take: (instances: readonly AwsRecord[]) => void,
): Promise<void> {
  setFlagsFromString(heapGrowth);
  const { client, sdk } = await aws.ec2();
  const plan: XmlPlan = {
    kind: 'struct',
    members: new Map([
      [
        'reservationSet',
        { name: 'reservations', plan: { kind: 'each', item: 'item', of: xmlPlanOf(sdk.Reservation$) } },
      ],
      ['nextToken', { name: 'next_token', plan: textPlan }],
    ]),
  };
  let token: string | undefined;
  do {
    const command = new sdk.DescribeInstancesCommand({
      Filters: [...filters].map(([Name, values]) => ({ Name, Values: [...values] })),
      MaxResults: pageSize,
      ...(token === undefined ? {} : { NextToken: token }),
    });
    let page: readonly AwsRecord[] = [];
    const read =
      (next: Receive): Receive =>
      async (args) => {
        const result = await next(args);
        if (isReply(result.response) && result.response.statusCode === 200)
          page = await readReply(result.response, plan);
        return result;
      };
    // Nearest to the wire: what stands above tries again when a reply breaks off.
    command.middlewareStack.add(read as never, {
      step: 'deserialize',
      name: 'hardwayInstances',
      priority: 'low',
    });
    const { NextToken } = await client.send(command);
    take(page);
    token = NextToken === '' ? undefined : NextToken;
  } while (token !== undefined);
}
