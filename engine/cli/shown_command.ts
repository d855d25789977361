// The command line for people to read, later and elsewhere: values that may be secrets are stars.
import { parseArguments, type Option } from './option_table.ts';

const stars = '********';

function quoted(word: string): string {
  return /^[\w@%+=:,./*-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** `name=value` keeps its names, `@file` stays, all else could hold anything. */
function withoutValues(text: string): string {
  if (text.startsWith('@')) return text;
  const pairs = text.trim().split(/\s+(?=[A-Za-z_]\w*=)/);
  return pairs.every((pair) => /^[A-Za-z_]\w*=/.test(pair))
    ? pairs.map((pair) => pair.replace(/=.*$/s, `=${stars}`)).join(' ')
    : stars;
}

/** Options whose values are told in part, or not at all: a proxy command may hold a password. */
const veiled: Readonly<Record<string, (value: string) => string>> = {
  'extra-vars': withoutValues,
  'ssh-common-args': () => stars,
  'ssh-extra-args': () => stars,
};

/** The command again from its options; what was not understood is not shown. */
export function shownCommand(command: string, argv: readonly string[], table: readonly Option[]): string {
  const parsed = parseArguments(argv, table);
  if (!parsed.ok) return command;
  const { given } = parsed;
  const options = table.flatMap((option) => {
    const flag = `--${option.name}`;
    if (option.takes === undefined) return Array.from({ length: given.count(option.name) }, () => flag);
    const shown = veiled[option.name] ?? ((value: string) => value);
    return given.all(option.name).map((value) => `${flag} ${quoted(shown(value))}`);
  });
  return [command, ...given.words.map(quoted), ...options].join(' ').replaceAll("'********'", stars);
}
