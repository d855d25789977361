// What the user asked of a run, after the command line, the environment and the settings file were read.
import type { Position } from '../document/value.ts';
import type { Doer, ForeseenStep } from './execution.ts';

export interface RunOptions {
  /** Tasks in flight at the same time, over all hosts of a play. */
  readonly forks: number;
  readonly checkMode: boolean;
  readonly diff: boolean;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly limit?: string;
  readonly startAtTask?: string;
  /** Ask before each task. */
  readonly step: boolean;
  readonly forceHandlers: boolean;
  /** Ask what coming tasks need in the round trips of earlier ones. */
  readonly askAhead: boolean;
  readonly become: boolean;
  /** Use the become method where the user is the login's own, too. */
  readonly becomeAllowSameUser: boolean;
  readonly becomeUser?: string;
  readonly becomeMethod?: string;
  readonly becomePassword?: string;
  readonly remoteUser?: string;
  readonly connectionPassword?: string;
  readonly privateKeyFile?: string;
  readonly connection?: string;
  readonly remotePort?: number;
  readonly becomeExecutable?: string;
  readonly becomeFlags?: string;
  /** Of plays that say none. */
  readonly strategy?: string;
  /** Of plays and tasks that do not say. */
  readonly anyErrorsFatal: boolean;
  /** Of tasks that have no `timeout`; 0 is none. */
  readonly taskTimeoutSeconds: number;
  readonly hostKeyChecking: 'strict' | 'accept-new' | 'off';
  readonly connectTimeoutSeconds: number;
  /** Attempts after the first when a connection cannot be made. */
  readonly connectRetries: number;
  readonly sshArguments: readonly string[];
  readonly gathering: 'implicit' | 'explicit' | 'smart';
  /** Folder of the first playbook, or the current one for `hardway module`. */
  readonly baseFolder: string;
  readonly verbosity: number;
  /** Asked before the steps of a task are done; a text refuses them. */
  readonly guard?: Guard;
  /** A plan is saved, or done. */
  readonly isPlanned: boolean;
}

/** A task on one host whose steps are about to begin. */
export interface GuardedTask {
  readonly host: string;
  readonly position: Position;
  /** Which round of its loop, from 0. */
  readonly item: number | undefined;
  /** The same object for all attempts of one turn. */
  readonly turn: object;
  readonly doer: Doer;
  /** Where its steps are done: the host, or the one that it is delegated to. */
  readonly place: string;
}

export type Guard = (task: GuardedTask, steps: readonly ForeseenStep[]) => string | undefined;

export const defaultOptions: RunOptions = {
  forks: 5,
  checkMode: false,
  diff: false,
  tags: ['all'],
  skipTags: [],
  step: false,
  forceHandlers: false,
  askAhead: true,
  become: false,
  becomeAllowSameUser: false,
  isPlanned: false,
  anyErrorsFatal: false,
  taskTimeoutSeconds: 0,
  hostKeyChecking: 'strict',
  connectTimeoutSeconds: 10,
  connectRetries: 2,
  sshArguments: [],
  gathering: 'implicit',
  baseFolder: process.cwd(),
  verbosity: 0,
};
