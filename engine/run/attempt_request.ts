// What one attempt of a task works with, once its host, its user and its parameters are known.
import type { BecomeSpec } from '../connection/contract.ts';
import type { Dict } from '../document/value.ts';
import type { Module } from '../module/define.ts';
import type { Doer } from './execution.ts';
import type { HostShell } from './host_shell.ts';
import type { HostState } from './state.ts';
import type { TaskJob } from './task_job.ts';

/** Where an attempt runs: the task's own host, or the one that it is delegated to. */
export interface Place {
  readonly state: HostState;
  readonly delegatedTo: string | undefined;
}

export interface AttemptRequest {
  readonly job: TaskJob;
  readonly place: Place;
  readonly shell: HostShell;
  readonly become: BecomeSpec | undefined;
  /** The place is the control machine itself. */
  readonly isLocal: boolean;
  readonly module: Module;
  readonly params: { readonly [name: string]: unknown };
  readonly secretParameters: ReadonlySet<string>;
  /** The texts in them. */
  readonly secrets: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly doer: Doer;
  readonly local: Dict;
}
