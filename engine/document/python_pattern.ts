// A pattern of Python's `re` written anew for JavaScript's engine with the flag v. Every group gets a name (`g1`, `g2`),
// so that groups which only this translation needs (`h1`: possessive repeats) do not shift the others' numbers.

export interface RegexFlags {
  readonly ignoreCase?: boolean;
  readonly multiline?: boolean;
  readonly dotAll?: boolean;
  readonly verbose?: boolean;
  readonly ascii?: boolean;
}

export interface TranslatedPattern {
  readonly source: string;
  readonly flags: RegexFlags;
  /** Whether the whole pattern ignores case; parts that alone do are spelled out in the source. */
  readonly isCaseless: boolean;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/**
 * Why a pattern is none, and at which of its characters Python refuses it; told as a value by `pythonRegex`. Without `at`
 * Python takes it, and the translation does not.
 */
export class PatternProblem extends Error {
  readonly at: number | undefined;
  constructor(message: string, at?: number) {
    super(at === undefined ? message : `${message} at position ${at}`);
    this.at = at;
  }
}

const word = '\\p{L}\\p{N}_';
const space = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const unicodeClasses: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  D: '[^\\p{Nd}]',
  w: `[${word}]`,
  W: `[^${word}]`,
  s: `[${space}]`,
  S: `[^${space}]`,
};
const asciiClasses: Readonly<Record<string, string>> = {
  d: '[0-9]',
  D: '[^0-9]',
  w: '[A-Za-z0-9_]',
  W: '[^A-Za-z0-9_]',
  s: '[ \\t\\n\\r\\f\\v]',
  S: '[^ \\t\\n\\r\\f\\v]',
};
const controls: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7 };
const start = '(?<![\\s\\S])';
const end = '(?![\\s\\S])';
const flagNames: Readonly<Record<string, keyof RegexFlags>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  x: 'verbose',
  a: 'ascii',
};

function withFlags(flags: RegexFlags, letters: string, isSet: boolean): RegexFlags {
  const changed: Record<string, boolean> = {};
  for (const letter of letters) {
    if (letter === 'u') changed['ascii'] = !isSet;
    const name = flagNames[letter];
    if (name) changed[name] = isSet;
  }
  return { ...flags, ...changed };
}

function otherCases(code: number): number[] {
  const character = String.fromCodePoint(code);
  return [character.toLowerCase(), character.toUpperCase()]
    .filter((other) => other !== character && String.fromCodePoint(other.codePointAt(0) ?? 0) === other)
    .map((other) => other.codePointAt(0) ?? 0);
}

const spelled = (code: number): string => `\\u{${code.toString(16)}}`;

/** A character as itself where that is plain to read, else by its number. */
function literal(code: number): string {
  const character = String.fromCodePoint(code);
  return /^[A-Za-z0-9_]$/.test(character) ? character : spelled(code);
}

/** Letters i set or taken away inside the pattern, not at its start. */
const partlyCaseless = /\(\?(?:[amsux]*i[aimsux]*(?:-[imsx]+)?|[aimsux]*-[imsx]*i[imsx]*):/;

export class PatternTranslator {
  readonly #source: string;
  readonly #spellsCases: boolean;
  readonly #whole: RegexFlags;
  readonly #names = new Map<string, number>();
  #flags: RegexFlags;
  #at = 0;
  #groups = 0;
  #hidden = 0;
  #open: number[] = [];

  constructor(source: string, flags: RegexFlags) {
    const inline = /^(?:\(\?[aimsxuL]+\))+/.exec(source)?.[0] ?? '';
    this.#source = source;
    this.#at = inline.length;
    this.#whole = this.#flags = withFlags(flags, inline.replace(/[(?)]/g, ''), true);
    this.#spellsCases = partlyCaseless.test(source);
  }

  translate(): TranslatedPattern {
    const source = this.#alternatives();
    if (this.#at < this.#source.length) this.#bad('unbalanced parenthesis');
    return {
      source,
      flags: this.#whole,
      isCaseless: this.#whole.ignoreCase === true && !this.#spellsCases,
      groups: this.#groups,
      names: this.#names,
    };
  }

  #bad(message: string, at = this.#at): never {
    throw new PatternProblem(message, at);
  }

  /** Python knows two kinds more: what depends on a group, `(?(1)a|b)`, and a comment, which is read elsewhere. */
  #unknownGroup(from: number): PatternProblem {
    const isKnown = this.#source.startsWith('(?(', from);
    return isKnown
      ? new PatternProblem('a group that depends on another one is not supported')
      : new PatternProblem('unknown kind of group', from);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  /** Up to the parenthesis that closes it, or the end. */
  #alternatives(): string {
    const items: string[] = [];
    let isRepeatable = false;
    while (this.#at < this.#source.length && this.#source[this.#at] !== ')') {
      if (this.#skipsVerbose()) continue;
      const repeat = this.#match(/[*+?]|\{\d+(?:,\d*)?\}|\{,\d*\}/y);
      if (repeat) {
        const item = isRepeatable ? items.pop() : undefined;
        items.push(this.#repeated(item ?? this.#bad('nothing to repeat', repeat.index), repeat[0]));
        isRepeatable = false;
        continue;
      }
      const piece = this.#piece();
      isRepeatable = piece !== '|' && piece !== '';
      if (piece !== '') items.push(piece);
    }
    return items.join('');
  }

  #skipsVerbose(): boolean {
    if (!this.#flags.verbose) return false;
    return this.#match(/\s+|#[^\n]*/y) !== null;
  }

  #repeated(item: string, repeat: string): string {
    const times = repeat.startsWith('{,') ? `{0${repeat.slice(1)}` : repeat;
    const [, least, most] = /^\{(\d+),(\d+)\}$/.exec(times) ?? [];
    if (Number(least) > Number(most))
      this.#bad('min repeat greater than max repeat', this.#at - repeat.length + 1);
    if (this.#match(/\?/y)) return `${item}${times}?`;
    if (this.#match(/\+/y)) return this.#atomic(`${item}${times}`);
    if (this.#match(/[*+]/y)) this.#bad('multiple repeat', this.#at - 1);
    return `${item}${times}`;
  }

  /** What was matched is never given back: a look ahead keeps its first match. */
  #atomic(inner: string): string {
    this.#hidden += 1;
    return `(?:(?=(?<h${this.#hidden}>${inner}))\\k<h${this.#hidden}>)`;
  }

  #piece(): string {
    const code = this.#source.codePointAt(this.#at) ?? 0;
    const character = String.fromCodePoint(code);
    if (character === '\\') return this.#escape();
    if (character === '[') return this.#class();
    if (character === '(') return this.#group();
    this.#at += character.length;
    switch (character) {
      case '.':
        return this.#flags.dotAll ? '[\\s\\S]' : '[^\\n]';
      case '^':
        return this.#flags.multiline ? '(?<![^\\n])' : start;
      case '$':
        return this.#flags.multiline ? '(?![^\\n])' : `(?=\\n?${end})`;
      case '|':
        return '|';
      default:
        return this.#character(code);
    }
  }

  #character(code: number): string {
    const others = this.#spellsCases && this.#flags.ignoreCase ? otherCases(code) : [];
    return others.length === 0 ? literal(code) : `[${[code, ...others].map(spelled).join('')}]`;
  }

  #group(): string {
    const from = this.#at;
    if (this.#match(/\(\?#[^)]*\)/y)) return '';
    const reference = this.#match(/\(\?P=([^)]*)\)/y);
    if (reference) return this.#reference(this.#names.get(reference[1] ?? '') ?? NaN);
    const named = this.#match(/\(\?P<([^>]*)>/y);
    if (named) return this.#captured(from, named[1]);
    const look = this.#match(/\(\?(?:<?[=!])/y);
    if (look) return this.#inside(from, look[0]);
    if (this.#match(/\(\?>/y)) return this.#atomic(this.#inside(from, '(?:'));
    const scoped = this.#match(/\(\?([aimsuxL]*)(?:-([imsx]+))?:/y);
    if (scoped) {
      const outer = this.#flags;
      this.#flags = withFlags(withFlags(outer, scoped[1] ?? '', true), scoped[2] ?? '', false);
      const inner = this.#inside(from, '(?:');
      this.#flags = outer;
      return inner;
    }
    if (this.#match(/\(\?[aimsuxL]+\)/y)) this.#bad('global flags not at the start of the expression', from);
    if (this.#match(/\(\?/y)) throw this.#unknownGroup(from);
    this.#at += 1;
    return this.#captured(from);
  }

  #captured(from: number, name?: string): string {
    this.#groups += 1;
    const number = this.#groups;
    if (name !== undefined) {
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) this.#bad(`bad character in group name '${name}'`, from);
      if (this.#names.has(name)) this.#bad(`redefinition of group name '${name}'`, from);
      this.#names.set(name, number);
    }
    this.#open.push(number);
    const inner = this.#inside(from, `(?<g${number}>`);
    this.#open.pop();
    return inner;
  }

  #inside(from: number, opening: string): string {
    const inner = this.#alternatives();
    if (this.#source[this.#at] !== ')') this.#bad('missing ), unterminated subpattern', from);
    this.#at += 1;
    return `${opening}${inner})`;
  }

  #reference(number: number): string {
    if (!(number <= this.#groups)) this.#bad('invalid group reference');
    if (this.#open.includes(number)) this.#bad('cannot refer to an open group');
    if (this.#spellsCases && this.#flags.ignoreCase)
      throw new PatternProblem('a reference to a group is not supported where only a part ignores case');
    return `\\k<g${number}>`;
  }

  /** The number of an escaped character, in or outside a set. */
  #escapedCode(inSet: boolean): number | undefined {
    const match = this.#match(
      inSet
        ? /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3}))/y
        : /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(0[0-7]{0,2}|[1-3][0-7]{2}))/y,
    );
    if (match) {
      const hex = match[1] ?? match[2] ?? match[3];
      const code = hex === undefined ? parseInt(match[4] ?? '', 8) : parseInt(hex, 16);
      return code > 0x10ffff ? this.#bad('bad escape: there is no such character') : code;
    }
    const letter = this.#match(inSet ? /\\([ntrfvab])/y : /\\([ntrfva])/y)?.[1];
    if (letter === 'b') return 8;
    if (letter !== undefined) return controls[letter];
    const other = this.#match(/\\([^A-Za-z0-9])/suy)?.[1];
    return other?.codePointAt(0);
  }

  #escape(): string {
    const code = this.#escapedCode(false);
    if (code !== undefined) return this.#character(code);
    const reference = this.#match(/\\([1-9]\d?)/y);
    if (reference) return this.#reference(Number(reference[1]));
    const letter = this.#match(/\\([A-Za-z])/y)?.[1] ?? this.#bad('bad escape (end of pattern)');
    const letters = this.#flags.ascii ? 'A-Za-z0-9_' : word;
    switch (letter) {
      case 'b':
        return `(?:(?<=[${letters}])(?![${letters}])|(?<![${letters}])(?=[${letters}]))`;
      case 'B':
        // An empty text has no \B in Python 3.11.
        return `(?:(?<=[${letters}])(?=[${letters}])|(?<![${letters}])(?![${letters}])(?:(?<=[\\s\\S])|(?=[\\s\\S])))`;
      case 'A':
        return start;
      case 'Z':
        return end;
      default:
        return this.#classLetter(letter) ?? this.#badEscape(letter);
    }
  }

  /** Characters by their names, `\N{DASH}`, are Python's alone. */
  #badEscape(letter: string): never {
    if (letter === 'N') throw new PatternProblem('characters by their names are not supported');
    this.#bad(`bad escape \\${letter}`, this.#at - letter.length - 1);
  }

  #classLetter(letter: string): string | undefined {
    const table = this.#flags.ascii ? asciiClasses : unicodeClasses;
    return Object.hasOwn(table, letter) ? table[letter] : undefined;
  }

  #class(): string {
    const from = this.#at;
    this.#at += 1;
    const opening = this.#match(/\^/y) ? '[^' : '[';
    const members: string[] = [];
    while (members.length === 0 || this.#source[this.#at] !== ']') {
      if (this.#at >= this.#source.length) this.#bad('unterminated character set', from);
      members.push(this.#member());
    }
    this.#at += 1;
    return `${opening}${members.join('')}]`;
  }

  /** One character, one class, or a range of a set. */
  #member(): string {
    const from = this.#at;
    const first = this.#memberEnd();
    if (typeof first === 'string' || !/^-[^\]]/s.test(this.#source.slice(this.#at, this.#at + 2)))
      return typeof first === 'string' ? first : this.#range(first, first);
    this.#at += 1;
    const last = this.#memberEnd();
    if (typeof last === 'string' || last < first) this.#bad('bad character range', from);
    return this.#range(first, last);
  }

  #memberEnd(): number | string {
    if (this.#source[this.#at] !== '\\') {
      const code = this.#source.codePointAt(this.#at) ?? 0;
      this.#at += code > 0xffff ? 2 : 1;
      return code;
    }
    const code = this.#escapedCode(true);
    if (code !== undefined) return code;
    const letter = this.#match(/\\([A-Za-z0-9])/y)?.[1] ?? '';
    return this.#classLetter(letter) ?? this.#badEscape(letter);
  }

  #range(first: number, last: number): string {
    const plain = first === last ? spelled(first) : `${spelled(first)}-${spelled(last)}`;
    if (!this.#spellsCases || !this.#flags.ignoreCase) return plain;
    const others = new Set<number>();
    for (let code = first; code <= last; code += 1) for (const other of otherCases(code)) others.add(other);
    return plain + [...others].map(spelled).join('');
  }
}
