// CONTRACT. A module is data in, data out: it says what it needs to know (probes) and what must change (steps).
// Probe and step kinds are the vocabulary; each states how it is asked or done, how the answer is read,
// what a step makes stale, and what a step does to the picture that check mode shows to later tasks.
import type { Value } from '../document/value.ts';
import type { Content, TextContent } from './content.ts';

/** Plain data: a module's evaluated parameters, probe and step arguments. */
export type Data =
  null | boolean | number | bigint | string | readonly Data[] | { readonly [key: string]: Data };

/** What a module may give back: plain data, or the engine's values where 1.0, key order or marks matter. */
export type ResultData = Value | readonly ResultData[] | { readonly [key: string]: ResultData | undefined };

/** Where a probe is asked or a step is done: the host, the control machine, or a remote API by its identity. */
export type Target = 'host' | 'control' | `api:${string}`;

/** A POSIX sh script for a host. It runs with LC_ALL=C; arguments are quoted by `sh()` in engine/module/quote.ts. */
export interface Script {
  readonly script: string;
  /** Given to the script on standard input; otherwise that is /dev/null. */
  readonly stdin?: Content | Uint8Array;
  /** Added to the script's environment; travels on stdin of the agent, never in an argv. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The user's own environment and no LC_ALL=C: for commands that a playbook names. */
  readonly userEnvironment?: boolean;
  readonly timeoutSeconds?: number;
  /** Bytes of stdout kept; the default is 64 MiB. */
  readonly maxOutputBytes?: number;
  /**
   * Said by the engine: it may share a process with its neighbours, as it only looks, or as it is a change after whose
   * failure they are not to be made. It has no standard input and leaves nothing running.
   */
  readonly shares?: 'looks' | 'changes' | undefined;
}

export interface Output {
  /** Exit code; 128 + n after signal n; 124 after a timeout. */
  readonly rc: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly timedOut?: boolean;
  /** ISO 8601, control machine's clock. */
  readonly start?: string;
  readonly end?: string;
}

/** What probes and steps may use of the control machine. Paths are the control machine's. */
export interface Control {
  /** Finds a file by the running task's search path. */
  find(kind: 'files' | 'templates' | 'vars', name: string): string | undefined;
  /** Folders tried by `find`, for the error message. */
  searchPath(kind: 'files' | 'templates' | 'vars'): readonly string[];
  /** The mode of a file that `find` gave, four octal digits. Default: as it is now. */
  mode?(path: string): string;
  /** A handle on a control machine's file (decrypted when it is vault-encrypted and `decrypt` is set). */
  content(path: string, options?: { readonly decrypt?: boolean }): Promise<Content>;
  /**
   * Renders a template file with the running task's variables. `options` are the template module's settings, `name` is
   * what the task calls the file, `destination` where the host is to have it.
   */
  render(path: string, options: TemplateOptions, name?: string, destination?: string): Promise<Rendered>;
  /** A client that lives as long as the run, opened once for each identity. */
  client<T>(identity: string, open: () => Promise<T>, close?: (client: T) => Promise<void>): Promise<T>;
  readonly signal: AbortSignal;
}

export interface TemplateOptions {
  readonly trimBlocks?: boolean;
  readonly lstripBlocks?: boolean;
  readonly newline?: '\n' | '\r\n' | '\r';
  readonly blockStart?: string;
  readonly blockEnd?: string;
  readonly variableStart?: string;
  readonly variableEnd?: string;
  readonly commentStart?: string;
  readonly commentEnd?: string;
}

/** `notYet`: it needs a value that only a real run gives. */
export type Rendered = { readonly content: Content } | { readonly failed: string; readonly notYet?: boolean };

/** Runs scripts on the host of the task, in the shell of its become user. For steps that mix both sides. */
export interface HostAccess {
  run(script: Script): Promise<Output>;
}

/** A probe that could not be answered: the task fails with this message. */
export interface ProbeFailure {
  readonly failed: string;
  /**
   * What was asked is not there yet (a file on the control machine, an API). In check mode an earlier task may have
   * been about to make it: the answer is then unknown instead of a failure, if anything was predicted before.
   */
  readonly notYet?: boolean;
  /** With `notYet`: whether it will ever be there is open, so that `mayBe` does not tell what the answer may be. */
  readonly notThere?: boolean;
}

/**
 * A predicted answer that cannot be told for sure. The engine plans for each possible answer: all change = changed,
 * none = ok, mixed = unknown. An empty list means that nothing is known. Module authors never see it.
 */
export interface Uncertain<Answer = unknown> {
  readonly uncertain: readonly Answer[];
  /** What did not run: `install haproxy`. */
  readonly waitsFor: string;
  /** There may never be an answer: `mayBe` is not asked. */
  readonly notThere?: boolean;
}

/** The answer after a step; undefined: what was not known stays so. */
export type Predicted<Answer> = Answer | Uncertain<Answer> | undefined;

/** Where a path leads: `itself` follows the links of the folders above, `end` the path's own as well. */
export type Lead = (path: string, how: 'itself' | 'end') => string;

/** What `--diff` tells of an answer; `lines` null where there is nothing. Never a secret. */
export interface Shown {
  /** What it is about: a path, `user alice`. */
  readonly title: string;
  readonly lines: readonly string[] | null;
}

interface ShowAnswer<Answer, Args> {
  /** Written as a method, so that a probe of any answer is still a probe of something unknown. */
  show(answer: Answer, args: Args): Shown;
}

/** Arguments of the same kind of probe, or undefined when the picture is whole. A method, as answers are handed on unread. */
interface AskAgain<Answer, Args> {
  again(args: Args, pictured: Answer): unknown;
}

interface PartAfter<Answer, Args> {
  partAfter(step: Step, args: Args, answer: Answer): unknown;
}

export interface ProbeKind<Args, Answer> {
  readonly name: string;
  /**
   * Stable answers change only by what is done to the host: they are asked ahead of the task's turn, and dropped by any
   * step. Volatile ones change at any time (unit state, ports, APIs) and are asked in the task's turn.
   */
  readonly stability: 'stable' | 'volatile';
  readonly target: Target | ((args: Args) => Target);
  /** For target host: the script; its answer is read by `parse`. Reads only. */
  readonly ask?: (args: Args) => Script;
  readonly parse?: (output: Output, args: Args) => Answer | ProbeFailure;
  /** Steps that run programs of others, which may change this answer without saying so: started daemons and rules. */
  readonly spoiltBy?: (step: Step, args: Args) => boolean;
  /** Where such steps leave a part of the answer: the answer with what is not known any more marked as the kind does it. */
  readonly partAfter?: PartAfter<Answer, Args>['partAfter'];
  /** For questions about paths of a host: the same with each path led to its place, as check mode compares them. */
  readonly placed?: (args: Args, lead: Lead) => unknown;
  /** What an answer that is not known may be, as far as that hangs on what else was seen. */
  readonly mayBe?: (args: Args, seen: readonly unknown[]) => readonly Answer[];
  /** Where a picture of the answer leaves open what the host knows once the steps are done: the question that tells it. */
  readonly again?: AskAgain<Answer, Args>['again'];
  /** For `--diff`, where a module tells no differences itself: what was seen is shown beside the picture of it. */
  readonly shown?: ShowAnswer<Answer, Args>['show'];
  /** For control and api targets. Reads only. */
  readonly answer?: (args: Args, control: Control) => Promise<Answer | ProbeFailure>;
}

/** One question, as data. Two probes with equal kind, target and args are the same question. */
export interface Probe<Answer> {
  readonly kind: ProbeKind<never, Answer>;
  readonly args: unknown;
}

/** What a step of some kind does to the answers of one kind of probe. */
export interface Effect<StepArgs> {
  readonly probe: ProbeKind<never, unknown>;
  /** Whether the step may change this answer. */
  readonly touches: (step: StepArgs, probe: never) => boolean;
  /**
   * The answer (or `Uncertain`) as it will be after the step; asked only when `touches` says so. `answer` is undefined
   * when nothing is known of it; undefined given back says that this stays so. `outcome` is there once the step was
   * done: what only doing it tells (the id of a thing that was made) is then told too; in check mode, where one of the
   * step's needs foretells it.
   */
  readonly predict: (step: StepArgs, probe: never, answer: never, outcome?: never) => unknown;
}

/** What must hold for a step to succeed. */
export interface Need {
  readonly probe: Probe<unknown>;
  /** Undefined when it holds, else why the step would fail. */
  readonly unmet: (answer: never) => string | undefined;
  /** What the answer tells of the step's outcome, beside what others tell: check mode gives it to the step's effects. */
  readonly foretells?: (answer: never) => object;
  /** The same where the answer is not known. */
  readonly untold?: object;
  /** Why the step may fail for this user, although it holds: check mode does not presume it where a failure is borne. */
  readonly doubt?: (answer: never, user: string) => string | undefined;
}

export interface StepKind<Args, Outcome> {
  readonly name: string;
  readonly target: Target | ((args: Args) => Target);
  /** A command that a playbook names: may touch anything, is never repeated, has no predicted outcome. */
  readonly opaque?: boolean;
  /** For steps that only check mode knows: after one of them nothing is known of these answers. */
  readonly spoils?: (args: Args, probe: Probe<unknown>) => boolean;
  /**
   * Looks, waits or re-reads (a GET, wait_for): never counted as a change. Not done in check mode, where its effects are
   * what it waits for, and what it tells itself (by `parse` or `act`) is unknown.
   */
  readonly readsOnly?: boolean;
  /**
   * Changes files only, and none that its effects do not tell: in a loop it may be done in the round trip of an earlier
   * item's steps.
   */
  readonly joins?: (args: Args) => boolean;
  /** For target host: a script, done in the order of the plan, several in one round trip. */
  readonly perform?: (args: Args) => Script;
  /** Its outcome when it is left out: by `check_mode: true` in a run that does things. Default: none is told. */
  readonly leftOut?: Outcome;
  /** Reads the script's outcome. A `StepFailure` ends the task. Default: rc other than 0 fails with stderr. */
  readonly parse?: (output: Output, args: Args) => Outcome | StepFailure;
  /** For steps that need the control machine, an API, or both sides. Random and secret things are made here. */
  readonly act?: (args: Args, control: Control, host: HostAccess) => Promise<Outcome | StepFailure>;
  /**
   * What stands in the picture for the random and secret contents that it makes. Saved plans tell by them what is made of
   * such contents: no plan can hold that against the run.
   */
  readonly makes?: (args: Args) => readonly TextContent[];
  /** One line for people, without secrets: `write /etc/hosts (0644, 120 bytes)`. */
  readonly describe: (args: Args) => string;
  readonly effects: readonly Effect<Args>[];
  /** For steps on paths of a host: the same with each path that changes led to its place. */
  readonly placed?: (args: Args, lead: Lead) => unknown;
  /**
   * What only a run tells and the step may fail for (a command that validates, a server). Check mode presumes that it
   * goes well, but not where a failure is borne (`rescue`, `ignore_errors`).
   */
  readonly mayFail?: (args: Args) => string | undefined;
  /** The user whose processes must not run when it is done: the engine ends its own shells of that user before. */
  readonly endsShellsOf?: (args: Args) => string | undefined;
  /** What check mode looks at, besides what the module asked, to tell that the step would fail. */
  readonly needs?: (args: Args) => readonly Need[];
}

export interface StepFailure {
  readonly failed: string;
  readonly output?: Output;
  /** What the failed task registers besides the message: the status of a server that refused. */
  readonly values?: { readonly [name: string]: ResultData };
}

export interface Step<Outcome = unknown> {
  readonly kind: StepKind<never, Outcome>;
  readonly args: unknown;
  /** Of a step that was done, or foretold in check mode; for its effects. */
  readonly outcome?: unknown;
}

/** What `plan` may know besides parameters and answers. */
export interface PlanContext {
  readonly checkMode: boolean;
  readonly diff: boolean;
  /** The number of `-v`. */
  readonly verbosity: number;
  /** Names of tools and features found on the host at connect. */
  readonly capabilities: ReadonlySet<string>;
  /** The host's user of this shell: after become, the become user. */
  readonly user: string;
  /** That user's home folder on the host. */
  readonly home: string;
  readonly hostName: string;
  /** A plan is saved, or done: what a step takes away is to be asked for whole, so that none of it changes unseen. */
  readonly isPlanned: boolean;
  /** Parameters that hold a secret (by their kind, or a vaulted value): content made of them is secret too. */
  readonly secretParameters: ReadonlySet<string>;
}

/** A change as people want to read it. Contents marked secret are shown as hidden. */
export interface Difference {
  readonly header: string;
  readonly before: Content | string | null;
  readonly after: Content | string | null;
  readonly secret?: boolean;
  /** Set by the engine where secrets stand in single lines: whether one does in this line of the new text. */
  readonly holdsSecret?: (line: string) => boolean;
}

/** What the engine is asked to change of its own state; only engine-level modules use these. */
export interface EngineEffects {
  /** Facts of the host, by the names that variables get: `ansible_hostname`, `packages`. */
  readonly facts?: { readonly [name: string]: ResultData };
  /** set_fact: variables of the host. */
  readonly hostVariables?: { readonly [name: string]: ResultData };
  readonly cacheable?: boolean;
  readonly addHost?: {
    readonly name: string;
    readonly groups: readonly string[];
    readonly vars: { readonly [name: string]: ResultData };
  };
  /** group_by: groups that the host joins, and the parents of these groups. */
  readonly addToGroups?: readonly string[];
  readonly parentGroups?: readonly string[];
  readonly pause?: {
    /** Undefined: until Enter is pressed. */
    readonly seconds?: number;
    /** In which the time is told afterwards. */
    readonly unit: 'seconds' | 'minutes';
    readonly prompt?: string;
    readonly echo: boolean;
  };
  readonly meta?: string;
  /** The message is shown to those only who ask for more by -v (assert with `quiet`). */
  readonly quiet?: boolean;
}

export interface Plan {
  /** In order. No step means nothing to change. */
  readonly steps: readonly Step[];
  /** Nothing is done and the task fails with this message. `result` may instead say `failed` with fields of its own. */
  readonly fail?: string;
  /** What the result will say of a change, where only the outcome of the steps would tell. Default: steps are a change. */
  readonly changed?: boolean;
  /** The task counts as skipped, with this reason (command with `creates`). */
  readonly skip?: string;
  readonly warnings?: readonly string[];
  readonly differences?: readonly Difference[];
  readonly effects?: EngineEffects;
}

/** What a task registers, besides what the engine adds (changed, failed, skipped, diff ...). */
export interface ModuleResult {
  readonly failed?: boolean;
  /** Overrides `steps.length > 0`. */
  readonly changed?: boolean;
  readonly skipped?: boolean;
  readonly msg?: ResultData;
  readonly [key: string]: ResultData | undefined;
}
