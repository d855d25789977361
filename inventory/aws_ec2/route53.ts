// Names that Route 53 gives to what instances have: addresses and names of DNS.
import type { Aws } from '../../aws/clients.ts';
import type { AwsRecord } from '../../aws/xml_values.ts';

/** Names by what they lead to. */
export type Route53Names = ReadonlyMap<string, ReadonlySet<string>>;

const withoutDot = (name = ''): string => name.replace(/\.$/, '').toLowerCase();

/** Each name of a zone with what it leads to. */
async function eachRecord(
  aws: Aws,
  zone: string | undefined,
  take: (name: string, target: string) => void,
): Promise<void> {
  const { client, sdk } = await aws.route53();
  let from = {};
  for (;;) {
    const page = await client.send(new sdk.ListResourceRecordSetsCommand({ HostedZoneId: zone, ...from }));
    for (const { Name, ResourceRecords = [], AliasTarget } of page.ResourceRecordSets ?? [])
      for (const target of [...ResourceRecords.map(({ Value }) => Value), AliasTarget?.DNSName])
        if (target !== undefined) take(withoutDot(Name), withoutDot(target));
    if (page.IsTruncated !== true) return;
    from = {
      StartRecordName: page.NextRecordName,
      StartRecordType: page.NextRecordType,
      StartRecordIdentifier: page.NextRecordIdentifier,
    };
  }
}

export async function readRoute53(aws: Aws, excludedZones: readonly string[]): Promise<Route53Names> {
  const names = new Map<string, Set<string>>();
  const excluded = new Set(excludedZones.map(withoutDot));
  const { client, sdk } = await aws.route53();
  for await (const { HostedZones = [] } of sdk.paginateListHostedZones({ client }, {}))
    for (const { Id, Name } of HostedZones)
      if (!excluded.has(withoutDot(Name)))
        await eachRecord(aws, Id, (name, target) => {
          const known = names.get(target);
          if (known) known.add(name);
          else names.set(target, new Set([name]));
        });
  return names;
}

const led = ['public_dns_name', 'private_dns_name', 'public_ip_address', 'private_ip_address'];

export function addRoute53Names(names: Route53Names, instances: readonly AwsRecord[]): void {
  for (const instance of instances) {
    const found = new Set<string>();
    for (const key of led) {
      const value = instance.get(key);
      const known = typeof value === 'string' ? names.get(value.toLowerCase()) : undefined;
      for (const name of known ?? []) found.add(name);
    }
    if (found.size > 0) instance.set('route53_names', [...found].sort());
  }
}
