// AWS as a target of probes and steps: what is there is asked by kind of thing, and what is done to one thing of a kind
// is shown to later tasks in check mode by that kind's answers.
import type {
  Control,
  Effect,
  HostAccess,
  Need,
  Probe,
  ProbeFailure,
  ProbeKind,
  Step,
  StepKind,
} from '../../engine/module/contract.ts';
import { accessName, type AwsAccess } from '../../aws/access.ts';
import { done, type ProbesFor } from '../../engine/module/define.ts';
import { Aws } from '../../aws/clients.ts';
import { AwsFailure } from '../../aws/failure.ts';
import { shownThings } from './aws_shown.ts';

/** Filters as AWS's Describe calls take them: all names must fit, and one of the values of each. */
export type Filters = { readonly [name: string]: readonly string[] };

export type Tags = { readonly [key: string]: string };

/** A thing as we hold it: names as in Ansible's results, tags as a dict. */
export interface Thing {
  readonly tags: Tags;
}

/** One kind of thing of AWS: how those that fit are listed, and how it is told whether one fits. */
export interface AwsType<T extends Thing> {
  /** `vpc`; its answers are the question `look for vpc`. */
  readonly name: string;
  /** All that fit. Describe calls only. */
  readonly list: (aws: Aws, filters: Filters, signal: AbortSignal) => Promise<readonly T[]>;
  /** What a filter compares, by its name; `tag:…` and `tag-key` need none. */
  readonly fields: { readonly [filter: string]: (thing: T) => string | readonly string[] | undefined };
}

export interface Question {
  readonly access: AwsAccess;
  readonly filters: Filters;
}

const targetOf = ({ access }: { readonly access: AwsAccess }): `api:${string}` =>
  `api:aws ${accessName(access)}`;

const pendingMark = 'made-by-this-run:';

/**
 * Stands for the id of a thing that check mode foretells: `vpc made-by-this-run:kube`. It is nobody's id, so what hangs
 * on it is foretold too, and is asked of nobody.
 */
export function pendingId(type: string, name: string): string {
  return `${type} ${pendingMark}${name}`;
}

export function isPending(id: string | undefined): boolean {
  return id?.includes(` ${pendingMark}`) === true;
}

/** Whether a filter names only things that are not there yet. */
function asksForPending(filters: Filters): boolean {
  return Object.values(filters).some((values) => values.length > 0 && values.every(isPending));
}

/** The same without ids that AWS does not know yet. */
function askable(filters: Filters): Filters {
  return Object.fromEntries(
    Object.entries(filters).map(([name, values]) => [name, values.filter((one) => !isPending(one))]),
  );
}

/** A text as the value of a filter that fits this text alone. */
export function literal(text: string): string {
  return text.replaceAll(/[*?\\]/g, String.raw`\$&`);
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.match(/\\?./gsu) ?? [];
  const source = parts.map((part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    const plain = part.startsWith('\\') && part.length > 1 ? part.slice(1) : part;
    return plain.replace(/[.*+?^${}()|[\]\\]/, String.raw`\$&`);
  });
  return new RegExp(`^${source.join('')}$`, 'su');
}

/** As AWS decides it: values may hold `*` and `?`, and `\` before one of these that is meant itself. */
export function fits<T extends Thing>(type: AwsType<T>, thing: T, filters: Filters): boolean {
  return Object.entries(filters).every(([name, wanted]) => {
    const field = type.fields[name];
    if (!field && name !== 'tag-key' && !name.startsWith('tag:'))
      throw new Error(`The type ${type.name} has no filter ${name}`);
    const found =
      field?.(thing) ??
      (name === 'tag-key' ? Object.keys(thing.tags) : thing.tags[name.slice('tag:'.length)]);
    const values = found === undefined ? [] : typeof found === 'string' ? [found] : found;
    return wanted.some((pattern) => values.some((value) => wildcard(pattern).test(value)));
  });
}

const escaped = /\\[*?\\]/g;

/** Filters of tags that hold a literal. */
function literals(filters: Filters): Filters {
  return Object.fromEntries(
    Object.entries(filters).filter(
      ([name, values]) => name.startsWith('tag:') && values.some((one) => one.search(escaped) >= 0),
    ),
  );
}

/** What AWS is asked: any character in the place of one that is meant itself, as what it gives is compared here. */
export function askedFor(value: string): string {
  return value.replaceAll(escaped, '?');
}

/** Runs `use` with the clients of an access, which live as long as the run; what AWS refuses is a failure as a value. */
async function withAws<T>(
  access: AwsAccess,
  control: Control,
  use: (aws: Aws) => Promise<T | ProbeFailure>,
): Promise<T | ProbeFailure> {
  const open = (): Promise<Aws> => Promise.resolve(new Aws(access));
  try {
    const identity = `aws ${accessName(access)}`;
    return await use(await control.client(identity, open, (aws) => aws.close()));
  } catch (error) {
    if (error instanceof AwsFailure) return { failed: error.message };
    throw error;
  }
}

/** A kind of thing with its question, and makers of the steps that change things of the kind. */
export interface AwsKind<T extends Thing> {
  readonly type: AwsType<T>;
  readonly probe: ProbeKind<Question, readonly T[]>;
  readonly ask: (access: AwsAccess, filters: Filters) => Probe<readonly T[]>;
}

export function defineAwsType<T extends Thing>(given: AwsType<T>): AwsKind<T> {
  const type: AwsType<T> = {
    ...given,
    list: async (aws, filters, signal) =>
      (await given.list(aws, filters, signal)).filter((thing) => fits(given, thing, literals(filters))),
  };
  const probe: ProbeKind<Question, readonly T[]> = {
    name: `look for ${type.name}`,
    stability: 'volatile',
    target: targetOf,
    answer: ({ access, filters }, control) =>
      asksForPending(filters)
        ? Promise.resolve([])
        : withAws(access, control, (aws) => type.list(aws, askable(filters), control.signal)),
    shown: (things, { filters }) => shownThings(type.name, filters, things),
  };
  return { type, probe, ask: (access, filters) => ({ kind: probe, args: { access, filters } }) };
}

/** For modules whose questions do not hang on answers: all of them together, once. */
export function askedOnce<Seen>(seen: Partial<Seen>, asked: ProbesFor<Seen>): ProbesFor<Seen> | typeof done {
  return Object.keys(seen).length > 0 ? done : asked;
}

interface OfAccess {
  readonly access: AwsAccess;
}

/** A thing as it is now, in the place of what was known of it; questions that it does not fit drop it again. */
export function withThing<T extends { readonly id: string }>(things: readonly T[], thing: T): readonly T[] {
  return things.some(({ id }) => id === thing.id)
    ? things.map((one) => (one.id === thing.id ? thing : one))
    : [...things, thing];
}

/**
 * What a step does to the things of one kind: `after` gives all that are there afterwards, from those that fitted a
 * question before. `made` is the step's outcome once it was done, undefined while it is foretold.
 */
export function changesTo<Args extends OfAccess, T extends Thing, Outcome = unknown>(
  { type, probe }: AwsKind<T>,
  after: (args: Args, things: readonly T[], made: Outcome | undefined) => readonly T[],
): Effect<Args> {
  return {
    probe,
    touches: ({ access }, asked: Question) => accessName(access) === accessName(asked.access),
    predict: (args, asked: Question, answer: readonly T[] | undefined, made?: Outcome) =>
      answer && after(args, answer, made).filter((thing) => fits(type, thing, asked.filters)),
  };
}

interface Change<Args, Outcome> {
  readonly name: string;
  readonly describe: (args: Args) => string;
  readonly act: (args: Args, aws: Aws, signal: AbortSignal, host: HostAccess) => Promise<Outcome>;
  /** It waits for what comes by itself: no change of ours, and not done in check mode. */
  readonly readsOnly?: true;
  readonly effects: readonly Effect<Args>[];
  /** What must hold for AWS to do it; asked in check mode alone. */
  readonly needs?: (args: Args) => readonly Need[];
}

/** Declares a step on AWS and gives the function that makes one. */
export function defineAwsChange<Args extends OfAccess, Outcome>(
  change: Change<Args, Outcome>,
): (args: Args) => Step<Outcome> {
  const kind: StepKind<Args, Outcome> = {
    ...change,
    target: targetOf,
    act: (args, control, host) =>
      withAws(args.access, control, (aws) => change.act(args, aws, control.signal, host)),
  };
  return (args) => ({ kind, args });
}
