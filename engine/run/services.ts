// CONTRACT. What a run is given. engine/cli puts the real parts together; tests put fakes in their place.
import type { Diagnostic, Outcome } from '../document/diagnostic.ts';
import type { Sources } from '../document/source.ts';
import type { Dict } from '../document/value.ts';
import type { Connections } from '../connection/contract.ts';
import type { Inventory } from '../inventory/model.ts';
import type { Module } from '../module/define.ts';
import type { Block, Node, Play, RoleUse, Task } from '../playbook/model.ts';
import type { TemplateFunctions } from '../template/api.ts';
import type { Variables } from '../variables/model.ts';
import type { Emit } from './events.ts';

/** Modules by their canonical names. */
export interface Modules {
  find(name: string): Module | undefined;
}

/** Files that are only known while running. They are checked as playbooks are: the first error is the outcome. */
export interface DynamicLoader {
  /** The tasks of a file, as children of the include task. */
  taskFile(task: Task, name: string): Outcome<readonly Node[]>;
  /** A role, below the include task. `args` are the task's evaluated arguments. */
  role(task: Task, name: string, args: Dict): Outcome<RoleUse | Block>;
  /**
   * What an include would bring as its files are now; `args` are those of a role. Nothing is told and nothing kept.
   * Undefined when it cannot be had.
   */
  guess?(task: Task, name: string, args: Dict | undefined): readonly Node[] | undefined;
  /** What was odd, but not wrong, in what was loaded since the last call. */
  takeWarnings?(): readonly Diagnostic[];
  /** A file of variables, decrypted when a vault encrypted it. */
  variableFile(file: string): Outcome<Dict>;
  decrypt(text: Uint8Array): Outcome<Uint8Array>;
}

/** Asks the person at the terminal. Undefined when nobody is there. */
export interface Asker {
  /** `piped`: without a terminal a line of stdin is the answer. */
  ask(
    question: string,
    options?: { readonly hidden?: boolean; readonly piped?: boolean },
  ): Promise<string | undefined>;
}

export interface Prompter extends Asker {
  /** Keys that are typed while something waits. */
  keys(question: string, wait: KeyWait): Promise<Typed | undefined>;
}

export interface KeyWait {
  /** Undefined: as long as it takes. */
  readonly seconds?: number;
  readonly hidden: boolean;
  /** What ends it well: Enter, a letter, or nothing but the time. */
  readonly until: 'enter' | 'time' | 'letter c';
  /** What breaks it off: Ctrl-C, or a letter. */
  readonly brokenBy: 'ctrl-c' | 'letter a';
}

export interface Typed {
  /** `cut`: the run was asked to stop. */
  readonly end: 'done' | 'broken' | 'time' | 'cut';
  readonly text: string;
}

/** Where the answers to vars_prompt go. */
export interface Prompted {
  /** Extra variables answer a prompt beforehand. */
  isGiven(name: string): boolean;
  set(play: Play, answers: Dict): void;
}

export interface RunServices {
  /** Texts of the files read, for exact places of problems inside them. */
  readonly sources?: Sources;
  readonly templates: TemplateFunctions;
  readonly variables: Variables;
  readonly inventory: Inventory;
  /** Reads the inventory again, in place; gives what is wrong with it. */
  readonly refreshInventory?: () => Promise<readonly Diagnostic[]>;
  readonly connections: Connections;
  readonly modules: Modules;
  readonly loader: DynamicLoader;
  readonly prompter: Prompter;
  readonly prompted: Prompted;
  readonly emit: Emit;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}
