// IP addresses and networks as numbers. An address without a prefix has its full length; host bits are kept.

export interface Address {
  readonly version: 4 | 6;
  readonly value: bigint;
  readonly prefix: number;
  /** Whether a prefix was written. */
  readonly hasPrefix: boolean;
}

export const widthOf = (version: 4 | 6): number => (version === 4 ? 32 : 128);

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function groupsOf(text: string): string[] | undefined {
  const groups = text === '' ? [] : text.split(':');
  const last = groups.at(-1) ?? '';
  if (!last.includes('.')) return groups;
  // ::ffff:192.0.2.1 ends with an address of version 4.
  const v4 = parseV4(last);
  return v4 === undefined
    ? undefined
    : [...groups.slice(0, -1), (v4 >> 16n).toString(16), (v4 & 0xffffn).toString(16)];
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...(tail ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** `10.0.0.1`, `10.0.0.0/24`, `10.0.0.0/255.255.255.0`, `2001:db8::/32`; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const [host = '', mask, more] = text.split('/');
  if (more !== undefined) return undefined;
  const v4 = parseV4(host);
  const value = v4 ?? (host.includes(':') ? parseV6(host) : undefined);
  if (value === undefined) return undefined;
  const version = v4 === undefined ? 6 : 4;
  if (mask === undefined) return { version, value, prefix: widthOf(version), hasPrefix: false };
  const prefix = /^\d{1,3}$/.test(mask) ? Number(mask) : version === 4 ? prefixOfMask(mask) : undefined;
  if (prefix === undefined || prefix > widthOf(version)) return undefined;
  return { version, value, prefix, hasPrefix: true };
}

function prefixOfMask(mask: string): number | undefined {
  const value = parseV4(mask);
  const bits = value?.toString(2).padStart(32, '0');
  return bits !== undefined && /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}

export function networkMask({ version, prefix }: Address): bigint {
  const width = BigInt(widthOf(version));
  return ((1n << BigInt(prefix)) - 1n) << (width - BigInt(prefix));
}

export function hostMask(address: Address): bigint {
  return (1n << BigInt(widthOf(address.version) - address.prefix)) - 1n;
}

export const networkOf = (address: Address): bigint => address.value & networkMask(address);
export const lastOf = (address: Address): bigint => networkOf(address) | hostMask(address);
export const sizeOf = (address: Address): bigint => hostMask(address) + 1n;

function formatV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
}

// RFC 5952: lower case, the longest run of zero groups as `::`, the first when several are as long.
function formatV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - index * 16)) & 0xffffn).toString(16),
  );
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at += 1) {
    let length = 0;
    while (groups[at + length] === '0') length += 1;
    if (length > best.length) best = { at, length };
  }
  if (best.at === -1) return groups.join(':');
  return `${groups.slice(0, best.at).join(':')}::${groups.slice(best.at + best.length).join(':')}`;
}

export function formatAddress(version: 4 | 6, value: bigint): string {
  return version === 4 ? formatV4(value) : formatV6(value);
}

/** Whether all of `inner` lies in `outer`. */
export function contains(outer: Address, inner: Address): boolean {
  if (outer.version !== inner.version) return false;
  return networkOf(inner) >= networkOf(outer) && lastOf(inner) <= lastOf(outer);
}
