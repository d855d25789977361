// Names of hosts: entries of `hostnames` in order of preference, of which the first that yields a name wins.
import type { Diagnostic } from '../../engine/document/diagnostic.ts';
import { nearestName } from '../../engine/document/nearest.ts';
import { pythonStr } from '../../engine/document/python_text.ts';
import { bare, isDict, isList, textOf, type Value } from '../../engine/document/value.ts';
import type { TemplateContext } from '../../engine/template/api.ts';
import { evaluate } from '../../engine/template/template.ts';
import { type AwsRecord, awsText, type AwsValue } from '../../aws/xml_values.ts';
import { attributeNames, attributeOf } from './attributes.ts';

export type HostnameRule =
  | { readonly source: string; readonly filter: string | undefined }
  | { readonly name: HostnameRule; readonly prefix: HostnameRule | undefined; readonly separator: string };

/** An entry as written; undefined when it is none. */
export function readHostname(written: Value): HostnameRule | undefined {
  const text = textOf(written);
  if (text !== undefined) {
    const [, source = text, filter] = /^([^|]*?)\s*\|(.*)$/s.exec(text) ?? [];
    return { source, filter };
  }
  if (!isDict(written)) return undefined;
  const name = readHostname(written.get('name') ?? null);
  if (!name) return undefined;
  const prefix = readHostname(written.get('prefix') ?? null);
  const isBlank = prefix && 'source' in prefix && prefix.source === '';
  return {
    name,
    prefix: isBlank ? undefined : prefix,
    separator: textOf(written.get('separator') ?? '_') ?? '_',
  };
}

/** A text that is nearly a filter's name is taken as a name for every host, as in the collection. */
export function hostnameProblem(
  rule: HostnameRule,
): { readonly summary: string; readonly detail: string } | undefined {
  if (!('source' in rule)) return hostnameProblem(rule.name);
  const { source } = rule;
  if (source.startsWith('tag:') || attributeNames.includes(source)) return undefined;
  const near = nearestName(source, attributeNames);
  return near === undefined
    ? undefined
    : {
        summary: `${source} in hostnames is no filter, so every host is called so`,
        detail: `Did you mean ${near}?`,
      };
}

function tagValues(keys: string, tags: AwsValue | undefined): string | readonly string[] | undefined {
  if (!(tags instanceof Map)) return undefined;
  const wanted = keys.split(',');
  const found = wanted.flatMap((one) => {
    const equals = one.indexOf('=');
    const key = equals < 0 ? one : one.slice(0, equals);
    const value = tags.get(key);
    if (value === undefined || value === '') return [];
    if (equals < 0) return [awsText(value)];
    return value === one.slice(equals + 1) ? [`${key}_${value}`] : [];
  });
  return wanted.length > 1 ? found : found[0];
}

function plain(value: AwsValue): string {
  return value instanceof Map || Array.isArray(value) ? '' : pythonStr(value);
}

/** What an entry says of an instance: one text, several, or nothing. */
function sourceValue(source: string, instance: AwsRecord): string | readonly string[] | undefined {
  if (source.startsWith('tag:')) return tagValues(source.slice('tag:'.length), instance.get('tags'));
  const attribute = attributeOf(source, instance);
  if (!attribute) return source;
  const { value } = attribute;
  if (value === undefined || value === false || value === 0) return undefined;
  return Array.isArray(value) ? value.map(plain) : plain(value);
}

interface Naming {
  readonly context: TemplateContext;
  readonly groupName: (name: string) => string;
  readonly fail: (problem: Diagnostic) => void;
}

/** A filter sees the instance, too: `tags`, `instance_id` and what else it has. */
function filtered(
  value: string | readonly string[],
  filter: string,
  instance: AwsRecord,
  { context, fail }: Naming,
): readonly string[] {
  const named: Value = typeof value === 'string' ? value : [...value];
  const { scope } = context;
  const inner = {
    ...context,
    scope: {
      get: (name: string) => (name === 'hostname' ? named : (instance.get(name) ?? scope.get(name))),
      names: () => [...scope.names(), ...instance.keys()],
    },
  };
  const made = evaluate(`{{ hostname | ${filter} }}`, inner);
  if (!made.ok) {
    fail(made.problem);
    return [];
  }
  const result = bare(made.value);
  return isList(result) ? result.map((item) => pythonStr(bare(item))) : [pythonStr(result)];
}

function candidates(rule: HostnameRule, instance: AwsRecord, naming: Naming): readonly string[] {
  if ('source' in rule) {
    const value = sourceValue(rule.source, instance);
    if (value === undefined || value.length === 0) return [];
    const texts =
      rule.filter === undefined
        ? typeof value === 'string'
          ? [value]
          : value
        : filtered(value, rule.filter, instance, naming);
    return texts
      .filter((name) => name !== '')
      .map((name) => (name.includes(':') ? naming.groupName(name) : name));
  }
  const names = candidates(rule.name, instance, naming);
  const [prefix] = rule.prefix ? candidates(rule.prefix, instance, naming) : [];
  const [first] = names;
  return prefix !== undefined && first !== undefined ? [prefix + rule.separator + first] : names;
}

const usual: readonly HostnameRule[] = ['dns-name', 'private-dns-name'].map((source) => ({
  source,
  filter: undefined,
}));

/** The names of an instance: the first that there is, or with `all` every one. */
export function namesOf(
  instance: AwsRecord,
  rules: readonly HostnameRule[],
  all: boolean,
  naming: Naming,
): readonly string[] {
  const names: string[] = [];
  for (const rule of rules.length > 0 ? rules : usual) {
    names.push(...candidates(rule, instance, naming));
    if (!all && names.length > 0) return names.slice(0, 1);
  }
  return [...new Set(names)];
}
