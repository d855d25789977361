// How a module's execution ends, and what of it only check mode tells.
import type { ConnectionFailure } from '../connection/contract.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import type {
  Difference,
  EngineEffects,
  ModuleResult,
  Output,
  Plan,
  Probe,
  ResultData,
  Step,
} from '../module/contract.ts';
import { stepKindOf, type HostView } from './host_view.ts';

/** One step of a prediction: where it would be done, and what it would change, in answers by their probes. */
export interface ForeseenStep {
  readonly step: Step;
  readonly view: HostView;
  readonly touched: readonly {
    readonly probe: Probe<unknown>;
    readonly before: unknown;
    readonly after: unknown;
    /** `before` is not the host's answer alone: earlier steps of check mode lie over it. */
    readonly isPictured: boolean;
  }[];
}

/** Who does a task's steps, and where. */
export interface Doer {
  readonly connection: string;
  readonly address: string;
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly become: { readonly method: string; readonly user: string } | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** What a task would do: one list of steps, or several of which check mode cannot tell the right one. */
export interface Foreseen {
  readonly possible: readonly (readonly ForeseenStep[])[];
  readonly waitsFor: string;
  readonly doer?: Doer;
  /** What it may fail for, as far as can be told. */
  readonly mayFail?: string | undefined;
}

export interface Told {
  readonly differences: readonly Difference[];
  readonly warnings: readonly string[];
  readonly effects?: EngineEffects;
  readonly foreseen?: Foreseen;
  /** Values besides the module's own: those of a background job. */
  readonly more?: ResultValues;
}

export type ResultValues = { readonly [name: string]: ResultData };

export type Execution =
  | ({ readonly end: 'done'; readonly changed: boolean; readonly result: ModuleResult } & Told)
  /** Check mode: it would run, but what it returns (by these names, and by any other) only a real run tells. */
  | ({
      readonly end: 'predicted';
      readonly changed: boolean;
      readonly unknownNames: readonly string[];
      readonly waitsFor: string;
    } & Told)
  /** Check mode: what it does cannot be told. `changed` is false when it surely changes nothing. */
  | ({
      readonly end: 'unknown';
      readonly changed: false | undefined;
      readonly waitsFor: string;
      readonly unknownNames: readonly string[];
    } & Told)
  | ({ readonly end: 'skipped'; readonly reason: string } & Told)
  | ({
      readonly end: 'failed';
      readonly message: string;
      /** Where it is wrong, when that is nearer than the task. */
      readonly problem?: Diagnostic;
      readonly output?: Output;
      readonly changed: boolean;
    } & Told)
  | { readonly end: 'unreachable'; readonly failure: ConnectionFailure; readonly repeatable: boolean };

export const nothingTold: Told = { differences: [], warnings: [] };

export function told(plan: Plan): Told {
  return {
    differences: plan.differences ?? [],
    warnings: plan.warnings ?? [],
    ...(plan.effects ? { effects: plan.effects } : {}),
  };
}

/** Steps that only look or wait are no change. */
export function changes(plan: Plan): boolean {
  return plan.changed ?? plan.steps.some((step) => stepKindOf(step).readsOnly !== true);
}

export function endWithoutSteps(plan: Plan): Execution | undefined {
  if (plan.fail !== undefined) return { end: 'failed', message: plan.fail, changed: false, ...told(plan) };
  if (plan.skip !== undefined) return { end: 'skipped', reason: plan.skip, ...told(plan) };
  return undefined;
}
