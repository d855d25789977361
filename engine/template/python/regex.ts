// Python's regular expressions on JavaScript's engine: the pattern is translated, replacements are read as Python does.
import { fail } from '../failure.ts';

export interface RegexFlags {
  readonly ignoreCase?: boolean;
  readonly multiline?: boolean;
  readonly dotAll?: boolean;
  readonly verbose?: boolean;
  readonly ascii?: boolean;
}

const word = '\\p{L}\\p{N}_';
const classes: Readonly<Record<string, readonly [inside: string, outside: string]>> = {
  d: ['\\p{Nd}', '\\p{Nd}'],
  D: ['\\P{Nd}', '\\P{Nd}'],
  w: [word, `[${word}]`],
  W: ['', `[^${word}]`],
  s: ['\\s', '\\s'],
  S: ['\\S', '\\S'],
};
const asciiClasses: typeof classes = {
  d: ['0-9', '[0-9]'],
  D: ['', '[^0-9]'],
  w: ['A-Za-z0-9_', '[A-Za-z0-9_]'],
  W: ['', '[^A-Za-z0-9_]'],
  s: [' \\t\\n\\r\\f\\v', '[ \\t\\n\\r\\f\\v]'],
  S: ['', '[^ \\t\\n\\r\\f\\v]'],
};
const controls: Readonly<Record<string, string>> = {
  n: '\\n',
  t: '\\t',
  r: '\\r',
  f: '\\f',
  v: '\\v',
  a: '\\x07',
};
const start = '(?<![\\s\\S])';
const end = '(?![\\s\\S])';
const flagNames: Readonly<Record<string, keyof RegexFlags>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  x: 'verbose',
  a: 'ascii',
};

// With the flag u only these may be escaped, and `-` only in a set.
const literal = (character: string): string =>
  /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
const literalInSet = (character: string): string => (character === '-' ? '\\-' : literal(character));

class Translator {
  readonly #source: string;
  readonly #flags: RegexFlags;
  #at = 0;

  constructor(source: string, flags: RegexFlags) {
    this.#source = source;
    this.#flags = flags;
  }

  translate(): string {
    let out = '';
    while (this.#at < this.#source.length) out += this.#piece();
    return out;
  }

  #bad(message: string): never {
    return fail(`the regular expression '${this.#source}' is not valid: ${message} at position ${this.#at}`);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  #piece(): string {
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    if (character === '\\') return this.#escape(false);
    if (character === '[') return this.#class();
    if (character === '(') return this.#group();
    const counted = this.#match(/\{(\d*)(,?)(\d*)\}/y);
    if (counted && (counted[1] !== '' || counted[3] !== ''))
      return `{${counted[1] === '' ? '0' : (counted[1] ?? '')}${counted[2] ?? ''}${counted[3] ?? ''}}`;
    if (counted) this.#at -= counted[0].length;
    this.#at += character.length;
    if (this.#flags.verbose && /\s/.test(character)) return '';
    if (this.#flags.verbose && character === '#') return (this.#match(/[^\n]*/y), '');
    switch (character) {
      case '.':
        return this.#flags.dotAll ? '[\\s\\S]' : '[^\\n]';
      case '^':
        return this.#flags.multiline ? '(?<![^\\n])' : start;
      case '$':
        return this.#flags.multiline ? '(?![^\\n])' : `(?=\\n?${end})`;
      case '*':
      case '+':
      case '?':
      case '|':
      case ')':
        return character;
      default:
        return literal(character);
    }
  }

  #group(): string {
    const named = this.#match(/\(\?P<([^>]+)>/y);
    if (named) return `(?<${named[1] ?? ''}>`;
    const reference = this.#match(/\(\?P=([^)]+)\)/y);
    if (reference) return `\\k<${reference[1] ?? ''}>`;
    if (this.#match(/\(\?#[^)]*\)/y)) return '';
    const special = this.#match(/\(\?(?::|=|!|<=|<!)/y);
    if (special) return special[0];
    if (this.#match(/\(\?/y)) return this.#bad('this kind of group is not supported');
    this.#at += 1;
    return '(';
  }

  #escape(inClass: boolean): string {
    const match = this.#match(
      /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(0[0-7]{0,2}|[1-3][0-7]{2})|([1-9]\d?)|([\s\S]))/y,
    );
    if (!match) return this.#bad('it ends with a backslash');
    const [, x, u, wide, octal, reference, other = ''] = match;
    const hex = x ?? u ?? wide;
    if (hex !== undefined) return `\\u{${hex}}`;
    if (octal !== undefined) return `\\u{${parseInt(octal, 8).toString(16)}}`;
    if (reference !== undefined)
      return inClass ? this.#bad('a back reference cannot stand in a set') : `(?:\\${reference})`;
    const table = this.#flags.ascii ? asciiClasses : classes;
    const set = Object.hasOwn(table, other) ? table[other] : undefined;
    if (set) return inClass ? set[0] || this.#bad(`\\${other} cannot stand in a set here`) : set[1];
    if (Object.hasOwn(controls, other)) return controls[other] ?? '';
    if (other === 'b' && inClass) return '\\x08';
    if (!inClass) {
      const letters = this.#flags.ascii ? 'A-Za-z0-9_' : word;
      if (other === 'b') return `(?:(?<=[${letters}])(?![${letters}])|(?<![${letters}])(?=[${letters}]))`;
      if (other === 'B') return `(?:(?<=[${letters}])(?=[${letters}])|(?<![${letters}])(?![${letters}]))`;
      if (other === 'A') return start;
      if (other === 'Z') return end;
    }
    return /[a-zA-Z]/.test(other)
      ? this.#bad(`bad escape \\${other}`)
      : inClass
        ? literalInSet(other)
        : literal(other);
  }

  #class(): string {
    const from = this.#at;
    this.#at += 1;
    let out = this.#match(/\^/y) ? '[^' : '[';
    let isFirst = true;
    for (;;) {
      const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
      if (this.#at >= this.#source.length) {
        this.#at = from;
        return this.#bad('unterminated character set');
      }
      if (character === ']' && !isFirst) break;
      isFirst = false;
      if (character === '\\') out += this.#escapeInClass();
      else {
        this.#at += character.length;
        out += this.#isRange(character) ? '-' : literalInSet(character);
      }
    }
    this.#at += 1;
    return `${out}]`;
  }

  /** `\W` in a set has no short form: the set is left to JavaScript's own, which is ASCII. */
  #escapeInClass(): string {
    const ascii = this.#match(/\\[WDS]/y);
    return ascii ? (ascii[0] === '\\D' ? '\\P{Nd}' : ascii[0]) : this.#escape(true);
  }

  /** A `-` is a range only between two plain characters; `[\w-]` and `[a-]` mean the sign itself. */
  #isRange(character: string): boolean {
    if (character !== '-') return false;
    const before = this.#source.slice(0, this.#at - 1);
    const isPlain = !/(?:^|[^\\])(?:\\\\)*(?:\\[dDwWsS]|\[\^?)$/.test(before);
    return isPlain && !/^(?:\]|\\[dDwWsS])/.test(this.#source.slice(this.#at));
  }
}

const cache = new Map<string, RegExp>();

/** A Python pattern as a RegExp with the flags u, g, d off, i as asked. */
export function compileRegex(pattern: string, flags: RegexFlags = {}): RegExp {
  const key = `${JSON.stringify(flags)}${pattern}`;
  const known = cache.get(key);
  if (known) {
    known.lastIndex = 0;
    return known;
  }
  const inline = /^\(\?([imsxauL]+)\)/.exec(pattern);
  const all: RegexFlags = { ...flags };
  for (const letter of inline?.[1] ?? '') {
    const name = flagNames[letter];
    if (name) Object.assign(all, { [name]: true });
  }
  const translated = new Translator(pattern.slice(inline?.[0].length ?? 0), all).translate();
  let made: RegExp;
  try {
    made = new RegExp(translated, all.ignoreCase ? 'giu' : 'gu');
  } catch {
    return fail(`the regular expression '${pattern}' is not valid or not supported`);
  }
  if (cache.size > 1000) cache.clear();
  cache.set(key, made);
  return made;
}

/** Python's replacement text: \1, \g<1>, \g<name> and escapes; \0 is no group. */
export function expandReplacement(replacement: string, match: RegExpExecArray): string {
  return replacement.replace(
    /\\(?:g<([^>]+)>|([1-9]\d?)|([\s\S]))/g,
    (whole, name?: string, digits?: string, other?: string) => {
      const group = name ?? digits;
      if (group !== undefined) return groupOf(match, group) ?? '';
      const escapes: Readonly<Record<string, string>> = {
        n: '\n',
        t: '\t',
        r: '\r',
        f: '\f',
        v: '\v',
        a: '\x07',
        b: '\b',
        '\\': '\\',
        '0': '\0',
      };
      const found = escapes[other ?? ''];
      if (found !== undefined) return found;
      return /[a-zA-Z]/.test(other ?? '') ? fail(`bad escape ${whole} in the replacement`) : whole;
    },
  );
}

/** A group of a match by number or name; undefined when it took no part. */
export function groupOf(match: RegExpExecArray, group: string): string | undefined {
  if (/^\d+$/.test(group)) {
    const number = Number(group);
    return number < match.length ? match[number] : fail(`there is no group ${group} in the pattern`);
  }
  const { groups } = match;
  return groups && Object.hasOwn(groups, group)
    ? groups[group]
    : fail(`there is no group ${group} in the pattern`);
}

/** re.subn(): the new text and how many places changed. */
export function substitute(
  regex: RegExp,
  replacement: string,
  text: string,
  limit = 0,
): { text: string; count: number } {
  let out = '';
  let from = 0;
  let count = 0;
  regex.lastIndex = 0;
  for (let match = regex.exec(text); match; match = regex.exec(text)) {
    if (limit > 0 && count === limit) break;
    out += text.slice(from, match.index) + expandReplacement(replacement, match);
    from = match.index + match[0].length;
    count += 1;
    if (match[0] === '') regex.lastIndex += (text.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1;
  }
  return { text: out + text.slice(from), count };
}
