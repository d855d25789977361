// Command line options: tables of them, and the reading of an argument list by a table.
import { nearestName } from '../document/nearest.ts';

export interface Option {
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help; absent when the option takes none. */
  readonly takes?: string;
  /** Its value is a whole number above 0, or from 0. */
  readonly isCount?: true | 'from 0';
  /** Other long names. */
  readonly also?: readonly string[];
  /** The name of another one that cannot stand beside it. */
  readonly excludes?: string;
  /** Ansible has it, and we say why we do not. */
  readonly refused?: string;
  readonly doc: string;
}

export interface Given {
  readonly words: readonly string[];
  /** All values of an option, in order. */
  all(name: string): readonly string[];
  /** The last value. */
  last(name: string): string | undefined;
  /** How often it stands there. */
  count(name: string): number;
  has(name: string): boolean;
}

export type Parsed =
  { readonly ok: true; readonly given: Given } | { readonly ok: false; readonly message: string };

class OptionMistake extends Error {}

export function parseArguments(argv: readonly string[], table: readonly Option[]): Parsed {
  const values = new Map<string, string[]>();
  const words: string[] = [];
  const left = [...argv];
  const note = (option: Option, value: string): void => {
    values.set(option.name, [...(values.get(option.name) ?? []), value]);
  };
  const take = (option: Option, written: string, attached: string | undefined): void => {
    if (option.refused !== undefined) throw new OptionMistake(`${written} is not built: ${option.refused}`);
    if (option.takes === undefined) {
      if (attached !== undefined) throw new OptionMistake(`Option ${written} takes no value`);
      note(option, '');
      return;
    }
    const value = attached ?? left.shift();
    if (value === undefined) throw new OptionMistake(`Option ${written} needs a value: ${option.takes}`);
    const least = option.isCount === 'from 0' ? 'from 0' : 'above 0';
    if (option.isCount && !(least === 'from 0' ? /^\d+$/ : /^[1-9]\d*$/).test(value))
      throw new OptionMistake(`Option ${written} takes a whole number ${least}, not ${value}`);
    note(option, value);
  };
  try {
    for (let word = left.shift(); word !== undefined; word = left.shift()) {
      if (word === '--') words.push(...left.splice(0));
      else if (word.startsWith('--')) readLong(word, table, take);
      else if (word.startsWith('-') && word !== '-') readShort(word, table, take);
      else words.push(word);
    }
    for (const { name, excludes } of table)
      if (excludes !== undefined && values.has(name) && values.has(excludes))
        throw new OptionMistake(`Option --${name} cannot stand beside --${excludes}`);
  } catch (error) {
    if (error instanceof OptionMistake) return { ok: false, message: error.message };
    throw error;
  }
  return {
    ok: true,
    given: {
      words,
      all: (name) => values.get(name) ?? [],
      last: (name) => values.get(name)?.at(-1),
      count: (name) => values.get(name)?.length ?? 0,
      has: (name) => values.has(name),
    },
  };
}

type Take = (option: Option, written: string, attached: string | undefined) => void;

function namesOf({ name, also = [] }: Option): readonly string[] {
  return [name, ...also];
}

/** By one of its names, or by a beginning that no other option has. */
function longOption(name: string, table: readonly Option[]): Option {
  const exact = table.find((one) => namesOf(one).includes(name));
  if (exact) return exact;
  const begun = table.filter((one) => namesOf(one).some((full) => name !== '' && full.startsWith(name)));
  const [only, ...others] = begun;
  if (others.length > 0)
    throw new OptionMistake(
      `Option --${name} may be any of ${begun.map((one) => `--${one.name}`).join(', ')}`,
    );
  if (!only) throw new OptionMistake(unknownOption(`--${name}`, table));
  return only;
}

function readLong(word: string, table: readonly Option[], take: Take): void {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  const option = longOption(name, table);
  take(option, `--${name}`, equals < 0 ? undefined : word.slice(equals + 1));
}

/** `-vvv`, `-bK`, `-e x=1`, `-ex=1`. */
function readShort(word: string, table: readonly Option[], take: Take): void {
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const option = table.find((one) => one.short === letter);
    if (!option) throw new OptionMistake(unknownOption(`-${letter}`, table));
    const rest = word.slice(at + 1);
    if (option.takes !== undefined) {
      take(option, `-${letter}`, rest === '' ? undefined : rest);
      return;
    }
    take(option, `-${letter}`, undefined);
  }
}

function unknownOption(written: string, table: readonly Option[]): string {
  const names = table.filter(({ refused }) => refused === undefined).flatMap(namesOf);
  const near = written.startsWith('--') ? nearestName(written.slice(2), names) : undefined;
  return `There is no option ${written}${near === undefined ? '' : `; did you mean --${near}?`}`;
}

function namesText({ name, short, takes, also = [] }: Option): string {
  const value = takes === undefined ? '' : ` ${takes}`;
  return [`${short === undefined ? '    ' : `-${short}, `}--${name}`, ...also.map((one) => `--${one}`)]
    .join(', ')
    .concat(value);
}

/** The help's lines for a table of options; those of Ansible's that are refused stand last, with the reason. */
export function optionHelp(table: readonly Option[]): string {
  const taken = table.filter(({ refused }) => refused === undefined);
  const refused = table.flatMap((option): [string, string][] =>
    option.refused === undefined ? [] : [[`  ${namesText(option)}`, option.refused]],
  );
  const text = inColumns(taken.map((option) => [`  ${namesText(option)}`, option.doc]));
  return refused.length === 0 ? text : `${text}\n\nNot built:\n${inColumns(refused)}`;
}

function inColumns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.min(40, Math.max(...rows.map(([left]) => left.length)));
  return rows.map(([left, doc]) => `${left.padEnd(width)}  ${doc}`).join('\n');
}
