// Ranges of addresses as AWS keeps them: without host bits, those of IPv6 in the form of RFC 5952. AWS would clear these bits itself and then show another text
// than the one that was sent, so that a second run would not know its own work again.
import { isIPv6 } from 'node:net';

function bitsOf(address: string): number | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.reduce((whole, part) => whole * 256 + Number(part), 0);
}

const addressOf = (bits: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.');

/** `10.0.0.7/24` as `10.0.0.0/24`, `10.0.0.7` as `10.0.0.7/32`; undefined when it is no range of IPv4. */
export function ipv4Range(text: string): string | undefined {
  const [address = '', prefixText = '32', ...more] = text.trim().split('/');
  const bits = bitsOf(address);
  const prefix = Number(prefixText);
  if (bits === undefined || more.length > 0 || !/^\d{1,2}$/.test(prefixText) || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  return `${addressOf(Math.floor(bits / size) * size)}/${prefix}`;
}

/** VPCs and their subnets have between 16 and 65,536 addresses. Source: EC2 API reference, CreateVpc and CreateSubnet. */
const [widest, narrowest] = [16, 28];

/** Why AWS would make no VPC or subnet of the range; undefined when it does. */
export function vpcRangeRefused(range: string): string | undefined {
  const prefix = Number(ipv4Range(range)?.split('/')[1] ?? widest);
  if (prefix >= widest && prefix <= narrowest) return undefined;
  return `${range} is too ${prefix < widest ? 'wide' : 'narrow'}: ranges of VPCs and subnets are of /${widest} to /${narrowest}`;
}

/** Of an address of IPv6, eight numbers. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const numbers = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((one) => parseInt(one, 16));
  const [before, behind] = [numbers(head), numbers(tail ?? '')];
  return [...before, ...Array<number>(8 - before.length - behind.length).fill(0), ...behind];
}

/** As RFC 5952 writes it, and so do URLs: lower case, no leading zeros, the longest run of zeros left out. */
const shortest = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);

/** `2001:DB8:0::7/32` as `2001:db8::/32`; undefined when it is no range of IPv6. */
export function ipv6Range(text: string): string | undefined {
  const [address = '', prefixText = '128', ...more] = text.trim().split('/');
  const prefix = Number(prefixText);
  if (!isIPv6(address) || address.includes('%') || more.length > 0) return undefined;
  if (!/^\d{1,3}$/.test(prefixText) || prefix > 128) return undefined;
  const masked = groupsOf(shortest(address)).map((group, at) => {
    const kept = Math.min(16, Math.max(0, prefix - at * 16));
    return (group & (0xffff << (16 - kept)) & 0xffff).toString(16);
  });
  return `${shortest(masked.join(':'))}/${prefix}`;
}

/** A range as it is to be sent, or the sentence that says why it cannot be. */
export function sentRange(text: string): { readonly range: string } | { readonly wrong: string } {
  const trimmed = text.trim();
  const range = trimmed.includes(':') ? ipv6Range(trimmed) : ipv4Range(trimmed);
  return range === undefined ? { wrong: `${text} is no range of addresses, such as 10.0.0.0/24` } : { range };
}

/** Said where a range was given with host bits, as AWS would show another one than the playbook does. */
export function hostBitsWarning(given: string, range: string): string | undefined {
  const [address = '', prefix] = given.trim().split('/');
  const full = range.includes(':')
    ? `${shortest(address)}/${prefix ?? '128'}`
    : `${address}/${prefix ?? '32'}`;
  return full === range ? undefined : `${given} has host bits: ${range} is meant`;
}
