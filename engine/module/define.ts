// CONTRACT. The declaration of a module, as its author writes it, and as the engine holds it.
import type { Data, ModuleResult, Plan, PlanContext, Probe, ProbeKind } from './contract.ts';
import type { Kind, Parameters } from './kinds.ts';
import type { Outcomes } from './outcomes.ts';

/** Said by `probes` when everything needed was seen. */
export const done: unique symbol = Symbol.for('hardway.done') as never;

/** A request for answers, by the names under which `seen` will hold them; a name may stand for many: `list ${string}`. */
export type ProbesFor<Seen> = {
  readonly [Name in keyof Seen]?: Probe<Seen[Name]>;
};

/** The probes that a module asked for, by name. */
export function probesOf(asked: {
  readonly [name: string]: Probe<unknown> | undefined;
}): [string, Probe<unknown>][] {
  return Object.entries(asked).flatMap(([name, probe]): [string, Probe<unknown>][] =>
    probe ? [[name, probe]] : [],
  );
}

/** Type of `seen`: `seen: answers<{ unit: UnitState }>()`. Holds no value; optional names are asked only sometimes. */
export interface Answers<Seen> {
  readonly ofType?: Seen;
}

export function answers<Seen>(): Answers<Seen> {
  return {};
}

export interface Constraints {
  readonly mutuallyExclusive?: readonly (readonly string[])[];
  readonly requiredTogether?: readonly (readonly string[])[];
  readonly requiredOneOf?: readonly (readonly string[])[];
  /** [parameter, value, names that are then required, whether one of them is enough] */
  readonly requiredIf?: readonly (readonly [string, Data, readonly string[], 'any'?])[];
  /** Names that are required as soon as the key is given. */
  readonly requiredBy?: { readonly [name: string]: readonly string[] };
}

/** What the steps of a task may touch of which check mode knows neither the answers nor some parameters. */
export interface Reach {
  /** The control machine instead of the host. */
  readonly where?: 'control';
  /** Paths on the host; what is below them too. A path that is not known (no text) makes it everything. */
  readonly files?: readonly unknown[];
  /** All answers of these kinds. */
  readonly answers?: readonly ProbeKind<never, unknown>[];
}

export type Params = { readonly [name: string]: Kind<unknown> };

interface Description {
  /** The word used in a playbook. */
  readonly name: string;
  /** Full names under which content knows it, `ansible.builtin.copy`; the short name comes with them. */
  readonly fullNames?: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly constraints?: Constraints;
  /** Any other parameter is taken too, with this kind (set_fact, add_host). */
  readonly anyParameter?: Kind<unknown>;
  readonly returns?: { readonly [name: string]: Kind<unknown> };
  readonly examples?: string;
  /** Its parameters are values that it only gives on as variables: check mode gives unknown ones on as well. */
  readonly givesOn?: true;
  /** It acts on the run itself, now: not in the background, as in Ansible. */
  readonly actsOnRun?: true;
  /** Done once for all hosts of a batch, on the first: Ansible's actions that bypass the loop over hosts. */
  readonly onceForAll?: true;
  /** After it there may be hosts and groups that no inventory names. */
  readonly makesHosts?: true;
  /** Parameters by which a task may be left out. With one of them, what is not done by `check_mode: true` is a change. */
  readonly guards?: readonly string[];
  /** It runs without the task's `environment:`, which is warned of. */
  readonly passesOverEnvironment?: true;
}

export interface ModuleDeclaration<P extends Params, Seen> extends Description {
  readonly params: P;
  /** The parameter that takes free text: `command: ls -l`. */
  readonly freeForm?: keyof P & string;
  readonly seen?: Answers<Seen>;
  /**
   * What its steps can touch, whatever is seen; a parameter may still be of class Unknown. `nothing`: it only looks.
   * `apis`: what remote APIs answer. Default: everything on the host. Check mode needs it where a plan cannot be made.
   */
  readonly reach?: 'nothing' | 'apis' | ((params: { readonly [name: string]: unknown }) => Reach);
  /** Names of facts that it sets, whatever is seen: check mode knows them to be unknown where no plan can be made. */
  readonly facts?: (params: { readonly [name: string]: unknown }) => readonly string[];
  /** Asked again with what was seen, until it says `done`. Probes named together share a round trip. */
  readonly probes?: (
    params: Parameters<P>,
    seen: Partial<Seen>,
    context: PlanContext,
  ) => ProbesFor<Seen> | typeof done;
  readonly plan: (params: Parameters<P>, seen: Seen, context: PlanContext) => Plan;
  /** `outcomes` are those of the steps, by their kinds; `after` is what the probes would answer now. */
  readonly result?: (
    params: Parameters<P>,
    before: Seen,
    outcomes: Outcomes,
    after: Seen,
    context: PlanContext,
  ) => ModuleResult;
}

/** Evaluated parameters whose types only the module knows. Made by `checkParameters`. */
export type CheckedValues = { readonly [name: string]: unknown };

/** A module as the registry and the engine hold it: parameters and answers are of types that only it knows. */
export interface Module extends Description {
  /** Where a user's own module stands; hardway's have none. */
  readonly file?: string;
  readonly params: Params;
  readonly freeForm?: string;
  readonly reach?: 'nothing' | 'apis' | ((params: CheckedValues) => Reach);
  readonly facts?: (params: CheckedValues) => readonly string[];
  probes?(
    params: CheckedValues,
    seen: object,
    context: PlanContext,
  ): { readonly [name: string]: Probe<unknown> | undefined } | typeof done;
  plan(params: CheckedValues, seen: object, context: PlanContext): Plan;
  result?(
    params: CheckedValues,
    before: object,
    outcomes: Outcomes,
    after: object,
    context: PlanContext,
  ): ModuleResult;
}

/** Gives the declaration its types, and refuses mistakes that types cannot see (an own bug: thrown). */
export function defineModule<P extends Params, Seen>(
  declaration: ModuleDeclaration<P, Seen>,
): ModuleDeclaration<P, Seen> {
  const taken = new Set<string>();
  for (const [name, kind] of Object.entries(declaration.params))
    for (const word of [name, ...(kind.aliases ?? [])]) {
      if (taken.has(word)) throw new Error(`Module ${declaration.name} names parameter ${word} twice`);
      taken.add(word);
    }
  return declaration;
}
