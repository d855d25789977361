// What `ipaddr` can be asked of an address, by the words of ansible.utils.
import { type Value } from '../../document/value.ts';
import {
  contains,
  formatAddress,
  hostMask,
  lastOf,
  networkMask,
  networkOf,
  parseAddress,
  sizeOf,
  widthOf,
  type Address,
} from './address.ts';

type Query = (address: Address, written: string) => Value;

const format = (address: Address, value: bigint): string => formatAddress(address.version, value);
const withPrefix = (address: Address, value: bigint): string => `${format(address, value)}/${address.prefix}`;
const isNetwork = (address: Address): boolean =>
  address.value === networkOf(address) && address.prefix < widthOf(address.version);
const within = (...networks: readonly string[]): ((address: Address) => boolean) => {
  const parsed = networks.flatMap((text) => parseAddress(text) ?? []);
  return (address) => parsed.some((network) => contains(network, address));
};

// RFC 1918, 4193; 5771 and 4291 for multicast; 1122 and 4291 for loopback; 3927 and 4291 for link-local.
const isPrivate = within('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7');
const isMulticast = within('224.0.0.0/4', 'ff00::/8');
const isLoopback = within('127.0.0.0/8', '::1/128');
const isLinkLocal = within('169.254.0.0/16', 'fe80::/10');
const isReserved = within(
  '0.0.0.0/8',
  '240.0.0.0/4',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '100.64.0.0/10',
);

const keptWhen =
  (holds: (address: Address) => boolean): Query =>
  (address, written) =>
    holds(address) ? written : false;

const isPublic = (address: Address): boolean =>
  ![isPrivate, isMulticast, isLoopback, isLinkLocal, isReserved].some((is) => is(address));

function usable(address: Address): [bigint, bigint] {
  const single = widthOf(address.version) - address.prefix < 2;
  return single ? [networkOf(address), lastOf(address)] : [networkOf(address) + 1n, lastOf(address) - 1n];
}

function reverseName(address: Address): string {
  const { version, value } = address;
  const digits =
    version === 4 ? format(address, value).split('.') : value.toString(16).padStart(32, '0').match(/./g);
  return `${(digits ?? []).reverse().join('.')}.${version === 4 ? 'in-addr' : 'ip6'}.arpa.`;
}

/** An address that is no network's first, or a network of one. */
const hostOf: Query = (address) => (isNetwork(address) ? false : format(address, address.value));

const words: Readonly<Record<string, Query>> = {
  address: (address) => (isNetwork(address) && address.hasPrefix ? false : format(address, address.value)),
  ip: hostOf,
  bool: () => true,
  broadcast: (address) =>
    widthOf(address.version) - address.prefix < 2 ? false : format(address, lastOf(address)),
  first_usable: (address) => format(address, usable(address)[0]),
  last_usable: (address) => format(address, usable(address)[1]),
  range_usable: (address) =>
    usable(address)
      .map((value) => format(address, value))
      .join('-'),
  next_usable: (address) =>
    address.value + 1n > usable(address)[1] ? false : format(address, address.value + 1n),
  previous_usable: (address) =>
    address.value - 1n < usable(address)[0] ? false : format(address, address.value - 1n),
  host: (address) => (isNetwork(address) ? false : withPrefix(address, address.value)),
  'host/prefix': (address) => (isNetwork(address) ? false : withPrefix(address, address.value)),
  'address/prefix': (address) => (isNetwork(address) ? false : withPrefix(address, address.value)),
  'ip/prefix': (address) => (isNetwork(address) ? false : withPrefix(address, address.value)),
  hostmask: (address) => format(address, hostMask(address)),
  wildcard: (address) => format(address, hostMask(address)),
  netmask: (address) => format(address, networkMask(address)),
  network: (address) => format(address, networkOf(address)),
  network_id: (address) => format(address, networkOf(address)),
  network_netmask: (address) =>
    `${format(address, networkOf(address))} ${format(address, networkMask(address))}`,
  ip_netmask: (address) =>
    isNetwork(address) ? false : `${format(address, address.value)} ${format(address, networkMask(address))}`,
  network_wildcard: (address) =>
    `${format(address, networkOf(address))} ${format(address, hostMask(address))}`,
  'network/prefix': (address) => withPrefix(address, networkOf(address)),
  subnet: (address) => withPrefix(address, networkOf(address)),
  cidr: (address) => withPrefix(address, address.value),
  net: (address, written) =>
    isNetwork(address) || !address.hasPrefix ? (address.hasPrefix ? written : false) : false,
  prefix: (address) => address.prefix,
  size: (address) => Number(sizeOf(address)),
  int: (address) => (address.hasPrefix ? `${address.value}/${address.prefix}` : integerValue(address.value)),
  type: (address) => (isNetwork(address) ? 'network' : 'address'),
  version: (address) => address.version,
  ipv4: keptWhen(({ version }) => version === 4),
  ipv6: keptWhen(({ version }) => version === 6),
  v4: keptWhen(({ version }) => version === 4),
  v6: keptWhen(({ version }) => version === 6),
  private: keptWhen(isPrivate),
  public: keptWhen(isPublic),
  unicast: keptWhen((address) => !isMulticast(address)),
  multicast: keptWhen(isMulticast),
  loopback: keptWhen(isLoopback),
  lo: keptWhen(isLoopback),
  'link-local': keptWhen(isLinkLocal),
  revdns: reverseName,
  wrap: (address, written) => wrapped(address, written),
};

function integerValue(value: bigint): Value {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** An address of version 6 in brackets, as URLs want it. */
export function wrapped(address: Address, written: string): string {
  if (address.version === 4) return written;
  const [host = '', prefix] = written.split('/');
  return `[${host}]${prefix === undefined ? '' : `/${prefix}`}`;
}

/** The address of this number in the network: from its start, or from its end when negative. */
function byNumber(address: Address, number: bigint): Value {
  const value = number < 0n ? lastOf(address) + 1n + number : networkOf(address) + number;
  if (value < networkOf(address) || value > lastOf(address)) return false;
  return withPrefix(address, value);
}

/**
 * Asks one thing of a text: false when it is no address, or the answer is no. An empty query tells whether it is one;
 * a number picks that address of the network; a network keeps what lies in it. Undefined for an unknown query.
 */
export function askAddress(written: string, query: string, version?: 4 | 6): Value | undefined {
  const address = parseAddress(written.trim());
  if (!address || (version !== undefined && address.version !== version)) return false;
  if (query === '') return written;
  const known = Object.hasOwn(words, query) ? words[query] : undefined;
  if (known) return known(address, written);
  if (/^-?\d+$/.test(query)) return byNumber(address, BigInt(query));
  const network = parseAddress(query);
  if (!network) return undefined;
  return contains(network, address) ? written : false;
}
