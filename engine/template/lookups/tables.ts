// Lookups in files of tables and settings: csvfile, ini.
import { textOfBytes } from '../../document/byte_text.ts';
import type { Value } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Lookup, Options, Table, Tools } from '../interpreter/tools.ts';
import { asInteger, parseInteger } from '../python/numbers.ts';
import { text } from '../python/printing.ts';
import { compileRegex } from '../python/regex.ts';
import { locate, readPlain, flag } from './files.ts';
import { type Settings, parseDelimited, parseIni } from './delimited.ts';
import { termText } from './lists.ts';

const option = (options: Options, name: string, fallback: string): string => {
  const value = options.get(name);
  return value === undefined || value === null ? fallback : text(value);
};

/** `name key=value key=value`: what a term says before and after its first space. */
function readTerm(term: string, options: Options): { readonly key: string; readonly options: Options } {
  const words = term.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const own = words.filter((word) => /^\w+=/.test(word));
  const key = words.filter((word) => !/^\w+=/.test(word)).join(' ');
  const given = own.map((word): [string, Value] => {
    const at = word.indexOf('=');
    return [word.slice(0, at), word.slice(at + 1).replace(/^(["'])(.*)\1$/, '$2')];
  });
  return { key, options: new Map([...options, ...given]) };
}

function readFile(name: string, lookup: string, tools: Tools): string {
  return textOfBytes(readPlain(locate('files', name, tools, lookup), tools).bytes);
}

function csvFile(terms: readonly Value[], given: Options, tools: Tools): Value[] {
  return terms.flatMap((term) => {
    const { key, options } = readTerm(termText(term, 'csvfile'), given);
    const delimiter = option(options, 'delimiter', 'TAB').replace(/^(?:TAB|t)$/, '\t');
    const column = Number(
      asInteger(options.get('col') ?? 1) ?? parseInteger(option(options, 'col', '1')) ?? 1,
    );
    const keyColumn = Number(
      asInteger(options.get('keycol') ?? 0) ?? parseInteger(option(options, 'keycol', '0')) ?? 0,
    );
    const rows = parseDelimited(
      readFile(option(options, 'file', 'ansible.csv'), 'csvfile', tools),
      delimiter,
    );
    const found = rows.find((cells) => cells[keyColumn] === key);
    if (found) return [found[column] ?? fail(`lookup csvfile: there is no column ${column}`)];
    const fallback = options.get('default');
    return fallback === undefined ? [] : [fallback];
  });
}

/** A properties file has no sections: every `key = value` is of one. */
function parseProperties(source: string): Settings {
  return parseIni(`[java_properties]\n${source}`, true);
}

function ini(terms: readonly Value[], given: Options, tools: Tools): Value[] {
  return terms.flatMap((term) => {
    const { key, options } = readTerm(termText(term, 'ini'), given);
    const isProperties = option(options, 'type', 'ini') === 'properties';
    const source = readFile(option(options, 'file', 'ansible.ini'), 'ini', tools);
    const isCaseSensitive = flag(options, 'case_sensitive', false);
    const settings = isProperties ? parseProperties(source) : parseIni(source, isCaseSensitive);
    const section = settings.sections.get(
      isProperties ? 'java_properties' : option(options, 'section', 'global'),
    );
    if (flag(options, 're', false)) {
      const pattern = compileRegex(key);
      return [...(section ?? [])].filter(([name]) => pattern.matchStart(name)).map(([, value]) => value);
    }
    const value =
      section?.get(isCaseSensitive || isProperties ? key : key.toLowerCase()) ?? options.get('default') ?? '';
    return [value];
  });
}

export const tableLookups: Table<Lookup> = {
  csvfile: { run: csvFile, impure: true },
  ini: { run: ini, impure: true },
};
