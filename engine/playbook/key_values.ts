// The text form of arguments: `copy: src=a dest="b c"` and `command: ls -l chdir=/tmp`.
// The rules are ansible-core's (parsing/splitter.py), odd ones included, because content depends on them: only a space
// or a line end separates, a backslash alone continues a line, quotes and template braces hold words together.
import { type Outcome, failure, success } from '../document/diagnostic.ts';

const braces = [
  ['{{', '}}'],
  ['{%', '%}'],
  ['{#', '#}'],
] as const;

interface OpenState {
  quote: string | undefined;
  /** How deep in each kind of braces. */
  depths: [number, number, number];
}

const isOpen = (state: OpenState): boolean =>
  state.quote !== undefined || state.depths.some((depth) => depth > 0);

function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}

function quoteAfter(word: string, before: string | undefined): string | undefined {
  let quote = before;
  for (let at = 0; at < word.length; at += 1) {
    const character = word[at];
    if ((character !== '"' && character !== "'") || word[at - 1] === '\\') continue;
    if (quote === undefined) quote = character;
    else if (quote === character) quote = undefined;
  }
  return quote;
}

function readWord(word: string, state: OpenState): void {
  state.quote = quoteAfter(word, state.quote);
  for (const [index, [open, close]] of braces.entries())
    state.depths[index as 0 | 1 | 2] = Math.max(
      0,
      (state.depths[index] ?? 0) + occurrences(word, open) - occurrences(word, close),
    );
}

/** Splits text into arguments. Spaces beyond the first and line ends stay at the end of the argument before them. */
export function splitArguments(text: string): Outcome<string[]> {
  const found: string[] = [];
  const append = (more: string): void => {
    const last = found.pop() ?? '';
    found.push(last + more);
  };
  const state: OpenState = { quote: undefined, depths: [0, 0, 0] };
  const lines = text === '' ? [] : text.split('\n');
  for (const [lineIndex, line] of lines.entries()) {
    let continued = false;
    for (const [index, word] of line.split(' ').entries()) {
      if (word === '' && index > 0) append(' ');
      else if (word === '\\' && state.quote === undefined) continued = true;
      else {
        const inside = isOpen(state);
        readWord(word, state);
        if (inside) append((index > 0 ? ' ' : '') + word);
        else if (word !== '') found.push(word);
      }
    }
    if (lineIndex < lines.length - 1 && !continued) append('\n');
  }
  if (!isOpen(state)) return success(found);
  return failure({
    code: 'wrong-type',
    severity: 'error',
    summary: 'Arguments end inside quotes or template braces',
    detail: `Close the ${state.quote === undefined ? 'braces' : `quote ${state.quote}`} that the text opens.`,
  });
}

const named: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function decodeEscapes(text: string): string {
  return text.replace(
    /\\(?:U([\dA-Fa-f]{8})|u([\dA-Fa-f]{4})|x([\dA-Fa-f]{2})|([\\'"abfnrtv]))/g,
    (whole, long?: string, short?: string, byte?: string, single?: string) => {
      const digits = long ?? short ?? byte;
      if (digits === undefined) return named[single ?? ''] ?? single ?? whole;
      const code = Number.parseInt(digits, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

function unquoted(text: string): string {
  const first = text[0];
  const isQuoted = text.length > 1 && (first === '"' || first === "'") && text.endsWith(first);
  return isQuoted && text.at(-2) !== '\\' ? text.slice(1, -1) : text;
}

/** The place of the `=` that ends a key; a key has at least one character and `\=` is no end. */
function separatorOf(text: string): number {
  let at = text.indexOf('=', 1);
  while (at > 0 && text[at - 1] === '\\') at = text.indexOf('=', at + 1);
  return at;
}

/** Arguments of command, shell and their like; any other `x=y` there belongs to the command. */
const commandOptions = new Set([
  'creates',
  'removes',
  'chdir',
  'executable',
  'warn',
  'stdin',
  'stdin_add_newline',
  'strip_empty_ends',
]);

export interface KeyValues {
  readonly options: ReadonlyMap<string, string>;
  /** What is no `key=value`, joined again; undefined when there is none. */
  readonly free: string | undefined;
}

/** Takes `key=value` text apart. `isCommand`: only options of the command modules count as keys. */
export function parseKeyValues(text: string, isCommand: boolean): Outcome<KeyValues> {
  const split = splitArguments(text);
  if (!split.ok) return split;
  const options = new Map<string, string>();
  const free: string[] = [];
  for (const written of split.value) {
    const word = decodeEscapes(written);
    const at = separatorOf(word);
    if (!word.includes('=')) free.push(written);
    else if (at < 0) free.push(word.replaceAll('\\=', '='));
    else if (isCommand && !commandOptions.has(word.slice(0, at))) free.push(written);
    else options.set(word.slice(0, at).trim(), unquoted(word.slice(at + 1).trim()));
  }
  return success({ options, free: free.length > 0 ? joined(free) : undefined });
}

function joined(words: readonly string[]): string {
  return words.reduce(
    (text, word) => (text === '' || text.endsWith('\n') ? text + word : `${text} ${word}`),
    '',
  );
}

/** `copy src=a dest=b`, as `action:` takes it: the module's name and the rest. */
export function splitModuleText(text: string): Outcome<{ readonly name: string; readonly rest: string }> {
  const split = splitArguments(text);
  if (!split.ok) return split;
  const [name = '', ...rest] = split.value;
  return success({ name: name.trim(), rest: rest.join(' ') });
}
