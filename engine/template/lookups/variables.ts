// Lookups over variables, the environment and settings.
import { type Value, Undefined } from '../../document/value.ts';
import { Failure, UndefinedFailure, fail } from '../failure.ts';
import type { Lookup, Options, Table, Tools } from '../interpreter/tools.ts';
import { compileRegex } from '../python/regex.ts';
import { text } from '../python/printing.ts';
import { termText } from './lists.ts';

function variables(terms: readonly Value[], options: Options, tools: Tools): Value[] {
  return terms.map((term) => {
    const name = termText(term, 'vars');
    const known = tools.read(name);
    const value = known === undefined ? options.get('default') : known;
    if (value === undefined)
      throw new UndefinedFailure(new Undefined(name, `No variable found with this name: ${name}`));
    if (value instanceof Undefined) throw new UndefinedFailure(value);
    return value;
  });
}

function environment(terms: readonly Value[], options: Options): Value[] {
  return terms.map((term) => {
    const name = termText(term, 'env').split(' ')[0] ?? '';
    const fallback = options.get('default') ?? '';
    if (fallback instanceof Undefined && process.env[name] === undefined)
      throw new UndefinedFailure(
        new Undefined(name, fallback.hint ?? `The environment variable '${name}' is not set`),
      );
    return process.env[name] ?? fallback;
  });
}

function variableNames(terms: readonly Value[], _options: Options, tools: Tools): Value[] {
  const all = [...tools.context.scope.names()];
  return terms.flatMap((term) => {
    const pattern = compileRegex(text(term));
    return all.filter((name) => pattern.search(name));
  });
}

const settings = new Map<string, Value>([
  ['DEFAULT_FORKS', 5],
  ['DEFAULT_REMOTE_USER', null],
  ['DEFAULT_ROLES_PATH', ['roles']],
  ['DEFAULT_TIMEOUT', 10],
  ['DEFAULT_BECOME_USER', 'root'],
  ['DEFAULT_BECOME_METHOD', 'sudo'],
  ['DEFAULT_GATHERING', 'implicit'],
  ['DEFAULT_HASH_BEHAVIOUR', 'replace'],
  ['DEFAULT_JINJA2_NATIVE', false],
  ['COLOR_OK', 'green'],
  ['COLOR_CHANGED', 'yellow'],
  ['COLOR_SKIP', 'cyan'],
]);

function config(terms: readonly Value[], options: Options): Value[] {
  const missing = text(options.get('on_missing') ?? 'error');
  return terms.flatMap((term) => {
    const value = settings.get(termText(term, 'config'));
    if (value !== undefined) return [value];
    return missing === 'error' ? fail(`unable to find setting ${text(term)}`) : [];
  });
}

/** Hosts of a pattern; the inventory is asked through the template's host. */
function inventoryHostnames(terms: readonly Value[], _options: Options, tools: Tools): Value[] {
  const { host } = tools.context;
  if (!host.hostsMatching) throw new Failure('unsupported', 'lookup inventory_hostnames needs an inventory');
  return terms.flatMap((term) => [...(host.hostsMatching?.(text(term)) ?? [])]);
}

export const variableLookups: Table<Lookup> = {
  vars: { run: variables },
  env: { run: environment, impure: true },
  varnames: { run: variableNames },
  config: { run: config },
  inventory_hostnames: { run: inventoryHostnames },
};
