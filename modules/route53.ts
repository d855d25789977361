// Keeps a record in a zone of Route 53. Zones are not made here.
import type { Plan } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, dict, int, list, oneOf, optional, str, type Parameters } from '../engine/module/kinds.ts';
import type { Filters } from './shared/aws_api.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import {
  absolute,
  deleteRecord,
  dnsRecords,
  putRecord,
  zones,
  type DnsRecord,
  type Zone,
} from './shared/route53_records.ts';

const params = {
  state: optional(oneOf('present', 'create', 'absent', 'delete', 'get'), 'present'),
  zone: optional(str({ doc: 'Name of the zone' })),
  hosted_zone_id: optional(str({ doc: 'Its id, where two zones have one name' })),
  private_zone: optional(bool({ doc: 'The zone is one of a VPC' }), false),
  record: str(),
  type: oneOf('A', 'AAAA', 'CNAME', 'TXT', 'MX', 'NS', 'PTR', 'SRV', 'CAA', 'SPF', 'SOA'),
  value: optional(list(str(), { doc: 'What it says; for an alias the name that it stands for' }), []),
  ttl: optional(int({ minimum: 0, doc: 'Seconds' }), 3600),
  alias: optional(bool({ doc: 'It stands for a balancer or another record of AWS' }), false),
  alias_hosted_zone_id: optional(str({ doc: 'canonical_hosted_zone_id of the balancer' })),
  alias_evaluate_target_health: optional(bool(), false),
  overwrite: optional(bool({ doc: 'Replace a record that says something else' }), false),
  wait: optional(bool({ doc: 'Until all name servers have it' }), false),
  wait_timeout: optional(int({ minimum: 1, doc: 'Seconds' }), 300),
  ...awsParameters,
};

type Wish = Parameters<typeof params>;

interface Seen {
  readonly zone: readonly Zone[];
  readonly found?: readonly DnsRecord[];
}

function zoneFilters({ hosted_zone_id: id, zone = '', private_zone }: Wish): Filters {
  if (id !== undefined) return { id: [id] };
  return { name: [absolute(zone.toLowerCase())], private: [String(private_zone)] };
}

/** Text has quotes in DNS; a playbook may leave them out. */
function valueOf(type: string, value: string): string {
  return type === 'TXT' && !value.startsWith('"') ? `"${value}"` : value;
}

function recordOf(wish: Wish, zone: Zone): DnsRecord {
  const name = absolute(wish.record.toLowerCase());
  const target = wish.alias ? (wish.value[0] ?? '') : '';
  return {
    zone_id: zone.id,
    name,
    type: wish.type,
    ttl: wish.alias ? 0 : wish.ttl,
    values: wish.alias ? [] : wish.value.map((one) => valueOf(wish.type, one.trim())).sort(),
    alias: wish.alias
      ? {
          zone_id: wish.alias_hosted_zone_id ?? zone.id,
          name: absolute(target),
          evaluate_health: wish.alias_evaluate_target_health,
        }
      : null,
    set_identifier: '',
    tags: {},
  };
}

/** AWS tells the name of a balancer with `dualstack.` before it where its console made the record, and in any case. */
function said({ alias, ttl, values }: DnsRecord): string {
  const name = alias?.name.toLowerCase().replace(/^dualstack\./, '');
  return JSON.stringify([ttl, values, alias && [alias.zone_id, name, alias.evaluate_health]]);
}

function planPresent(wish: Wish, wanted: DnsRecord, found: DnsRecord | undefined): Plan {
  const { wait, wait_timeout: seconds, overwrite } = wish;
  if (wish.value.length === 0) return { steps: [], fail: `Record ${wanted.name} needs value` };
  if (found && said(found) === said(wanted)) return { steps: [] };
  if (found && !overwrite)
    return {
      steps: [],
      fail: `Record ${found.name} ${found.type} is there and says ${found.alias?.name ?? found.values.join(' ')} (ttl ${found.ttl}). overwrite: true replaces it`,
    };
  return { steps: [putRecord({ access: accessOf(wish), record: wanted, wait, seconds })] };
}

export const route53 = defineModule({
  name: 'route53',
  fullNames: ['amazon.aws.route53', 'community.aws.route53'],
  summary: 'Keep a record in a zone of Route 53',
  reach: 'apis',
  constraints: { requiredOneOf: [['zone', 'hosted_zone_id']] },
  params,
  returns: {
    set: dict({ doc: 'The record: name, type, ttl, values, alias; empty when absent' }),
    zone_id: str(),
  },
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    const access = accessOf(wish);
    if (!seen.zone) return { zone: zones.ask(access, zoneFilters(wish)) };
    const [zone] = seen.zone;
    if (seen.found || !zone || seen.zone.length > 1) return done;
    const name = absolute(wish.record.toLowerCase());
    return { found: dnsRecords.ask(access, { zone: [zone.id], name: [name], type: [wish.type] }) };
  },
  plan: (wish, { zone: [zone, ...others], found = [] }) => {
    const named = wish.hosted_zone_id ?? wish.zone ?? '';
    if (!zone)
      return {
        steps: [],
        fail: `There is no ${wish.private_zone ? 'private' : 'public'} zone ${named} in this account`,
      };
    if (others.length > 0)
      return {
        steps: [],
        fail: `${others.length + 1} zones are named ${named}: name one by hosted_zone_id`,
      };
    const [record] = found;
    if (wish.state === 'get') return { steps: [] };
    const chosen = found.map(({ set_identifier }) => set_identifier).filter((id) => id !== '');
    if (record && chosen.length > 0)
      return {
        steps: [],
        fail: `${record.name} ${record.type} has a routing policy (set_identifier ${chosen.join(', ')}), and route53 keeps records without one alone: it stays as it is`,
      };
    if (wish.state === 'present' || wish.state === 'create')
      return planPresent(wish, recordOf(wish, zone), record);
    const { wait, wait_timeout: seconds } = wish;
    return { steps: record ? [deleteRecord({ access: accessOf(wish), record, wait, seconds })] : [] };
  },
  result: (_wish, _before, _outcomes, { zone: [zone], found }) => ({
    set: found?.[0] ?? {},
    zone_id: zone?.id,
  }),
});
