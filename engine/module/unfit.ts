// What a user's module gave in plain JavaScript that is not what the contract asks for: nothing else would tell of it, and
// it would crash later, far from the module, or count for something that was not meant. Each answer is a sentence that
// begins with the place, as `plan.steps.0 is text`; undefined when all is well.
import { Float, Marked, Undefined, Unknown } from '../document/value.ts';
import { done } from './define.ts';

const values = [Marked, Float, Undefined, Unknown];

type Fields = Readonly<Record<string, unknown>>;
type Check = (given: unknown) => boolean;

function nameOf(given: unknown): string {
  if (given === null) return 'null';
  if (given === undefined) return 'missing';
  if (typeof given === 'string') return 'text';
  if (Array.isArray(given)) return 'a list';
  if (typeof given !== 'object') return `a ${typeof given}`;
  return isPlain(given) ? 'a dict' : `a ${classOf(given)}`;
}

function classOf(given: object): string {
  const { constructor } = given as { readonly constructor?: unknown };
  return typeof constructor === 'function' ? constructor.name : 'object without a class';
}

function isPlain(given: unknown): given is Fields {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return false;
  const prototype: unknown = Object.getPrototypeOf(given);
  return prototype === null || prototype === Object.prototype;
}

function wrong(name: string, given: unknown, wanted: string): string {
  return `${name} is ${nameOf(given)}: ${wanted}`;
}

const isText: Check = (given) => typeof given === 'string';
const isFlag: Check = (given) => typeof given === 'boolean';
const isFunction: Check = (given) => typeof given === 'function';
const isContent: Check = (given) => isPlain(given) && isText(given['sha256']) && isFunction(given['open']);
const isSide: Check = (given) => given === null || isText(given) || isContent(given);
const isTarget: Check = (given) => isText(given) || isFunction(given);

/** The first of the fields that is there and not as it must be; with `all` none may be missing. */
function fieldOf(
  name: string,
  given: Fields,
  checks: Readonly<Record<string, readonly [Check, string]>>,
  all = false,
): string | undefined {
  for (const [key, [isRight, wanted]] of Object.entries(checks)) {
    const value = given[key];
    if ((value !== undefined || all) && !isRight(value)) return wrong(`${name}.${key}`, value, wanted);
  }
  return undefined;
}

/** The first item that is not as it must be. */
function itemOf(
  name: string,
  items: readonly unknown[],
  check: (name: string, item: unknown) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = check(`${name}.${index}`, item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Asked again and again until it says `done`: a dict of probes by the names under which they are seen. */
export function unfitProbes(asked: unknown): string | undefined {
  if (asked === done) return undefined;
  if (!isPlain(asked)) return wrong('probes', asked, 'it gives a dict of probes, or done');
  for (const [key, probe] of Object.entries(asked)) {
    const found = probe === undefined ? undefined : unfitProbe(`probes.${key}`, probe);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unfitProbe(name: string, probe: unknown): string | undefined {
  if (!isPlain(probe) || !isPlain(probe['kind']))
    return wrong(name, probe, 'a probe is made by probe(kind, args)');
  const { kind } = probe;
  const isStability: Check = (given) => given === 'stable' || given === 'volatile';
  return (
    fieldOf(
      `${name}.kind`,
      kind,
      {
        name: [isText, 'it is text'],
        stability: [isStability, 'it is stable or volatile'],
        target: [isTarget, 'it is host, control or api:…'],
      },
      true,
    ) ??
    (kind['target'] === 'host'
      ? fieldOf(
          `${name}.kind`,
          kind,
          {
            ask: [isFunction, 'a probe of a host has one'],
            parse: [isFunction, 'a probe of a host has one'],
          },
          true,
        )
      : undefined)
  );
}

export function unfitPlan(plan: unknown): string | undefined {
  if (!isPlain(plan)) return wrong('plan', plan, 'it gives a dict with steps');
  const { steps, differences, warnings } = plan;
  if (!Array.isArray(steps)) return wrong('plan.steps', steps, 'it is a list of steps');
  const sentence = [isText, 'it is a sentence'] as const;
  return (
    itemOf('plan.steps', steps, unfitStep) ??
    fieldOf('plan', plan, {
      fail: sentence,
      skip: sentence,
      changed: [isFlag, 'it is true or false'],
      warnings: [Array.isArray, 'it is a list of sentences'],
      differences: [Array.isArray, 'it is a list of dicts with header, before and after'],
      effects: [isPlain, 'it is a dict'],
    }) ??
    itemOf('plan.warnings', (warnings ?? []) as readonly unknown[], (name, given) =>
      isText(given) ? undefined : wrong(name, given, 'it is a sentence'),
    ) ??
    itemOf('plan.differences', (differences ?? []) as readonly unknown[], unfitDifference)
  );
}

function unfitStep(name: string, step: unknown): string | undefined {
  if (!isPlain(step) || !isPlain(step['kind']))
    return wrong(name, step, 'a step is made by step(kind, args)');
  const { kind } = step;
  const found = fieldOf(
    `${name}.kind`,
    kind,
    {
      name: [isText, 'it is text'],
      target: [isTarget, 'it is host, control or api:…'],
      describe: [isFunction, 'it gives a line for people'],
      effects: [Array.isArray, 'it is a list of what effect(…) gives'],
    },
    true,
  );
  if (found !== undefined) return found;
  return isFunction(kind['perform']) || isFunction(kind['act'])
    ? undefined
    : wrong(`${name}.kind.perform`, kind['perform'], 'a step has a function perform or act');
}

function unfitDifference(name: string, given: unknown): string | undefined {
  if (!isPlain(given)) return wrong(name, given, 'it is a dict with header, before and after');
  const side = [isSide, 'it is text, a content, or null where there is nothing'] as const;
  return fieldOf(name, given, { header: [isText, 'it is text'], before: side, after: side }, true);
}

/** A script that `ask` or `perform` gave. */
export function unfitScript(script: unknown, name: string): string | undefined {
  if (!isPlain(script)) return wrong(name, script, 'it gives a dict with a script');
  return fieldOf(name, script, { script: [isText, 'it is the text of a script, as sh`…`.text'] }, true);
}

export function unfitResult(result: unknown): string | undefined {
  if (!isPlain(result)) return wrong('result', result, 'it gives a dict');
  const flag = [isFlag, 'it is true or false'] as const;
  const data = unfit(result, 'result', []);
  return data === undefined
    ? fieldOf('result', result, { failed: flag, changed: flag, skipped: flag })
    : `${data}: a result holds text, numbers, lists and dicts`;
}

/** Where in the data stands what can be neither registered nor shown. */
function unfit(data: unknown, name: string, around: readonly object[]): string | undefined {
  if (typeof data === 'function' || typeof data === 'symbol') return `${name} is a ${typeof data}`;
  if (typeof data !== 'object' || data === null || values.some((kind) => data instanceof kind))
    return undefined;
  if (around.includes(data)) return `${name} holds itself`;
  if (!Array.isArray(data) && !(data instanceof Map) && !isPlain(data))
    return `${name} is a ${classOf(data)}`;
  const entries: Iterable<[unknown, unknown]> = data instanceof Map ? data : Object.entries(data);
  for (const [key, item] of entries) {
    const found = unfit(item, `${name}.${String(key)}`, [...around, data]);
    if (found !== undefined) return found;
  }
  return undefined;
}
