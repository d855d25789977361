// Rules of security groups: one flow from or to one place each, as AWS keeps them and as a playbook wishes them.
import { int, list, optional, str, type Parameters } from '../../engine/module/kinds.ts';
import { isPending } from './aws_api.ts';
import { hostBitsWarning, sentRange } from './ip_ranges.ts';

/** The place of a rule that names its own group, which may not have an id yet. */
export const self = 'self';

export type Rule = Readonly<{
  /** A name for tcp, udp, icmp and icmpv6, a number for others, -1 for all. */
  proto: string;
  /** For icmp the type, -1 for all; null where the protocol has none. */
  from: number | null;
  /** For icmp the code. */
  to: number | null;
  kind: 'cidr' | 'cidr6' | 'prefix' | 'group';
  /** A range, the id of a prefix list or of a group, or `self`. */
  place: string;
  description: string;
}>;

/** Without a description any will do. */
export type WantedRule = Omit<Rule, 'description'> & { readonly description?: string };

export const ruleOptions = {
  proto: optional(str({ doc: 'tcp, udp, icmp, icmpv6, all, or a number' }), 'tcp'),
  ports: optional(list(str(), { doc: 'Ports and ranges: 22, 30000-32767' })),
  from_port: optional(int()),
  to_port: optional(int()),
  icmp_type: optional(int()),
  icmp_code: optional(int()),
  cidr_ip: optional(list(str(), { doc: 'Ranges of IPv4; an address alone is one' })),
  cidr_ipv6: optional(list(str())),
  ip_prefix: optional(list(str(), { doc: 'Ids of prefix lists' })),
  group_id: optional(list(str(), { doc: 'Ids of groups; `self` is this one' })),
  group_name: optional(list(str(), { doc: 'Names of groups of the VPC, or of this one' })),
  rule_desc: optional(str()),
};

type RuleWish = Parameters<typeof ruleOptions>;

const names: Readonly<Record<string, string>> = {
  '6': 'tcp',
  '17': 'udp',
  '1': 'icmp',
  '58': 'icmpv6',
  all: '-1',
};

function protocolOf(given: string): string | undefined {
  const word = given.trim().toLowerCase();
  const proto = names[word] ?? word;
  return /^(?:tcp|udp|icmp|icmpv6|-1)$/.test(proto) || (/^\d{1,3}$/.test(proto) && Number(proto) <= 255)
    ? proto
    : undefined;
}

interface Span {
  readonly from: number | null;
  readonly to: number | null;
}

type Wrong = { readonly wrong: string };

const highestPort = 65535;
const allPorts: Span = { from: 0, to: highestPort };

function span(text: string): Span | undefined {
  const found = /^\s*(\d{1,5})\s*(?:-\s*(\d{1,5})\s*)?$/.exec(text);
  if (!found) return text.trim() === '-1' ? allPorts : undefined;
  const from = Number(found[1]);
  const to = Number(found[2] ?? found[1]);
  return from <= to && to <= highestPort ? { from, to } : undefined;
}

function portSpans({ ports, from_port: from, to_port: to, proto }: RuleWish): readonly Span[] | Wrong {
  if (ports !== undefined) {
    const spans = ports.map(span);
    const bad = spans.indexOf(undefined);
    if (bad !== -1) return { wrong: `${ports[bad] ?? ''} is neither a port nor a range of ports` };
    return spans.filter((one) => one !== undefined);
  }
  if (from === undefined && to === undefined)
    return { wrong: `A rule of ${proto} needs ports, or from_port and to_port (-1 for all)` };
  const one = { from: from ?? to ?? 0, to: to ?? from ?? 0 };
  if (one.from === -1 || one.to === -1) return [allPorts];
  return one.from >= 0 && one.from <= one.to && one.to <= highestPort
    ? [one]
    : { wrong: `${one.from} to ${one.to} is no range of ports` };
}

function spansOf(wish: RuleWish, proto: string): readonly Span[] | Wrong {
  if (proto === 'tcp' || proto === 'udp') return portSpans(wish);
  if (proto !== 'icmp' && proto !== 'icmpv6') return [{ from: null, to: null }];
  const type = wish.icmp_type ?? wish.from_port ?? -1;
  return [{ from: type, to: type === -1 ? -1 : (wish.icmp_code ?? wish.to_port ?? -1) }];
}

/** How groups are known: the id of a name, `self` for this one. */
export type GroupNamed = (word: string, by: 'id' | 'name') => string | undefined;

type Place = Pick<Rule, 'kind' | 'place'>;

function ranges(given: readonly string[] | undefined, warnings: string[]): readonly Place[] | Wrong {
  const places: Place[] = [];
  for (const text of given ?? []) {
    if (isPending(text)) {
      // The address of an instance that check mode foretells.
      places.push({ kind: 'cidr', place: text });
      continue;
    }
    const sent = sentRange(text);
    if ('wrong' in sent) return sent;
    const warning = hostBitsWarning(text, sent.range);
    if (warning !== undefined) warnings.push(warning);
    places.push({ kind: sent.range.includes(':') ? 'cidr6' : 'cidr', place: sent.range });
  }
  return places;
}

function groups(wish: RuleWish, groupNamed: GroupNamed): readonly Place[] | Wrong {
  const places: Place[] = [];
  for (const [words, by] of [[wish.group_id, 'id'] as const, [wish.group_name, 'name'] as const])
    for (const word of words ?? []) {
      const place = groupNamed(word, by);
      if (place === undefined) return { wrong: `There is no security group ${word} in the VPC` };
      places.push({ kind: 'group', place });
    }
  return places;
}

function placesOf(wish: RuleWish, groupNamed: GroupNamed, warnings: string[]): readonly Place[] | Wrong {
  const found = [
    ranges(wish.cidr_ip, warnings),
    ranges(wish.cidr_ipv6, warnings),
    groups(wish, groupNamed),
    (wish.ip_prefix ?? []).map((place): Place => ({ kind: 'prefix', place })),
  ];
  const wrong = found.find((one): one is Wrong => 'wrong' in one);
  if (wrong) return wrong;
  const places = found.flatMap((one) => ('wrong' in one ? [] : one));
  return places.length > 0
    ? places
    : { wrong: 'A rule needs a place: cidr_ip, cidr_ipv6, group_id, group_name or ip_prefix' };
}

/** What makes two rules one for AWS, which knows no two that differ by their words only. */
export function ruleKey({ proto, from, to, kind, place }: WantedRule): string {
  return [proto, from, to, kind, place].join(' ');
}

/** What AWS takes as the words of a rule or of a group of a VPC. Source: EC2 API reference, IpRange and CreateSecurityGroup. */
const wordsTaken = /^[\w .:/()#,@[\]+=&;{}!$*-]{0,255}$/;

/** Why AWS would refuse the words; undefined when it takes them. */
export function wordsRefused(what: string, words: string | undefined): string | undefined {
  if (words === undefined || wordsTaken.test(words)) return undefined;
  const bad = /[^\w .:/()#,@[\]+=&;{}!$*-]/u.exec(words)?.[0];
  const why = bad === undefined ? `is longer than 255 characters (${words.length})` : `has ${bad}`;
  return `${what} "${words}" ${why}. AWS takes up to 255 of a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*`;
}

export function wantedRules(
  wishes: readonly RuleWish[],
  groupNamed: GroupNamed,
): { readonly rules: readonly WantedRule[]; readonly warnings: readonly string[] } | Wrong {
  const rules = new Map<string, WantedRule>();
  const warnings: string[] = [];
  for (const wish of wishes) {
    const proto = protocolOf(wish.proto);
    if (proto === undefined)
      return { wrong: `${wish.proto} is no protocol: tcp, udp, icmp, all or a number` };
    const spans = spansOf(wish, proto);
    if ('wrong' in spans) return spans;
    const places = placesOf(wish, groupNamed, warnings);
    if ('wrong' in places) return places;
    const refused = wordsRefused('rule_desc', wish.rule_desc);
    if (refused !== undefined) return { wrong: refused };
    const description = wish.rule_desc === undefined ? {} : { description: wish.rule_desc };
    for (const one of spans)
      for (const place of places) {
        const rule = { proto, ...one, ...place, ...description };
        rules.set(ruleKey(rule), { ...rules.get(ruleKey(rule)), ...rule });
      }
  }
  return { rules: [...rules.values()], warnings };
}

export interface RuleChange {
  readonly add: readonly WantedRule[];
  readonly remove: readonly Rule[];
  /** Rules whose words alone differ. */
  readonly describe: readonly WantedRule[];
}

/** What differs; nothing is wished where `wanted` is undefined. */
export function ruleChange(
  has: readonly Rule[],
  wanted: readonly WantedRule[] | undefined,
  purge: boolean,
): RuleChange | undefined {
  if (wanted === undefined) return undefined;
  const known = new Map(has.map((rule) => [ruleKey(rule), rule]));
  const keys = new Set(wanted.map(ruleKey));
  const change = {
    add: wanted.filter((rule) => !known.has(ruleKey(rule))),
    remove: purge ? has.filter((rule) => !keys.has(ruleKey(rule))) : [],
    describe: wanted.filter((rule) => {
      const found = known.get(ruleKey(rule));
      return found && rule.description !== undefined && rule.description !== found.description;
    }),
  };
  return change.add.length + change.remove.length + change.describe.length > 0 ? change : undefined;
}

export function withRuleChange(has: readonly Rule[], change: RuleChange | undefined): readonly Rule[] {
  if (!change) return has;
  const gone = new Set(change.remove.map(ruleKey));
  const words = new Map(change.describe.map((rule) => [ruleKey(rule), rule.description ?? '']));
  const kept = has
    .filter((rule) => !gone.has(ruleKey(rule)))
    .map((rule) => ({ ...rule, description: words.get(ruleKey(rule)) ?? rule.description }));
  return [...kept, ...change.add.map((rule) => ({ description: '', ...rule }))];
}
