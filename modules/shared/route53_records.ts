// Records of Route 53's zones.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { isNotFound } from '../../aws/failure.ts';
import type { ResourceRecordSet } from '../../aws/sdk/route53.ts';
import { waitUntil } from '../../aws/wait.ts';
import { changesTo, defineAwsChange, defineAwsType, type Tags } from './aws_api.ts';

export type Zone = Readonly<{ id: string; name: string; private_zone: boolean; tags: Tags }>;

/** With the dot that DNS ends names with. */
export function absolute(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

const idOf = (id: string): string => id.replace('/hostedzone/', '');

export const zones = defineAwsType<Zone>({
  name: 'hosted zone',
  list: async (aws, { id = [], name = [], private: privates = [] }, abortSignal) => {
    const { client, sdk } = await aws.route53();
    const found: Zone[] = [];
    for await (const page of sdk.paginateListHostedZones({ client }, {}, { abortSignal }))
      for (const one of page.HostedZones ?? [])
        found.push({
          id: idOf(one.Id ?? ''),
          name: one.Name ?? '',
          private_zone: one.Config?.PrivateZone === true,
          tags: {},
        });
    return found.filter(
      (zone) =>
        (id.length === 0 || id.includes(zone.id)) &&
        (name.length === 0 || name.includes(zone.name)) &&
        (privates.length === 0 || privates.includes(String(zone.private_zone))),
    );
  },
  fields: {
    id: ({ id }) => id,
    name: ({ name }) => name,
    private: ({ private_zone }) => String(private_zone),
  },
});

export type AliasTarget = Readonly<{ zone_id: string; name: string; evaluate_health: boolean }>;

/** One name and type. */
export type DnsRecord = Readonly<{
  zone_id: string;
  name: string;
  type: string;
  ttl: number;
  values: readonly string[];
  alias: AliasTarget | null;
  /** Tells records of one name and type apart that a routing policy chooses from; empty without one. */
  set_identifier: string;
  tags: Tags;
}>;

/** Names as they are written: Route 53 tells `*` and others as octal escapes. */
function unescaped(name: string): string {
  return name.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function recordFrom(zone: string, one: ResourceRecordSet): DnsRecord {
  const alias = one.AliasTarget;
  return {
    zone_id: zone,
    name: unescaped(one.Name ?? ''),
    type: one.Type ?? '',
    ttl: one.TTL ?? 0,
    values: (one.ResourceRecords ?? []).map(({ Value = '' }) => Value).sort(),
    alias: alias
      ? {
          zone_id: alias.HostedZoneId ?? '',
          name: absolute(alias.DNSName ?? ''),
          evaluate_health: alias.EvaluateTargetHealth === true,
        }
      : null,
    set_identifier: one.SetIdentifier ?? '',
    tags: {},
  };
}

export const dnsRecords = defineAwsType<DnsRecord>({
  name: 'dns record',
  list: async (aws, { zone = [], name = [], type = [] }, abortSignal) => {
    const { client, sdk } = await aws.route53();
    const found: DnsRecord[] = [];
    for (const HostedZoneId of zone)
      for (const StartRecordName of name)
        try {
          const command = new sdk.ListResourceRecordSetsCommand({ HostedZoneId, StartRecordName });
          const { ResourceRecordSets = [] } = await client.send(command, { abortSignal });
          found.push(...ResourceRecordSets.map((one) => recordFrom(HostedZoneId, one)));
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
    // The answer begins at the name and goes on to others.
    return found.filter(
      (one) => name.includes(one.name.toLowerCase()) && (type.length === 0 || type.includes(one.type)),
    );
  },
  fields: {
    zone: ({ zone_id }) => zone_id,
    name: ({ name }) => name.toLowerCase(),
    type: ({ type }) => type,
  },
});

function inputOf({ name, type, ttl, values, alias }: DnsRecord): object {
  return {
    Name: name,
    Type: type,
    ...(alias
      ? {
          AliasTarget: {
            HostedZoneId: alias.zone_id,
            DNSName: alias.name,
            EvaluateTargetHealth: alias.evaluate_health,
          },
        }
      : { TTL: ttl, ResourceRecords: values.map((Value) => ({ Value })) }),
  };
}

interface RecordStep {
  readonly access: AwsAccess;
  readonly record: DnsRecord;
  readonly wait: boolean;
  readonly seconds: number;
}

const isSame = (one: DnsRecord, other: DnsRecord): boolean =>
  one.zone_id === other.zone_id && one.name === other.name && one.type === other.type;

async function change(
  aws: Aws,
  Action: 'UPSERT' | 'DELETE',
  { record, wait, seconds }: RecordStep,
  abortSignal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.route53();
  const set = { Name: record.name, Type: undefined, ...inputOf(record) };
  const command = new sdk.ChangeResourceRecordSetsCommand({
    HostedZoneId: record.zone_id,
    ChangeBatch: { Changes: [{ Action, ResourceRecordSet: set }] },
  });
  const { ChangeInfo } = await client.send(command, { abortSignal });
  const Id = ChangeInfo?.Id;
  if (!wait || Id === undefined) return;
  const what = `record ${record.name} to be on all name servers`;
  await waitUntil({ what, seconds, signal: abortSignal }, async () => {
    const { ChangeInfo: now } = await client.send(new sdk.GetChangeCommand({ Id }), { abortSignal });
    return now?.Status === 'INSYNC' ? { reached: undefined } : { still: now?.Status ?? 'unknown' };
  });
}

/** The same again is the same for Route 53: it may be repeated. */
export const putRecord = defineAwsChange({
  name: 'put dns record',
  describe: ({ record }: RecordStep) =>
    `put record ${record.name} ${record.type} ${record.alias?.name ?? record.values.join(' ')}`,
  act: (step, aws, signal) => change(aws, 'UPSERT', step, signal),
  effects: [
    changesTo(dnsRecords, ({ record }: RecordStep, found) => [
      ...found.filter((one) => !isSame(one, record)),
      record,
    ]),
  ],
});

export const deleteRecord = defineAwsChange({
  name: 'delete dns record',
  describe: ({ record }: RecordStep) => `delete record ${record.name} ${record.type}`,
  act: (step, aws, signal) => change(aws, 'DELETE', step, signal),
  effects: [
    changesTo(dnsRecords, ({ record }: RecordStep, found) => found.filter((one) => !isSame(one, record))),
  ],
});
