// IPv4 and IPv6 addresses and networks as numbers.

export interface Network {
  readonly version: 4 | 6;
  /** The address itself, which may lie anywhere in its network. */
  readonly address: bigint;
  readonly prefix: number;
}

export const widthOf = (version: 4 | 6): number => (version === 4 ? 32 : 128);

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.reduce((whole, part) => (whole << 8n) | BigInt(Number(part)), 0n);
}

function parseV6(source: string): bigint | undefined {
  let text = source;
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (embedded) {
    const v4 = parseV4(embedded[2] ?? '');
    if (v4 === undefined) return undefined;
    text = `${embedded[1] ?? ''}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const given = groups.flat();
  if (!given.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const missing = 8 - given.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const [head = [], tail = []] = groups;
  const all = halves.length === 2 ? [...head, ...Array.from({ length: missing }, () => '0'), ...tail] : head;
  return all.reduce((whole, group) => (whole << 16n) | BigInt(`0x${group}`), 0n);
}

export function parseAddress(
  text: string,
): { readonly version: 4 | 6; readonly address: bigint } | undefined {
  const v4 = parseV4(text);
  if (v4 !== undefined) return { version: 4, address: v4 };
  const v6 = text.includes(':') ? parseV6(text) : undefined;
  return v6 === undefined ? undefined : { version: 6, address: v6 };
}

/** The prefix length that a netmask or hostmask stands for. */
function prefixOfMask(mask: bigint, width: number): number | undefined {
  const bits = mask.toString(2).padStart(width, '0');
  if (/^1*0*$/.test(bits)) return bits.indexOf('0') < 0 ? width : bits.indexOf('0');
  return /^0*1*$/.test(bits) ? bits.indexOf('1') : undefined;
}

/** An address, or an address with `/prefix` or `/netmask`. */
export function parseNetwork(text: string): Network | undefined {
  const [host = '', mask, ...rest] = text.split('/');
  const found = rest.length > 0 ? undefined : parseAddress(host);
  if (!found) return undefined;
  const width = widthOf(found.version);
  if (mask === undefined) return { ...found, prefix: width };
  if (/^\d+$/.test(mask)) return Number(mask) <= width ? { ...found, prefix: Number(mask) } : undefined;
  const parsed = parseAddress(mask);
  const prefix = parsed?.version === found.version ? prefixOfMask(parsed.address, width) : undefined;
  return prefix === undefined ? undefined : { ...found, prefix };
}

function formatV6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    Number((address >> BigInt(112 - 16 * index)) & 0xffffn),
  );
  // The longest run of two or more zero groups is left out; the first of equals (RFC 5952, section 4.2).
  let [bestAt, bestLength] = [-1, 1];
  for (let at = 0; at < 8; at += 1) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === 0) length += 1;
    if (length > bestLength) [bestAt, bestLength] = [at, length];
  }
  const hex = groups.map((group) => group.toString(16));
  const mapped = address >> 32n;
  if (mapped === 0xffffn || (mapped === 0n && address > 0xffffn))
    return `${mapped === 0n ? '::' : '::ffff:'}${formatAddress(4, address & 0xffffffffn)}`;
  if (bestAt < 0) return hex.join(':');
  return `${hex.slice(0, bestAt).join(':')}::${hex.slice(bestAt + bestLength).join(':')}`;
}

export function formatAddress(version: 4 | 6, address: bigint): string {
  if (version === 6) return formatV6(address);
  return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 0xffn)).join('.');
}

export const sizeOf = (net: Network): bigint => 1n << BigInt(widthOf(net.version) - net.prefix);
export const netmaskOf = (net: Network): bigint =>
  ((1n << BigInt(widthOf(net.version))) - 1n) ^ (sizeOf(net) - 1n);
export const firstOf = (net: Network): bigint => net.address & netmaskOf(net);
export const lastOf = (net: Network): bigint => firstOf(net) + sizeOf(net) - 1n;

export function formatNetwork(net: Network): string {
  return `${formatAddress(net.version, net.address)}/${net.prefix}`;
}

/** The network that an address lies in, with host bits cleared. */
export function cidrOf(net: Network): Network {
  return { ...net, address: firstOf(net) };
}

export function isWithin(inner: Network, outer: Network): boolean {
  return (
    inner.version === outer.version && firstOf(inner) >= firstOf(outer) && lastOf(inner) <= lastOf(outer)
  );
}

/** The fewest networks that cover the same addresses. */
export function mergeNetworks(networks: readonly Network[]): Network[] {
  const sorted = networks
    .map(cidrOf)
    .sort(
      (a, b) =>
        a.version - b.version ||
        (a.address < b.address ? -1 : a.address > b.address ? 1 : a.prefix - b.prefix),
    );
  const merged: Network[] = [];
  for (const net of sorted) {
    const last = merged.at(-1);
    if (last && isWithin(net, last)) continue;
    merged.push(net);
    joinPairs(merged);
  }
  return merged;
}

/** Two halves of one network at the end of the list become that network. */
function joinPairs(list: Network[]): void {
  for (;;) {
    const [a, b] = list.slice(-2);
    if (!a || !b || a.version !== b.version || a.prefix !== b.prefix || a.prefix === 0) return;
    const above = cidrOf({ ...a, prefix: a.prefix - 1 });
    if (above.address !== a.address || !isWithin(b, above)) return;
    list.splice(-2, 2, above);
  }
}

/** The smallest network that holds all of these. */
export function spanningNetwork(networks: readonly Network[]): Network | undefined {
  const [first, ...rest] = networks;
  if (!first) return undefined;
  let span = cidrOf(first);
  for (const net of rest)
    while (!isWithin(net, span) && span.prefix > 0) span = cidrOf({ ...span, prefix: span.prefix - 1 });
  return span;
}
