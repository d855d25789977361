// strftime and strptime in the C locale.
import type { DateTime } from './datetime.ts';

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const pad = (value: number, width = 2, fill = '0'): string => String(value).padStart(width, fill);

function dayOfYear(d: Date): number {
  return Math.floor((d.getTime() - Date.UTC(d.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}

function isoWeek(d: Date): { year: number; week: number } {
  const thursday = new Date(d.getTime());
  thursday.setUTCDate(d.getUTCDate() + 4 - (d.getUTCDay() || 7));
  return { year: thursday.getUTCFullYear(), week: Math.ceil(dayOfYear(thursday) / 7) };
}

type Directive = (d: Date, time: DateTime) => string;
const hour12 = (d: Date): number => d.getUTCHours() % 12 || 12;

const directives: Readonly<Record<string, Directive>> = {
  a: (d) => days[d.getUTCDay()]?.slice(0, 3) ?? '',
  A: (d) => days[d.getUTCDay()] ?? '',
  b: (d) => months[d.getUTCMonth()]?.slice(0, 3) ?? '',
  B: (d) => months[d.getUTCMonth()] ?? '',
  C: (d) => pad(Math.floor(d.getUTCFullYear() / 100)),
  d: (d) => pad(d.getUTCDate()),
  e: (d) => pad(d.getUTCDate(), 2, ' '),
  f: (_, time) => pad(time.fraction, 6),
  G: (d) => String(isoWeek(d).year),
  g: (d) => pad(isoWeek(d).year % 100),
  H: (d) => pad(d.getUTCHours()),
  h: (d) => months[d.getUTCMonth()]?.slice(0, 3) ?? '',
  I: (d) => pad(hour12(d)),
  j: (d) => pad(dayOfYear(d), 3),
  k: (d) => pad(d.getUTCHours(), 2, ' '),
  l: (d) => pad(hour12(d), 2, ' '),
  m: (d) => pad(d.getUTCMonth() + 1),
  M: (d) => pad(d.getUTCMinutes()),
  n: () => '\n',
  p: (d) => (d.getUTCHours() < 12 ? 'AM' : 'PM'),
  P: (d) => (d.getUTCHours() < 12 ? 'am' : 'pm'),
  S: (d) => pad(d.getUTCSeconds()),
  s: (_, time) => String(Math.floor(time.localEpoch / 1000)),
  t: () => '\t',
  u: (d) => String(d.getUTCDay() || 7),
  U: (d) => pad(Math.floor((dayOfYear(d) + 6 - d.getUTCDay()) / 7)),
  V: (d) => pad(isoWeek(d).week),
  w: (d) => String(d.getUTCDay()),
  W: (d) => pad(Math.floor((dayOfYear(d) + 6 - ((d.getUTCDay() + 6) % 7)) / 7)),
  y: (d) => pad(d.getUTCFullYear() % 100),
  Y: (d) => String(d.getUTCFullYear()),
  z: () => '',
  Z: () => '',
  '%': () => '%',
};

const compound: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

/** Formats a wall clock time. `zone` gives %z and %Z when the time has one. */
export function strftime(format: string, time: DateTime, zone?: { offset: string; name: string }): string {
  return format.replace(/%(-?)([a-zA-Z%])/g, (whole, minus: string, letter: string) => {
    const longer = compound[letter];
    if (longer !== undefined) return strftime(longer, time, zone);
    if (zone && letter === 'z') return zone.offset;
    if (zone && letter === 'Z') return zone.name;
    const directive = Object.hasOwn(directives, letter) ? directives[letter] : undefined;
    if (!directive) return whole;
    const text = directive(time.date, time);
    return minus === '' ? text : text.replace(/^[0 ]+(?=.)/, '');
  });
}

interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  micro: number;
  afternoon?: boolean;
}

type Reader = readonly [pattern: string, store: (text: string, fields: Fields) => void];
const indexIn = (names: readonly string[], text: string): number =>
  names.findIndex((entry) => entry.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase());
const alternatives = (names: readonly string[]): string => names.join('|');
const short = (names: readonly string[]): string => names.map((entry) => entry.slice(0, 3)).join('|');

const readers: Readonly<Record<string, Reader | undefined>> = {
  Y: ['\\d{4}', (t, f) => void (f.year = Number(t))],
  y: ['\\d{2}', (t, f) => void (f.year = Number(t) + (Number(t) < 69 ? 2000 : 1900))],
  m: ['1[0-2]|0?[1-9]', (t, f) => void (f.month = Number(t))],
  d: ['3[01]|[12]\\d|0?[1-9]| [1-9]', (t, f) => void (f.day = Number(t))],
  H: ['2[0-3]|[01]?\\d', (t, f) => void (f.hour = Number(t))],
  I: ['1[0-2]|0?[1-9]', (t, f) => void (f.hour = Number(t) % 12)],
  M: ['[0-5]?\\d', (t, f) => void (f.minute = Number(t))],
  S: ['6[01]|[0-5]?\\d', (t, f) => void (f.second = Number(t))],
  f: ['\\d{1,6}', (t, f) => void (f.micro = Number(t.padEnd(6, '0')))],
  p: ['[AaPp][Mm]', (t, f) => void (f.afternoon = t.toLowerCase() === 'pm')],
  B: [alternatives(months), (t, f) => void (f.month = indexIn(months, t) + 1)],
  b: [short(months), (t, f) => void (f.month = indexIn(months, t) + 1)],
  A: [alternatives(days), () => undefined],
  a: [short(days), () => undefined],
  j: ['\\d{1,3}', (t, f) => void ((f.month = 1), (f.day = Number(t)))],
  z: ['[-+]\\d{2}:?\\d{2}|Z', () => undefined],
  Z: ['[A-Za-z]+', () => undefined],
  '%': ['%', () => undefined],
};

/** Reads a time by a format: the moment as if it were UTC, and microseconds below a millisecond; undefined on mismatch. */
export function strptime(source: string, format: string): { date: Date; micros: number } | undefined {
  const stores: Reader[1][] = [];
  const expanded = format.replace(
    /%([DFRTrcxX])/g,
    (_, letter: string) => compound[letter]?.replace('%e', '%d') ?? '',
  );
  const unknown = [...expanded.matchAll(/%([a-zA-Z%])/g)].some(([, letter = '']) => !readers[letter]);
  if (unknown) return undefined;
  const pattern = expanded
    .split(/(%[a-zA-Z%])/)
    .map((part) => {
      if (!/^%[a-zA-Z%]$/.test(part))
        return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
      const reader = readers[part.slice(1)];
      if (!reader) return '';
      stores.push(reader[1]);
      return `(${reader[0]})`;
    })
    .join('');
  const match = new RegExp(`^${pattern}$`, 'i').exec(source);
  if (!match) return undefined;
  const fields: Fields = { year: 1900, month: 1, day: 1, hour: 0, minute: 0, second: 0, micro: 0 };
  for (const [index, store] of stores.entries()) store(match[index + 1] ?? '', fields);
  const { year, month, day, minute, second, micro } = fields;
  const hour = fields.hour + (fields.afternoon === true ? 12 : 0);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, Math.floor(micro / 1000)));
  if (year < 100) date.setUTCFullYear(year);
  // JavaScript takes the 30th of February for the 1st of March; a day of the year (%j) is meant to run over.
  if (!expanded.includes('%j') && date.getUTCDate() !== fields.day) return undefined;
  return { date, micros: micro % 1000 };
}
