// ansible.utils.ipaddr, ipv4, ipv6: checks and questions about addresses. What does not apply gives False or None.
import { type Value, bare, integer } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Filter, Table } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import {
  type Network,
  cidrOf,
  firstOf,
  formatAddress,
  formatNetwork,
  isWithin,
  lastOf,
  netmaskOf,
  parseNetwork,
  sizeOf,
  widthOf,
} from '../python/ip_address.ts';
import { text } from '../python/printing.ts';

export interface Asked {
  readonly net: Network;
  /** Whether it was written with a prefix. */
  readonly kind: 'address' | 'network';
  /** The value as it came, or in its normal form when it was a number. */
  readonly value: Value;
}

const show = (net: Network, address = net.address): string => formatAddress(net.version, address);
const withPrefix = (net: Network, address = net.address): string => `${show(net, address)}/${net.prefix}`;

/** IPv4's single addresses and networks of two have no broadcast address. */
function hasBroadcast(net: Network): boolean {
  return net.version === 6 || widthOf(4) - net.prefix > 1;
}

/** First and last address that a host may have. */
export function usableRange(net: Network): readonly [bigint, bigint] | undefined {
  if (sizeOf(net) === 1n) return undefined;
  return sizeOf(net) === 2n ? [firstOf(net), lastOf(net)] : [firstOf(net) + 1n, lastOf(net) - 1n];
}

export function parseAsked(value: Value, version?: 4 | 6): Asked | undefined {
  const source = text(value);
  if (/^\d+$/.test(source)) {
    const address = BigInt(source);
    const chosen = version ?? (address < 1n << 32n ? 4 : 6);
    const width = address < 1n << 32n ? widthOf(chosen) : 128;
    if (address >= 1n << 128n) return undefined;
    const net: Network = { version: width === 32 ? 4 : 6, address, prefix: width };
    return { net, kind: 'address', value: formatNetwork(net) };
  }
  const net = parseNetwork(source);
  if (net) return { net, kind: source.includes('/') ? 'network' : 'address', value };
  const numbers = /^(\d+)\/(\d+)$/.exec(source);
  if (!numbers) return undefined;
  const address = BigInt(numbers[1] ?? 0);
  const made: Network = { version: address < 1n << 32n ? 4 : 6, address, prefix: Number(numbers[2]) };
  return made.prefix <= widthOf(made.version)
    ? { net: made, kind: 'network', value: formatNetwork(made) }
    : undefined;
}

const networks = (...texts: readonly string[]): readonly Network[] =>
  texts.map((source) => parseNetwork(source)).filter((net) => net !== undefined);
// Addresses that are not reachable from everywhere, and the exceptions among them: IANA's special-purpose registries.
const notGlobal = networks(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
  '::1/128',
  '::/128',
  '::ffff:0:0/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
);
const global = networks(
  '192.0.0.9/32',
  '192.0.0.10/32',
  '2001:1::1/128',
  '2001:1::2/128',
  '2001:3::/32',
  '2001:4:112::/48',
  '2001:20::/28',
  '2001:30::/28',
);
const [multicast4, multicast6] = networks('224.0.0.0/4', 'ff00::/8');
const [linkLocal4, linkLocal6] = networks('169.254.0.0/16', 'fe80::/10');
const [loopback4, loopback6] = networks('127.0.0.0/8', '::1/128');

const single = (net: Network): Network => ({ ...net, prefix: widthOf(net.version) });
const isIn = (net: Network, range: Network | undefined): boolean =>
  range !== undefined && isWithin(single(net), range);
const isMulticast = (net: Network): boolean => isIn(net, multicast4) || isIn(net, multicast6);
const isLoopback = (net: Network): boolean => isIn(net, loopback4) || isIn(net, loopback6);

function isGlobal(net: Network): boolean {
  return !notGlobal.some((range) => isIn(net, range)) || global.some((range) => isIn(net, range));
}

function isMask(net: Network): boolean {
  const bits = net.address.toString(2).padStart(widthOf(net.version), '0');
  return /^1+0*$/.test(bits) || /^0*1*$/.test(bits);
}

type Question = (asked: Asked) => Value;
const onNetwork =
  (answer: (net: Network) => Value): Question =>
  ({ net, kind }) =>
    kind === 'address' ? fail('Not a network address') : answer(net);
const ifTrue =
  (holds: (net: Network) => boolean): Question =>
  ({ net, value }) =>
    holds(net) ? value : null;

const isHostOf = (net: Network): boolean => sizeOf(net) > 1n && net.address !== firstOf(net);
const addressPrefix: Question = ({ net }) =>
  sizeOf(net) > 2n && (net.address === firstOf(net) || (hasBroadcast(net) && net.address === lastOf(net)))
    ? false
    : withPrefix(net);
const hostmask: Question = ({ net }) => show(net, sizeOf(net) - 1n);
const network: Question = ({ net }) => show(net, firstOf(net));
const subnet: Question = ({ net }) => formatNetwork(cidrOf(net));

const plainAddress: Question = ({ net }) => {
  if (net.version === 6 || sizeOf(net) === 1n || net.address !== firstOf(net) || !hasBroadcast(net))
    return show(net);
  return null;
};

function neighbour(net: Network, step: bigint): Value {
  const range = usableRange(net);
  const next = net.address + step;
  return range && next >= range[0] && next <= range[1] ? show(net, next) : null;
}

function peer(net: Network): Value {
  if (sizeOf(net) === 2n) return show(net, net.address ^ 1n);
  if (sizeOf(net) !== 4n) return fail('Not a point-to-point network');
  if (net.address % 4n === 0n) return fail('Network address of /30 has no peer');
  return net.address % 4n === 3n ? fail('Broadcast address of /30 has no peer') : show(net, net.address ^ 3n);
}

function sixToFour({ net, value, kind }: Asked): Value {
  const [range] = networks('2002::/16');
  if (net.version === 6) return isIn(net, range) && (kind === 'address' || isHostOf(net)) ? value : false;
  if ((sizeOf(net) > 1n && !isHostOf(net)) || (isMulticast(net) && isGlobal(net))) return false;
  const hex = net.address.toString(16).padStart(8, '0');
  return `2002:${hex.slice(0, 4)}:${hex.slice(4)}::1/48`;
}

function reverseName(net: Network): string {
  if (net.version === 4) return `${show(net).split('.').reverse().join('.')}.in-addr.arpa.`;
  return `${net.address.toString(16).padStart(32, '0').split('').reverse().join('.')}.ip6.arpa.`;
}

function toV4({ net, value }: Asked): Value {
  if (net.version === 4) return value;
  const isMapped = net.address >> 32n === 0xffffn || net.address >> 32n === 0n;
  if (!isMapped) return false;
  return formatNetwork({
    version: 4,
    address: net.address & 0xffffffffn,
    prefix: Math.max(0, net.prefix - 96),
  });
}

const v6: Question = ({ net, value }) =>
  net.version === 6
    ? value
    : formatNetwork({ version: 6, address: (0xffffn << 32n) | net.address, prefix: net.prefix + 96 });
const wildcard: Question = ({ net }) => `${show(net, firstOf(net))} ${show(net, sizeOf(net) - 1n)}`;
const typeOf = (net: Network): Value =>
  sizeOf(net) === 1n || net.address !== firstOf(net) ? 'address' : 'network';

const questions = new Map<string, Question>([
  ['', ({ net, kind }) => (kind === 'address' ? show(net) : formatNetwork(net))],
  ['6to4', sixToFour],
  ['address', plainAddress],
  ['ip', plainAddress],
  ...['address/prefix', 'gateway', 'gw', 'host/prefix', 'hostnet', 'router'].map(
    (name): [string, Question] => [name, addressPrefix],
  ),
  ['bool', () => true],
  ['broadcast', ({ net }) => (sizeOf(net) > 2n ? show(net, lastOf(net)) : null)],
  ['cidr', ({ net }) => formatNetwork(net)],
  [
    'first_usable',
    onNetwork((net) =>
      sizeOf(net) === 1n ? null : show(net, firstOf(net) + (sizeOf(net) === 2n ? 0n : 1n)),
    ),
  ],
  [
    'last_usable',
    onNetwork((net) => {
      const range = usableRange(net);
      return range ? show(net, range[1]) : null;
    }),
  ],
  ['host', ({ net }) => (sizeOf(net) === 1n || isHostOf(net) || !hasBroadcast(net) ? withPrefix(net) : null)],
  ['hostmask', hostmask],
  ['wildcard', hostmask],
  ['int', ({ net, kind }) => (kind === 'address' ? integer(net.address) : `${net.address}/${net.prefix}`)],
  ['ip/prefix', ({ net }) => (sizeOf(net) === 2n || isHostOf(net) ? withPrefix(net) : null)],
  [
    'ip_netmask',
    ({ net }) => (sizeOf(net) === 2n || isHostOf(net) ? `${show(net)} ${show(net, netmaskOf(net))}` : null),
  ],
  ['ipv4', toV4],
  ['v4', toV4],
  ['ipv6', v6],
  ['v6', v6],
  ['link-local', ifTrue((net) => isIn(net, linkLocal4) || isIn(net, linkLocal6))],
  ['lo', ifTrue(isLoopback)],
  ['loopback', ifTrue(isLoopback)],
  ['multicast', ifTrue(isMulticast)],
  ['unicast', ifTrue((net) => !isMulticast(net))],
  ['net', ({ net }) => (sizeOf(net) > 1n && net.address === firstOf(net) ? withPrefix(net) : null)],
  ['netmask', ({ net }) => show(net, netmaskOf(net))],
  ['network', network],
  ['network_id', network],
  ['network/prefix', subnet],
  ['subnet', subnet],
  ['network_netmask', ({ net }) => `${show(net, firstOf(net))} ${show(net, netmaskOf(net))}`],
  ['network_wildcard', wildcard],
  ['next_usable', onNetwork((net) => neighbour(net, 1n))],
  ['previous_usable', onNetwork((net) => neighbour(net, -1n))],
  ['peer', onNetwork(peer)],
  ['prefix', ({ net }) => net.prefix],
  ['private', ifTrue((net) => !isGlobal(net))],
  ['public', ifTrue((net) => !isMulticast(net) && isGlobal(net) && !isLoopback(net) && !isMask(single(net)))],
  [
    'range_usable',
    onNetwork((net) => {
      const range = usableRange(net);
      return range ? `${show(net, range[0])}-${show(net, range[1])}` : null;
    }),
  ],
  ['revdns', ({ net }) => reverseName(net)],
  ['size', ({ net }) => integer(sizeOf(net))],
  ['size_usable', ({ net }) => integer(sizeOf(net) === 1n ? 0n : sizeOf(net) === 2n ? 2n : sizeOf(net) - 2n)],
  ['type', ({ net }) => typeOf(net)],
  ['version', ({ net }) => net.version],
  [
    'wrap',
    ({ net, kind, value }) =>
      net.version === 4 ? value : kind === 'address' ? `[${show(net)}]` : `[${show(net)}]/${net.prefix}`,
  ],
]);

/** A question that is a network: is the value inside? A number: that address of the network. */
function otherQuestion(asked: Asked, query: string, alias: string): Value {
  const range = /^\d+$/.test(query) ? undefined : parseNetwork(query);
  if (range) return isWithin(asked.net, cidrOf(range)) ? asked.value : null;
  if (!/^-?\d+$/.test(query)) return fail(`${alias}: unknown filter type: ${query}`);
  const { net, kind } = asked;
  if (sizeOf(net) === 1n) return kind === 'address' ? show(net) : formatNetwork(net);
  const place = BigInt(query);
  const index = place < 0n ? sizeOf(net) + place : place;
  return index < 0n || index >= sizeOf(net) ? false : `${show(net, firstOf(net) + index)}/${net.prefix}`;
}

/** What ipaddr says of one value or of each of a list; of a list, only what is not empty. */
export function ask(value: Value, query: string, version?: 4 | 6, alias = 'ipaddr'): Value {
  const inner = bare(value);
  if (Array.isArray(inner))
    return inner
      .map((entry) => ask(entry, query, version, alias))
      .filter((answer) => answer !== false && answer !== null && answer !== '' && answer !== 0);
  if (inner === null || typeof inner === 'boolean' || inner === '' || inner === 0) return false;
  const asked = parseAsked(inner, version);
  if (!asked || (version !== undefined && asked.net.version !== version)) return false;
  const question = questions.get(query);
  return question ? question(asked) : otherQuestion(asked, query, alias);
}

const filter = (alias: string, version?: 4 | 6): Filter => ({
  parameters: 'value query version alias',
  run: (args: Args) => {
    const given = args.has('version') ? args.count('version') : version;
    return ask(
      args.value('value'),
      args.text('query', ''),
      given === 4 || given === 6 ? given : undefined,
      alias,
    );
  },
});

export const addressFilters: Table<Filter> = {
  ipaddr: filter('ipaddr'),
  ipv4: filter('ipv4', 4),
  ipv6: filter('ipv6', 6),
};
