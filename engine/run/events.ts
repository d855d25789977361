// CONTRACT. What a run tells. Report reads these and nothing else.
import type { Diagnostic } from '../document/diagnostic.ts';
import type { Dict, Position, Value } from '../document/value.ts';
import type { Difference } from '../module/contract.ts';
import type { Foreseen } from './execution.ts';

export type Status = 'ok' | 'changed' | 'skipped' | 'failed' | 'unreachable' | 'unknown';

export interface TaskInfo {
  readonly id: string;
  /** One number for each time that the task was loaded: a role used twice has its tasks twice, with one id. */
  readonly use?: number;
  /** Templated where that needs no host. */
  readonly name: string;
  /** False for one that is named by its action. */
  readonly isNamed: boolean;
  readonly module: string;
  readonly role: string | undefined;
  readonly position: Position;
  readonly isHandler: boolean;
}

export interface Included {
  readonly name: string;
  readonly label: Value | undefined;
}

/** How a task ended on a host (or one item of its loop). Values carry their marks; report redacts. */
export interface TaskResult {
  readonly status: Status;
  /** Failed, but `ignore_errors` let the play go on. */
  readonly ignored: boolean;
  /** Of an include: what came in, and the label of its item. */
  readonly included?: readonly Included[];
  /** Of an include: how many of its files or roles could not come in. */
  readonly missed?: number;
  /** The first Ctrl-C kept it from its end. */
  readonly cut?: boolean;
  /** It fails in the same way however often it is tried: no other attempt and no other item is. */
  readonly isFinal?: boolean;
  /** What the playbook says for it cannot be evaluated: as in Ansible, its loop ends as a whole, without results. */
  readonly endsLoop?: boolean;
  /** What `register` gets. */
  readonly values: Dict;
  /** What its module was given, for a task without a loop that came so far. Report does not read it. */
  readonly args?: Dict;
  readonly item: Value | undefined;
  readonly noLog: boolean;
  /** Its message is shown to those only who ask for more by -v. */
  readonly quiet?: boolean;
  readonly message: string | undefined;
  readonly differences: readonly Difference[];
  readonly warnings: readonly string[];
  /** A failure's place when it is nearer than the task's own: a template, a parameter. */
  readonly problem?: Diagnostic;
  readonly durationMs: number;
  readonly delegatedTo?: string;
  readonly roundTrips: number;
  readonly bytes: number;
  /** Check mode: what an `unknown` result waits for. */
  readonly waitsFor?: string;
  /** Check mode: `values` is not all that `register` gets; the rest waits for this. */
  readonly open?: string;
  /** Check mode: the steps that would be done. For saved plans; report does not read it. */
  readonly foreseen?: Foreseen;
  /** As those of the run's start. */
  readonly secrets?: ReadonlySet<string>;
}

export interface HostRecap {
  readonly ok: number;
  readonly changed: number;
  readonly unreachable: number;
  readonly failed: number;
  readonly skipped: number;
  readonly rescued: number;
  readonly ignored: number;
  readonly unknown: number;
}

/** Of a host that did nothing that counts. */
export const blankRecap: HostRecap = {
  ok: 0,
  changed: 0,
  unreachable: 0,
  failed: 0,
  skipped: 0,
  rescued: 0,
  ignored: 0,
  unknown: 0,
};

export interface HostTask {
  readonly host: string;
  readonly task: TaskInfo;
}

export type RunEvent =
  | {
      readonly type: 'run-start';
      readonly playbooks: readonly string[];
      readonly checkMode: boolean;
      /** Texts that must not be shown, wherever they turn up. It grows while the run goes on. */
      readonly secrets?: ReadonlySet<string>;
      /** Check mode: texts that stand for what only a run makes. For saved plans; report does not read it. */
      readonly promises?: ReadonlySet<string>;
    }
  | {
      readonly type: 'play-start';
      readonly name: string;
      readonly hosts: readonly string[];
      readonly position: Position;
    }
  | { readonly type: 'play-no-hosts'; readonly name: string; readonly position: Position }
  | {
      readonly type: 'connected';
      readonly host: string;
      readonly durationMs: number;
      /** Of ssh: type and fingerprint. */
      readonly hostKey?: string | undefined;
    }
  | { readonly type: 'task-start'; readonly task: TaskInfo }
  | { readonly type: 'host-start'; readonly task: TaskInfo; readonly host: string }
  | {
      readonly type: 'item';
      readonly task: TaskInfo;
      readonly host: string;
      readonly result: TaskResult;
      /** The item, or its label from loop_control. */
      readonly label: Value;
    }
  | {
      readonly type: 'retry';
      readonly task: TaskInfo;
      readonly host: string;
      readonly attempt: number;
      readonly of: number;
      readonly result: TaskResult;
    }
  | { readonly type: 'result'; readonly task: TaskInfo; readonly host: string; readonly result: TaskResult }
  /** A task waits for this time. */
  | {
      readonly type: 'pausing';
      readonly task: TaskInfo;
      readonly host: string;
      readonly seconds: number;
    }
  | { readonly type: 'notified'; readonly handler: string; readonly host: string }
  | { readonly type: 'warning'; readonly problem: Diagnostic }
  | {
      readonly type: 'interrupted';
      readonly running: readonly HostTask[];
    }
  /** The plays are over, and these background tasks need the control machine to end. */
  | { readonly type: 'background'; readonly running: readonly HostTask[] }
  | {
      readonly type: 'run-end';
      readonly recap: ReadonlyMap<string, HostRecap>;
      /** Hosts that failed or were not reached, and that nothing rescued or cleared. */
      readonly lost: readonly string[];
      readonly durationMs: number;
      readonly byRole: ReadonlyMap<string, number>;
      readonly interrupted: boolean;
      /** Background tasks that, as far as was asked, go on on their hosts. */
      readonly left: readonly HostTask[];
      /** Handlers that were notified and that the interrupt kept from running. */
      readonly unhandled: readonly { readonly host: string; readonly handler: string }[];
    };

export type Emit = (event: RunEvent) => void;
