// A rule of the packet filter as the words that iptables takes, in the order in which ansible-core gives them: what a
// playbook registers as `rule` is the same text.
import { dict, list, oneOf, optional, str, type Parameters } from '../../engine/module/kinds.ts';

const levels = ['emerg', 'alert', 'crit', 'error', 'warning', 'notice', 'info', 'debug'] as const;
const numbers = ['0', '1', '2', '3', '4', '5', '6', '7'] as const;

/** What a packet must be like, and what becomes of it. */
export const ruleParams = {
  protocol: optional(str({ doc: 'Name or number; a leading ! negates it, here and elsewhere' })),
  source: optional(str({ doc: 'Address or network' })),
  destination: optional(str()),
  match: optional(
    list(str(), { doc: 'Extensions to use; those of other parameters come by themselves' }),
    [],
  ),
  tcp_flags: optional(
    dict(
      { doc: 'Flags that are looked at, and those of them that must be set' },
      { flags: optional(list()), flags_set: optional(list()) },
    ),
  ),
  jump: optional(str({ doc: 'Target: ACCEPT, DROP, MASQUERADE, a chain …' })),
  gateway: optional(str({ doc: 'With jump TEE: who gets the copies' })),
  log_prefix: optional(str({ doc: 'Makes LOG the jump' })),
  log_level: optional(oneOf(...numbers, ...levels, { doc: 'Makes LOG the jump' })),
  to_destination: optional(str()),
  destination_ports: optional(list(str(), { doc: 'Several ports or ranges FIRST:LAST' }), []),
  to_source: optional(str()),
  goto: optional(str({ doc: 'A chain to go on in, from which there is no way back' })),
  in_interface: optional(str()),
  out_interface: optional(str()),
  fragment: optional(str({ doc: 'Any text: second and later fragments; !: all others' })),
  source_port: optional(str()),
  destination_port: optional(str()),
  to_ports: optional(str()),
  set_dscp_mark: optional(str({ doc: 'With jump DSCP' })),
  set_dscp_mark_class: optional(str({ doc: 'With jump DSCP' })),
  syn: optional(oneOf('ignore', 'match', 'negate', { doc: 'Whether SYN alone is set' }), 'ignore'),
  ctstate: optional(list(str(), { doc: 'States of the connection: NEW, ESTABLISHED …' }), []),
  src_range: optional(str({ doc: 'FIRST-LAST' })),
  dst_range: optional(str({ doc: 'FIRST-LAST' })),
  match_set: optional(str({ doc: 'Name of an ipset' })),
  match_set_flags: optional(oneOf('src', 'dst', 'src,dst', 'dst,src', 'dst,dst', 'src,src')),
  limit: optional(str({ doc: 'Most matches on average: 5/second' })),
  limit_burst: optional(str()),
  uid_owner: optional(str({ doc: 'User whose process sent the packet' })),
  gid_owner: optional(str()),
  reject_with: optional(str({ doc: 'Makes REJECT the jump' })),
  icmp_type: optional(str()),
  ip_version: optional(oneOf('ipv4', 'ipv6'), 'ipv4'),
  comment: optional(str()),
};

export type RuleWish = Parameters<typeof ruleParams>;

/** A value beginning with `!` is negated: the mark goes before the option. */
function option(name: string, text: string | undefined): string[] {
  if (text === undefined || text === '') return [];
  return text.startsWith('!') ? ['!', name, text.slice(1).trim()] : [name, text];
}

function flag(name: string, wish: RuleWish['syn']): string[] {
  return wish === 'ignore' ? [] : [...(wish === 'negate' ? ['!'] : []), name];
}

function tcpFlags({ tcp_flags: wish }: RuleWish): string[] {
  return wish?.flags && wish.flags_set ? ['--tcp-flags', wish.flags.join(','), wish.flags_set.join(',')] : [];
}

/** Words that need an extension: it is named before them, unless `match` did so already. */
function extended({ match }: RuleWish, extension: string, words: readonly string[]): string[] {
  if (words.length === 0) return [];
  return match.includes(extension) ? [...words] : ['-m', extension, ...words];
}

function connectionState(wish: RuleWish): string[] {
  if (wish.ctstate.length === 0) return [];
  const states = wish.ctstate.join(',');
  const isOld = wish.match.includes('state') && !wish.match.includes('conntrack');
  return isOld ? ['--state', states] : extended(wish, 'conntrack', ['--ctstate', states]);
}

const matchSet = ({ match_set: name, match_set_flags: flags }: RuleWish): string[] =>
  name === undefined || flags === undefined ? [] : [...option('--match-set', name), flags];

/** As the kernel keeps it, without the bits of a host: by them two names of one rule are one. */
export function networkOf(address: string | undefined): string | undefined {
  const [, before = '', ip = '', bits = ''] = /^(!?\s*)(\d+(?:\.\d+){3})\/(\d+)$/.exec(address ?? '') ?? [];
  const [bytes, length] = [ip.split('.').map(Number), Number(bits)];
  if (ip === '' || length > 32 || bytes.some((byte) => byte > 255)) return address;
  const kept = bytes.map((byte, at) => byte & (0xff00 >> Math.min(8, Math.max(0, length - 8 * at))) & 0xff);
  return `${before}${kept.join('.')}/${length}`;
}

/** The target, also where another parameter says it. */
export function jumpOf({ jump, log_prefix: prefix, log_level: level }: RuleWish): string | undefined {
  return jump ?? (prefix !== undefined || level !== undefined ? 'LOG' : undefined);
}

export function ruleWords(wish: RuleWish): string[] {
  const jump = jumpOf(wish);
  const rejects = jump === undefined && wish.reject_with !== undefined;
  return [
    ...option('-p', wish.protocol),
    ...option('-s', wish.source),
    ...option('-d', wish.destination),
    ...wish.match.flatMap((name) => ['-m', name]),
    ...tcpFlags(wish),
    ...option('-j', jump),
    ...(jump?.toUpperCase() === 'TEE' ? option('--gateway', wish.gateway) : []),
    ...option('--log-prefix', wish.log_prefix),
    ...option('--log-level', wish.log_level),
    ...option('--to-destination', wish.to_destination),
    ...(wish.destination_ports.length === 0
      ? []
      : ['-m', 'multiport', '--dports', wish.destination_ports.join(',')]),
    ...option('--to-source', wish.to_source),
    ...option('-g', wish.goto),
    ...option('-i', wish.in_interface),
    ...option('-o', wish.out_interface),
    ...(wish.fragment === undefined ? [] : flag('-f', wish.fragment.startsWith('!') ? 'negate' : 'match')),
    ...option('--source-port', wish.source_port),
    ...option('--destination-port', wish.destination_port),
    ...option('--to-ports', wish.to_ports),
    ...option('--set-dscp', wish.set_dscp_mark),
    ...option('--set-dscp-class', wish.set_dscp_mark_class),
    ...flag('--syn', wish.syn),
    ...connectionState(wish),
    ...extended(wish, 'iprange', [
      ...option('--src-range', wish.src_range),
      ...option('--dst-range', wish.dst_range),
    ]),
    ...extended(wish, 'set', matchSet(wish)),
    ...limits(wish),
    ...owner('--uid-owner', wish.uid_owner),
    ...owner('--gid-owner', wish.gid_owner),
    ...(rejects ? ['-j', 'REJECT'] : []),
    ...option('--reject-with', wish.reject_with),
    ...option(wish.ip_version === 'ipv6' ? '--icmpv6-type' : '--icmp-type', wish.icmp_type),
    ...(wish.comment === undefined ? [] : ['-m', 'comment', '--comment', wish.comment]),
  ];
}

function limits({ limit, limit_burst: burst }: RuleWish): string[] {
  const words = [...option('--limit', limit), ...option('--limit-burst', burst)];
  return words.length === 0 ? [] : ['-m', 'limit', ...words];
}

function owner(name: string, who: string | undefined): string[] {
  return who === undefined ? [] : ['-m', 'owner', ...option(name, who)];
}
