// A saved plan: what check mode foretold, step by step, without contents and without secrets. Digests are keyed by a
// number of the plan's own, so that nothing can be looked up by them in a table; the file is its owner's alone.
import { createHash, randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

export interface PlannedStep {
  /** `host`, `control` or `api:ID`. */
  readonly target: string;
  readonly kind: string;
  /** It only looks or waits: whether a run needs it hangs on the moment. */
  readonly looks?: true;
  /** Keyed digests: of what the step is given, and of the answers that it changes, before and after. */
  readonly inputs: string;
  /** It is given what only a run makes: `inputs` cannot be held against the run. */
  readonly givenOpen?: true;
  readonly before: string | null;
  readonly after: string | null;
  /** What `before` is made of: answers of the host, a picture of earlier steps, or what only a run tells. */
  readonly basis: 'host' | 'picture' | 'open';
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
  /** Keyed digest of who does the steps and where: address, users, environment. */
  readonly doer: string | null;
  readonly steps: readonly PlannedStep[];
  /** Where check mode left several ways open: each of them, `steps` having them all. */
  readonly ways?: readonly (readonly PlannedStep[])[];
  /** An include that is unknown: it brings tasks that no plan can name. */
  readonly opens?: true;
}

export interface SavedPlan {
  readonly format: 'hardway-plan';
  readonly version: 2;
  /** The program's version: kinds and digests are its own. */
  readonly hardway: string;
  readonly key: string;
  /** Where `hardway playbook` was called, and how; values of `--extra-vars` are left out. */
  readonly folder: string;
  readonly arguments: readonly string[];
  /** So many `--extra-vars` are to be given to `hardway apply` again. */
  readonly extraVariables: number;
  /** That took part in its plays. */
  readonly hosts: readonly string[];
  /** Type and fingerprint of the key that each of them showed by ssh. */
  readonly hostKeys: Readonly<Record<string, string>>;
  readonly tasks: readonly PlannedTask[];
  /** sha256 of all the rest: tells a plan that was cut or edited. */
  readonly digest: string;
}

export function newKey(): string {
  return randomBytes(16).toString('hex');
}

function digestOf(plan: object): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex');
}

/** Why no plan can be kept there; asked before a run, as its end would be late to say so. */
export function whyNoPlanFile(file: string): string | undefined {
  const folder = path.dirname(path.resolve(file));
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) return `${file} is a folder`;
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory() ? undefined : `${folder} is no folder`;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whole or not at all, readable by its owner alone; why it could not be kept, if so. */
export function savePlan(file: string, plan: Omit<SavedPlan, 'digest'>): string | undefined {
  const unfinished = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.hardway`);
  try {
    const place = openSync(unfinished, 'wx', 0o600);
    try {
      writeFileSync(place, `${JSON.stringify({ ...plan, digest: digestOf(plan) }, undefined, 1)}\n`);
      fsyncSync(place);
    } finally {
      closeSync(place);
    }
    renameSync(unfinished, file);
    return undefined;
  } catch (error) {
    rmSync(unfinished, { force: true });
    return (error as Error).message;
  }
}

function readText(file: string): { readonly text: string } | { readonly failed: string } {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { failed: (error as Error).message };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The plan in a file, or why there is none. `hardway` is this program's version. */
export function readPlan(file: string, hardway: string): SavedPlan | string {
  const read = readText(file);
  if ('failed' in read) return `the plan ${file} cannot be read: ${read.failed}`;
  const found = parse(read.text);
  if (typeof found !== 'object' || found === null) return `the plan ${file} is not whole, or no JSON at all`;
  const plan = found as Partial<SavedPlan> & { readonly version?: unknown };
  if (plan.format !== 'hardway-plan') return `${file} is no plan of hardway`;
  if (plan.version !== 2) return `${file} is a plan of format ${String(plan.version)}; this program reads 2`;
  if (plan.hardway !== hardway)
    return `${file} was made by hardway ${String(plan.hardway)}, and this is ${hardway}: make it again`;
  const { digest, ...rest } = plan;
  if (digest !== digestOf(rest)) return `${file} was changed after it was saved: make it again`;
  return plan as SavedPlan;
}
