// From instances to hosts: their names, variables and groups.
import type { Diagnostic } from '../../engine/document/diagnostic.ts';
import { type Dict, type Value, withMarks } from '../../engine/document/value.ts';
import { hasTemplate } from '../../engine/template/template.ts';
import { construct } from '../../engine/inventory/constructed.ts';
import type { TemplateContext } from '../../engine/template/api.ts';
import type { AwsRecord, AwsValue } from '../../aws/xml_values.ts';
import { addressVariables, type Gateway } from './address.ts';
import { instanceId } from './ask.ts';
import { namesOf } from './hostnames.ts';
import type { AwsEc2Options } from './options.ts';

export interface Located {
  readonly instance: AwsRecord;
  readonly region: string;
}

export interface Named {
  readonly located: Located;
  readonly name: string;
}

export interface Naming {
  readonly hosts: readonly Named[];
  readonly nameless: readonly string[];
  readonly problems: readonly Diagnostic[];
}

function problem(severity: Diagnostic['severity'], summary: string, detail: string): Diagnostic {
  return { code: 'inventory-syntax', severity, summary, detail };
}

const mostShown = 5;

export function someOf(names: readonly string[]): string {
  const more = names.length - mostShown;
  return names.slice(0, mostShown).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Names of Route 53 stand before those of `hostnames`. */
function route53Names(instance: AwsRecord, { route53 }: AwsEc2Options): readonly string[] {
  const names = instance.get('route53_names');
  if (!route53 || !Array.isArray(names)) return [];
  const { suffixes } = route53;
  return names
    .map(String)
    .filter((name) => suffixes.length === 0 || suffixes.some((end) => name.endsWith(end)));
}

/** Every instance with its names; two instances of one name are never made one in silence. */
export function nameInstances(
  instances: readonly Located[],
  options: AwsEc2Options,
  context: TemplateContext,
): Naming {
  const problems = new Map<string, Diagnostic>();
  const naming = {
    context,
    groupName: options.constructed.groupName,
    fail: (wrong: Diagnostic) => void problems.set(wrong.summary, wrong),
  };
  const hosts: Named[] = [];
  const nameless: string[] = [];
  const called = new Map<string, string[]>();
  for (const located of instances) {
    const { instance } = located;
    const first = route53Names(instance, options);
    const others =
      first.length > 0 && !options.allNames
        ? []
        : namesOf(instance, options.hostnames, options.allNames, naming);
    const names = [...new Set([...first, ...others])].slice(0, options.allNames ? undefined : 1);
    if (names.length === 0) nameless.push(instanceId(instance));
    for (const name of names) {
      hosts.push({ located, name });
      const known = called.get(name);
      if (known) known.push(instanceId(instance));
      else called.set(name, [instanceId(instance)]);
    }
  }
  const clashes = new Map([...called].filter(([, ids]) => ids.length > 1));
  const told = clashProblem(clashes, options);
  if (told) problems.set(told.summary, told);
  const distinct =
    options.nameClash === 'instance_id'
      ? hosts.map(({ located, name }) => ({
          located,
          name: clashes.has(name) ? `${name}-${instanceId(located.instance)}` : name,
        }))
      : hosts;
  return { hosts: distinct, nameless, problems: [...problems.values()] };
}

function clashProblem(
  clashes: ReadonlyMap<string, readonly string[]>,
  { nameClash }: AwsEc2Options,
): Diagnostic | undefined {
  const [first] = clashes;
  if (!first || nameClash === 'instance_id') return undefined;
  const [name, ids] = first;
  const others = clashes.size > 1 ? `, and ${clashes.size - 1} more names like it` : '';
  const summary = `${name} is the name of ${ids.length} instances`;
  const which = `${someOf(ids)}${others}.`;
  if (nameClash === 'merge')
    return problem('warning', summary, `${which} They are one host, with the variables of the last`);
  return problem(
    'error',
    summary,
    `${which} Set name_clash: instance_id to call them ${name}-INSTANCE_ID, or name hosts by something else, as hostnames: [instance-id]`,
  );
}

/** Text that others wrote into tags is never a template of ours. */
function guarded(value: AwsValue): Value {
  if (typeof value === 'string') return hasTemplate(value) ? withMarks(value, { unsafe: true }) : value;
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) {
      const safe = guarded(item);
      if (safe !== item) (value as Value[])[at] = safe;
    }
  } else if (value instanceof Map) {
    const dict: Dict = value;
    for (const [key, item] of value) {
      const safe = guarded(item);
      if (safe !== item) dict.set(key, safe);
    }
  }
  return value;
}

/** The variables of a host, made of the record itself: there are many of them. */
function variablesOf(
  { instance, region }: Located,
  options: AwsEc2Options,
  gateway: Gateway | undefined,
): Dict {
  const reached = addressVariables(instance, options.address, gateway);
  const placement = instance.get('placement');
  if (placement instanceof Map) placement.set('region', region);
  else instance.set('placement', new Map([['region', region]]));
  const tags = instance.get('tags') ?? new Map<string, AwsValue>();
  instance.set('tags', tags);
  instance.set('ec2_tags', tags);
  if (options.oldTagKeys && tags instanceof Map)
    for (const [key, value] of [...tags]) instance.set(`ec2_tag_${key}`, value);
  guarded(instance);
  const { prefix, suffix } = options;
  const vars: Dict =
    prefix + suffix === ''
      ? instance
      : new Map([...instance].map(([key, value]) => [prefix + key + suffix, value]));
  for (const [name, value] of reached) vars.set(name, value);
  return vars;
}

interface MadeGroup {
  readonly hosts: string[];
  readonly children: string[];
  readonly vars: Dict;
}

export interface MadeHosts {
  readonly groups: ReadonlyMap<string, MadeGroup>;
  readonly hostVars: Iterable<readonly [string, Dict]>;
  readonly problems: readonly Diagnostic[];
}

export function makeHosts(
  named: readonly Named[],
  options: AwsEc2Options,
  gateway: Gateway | undefined,
): MadeHosts {
  const groups = new Map<string, MadeGroup>();
  const problems: Diagnostic[] = [];
  const group = (name: string): MadeGroup => {
    const known = groups.get(name) ?? { hosts: [], children: [], vars: new Map() };
    groups.set(name, known);
    return known;
  };
  const all = group('aws_ec2');
  const made: [string, Dict][] = [];
  const known = new Map<Located, Dict>();
  for (const { located, name } of named) {
    const vars = known.get(located) ?? variablesOf(located, options, gateway);
    if (options.allNames) known.set(located, vars);
    all.hosts.push(name);
    const constructed = construct(options.constructed, vars);
    if (!constructed.ok) {
      const { problem: why } = constructed;
      problems.push({ ...why, detail: `${why.detail ?? ''} (host ${name})`.trim() });
      break;
    }
    const own = options.allNames ? new Map(vars) : vars;
    for (const [key, value] of constructed.value.vars) own.set(key, value);
    made.push([name, own]);
    for (const { name: groupName, parent } of constructed.value.groups) {
      group(groupName).hosts.push(name);
      if (parent !== undefined && !group(parent).children.includes(groupName))
        group(parent).children.push(groupName);
    }
  }
  return { groups, hostVars: handedOver(made), problems };
}

/** Each is let go as soon as it was taken: the inventory has variables of its own of each host. */
function* handedOver(made: [string, Dict][]): Generator<readonly [string, Dict]> {
  made.reverse();
  for (let one = made.pop(); one; one = made.pop()) yield one;
}
