// Python's regular expressions on JavaScript's engine: patterns are translated, matches and replacements are as Python's.
import { PatternProblem, PatternTranslator, type RegexFlags } from './python_pattern.ts';

export type { RegexFlags } from './python_pattern.ts';

/** `groups` begins with the whole match; a group that took no part is undefined. */
export interface PythonMatch {
  readonly index: number;
  readonly end: number;
  readonly text: string;
  readonly groups: readonly (string | undefined)[];
}

export type Replaced = { readonly text: string; readonly count: number } | { readonly failed: string };

/** A parsed replacement: text, or the number of a group. */
type Template = readonly (string | number)[];

// A pattern without these is greedy everywhere: an empty match says that no longer one begins there.
const mayPreferEmpty = /\||[*+?}]\?/;

export class PythonRegex {
  readonly pattern: string;
  readonly flags: RegexFlags;
  readonly names: ReadonlyMap<string, number>;
  readonly #groups: number;
  readonly #anywhere: RegExp;
  /** Matches at a place only, and not emptily; undefined when an empty match means there is none. */
  readonly #longer: RegExp | undefined;

  constructor(pattern: string, given: RegexFlags) {
    const { source, flags, isCaseless, groups, names } = new PatternTranslator(pattern, given).translate();
    this.pattern = pattern;
    this.flags = flags;
    this.names = names;
    this.#groups = groups;
    const letters = isCaseless ? 'iv' : 'v';
    this.#anywhere = new RegExp(source, `g${letters}`);
    // The rest of the text at the start equals the rest behind only an empty match.
    const longer = `(?=(?<rest>[\\s\\S]*))(?:${source})(?!\\k<rest>(?![\\s\\S]))`;
    this.#longer = mayPreferEmpty.test(pattern) ? new RegExp(longer, `y${letters}`) : undefined;
  }

  /** The first match at or behind a place. */
  search(text: string, from = 0): PythonMatch | undefined {
    return this.#find(this.#anywhere, text, from);
  }

  /** Start and end of a named group in the first match. */
  placeOf(group: string, text: string): readonly [number, number] | undefined {
    const regex = new RegExp(this.#anywhere.source, `${this.#anywhere.flags}d`);
    return regex.exec(text)?.indices?.groups?.[`g${this.names.get(group) ?? 0}`];
  }

  /** re.match(): at the start only. */
  matchStart(text: string): PythonMatch | undefined {
    const found = this.search(text);
    return found?.index === 0 ? found : undefined;
  }

  /** re.finditer(): after an empty match, a longer one at the same place comes before the next place (Python 3.7). */
  *all(text: string): Generator<PythonMatch, void> {
    let found = this.search(text);
    while (found) {
      yield found;
      found = found.text === '' ? this.#afterEmpty(text, found.index) : this.search(text, found.end);
    }
  }

  /** re.subn(); `limit` 0 is none. */
  replace(text: string, replacement: string, limit = 0): Replaced {
    const template = this.#template(replacement);
    if ('failed' in template) return template;
    const out: string[] = [];
    let [from, count] = [0, 0];
    for (const match of this.all(text)) {
      out.push(text.slice(from, match.index), filled(template, match));
      from = match.end;
      count += 1;
      if (count === limit) break;
    }
    return { text: out.join('') + text.slice(from), count };
  }

  /** Match.expand() */
  expand(replacement: string, match: PythonMatch): { readonly text: string } | { readonly failed: string } {
    const template = this.#template(replacement);
    return 'failed' in template ? template : { text: filled(template, match) };
  }

  /** The number of a group by number or name, undefined when there is none. */
  groupNumber(group: string): number | undefined {
    if (!/^\d+$/.test(group)) return this.names.get(group);
    return Number(group) <= this.#groups ? Number(group) : undefined;
  }

  #afterEmpty(text: string, at: number): PythonMatch | undefined {
    const longer = this.#longer && this.#find(this.#longer, text, at);
    if (longer) return longer;
    if (at >= text.length) return undefined;
    return this.search(text, at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1));
  }

  #find(regex: RegExp, text: string, from: number): PythonMatch | undefined {
    regex.lastIndex = from;
    const found = regex.exec(text);
    if (!found) return undefined;
    const groups = Array.from({ length: this.#groups + 1 }, (_, number) =>
      number === 0 ? found[0] : found.groups?.[`g${number}`],
    );
    return { index: found.index, end: found.index + found[0].length, text: found[0], groups };
  }

  #template(replacement: string): Template | { readonly failed: string } {
    const parts: (string | number)[] = [];
    let from = 0;
    for (const match of replacement.matchAll(
      /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[1-3][0-7]{2})|([1-9]\d?)|([\s\S]?))/g,
    )) {
      const [whole, name, octal, digits, other] = match;
      parts.push(replacement.slice(from, match.index));
      from = match.index + whole.length;
      const group = name ?? digits;
      if (group !== undefined) {
        const number = this.groupNumber(group);
        if (number === undefined)
          return {
            failed: /^\d+$/.test(group)
              ? `invalid group reference ${group}`
              : `unknown group name '${group}'`,
          };
        parts.push(number);
      } else if (octal !== undefined) parts.push(String.fromCharCode(parseInt(octal, 8) & 0xff));
      else if (Object.hasOwn(escapes, other ?? '')) parts.push(escapes[other ?? ''] ?? '');
      else if (other === '' || /[a-zA-Z]/.test(other ?? ''))
        return { failed: `bad escape ${whole}${other === '' ? ' (end of pattern)' : ''}` };
      else parts.push(whole);
    }
    return [...parts, replacement.slice(from)];
  }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
  '\\': '\\',
};

function filled(template: Template, match: PythonMatch): string {
  return template.map((part) => (typeof part === 'string' ? part : (match.groups[part] ?? ''))).join('');
}

const cache = new Map<string, PythonRegex>();

/** `at`: the character of the pattern that Python would refuse; without it the pattern may only be beyond us. */
export type Pattern = { readonly regex: PythonRegex } | { readonly failed: string; readonly at?: number };

/** `failed` says what is wrong with the pattern, with the pattern. */
export function pythonRegex(pattern: string, flags: RegexFlags = {}): Pattern {
  const key = `${JSON.stringify(flags)}${pattern}`;
  const known = cache.get(key);
  if (known) return { regex: known };
  try {
    const made = new PythonRegex(pattern, flags);
    if (cache.size > 1000) cache.clear();
    cache.set(key, made);
    return { regex: made };
  } catch (problem) {
    if (!(problem instanceof PatternProblem || problem instanceof SyntaxError)) throw problem;
    const failed = `the regular expression '${pattern.replaceAll('\n', '\\n')}' is not valid`;
    if (!(problem instanceof PatternProblem)) return { failed: `${failed} or not supported` };
    const at = problem.at === undefined ? {} : { at: Math.min(problem.at, pattern.length) };
    return { failed: `${failed}: ${problem.message}`, ...at };
  }
}
