// What is wrong with the configuration of `constructed` and with expressions of its kind, known before any host is looked
// at. Other sources check their own options and ask here for the expressions alone.
import type { Diagnostic } from '../document/diagnostic.ts';
import { nearestName } from '../document/nearest.ts';
import {
  bare,
  type Dict,
  isDict,
  isList,
  type Key,
  keyPositionOf,
  type Position,
  positionOf,
  textOf,
  type Value,
} from '../document/value.ts';
import { checkSyntax } from '../template/template.ts';

const options =
  'plugin compose groups keyed_groups strict leading_separator use_extra_vars use_vars_plugins ' +
  'cache cache_plugin cache_timeout cache_connection cache_prefix';
const ofKeyed = 'key prefix separator parent_group default_value trailing_separator';
const flags = ['strict', 'leading_separator', 'use_extra_vars', 'cache'];
const flagWord = /^(?:y|yes|on|1|true|t|n|no|off|0|false|f)$/i;

function problem(
  severity: Diagnostic['severity'],
  summary: string,
  detail: string,
  position: Position | undefined,
): Diagnostic {
  const code = severity === 'error' ? 'wrong-type' : 'unknown-parameter';
  return { code, severity, summary, detail, ...(position && { position }) };
}

function unknown(dict: Dict, known: string, what: string): Diagnostic[] {
  const names = known.split(' ');
  return [...dict.keys()]
    .filter((key) => !names.includes(String(key)))
    .map((key) => {
      const near = nearestName(String(key), names);
      const detail = near === undefined ? `Known are ${names.join(', ')}` : `Did you mean ${near}?`;
      return problem('warning', `${what} ${String(key)} is not known`, detail, keyPositionOf(dict, key));
    });
}

function isFlag(value: Value): boolean {
  const inner = bare(value);
  if (typeof inner === 'boolean' || inner === 0 || inner === 1) return true;
  return flagWord.test(textOf(value) ?? '');
}

function wrongTypes(config: Dict): Diagnostic[] {
  const wrong = (name: string, what: string, fits: (value: Value) => boolean): Diagnostic[] => {
    const value = config.get(name);
    if (value === undefined || fits(value)) return [];
    return [problem('error', `Option ${name} is no ${what}`, `Write a ${what}`, positionOf(config, name))];
  };
  return [
    ...wrong('compose', 'dict', isDict),
    ...wrong('groups', 'dict', isDict),
    ...wrong('keyed_groups', 'list', isList),
    ...flags.flatMap((name) => wrong(name, 'boolean', isFlag)),
  ];
}

/** Each entry of keyed_groups, with the place that its problems have when it has none. */
function keyedOf(config: Dict): readonly Value[] {
  const keyed = config.get('keyed_groups');
  return keyed !== undefined && isList(keyed) ? keyed : [];
}

function wrongKeyed(config: Dict): Diagnostic[] {
  const whole = positionOf(config, 'keyed_groups');
  return keyedOf(config).flatMap((item) => {
    if (!isDict(item))
      return [problem('error', 'An entry of keyed_groups is no dict', 'Write key: EXPRESSION', whole)];
    const [first] = item.keys();
    const at = first === undefined ? whole : keyPositionOf(item, first);
    const missing = item.has('key')
      ? []
      : [problem('warning', 'An entry of keyed_groups has no key', 'It makes no group', at)];
    return [...missing, ...unknown(item, ofKeyed, 'Option of keyed_groups')];
  });
}

/** An expression that cannot be read makes nothing for any host: an error where the configuration is strict. */
export function expressionProblems(config: Dict, isStrict: boolean): readonly Diagnostic[] {
  const check = (dict: Dict, key: Key, kind: 'expression' | 'text'): readonly Diagnostic[] => {
    const text = textOf(dict.get(key) ?? null);
    return text === undefined ? [] : checkSyntax(text, kind, positionOf(dict, key));
  };
  const dicts = [config.get('compose'), config.get('groups')].filter((one) => one !== undefined);
  const found = [
    ...dicts.flatMap((dict) =>
      isDict(dict) ? [...dict.keys()].flatMap((key) => check(dict, key, 'expression')) : [],
    ),
    ...keyedOf(config).flatMap((item) =>
      isDict(item) ? [...check(item, 'key', 'expression'), ...check(item, 'parent_group', 'text')] : [],
    ),
  ];
  return isStrict ? found : found.map((one) => ({ ...one, severity: 'warning' }));
}

export function constructedProblems(config: Dict): readonly Diagnostic[] {
  const isStrict = bare(config.get('strict') ?? null) === true;
  return [
    ...unknown(config, options, 'Option'),
    ...wrongTypes(config),
    ...wrongKeyed(config),
    ...expressionProblems(config, isStrict),
  ];
}
