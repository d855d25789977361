// ansible.utils' filters that compute with networks: subnets, hosts by number, merging, wrapping, hardware addresses.
import { type Value, bare } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Filter, Table } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { asInteger } from '../python/numbers.ts';
import {
  type Network,
  cidrOf,
  firstOf,
  formatAddress,
  formatNetwork,
  isWithin,
  lastOf,
  mergeNetworks,
  parseAddress,
  parseNetwork,
  sizeOf,
  spanningNetwork,
  widthOf,
} from '../python/ip_address.ts';
import { text } from '../python/printing.ts';
import { iterate } from '../python/sequence.ts';
import { ask, parseAsked, usableRange } from './ipaddr.ts';

function networkOf(value: Value): Network | undefined {
  return parseAsked(value)?.net;
}

function ipwrap(value: Value, query: string): Value {
  const inner = bare(value);
  if (Array.isArray(inner)) return inner.map((entry) => ipwrap(entry, query));
  const found =
    typeof inner === 'string' || typeof inner === 'number' ? ask(inner, query, undefined, 'ipwrap') : false;
  return found === false || found === null || found === '' ? value : ask(found, 'wrap');
}

/** The nth subnet of a size, or how many there are; for an address, the network of that size it lies in. */
function subnetByPrefix(net: Network, prefix: number, index: number | undefined): Value {
  const width = widthOf(net.version);
  if (prefix < 0 || prefix > width) return false;
  if (sizeOf(net) === 1n) {
    const above = Array.from({ length: width - prefix }, (_, step) =>
      cidrOf({ ...net, prefix: prefix + step }),
    );
    const found = above[(index ?? 0) < 0 ? above.length + (index ?? 0) : (index ?? 0)];
    return found ? formatNetwork(found) : false;
  }
  if (prefix < net.prefix)
    return index === undefined ? fail(`Requested subnet size of ${prefix} is invalid`) : false;
  const count = 1n << BigInt(prefix - net.prefix);
  if (index === undefined) return String(count);
  const place = index < 0 ? BigInt(index) + count : BigInt(index);
  if (place < 0n || place >= count) return false;
  return formatNetwork({ ...net, address: firstOf(net) + (place << BigInt(width - prefix)), prefix });
}

/** Which subnet of the asked network this one is, counted from 1. */
function rank(net: Network, query: string): Value {
  const asked = parseNetwork(query);
  if (!asked) return fail(`You must pass a valid subnet or IP address; ${query} is invalid`);
  const outer = cidrOf(asked);
  if (!isWithin(net, outer))
    return fail(`${formatNetwork(net)} is not in the subnet ${formatNetwork(outer)}`);
  return String((firstOf(net) - firstOf(outer)) / sizeOf(net) + 1n);
}

function ipsubnet(args: Args): Value {
  const found = networkOf(args.value('value'));
  if (!found) return false;
  const net = cidrOf(found);
  const query = args.text('query', '');
  if (query === '') return formatNetwork(net);
  if (!/^\d+$/.test(query)) return rank(net, query);
  const index = args.has('index')
    ? Number(asInteger(args.value('index')) ?? text(args.value('index')))
    : undefined;
  return subnetByPrefix(net, Number(query), index);
}

function nthHost(args: Args): Value {
  const net = networkOf(args.value('value'));
  const nth = Number(args.text('query', ''));
  if (!net || !Number.isInteger(nth) || args.text('query', '') === '') return false;
  const index = nth < 0 ? sizeOf(net) + BigInt(nth) : BigInt(nth);
  return index >= 0n && index < sizeOf(net) ? formatAddress(net.version, firstOf(net) + index) : false;
}

function usableNeighbour(args: Args, sign: bigint): Value {
  const net = networkOf(args.value('value'));
  if (!net) return false;
  const range = usableRange(net);
  const next = net.address + sign * BigInt(args.integer('offset'));
  return range && next >= range[0] && next <= range[1] ? formatAddress(net.version, next) : null;
}

function ipMath(args: Args): Value {
  const source = args.text('value');
  const found = source.includes('/') ? parseNetwork(source) : parseAddress(source);
  if (!found) return fail(`You must pass a valid IP address; ${source} is invalid`);
  return formatAddress(found.version, found.address + BigInt(args.integer('amount')));
}

function isInNetwork(args: Args, onlyUsable: boolean): Value {
  const [outer, inner] = [networkOf(args.value('value')), networkOf(args.value('test'))];
  if (!outer || !inner || outer.version !== inner.version) return false;
  const [first, last] = (onlyUsable ? usableRange(outer) : undefined) ?? [firstOf(outer), lastOf(outer)];
  return firstOf(inner) >= first && lastOf(inner) <= last;
}

function cidrMerge(args: Args): Value {
  const networks = iterate(args.value('value')).map(
    (entry) => parseNetwork(text(entry)) ?? fail(`cidr_merge: ${text(entry)} is no network`),
  );
  const action = args.text('action', 'merge');
  if (action === 'merge') return mergeNetworks(networks).map(formatNetwork);
  if (action !== 'span') return fail(`cidr_merge: invalid action '${action}'`);
  const span = spanningNetwork(networks);
  return span ? formatNetwork(span) : null;
}

function reduceOnNetwork(args: Args): Value {
  const outer = networkOf(args.value('network'));
  return iterate(args.value('value')).filter((entry) => {
    const inner = networkOf(entry);
    return outer !== undefined && inner !== undefined && isWithin(inner, cidrOf(outer));
  });
}

function parseMac(source: string): string | undefined {
  const hex = source.toLowerCase();
  const isMac =
    /^(?:[0-9a-f]{1,2}([:-]))(?:[0-9a-f]{1,2}\1){4}[0-9a-f]{1,2}$/.test(hex) ||
    /^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/.test(hex) ||
    /^(?:[0-9a-f]{6}[:-][0-9a-f]{6}|[0-9a-f]{12})$/.test(hex);
  if (!isMac) return undefined;
  const parts = hex.split(/[:.-]/);
  return parts.length === 6 ? parts.map((part) => part.padStart(2, '0')).join('') : hex.replace(/[:.-]/g, '');
}

const pairs = (hex: string): string[] => hex.match(/../g) ?? [];
const macForms = new Map<string, (hex: string) => Value>([
  ['bare', (hex) => hex.toUpperCase()],
  ['bool', () => true],
  ['int', (hex) => Number(BigInt(`0x${hex}`))],
  ['cisco', (hex) => (hex.match(/.{4}/g) ?? []).join('.')],
  ['eui48', (hex) => pairs(hex.toUpperCase()).join('-')],
  ['win', (hex) => pairs(hex.toUpperCase()).join('-')],
  ['linux', (hex) => pairs(hex).join(':')],
  [
    'unix',
    (hex) =>
      pairs(hex)
        .map((part) => part.replace(/^0/, ''))
        .join(':'),
  ],
  ['pgsql', (hex) => (hex.match(/.{6}/g) ?? []).join(':')],
  ['postgresql', (hex) => (hex.match(/.{6}/g) ?? []).join(':')],
  ['psql', (hex) => (hex.match(/.{6}/g) ?? []).join(':')],
]);

function hardwareAddress(args: Args): Value {
  const query = args.text('query', '');
  const hex = parseMac(args.text('value'));
  if (hex === undefined)
    return query === '' || query === 'bool'
      ? null
      : fail(`hwaddr: not a hardware address: ${args.text('value')}`);
  if (query === '') return args.value('value');
  return (macForms.get(query) ?? fail(`hwaddr: unknown filter type: ${query}`))(hex);
}

function slaac(args: Args): Value {
  const net = networkOf(args.value('value'));
  const hex = parseMac(args.text('query', ''));
  if (!net || net.version !== 6 || hex === undefined) return false;
  const eui = BigInt(`0x${hex.slice(0, 6)}fffe${hex.slice(6)}`) ^ (2n << 56n);
  return formatAddress(6, firstOf(net) + eui);
}

function usableAddresses(args: Args): Value {
  const net = networkOf(args.value('value')) ?? fail(`${args.text('value')} is no network`);
  if (sizeOf(net) > 65536n) return fail('usable_range: the network is too large to list');
  const addresses: Value[] = [];
  for (let at = firstOf(net); at <= lastOf(net); at += 1n) addresses.push(formatAddress(net.version, at));
  return new Map<string, Value>([
    ['usable_ips', addresses],
    ['number_of_ips', addresses.length],
  ]);
}

export const networkFilters: Table<Filter> = {
  ipwrap: { parameters: 'value query', run: (args) => ipwrap(args.value('value'), args.text('query', '')) },
  ipsubnet: { parameters: 'value query index', run: ipsubnet },
  nthhost: { parameters: 'value query', run: nthHost },
  next_nth_usable: { parameters: 'value offset', run: (args) => usableNeighbour(args, 1n) },
  previous_nth_usable: { parameters: 'value offset', run: (args) => usableNeighbour(args, -1n) },
  ipmath: { parameters: 'value amount', run: ipMath },
  network_in_network: { parameters: 'value test', run: (args) => isInNetwork(args, false) },
  network_in_usable: { parameters: 'value test', run: (args) => isInNetwork(args, true) },
  cidr_merge: { parameters: 'value action', run: cidrMerge },
  reduce_on_network: { parameters: 'value network', run: reduceOnNetwork, passes: true },
  hwaddr: { parameters: 'value query alias', run: hardwareAddress },
  macaddr: { parameters: 'value query', run: hardwareAddress },
  slaac: { parameters: 'value query', run: slaac },
  usable_range: { parameters: 'value', run: usableAddresses },
  ip4_hex: {
    parameters: 'value delimiter',
    run: (args) => {
      const found = parseAddress(args.text('value')) ?? fail(`${args.text('value')} is no address`);
      return pairs(found.address.toString(16).padStart(8, '0')).join(args.text('delimiter', ''));
    },
  },
};
