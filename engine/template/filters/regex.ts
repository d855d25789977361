// regex_replace and its kin.
import { type Value, textOf, tuple } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Filter, Table } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { needed } from '../python/compare.ts';
import { text, typeName } from '../python/printing.ts';
import type { PythonRegex } from '../../document/python_regex.ts';
import { interruptible } from '../python/interruptible.ts';
import { compileRegex, groupOf } from '../python/regex.ts';

function compiled(args: Args, name: string): PythonRegex {
  return compileRegex(args.text(name, ''), {
    ignoreCase: args.bool('ignorecase', false),
    multiline: args.bool('multiline', false),
  });
}

function replace(args: Args): Value {
  const regex = compiled(args, 'pattern');
  const [value, replacement, count] = [
    args.text('value', ''),
    args.text('replacement', ''),
    args.count('count', 0),
  ];
  const result = interruptible(regex.pattern, () => regex.replace(value, replacement, count));
  if ('failed' in result) return fail(result.failed);
  const wanted = args.count('mandatory_count', 0);
  if (wanted !== 0 && wanted !== result.count)
    return fail(`'${args.text('pattern')}' should match ${wanted} times, but matches ${result.count} times`);
  return result.text;
}

function search(args: Args): Value {
  const groups = args.rest.map((entry) => {
    const [, name, digits] = /^\\(?:g<(\S+)>|(\d+))/.exec(text(entry)) ?? [];
    return name ?? digits ?? fail(`regex_search: unknown argument '${text(entry)}'`);
  });
  const options = {
    ignoreCase: args.named.has('ignorecase') && text(args.named.get('ignorecase') ?? false) === 'True',
    multiline: args.named.has('multiline') && text(args.named.get('multiline') ?? false) === 'True',
  };
  const regex = compileRegex(args.text('regex'), options);
  const value = args.text('value');
  const match = interruptible(regex.pattern, () => regex.search(value));
  if (!match) return null;
  if (groups.length === 0) return match.text;
  return groups.map((group) => groupOf(regex, match, group) ?? null);
}

function findAll(args: Args): Value {
  const regex = compiled(args, 'regex');
  const value = args.text('value');
  const found = interruptible(regex.pattern, () => [...regex.all(value)]);
  return found.map((match) => {
    const groups = match.groups.slice(1).map((group) => group ?? '');
    return groups.length === 0 ? match.text : groups.length === 1 ? (groups[0] ?? '') : tuple(groups);
  });
}

function escape(args: Args): Value {
  const kind = args.text('re_type', 'python');
  if (kind === 'posix_basic') return args.text('value').replace(/[\].[^$*\\]/g, '\\$&');
  if (kind !== 'python')
    return fail(`regex_escape: type ${kind} is not supported`, 'Use python or posix_basic');
  return args.text('value').replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&');
}

export const regexFilters: Table<Filter> = {
  regex_replace: {
    parameters: 'value pattern replacement ignorecase multiline count mandatory_count',
    run: replace,
  },
  regex_search: { parameters: 'value regex *groups **options', run: search },
  regex_findall: { parameters: 'value regex multiline ignorecase', run: findAll },
  regex_escape: { parameters: 'value re_type', run: escape },
};

/** Whether a value is text that matches a pattern, for tests. */
export function matches(args: Args, anchored: boolean): boolean {
  const value = textOf(args.value('value')) ?? text(args.value('value'));
  const pattern = needed(args.or('pattern', ''));
  if (typeof pattern !== 'string') fail(`A pattern is text, not ${typeName(pattern)}`);
  const regex = compiled(args, 'pattern');
  const found = interruptible(regex.pattern, () =>
    anchored ? regex.matchStart(value) : regex.search(value),
  );
  return found !== undefined;
}
