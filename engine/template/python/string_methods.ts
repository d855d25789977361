// Python's str methods.
import { type Value, bare, textOf, tuple } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Args } from './arguments.ts';
import { formatBraces, formatMap } from './braces.ts';
import { needed } from './compare.ts';
import type { MethodTable } from './method.ts';
import { typeName } from './printing.ts';
import { characters, iterate, slice } from './sequence.ts';

const quote = (part: string): string => part.replace(/[\\\]^-]/g, '\\$&');

/** Strips characters from one or both ends: white space, or any of `set`. */
export function strip(text: string, set: string | undefined, ends: 'both' | 'left' | 'right'): string {
  const set_ = set === undefined ? '\\s\\x1c-\\x1f\\x85' : quote(set);
  if (set === '') return text;
  let result = text;
  if (ends !== 'right') result = result.replace(new RegExp(`^[${set_}]+`, 'u'), '');
  if (ends !== 'left') result = result.replace(new RegExp(`[${set_}]+$`, 'u'), '');
  return result;
}

function setOf(args: Args): string | undefined {
  return args.has('characters') ? args.text('characters') : undefined;
}

/** str.split(): runs of white space without a separator. */
export function split(
  text: string,
  separator: string | undefined,
  limit: number,
  fromRight = false,
): string[] {
  if (separator === '') return fail('empty separator');
  if (limit === 0) return separator === undefined ? [text.trimStart()].filter((part) => part !== '') : [text];
  const parts = separator === undefined ? text.trim().split(/\s+/u) : text.split(separator);
  if (separator === undefined && text.trim() === '') return [];
  if (limit < 0 || parts.length <= limit + 1) return parts;
  if (separator !== undefined) {
    return fromRight
      ? [parts.slice(0, parts.length - limit).join(separator), ...parts.slice(parts.length - limit)]
      : [...parts.slice(0, limit), parts.slice(limit).join(separator)];
  }
  const rest = fromRight
    ? new RegExp(`^(.*?)((?:\\s+\\S+){${limit}})\\s*$`, 'su').exec(text)
    : new RegExp(`^\\s*((?:\\S+\\s+){${limit}})(.*)$`, 'su').exec(text);
  const [, first = '', second = ''] = rest ?? [];
  return fromRight ? [first.trim(), ...second.trim().split(/\s+/u)] : [...first.trim().split(/\s+/u), second];
}

function splitWith(self: string, args: Args, fromRight: boolean): Value {
  const separator = args.has('sep') ? args.text('sep') : undefined;
  return split(self, separator, args.count('maxsplit', -1), fromRight);
}

// Python's line ends, more than JavaScript's: also vertical tab, form feed, the separators 1c to 1e and next line.
const ends = '\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029';
const lineWithEnd = new RegExp(`[^${ends}]*(?:\\r\\n|[${ends}]|$)`, 'g');
const lineEnd = new RegExp(`(?:\\r\\n|[${ends}])$`);

export function splitLines(text: string, keepEnds: boolean): string[] {
  const lines = text.match(lineWithEnd) ?? [];
  if (lines.at(-1) === '') lines.pop();
  return keepEnds ? lines : lines.map((line) => line.replace(lineEnd, ''));
}

const isCased = (character: string): boolean => character.toLowerCase() !== character.toUpperCase();

export function capitalize(text: string): string {
  const [first = '', ...rest] = characters(text);
  return first.toUpperCase() + rest.join('').toLowerCase();
}

/** str.title(): a letter after anything but a letter is upper case. */
export function titleCase(text: string): string {
  let afterLetter = false;
  return characters(text)
    .map((character) => {
      const changed = afterLetter ? character.toLowerCase() : character.toUpperCase();
      afterLetter = isCased(character);
      return changed;
    })
    .join('');
}

function prefixes(args: Args): string[] {
  const given = bare(args.value('prefix'));
  if (typeof given === 'string') return [given];
  return iterate(given).map(
    (entry) => textOf(entry) ?? fail(`${args.what}: expected text, not ${typeName(entry)}`),
  );
}

function window(self: string, args: Args): { text: string; offset: number } {
  const text = slice(self, args.optional('start') ?? null, args.optional('end') ?? null) as string;
  const start = args.count('start', 0);
  return { text, offset: start < 0 ? Math.max(0, self.length + start) : start };
}

function place(self: string, args: Args, fromRight: boolean): number {
  const { text, offset } = window(self, args);
  const found = fromRight ? text.lastIndexOf(args.text('part')) : text.indexOf(args.text('part'));
  return found < 0 ? -1 : found + offset;
}

const has = (pattern: RegExp): { parameters: string; run: (self: string) => Value } => ({
  parameters: '',
  run: (self) => pattern.test(self),
});

function justify(self: string, args: Args, side: 'left' | 'right' | 'center'): string {
  const width = args.count('width');
  const fill = args.text('fill', ' ');
  const gap = Math.max(0, width - characters(self).length);
  if (side === 'left') return self + fill.repeat(gap);
  if (side === 'right') return fill.repeat(gap) + self;
  const left = Math.floor(gap / 2) + (gap & width & 1);
  return fill.repeat(left) + self + fill.repeat(gap - left);
}

function replace(self: string, args: Args): string {
  const count = args.count('count', -1);
  const [from, to] = [args.text('old'), args.text('new')];
  if (count < 0) return self.replaceAll(from, () => to);
  const parts = from === '' ? characters(self) : split(self, from, count);
  return parts.join(to);
}

function join(self: string, args: Args): string {
  return iterate(args.value('items'))
    .map((entry, index) => {
      const inner = needed(entry);
      return typeof inner === 'string'
        ? inner
        : fail(`sequence item ${index}: expected str instance, ${typeName(entry)} found`);
    })
    .join(self);
}

function partition(self: string, args: Args, fromRight: boolean): Value {
  const separator = args.text('sep');
  const at = fromRight ? self.lastIndexOf(separator) : self.indexOf(separator);
  if (at < 0) return tuple(fromRight ? ['', '', self] : [self, '', '']);
  return tuple([self.slice(0, at), separator, self.slice(at + separator.length)]);
}

function expandTabs(self: string, size: number): string {
  return self
    .split('\n')
    .map((line) => {
      let text = '';
      for (const character of line)
        text += character === '\t' ? ' '.repeat(size - (text.length % size)) : character;
      return text;
    })
    .join('\n');
}

const bounds = 'start end';

export const stringMethods: MethodTable<string> = {
  capitalize: { parameters: '', run: capitalize },
  casefold: { parameters: '', run: (self) => self.toUpperCase().toLowerCase() },
  center: { parameters: 'width fill', run: (self, args) => justify(self, args, 'center') },
  count: {
    parameters: `part ${bounds}`,
    run: (self, args) =>
      window(self, args).text.split(args.text('part')).length - (args.text('part') === '' ? 0 : 1),
  },
  encode: { parameters: 'encoding errors', run: (self) => self },
  endswith: {
    parameters: `prefix ${bounds}`,
    run: (self, args) => prefixes(args).some((suffix) => window(self, args).text.endsWith(suffix)),
  },
  expandtabs: { parameters: 'tabsize', run: (self, args) => expandTabs(self, args.count('tabsize', 8)) },
  find: { parameters: `part ${bounds}`, run: (self, args) => place(self, args, false) },
  format: {
    parameters: '*values **named',
    run: (self, args) => formatBraces(self, { positional: args.rest, named: args.named }),
  },
  format_map: { parameters: 'values', run: (self, args) => formatMap(self, args.value('values')) },
  index: {
    parameters: `part ${bounds}`,
    run: (self, args) =>
      place(self, args, false) < 0 ? fail('substring not found') : place(self, args, false),
  },
  isalnum: has(/^[\p{L}\p{N}]+$/u),
  isalpha: has(/^\p{L}+$/u),
  isascii: has(/^\p{ASCII}*$/u),
  isdecimal: has(/^\p{Nd}+$/u),
  isdigit: has(/^\p{Nd}+$/u),
  isidentifier: has(/^[\p{L}_][\p{L}\p{N}_]*$/u),
  islower: { parameters: '', run: (self) => self === self.toLowerCase() && self !== self.toUpperCase() },
  isnumeric: has(/^\p{N}+$/u),
  isprintable: has(/^[^\p{C}\p{Zl}\p{Zp}]*$/u),
  isspace: has(/^\s+$/u),
  istitle: {
    parameters: '',
    run: (self) => self === titleCase(self) && self.toLowerCase() !== self.toUpperCase(),
  },
  isupper: { parameters: '', run: (self) => self === self.toUpperCase() && self !== self.toLowerCase() },
  join: { parameters: 'items', run: join },
  ljust: { parameters: 'width fill', run: (self, args) => justify(self, args, 'left') },
  lower: { parameters: '', run: (self) => self.toLowerCase() },
  lstrip: { parameters: 'characters', run: (self, args) => strip(self, setOf(args), 'left') },
  partition: { parameters: 'sep', run: (self, args) => partition(self, args, false) },
  removeprefix: {
    parameters: 'prefix',
    run: (self, args) =>
      self.startsWith(args.text('prefix')) ? self.slice(args.text('prefix').length) : self,
  },
  removesuffix: {
    parameters: 'suffix',
    run: (self, args) =>
      args.text('suffix') !== '' && self.endsWith(args.text('suffix'))
        ? self.slice(0, -args.text('suffix').length)
        : self,
  },
  replace: { parameters: 'old new count', run: replace },
  rfind: { parameters: `part ${bounds}`, run: (self, args) => place(self, args, true) },
  rindex: {
    parameters: `part ${bounds}`,
    run: (self, args) =>
      place(self, args, true) < 0 ? fail('substring not found') : place(self, args, true),
  },
  rjust: { parameters: 'width fill', run: (self, args) => justify(self, args, 'right') },
  rpartition: { parameters: 'sep', run: (self, args) => partition(self, args, true) },
  rsplit: { parameters: 'sep maxsplit', run: (self, args) => splitWith(self, args, true) },
  rstrip: { parameters: 'characters', run: (self, args) => strip(self, setOf(args), 'right') },
  split: { parameters: 'sep maxsplit', run: (self, args) => splitWith(self, args, false) },
  splitlines: { parameters: 'keepends', run: (self, args) => splitLines(self, args.bool('keepends', false)) },
  startswith: {
    parameters: `prefix ${bounds}`,
    run: (self, args) => prefixes(args).some((prefix) => window(self, args).text.startsWith(prefix)),
  },
  strip: { parameters: 'characters', run: (self, args) => strip(self, setOf(args), 'both') },
  swapcase: {
    parameters: '',
    run: (self) =>
      characters(self)
        .map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase()))
        .join(''),
  },
  title: { parameters: '', run: titleCase },
  upper: { parameters: '', run: (self) => self.toUpperCase() },
  zfill: {
    parameters: 'width',
    run: (self, args) => {
      const [, sign = '', rest = ''] = /^([-+]?)(.*)$/s.exec(self) ?? [];
      return sign + rest.padStart(args.count('width') - sign.length, '0');
    },
  },
};
