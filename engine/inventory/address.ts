// Host names, addresses and ports as inventories write them, and ranges in them: `web[01:50:2].example.org:2222`.

const numericRange = String.raw`\[[0-9]+:[0-9]+(?::[0-9]+)?\]`;
const hexRange = String.raw`\[[0-9a-f]+:[0-9a-f]+(?::[0-9]+)?\]`;
const nameRange = String.raw`\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?\]`;
const byte = `(?:[01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5]|${numericRange})`;
const word = `(?:[0-9a-f]{1,4}|${hexRange})`;
const label = String.raw`(?:[\p{L}\p{N}_]|${nameRange})(?:[\p{L}\p{N}_-]|${nameRange})*(?<![_-])`;

const ipv4 = `(?:${byte}\\.){3}${byte}`;
const ipv6 = [
  `(?:${word}:){7}${word}`,
  `(?:${word}:){1,6}:`,
  ...[1, 2, 3, 4, 5, 6].map((count) => `(?:${word}:){${count}}(?::${word}){1,${7 - count}}`),
  `:(?::${word}){1,6}`,
  `${word}?::`,
  `(?:0:){6}${ipv4}`,
  `::(?:ffff:)?${ipv4}`,
  `(?:0:){5}ffff:${ipv4}`,
].join('|');

const hostPattern = new RegExp(`^(?:${ipv4}|${ipv6}|${label}(?:\\.${label})*)$`, 'iu');
const addressPattern = new RegExp(`^(?:${ipv4}|${ipv6})$`, 'i');
const bracketed = /^\[(.+)\]:([0-9]+)$/;
const withPort = /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/;

export interface HostAddress {
  readonly host: string;
  readonly port: number | undefined;
}

/** Takes a port off a host name, address or range; undefined when the text is none of them. */
export function parseAddress(text: string): HostAddress | undefined {
  const found = bracketed.exec(text) ?? withPort.exec(text);
  const host = found?.[1] ?? text;
  if (!hostPattern.test(host)) return undefined;
  return { host, port: found ? Number(found[2]) : undefined };
}

/** Whether a name is an IPv4 or IPv6 address. */
export function isAddress(name: string): boolean {
  return addressPattern.test(name);
}

/** The names of an inventory's host entry, or why there are none. */
export function expandHosts(
  pattern: string,
): { readonly names: readonly string[]; readonly port: number | undefined } | string {
  const parsed = parseAddress(pattern) ?? { host: pattern, port: undefined };
  if (parsed.port === undefined && pattern.endsWith(':'))
    return 'A host name ends with a colon but no port follows';
  const names = expandRanges(parsed.host);
  return typeof names === 'string' ? names : { names, port: parsed.port };
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** All names of a pattern with ranges, the first range varying slowest; a text says why the pattern is wrong. */
export function expandRanges(pattern: string): readonly string[] | string {
  if (!pattern.includes('[')) return [pattern];
  const found = /^([^[\]]*)\[([^[\]]*)\](.*)$/s.exec(pattern);
  if (!found) return 'Brackets of a range do not match';
  const [, head = '', range = '', tail = ''] = found;
  const steps = rangeOf(range);
  if (typeof steps === 'string') return steps;
  const rest = expandRanges(tail);
  if (typeof rest === 'string') return rest;
  return steps.flatMap((step) => rest.map((end) => head + step + end));
}

function rangeOf(range: string): readonly string[] | string {
  const bounds = range.split(':');
  const [first = '', end = '', stepText = '1'] = bounds;
  if (bounds.length < 2 || bounds.length > 3) return 'A range is [begin:end] or [begin:end:step]';
  if (end === '') return 'A range must say where it ends';
  const begin = first === '' ? '0' : first;
  const step = Number(stepText);
  if (!/^\d+$/.test(stepText) || step < 1) return 'The step of a range is a whole number from 1';
  if (begin.length === 1 && end.length === 1 && letters.includes(begin) && letters.includes(end)) {
    const [from, to] = [letters.indexOf(begin), letters.indexOf(end)];
    return from > to
      ? 'A range begins before it ends'
      : Array.from(letters.slice(from, to + 1)).filter((_, at) => at % step === 0);
  }
  if (!/^\d+$/.test(begin) || !/^\d+$/.test(end))
    return 'A range goes from number to number or from letter to letter';
  const width = begin.startsWith('0') && begin.length > 1 ? begin.length : 0;
  if (width > 0 && width !== end.length)
    return 'Begin and end of a range with leading zeros have the same length';
  const count = Math.max(0, Math.floor((Number(end) - Number(begin)) / step) + 1);
  // A slip of the finger in a range must not fill the memory.
  if (count > 1_000_000) return 'A range makes at most 1,000,000 hosts';
  return Array.from({ length: count }, (_, index) =>
    String(Number(begin) + index * step).padStart(width, '0'),
  );
}
