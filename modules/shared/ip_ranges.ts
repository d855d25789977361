// Ranges of IPv4 as AWS keeps them: without host bits. AWS would clear these bits itself and then show another text
// than the one that was sent, so that a second run would not know its own work again.

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

/** A range as it is to be sent, or the sentence that says why it cannot be. IPv6 stays as it is. */
export function sentRange(text: string): { readonly range: string } | { readonly wrong: string } {
  const trimmed = text.trim();
  if (/^[0-9a-fA-F:]*:[0-9a-fA-F:.]*\/\d{1,3}$/.test(trimmed)) return { range: trimmed.toLowerCase() };
  const range = ipv4Range(trimmed);
  return range === undefined ? { wrong: `${text} is no range of addresses, such as 10.0.0.0/24` } : { range };
}

/** Said where a range was given with host bits, as AWS would show another one than the playbook does. */
export function hostBitsWarning(given: string, range: string): string | undefined {
  const full = given.trim().includes('/') ? given.trim() : `${given.trim()}/32`;
  return full === range || range.includes(':') ? undefined : `${given} has host bits: ${range} is meant`;
}
