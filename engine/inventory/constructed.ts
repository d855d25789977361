// Variables and groups computed from a host's variables: compose, groups and keyed_groups, as the source `constructed`
// and cloud sources take them.
import { type Diagnostic, failure, type Outcome, success } from '../document/diagnostic.ts';
import {
  bare,
  type Dict,
  isDict,
  isList,
  type Key,
  positionOf,
  textOf,
  type Value,
} from '../document/value.ts';
import type { Scope, TemplateContext } from '../template/api.ts';
import { evaluate, evaluateExpression, isTrue } from '../template/template.ts';

export interface ConstructedGroup {
  readonly name: string;
  readonly parent: string | undefined;
}

export interface Constructed {
  readonly vars: Dict;
  readonly groups: readonly ConstructedGroup[];
}

const nothing: Dict = new Map<Key, Value>();

/** The keys of a configuration that are meant here; other keys are the source's own. */
export interface ConstructedSettings {
  readonly compose: Dict;
  readonly groups: Dict;
  readonly keyedGroups: readonly Dict[];
  /** Whether an expression that fails is an error; else its variable or group is left out. */
  readonly strict: boolean;
  readonly leadingSeparator: boolean;
  /** Seen above the host's own by compose and keyed_groups, not by groups, as in ansible-core. */
  readonly extraVars: Dict;
  readonly groupName: (name: string) => string;
}

interface MoreSettings {
  /** Used where the configuration says use_extra_vars. */
  readonly extraVars?: Dict;
  readonly groupName?: (name: string) => string;
}

/** Reads the settings from a source's configuration. */
export function constructedSettings(config: Dict, more: MoreSettings = {}): ConstructedSettings {
  const dictAt = (name: string): Dict => {
    const value = config.get(name);
    return value !== undefined && isDict(value) ? value : new Map<Key, Value>();
  };
  const keyed = config.get('keyed_groups');
  return {
    compose: dictAt('compose'),
    groups: dictAt('groups'),
    keyedGroups: keyed !== undefined && isList(keyed) ? keyed.filter((item) => isDict(item)) : [],
    strict: bare(config.get('strict') ?? null) === true,
    leadingSeparator: bare(config.get('leading_separator') ?? null) !== false,
    extraVars: bare(config.get('use_extra_vars') ?? null) === true ? (more.extraVars ?? nothing) : nothing,
    groupName: more.groupName ?? safeGroupName,
  };
}

/** What the settings make of one host. Composed variables are seen by groups, but not by each other. */
export function construct(settings: ConstructedSettings, vars: Dict): Outcome<Constructed> {
  const composed: Dict = new Map();
  const given = contextOf([settings.extraVars, vars]);
  for (const [name, expression] of settings.compose) {
    const value = compose(expression, given);
    if (value.ok) composed.set(name, value.value);
    else if (settings.strict) return failure(placed(value.problem, settings.compose, name));
  }
  const context = contextOf([composed, vars]);
  const groups: ConstructedGroup[] = [];
  for (const [name, condition] of settings.groups) {
    const holds = conditionHolds(condition, context);
    if (!holds.ok && settings.strict) return failure(placed(holds.problem, settings.groups, name));
    if (holds.ok && holds.value) groups.push({ name: settings.groupName(String(name)), parent: undefined });
  }
  for (const keyed of settings.keyedGroups) {
    const found = keyedGroups(keyed, settings, contextOf([settings.extraVars, composed, vars]));
    if (found.ok) groups.push(...found.value);
    else if (settings.strict) return failure(placed(found.problem, keyed, 'key'));
  }
  return success({ vars: composed, groups });
}

/** At the expression that fails. */
function placed(problem: Diagnostic, dict: Dict, name: Key): Diagnostic {
  const position = positionOf(dict, name);
  return position ? { ...problem, position } : problem;
}

function contextOf(layers: readonly Dict[]): TemplateContext {
  const scope: Scope = {
    get: (name) => layers.find((layer) => layer.has(name))?.get(name),
    names: () => layers.flatMap((layer) => [...layer.keys()].map(String)),
  };
  const nothing = new Uint8Array();
  return {
    scope,
    host: {
      find: () => undefined,
      searchPath: () => [],
      readFile: () => nothing,
      decrypt: () => success(nothing),
    },
  };
}

/** An expression without braces, typed as a template of its own would be. */
function compose(expression: Value, context: TemplateContext): Outcome<Value> {
  const text = textOf(expression);
  return text === undefined ? success(expression) : evaluate(`{{ ${text} }}`, context);
}

function conditionHolds(condition: Value, context: TemplateContext): Outcome<boolean> {
  const text = textOf(condition);
  const value = text === undefined ? success(condition) : evaluateExpression(text, context);
  return value.ok ? isTrue(value.value) : value;
}

function keyedGroups(
  keyed: Dict,
  settings: ConstructedSettings,
  context: TemplateContext,
): Outcome<readonly ConstructedGroup[]> {
  const key = compose(keyed.get('key') ?? null, context);
  if (!key.ok) return key;
  const separator = textOf(keyed.get('separator') ?? '_') ?? '_';
  const names = namesOfKey(key.value, separator, keyed);
  if (!names) {
    const summary = 'A key of keyed_groups gives no text, list or dict';
    return failure({
      code: 'wrong-type',
      severity: 'error',
      summary,
      detail: `It is ${textOf(keyed.get('key') ?? null) ?? ''}`,
    });
  }
  const prefix = textOf(keyed.get('prefix') ?? '') ?? '';
  const parent = parentGroup(keyed, settings, context);
  if (!parent.ok) return parent;
  const between = prefix === '' && !settings.leadingSeparator ? '' : separator;
  return success(
    names.map((name) => ({ name: settings.groupName(prefix + between + name), parent: parent.value })),
  );
}

/** Group names without their prefix: of a text, of each item of a list, of each pair of a dict. */
function namesOfKey(value: Value, separator: string, keyed: Dict): string[] | undefined {
  const fallback = textOf(keyed.get('default_value') ?? null);
  const orFallback = (name: string): string[] =>
    name !== '' ? [name] : fallback === undefined ? [] : [fallback];
  const inner = bare(value);
  if (inner === null) return [];
  if (typeof inner === 'string') return orFallback(inner);
  if (isList(inner)) return inner.flatMap((item) => orFallback(nameOf(item)));
  if (!isDict(inner)) return undefined;
  return [...inner].map(([key, item]) => {
    const end = nameOf(item);
    if (end !== '') return `${String(key)}${separator}${end}`;
    if (fallback !== undefined) return `${String(key)}${separator}${fallback}`;
    return bare(keyed.get('trailing_separator') ?? true) === false
      ? String(key)
      : `${String(key)}${separator}`;
  });
}

function nameOf(value: Value): string {
  const inner = bare(value);
  return typeof inner === 'string'
    ? inner
    : typeof inner === 'number' || typeof inner === 'bigint'
      ? String(inner)
      : '';
}

function parentGroup(
  keyed: Dict,
  settings: ConstructedSettings,
  context: TemplateContext,
): Outcome<string | undefined> {
  const written = keyed.get('parent_group');
  if (written === undefined) return success(undefined);
  const name = evaluate(written, context);
  return name.ok ? success(settings.groupName(textOf(name.value) ?? '')) : name;
}

/** Group names are made fit for variables: every other character becomes an underscore. */
export function safeGroupName(name: string): string {
  return name.replace(/^[^\p{L}_]|[^\p{L}\p{N}_]/gu, '_');
}
