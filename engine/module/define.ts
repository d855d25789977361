// CONTRACT. The declaration of a module, as its author writes it.
import type { Kind, Parameters } from './kinds.ts';
import type { Data, ModuleResult, Plan, PlanContext, Probe } from './contract.ts';

/** Said by `probes` when everything needed was seen. */
export const done = Symbol('done');

/** A request for answers, by the names under which `seen` will hold them. */
export type ProbesFor<Seen> = { readonly [Name in keyof Seen]?: Probe<NonNullable<Seen[Name]>> };

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
  /** [parameter, value, names that are then required] */
  readonly requiredIf?: readonly (readonly [string, Data, readonly string[]])[];
}

export type Params = { readonly [name: string]: Kind<unknown> };

export interface ModuleDeclaration<P extends Params, Seen> {
  /** The word used in a playbook. */
  readonly name: string;
  /** Full names under which content knows it, `ansible.builtin.copy`; the short name comes with them. */
  readonly fullNames?: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly params: P;
  readonly constraints?: Constraints;
  /** The parameter that takes free text: `command: ls -l`. */
  readonly freeForm?: keyof P & string;
  readonly returns?: { readonly [name: string]: Kind<unknown> };
  readonly examples?: string;
  readonly seen?: Answers<Seen>;
  /** Asked again with what was seen, until it says `done`. Probes named together share a round trip. */
  readonly probes?: (
    params: Parameters<P>,
    seen: Partial<Seen>,
    context: PlanContext,
  ) => ProbesFor<Seen> | typeof done;
  readonly plan: (params: Parameters<P>, seen: Seen, context: PlanContext) => Plan;
  /** `outcomes` are those of the steps in order; `after` is what the probes would answer now. */
  readonly result?: (
    params: Parameters<P>,
    before: Seen,
    outcomes: readonly unknown[],
    after: Seen,
  ) => ModuleResult;
}

/** A module with its types erased, as the registry and the engine hold it. */
export type Module = ModuleDeclaration<Params, never>;

/** Checks the declaration for mistakes that types cannot see, and gives it back as the engine takes it. */
export function defineModule<P extends Params, Seen>(
  declaration: ModuleDeclaration<P, Seen>,
): ModuleDeclaration<P, Seen> {
  return declaration;
}
