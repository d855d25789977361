// A saved plan: what check mode foretold, step by step, without contents and without secrets. Digests are keyed by a
// number of the plan's own, so that nothing can be looked up by them in a table; the file is its owner's alone.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

export interface PlannedStep {
  /** `host`, `control` or `api:ID`. */
  readonly target: string;
  readonly kind: string;
  /** Keyed digests: of what the step is given, and of the answers that it changes, before and after. */
  readonly inputs: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface PlannedTask {
  readonly host: string;
  readonly task: string;
  /** `file:line`, the file as seen from the plan's folder. */
  readonly place: string;
  /** Which round of its loop, from 0. */
  readonly item?: number;
  /** `unknown`: what it does could not be told; its steps are none or one of `steps` or others. */
  readonly status: string;
  readonly steps: readonly PlannedStep[];
}

export interface SavedPlan {
  readonly format: 'hardway-plan';
  readonly version: 1;
  readonly key: string;
  /** Where `hardway playbook` was called, and how; values of `--extra-vars` are left out. */
  readonly folder: string;
  readonly arguments: readonly string[];
  /** So many `--extra-vars` are to be given to `hardway apply` again. */
  readonly extraVariables: number;
  readonly tasks: readonly PlannedTask[];
}

export function newKey(): string {
  return randomBytes(16).toString('hex');
}

/** Whole or not at all, readable by its owner alone. */
export function savePlan(file: string, plan: SavedPlan): void {
  const unfinished = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.hardway`);
  try {
    const place = openSync(unfinished, 'wx', 0o600);
    writeSync(place, `${JSON.stringify(plan, undefined, 1)}\n`);
    fsyncSync(place);
    closeSync(place);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** The plan in a file, or why there is none. */
export function readPlan(file: string): SavedPlan | string {
  let plan: Partial<SavedPlan> & { readonly version?: unknown };
  try {
    plan = JSON.parse(readFileSync(file, 'utf8')) as SavedPlan;
  } catch (error) {
    return `the plan ${file} cannot be read: ${(error as Error).message}`;
  }
  if (plan.format !== 'hardway-plan') return `${file} is no plan of hardway`;
  if (plan.version !== 1) return `${file} is a plan of format ${String(plan.version)}; this program reads 1`;
  return plan as SavedPlan;
}
