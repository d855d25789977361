// CONTRACT. Plays as written: raw values (templates not evaluated) with positions. Built by the loader, read by run.
// Inheritance is a chain of parents: task -> block -> ... -> role use -> play; `effectiveKeyword` (inherit.ts) walks it.
import type { Dict, Position, Value } from '../document/value.ts';

/** A keyword's raw value and where it stands. */
export interface Located {
  readonly value: Value;
  readonly position: Position;
}

export type Keywords = ReadonlyMap<string, Located>;

export interface Play {
  readonly kind: 'play';
  readonly name: string;
  readonly position: Position;
  /** Absolute path of the playbook file it stands in. */
  readonly file: string;
  /** `namespace.collection` of the collection that the playbook is in: short names are sought there first. */
  readonly collection?: string;
  readonly keywords: Keywords;
  readonly hosts: Located;
  readonly roles: readonly RoleUse[];
  readonly preTasks: readonly Node[];
  readonly tasks: readonly Node[];
  readonly postTasks: readonly Node[];
  readonly handlers: readonly Node[];
  /** Variables and tags given to `import_playbook`, outermost first. */
  readonly importedWith: readonly ImportedWith[];
}

export interface ImportedWith {
  readonly keywords: Keywords;
  readonly position: Position;
}

/** A role on disk, read once for each path. */
export interface Role {
  readonly name: string;
  /** `collection.name.role` when it came from a collection. */
  readonly fullName: string;
  readonly path: string;
  readonly defaults: Dict;
  readonly vars: Dict;
  readonly allowDuplicates: boolean;
  readonly argumentSpecs: Dict | undefined;
  /** Collections in which its tasks' short names are sought: its own and those of meta/main.yml. */
  readonly collections: readonly string[];
}

/** One use of a role: by `roles:`, by a dependency, by import_role or include_role. */
export interface RoleUse {
  readonly kind: 'role';
  readonly role: Role;
  readonly position: Position;
  readonly keywords: Keywords;
  /** Parameters given beside the role's name. */
  readonly params: Dict;
  readonly parent: Play | Block | RoleUse | Task;
  readonly dependencies: readonly RoleUse[];
  readonly tasks: readonly Node[];
  readonly handlers: readonly Node[];
  readonly tasksFrom: string;
  /** include_role and import_role: whether defaults and vars stay visible to the rest of the play. */
  readonly public: boolean;
  /** Whether a use of equal `identity` may run again in one play. */
  readonly allowDuplicates: boolean;
  /** Equal for uses of one role with equal parameters, vars, tags, conditions and files. */
  readonly identity: string;
  /** Whether its arguments are checked against the argument spec when it starts. */
  readonly validates: boolean;
  /** Read to see what is coming: the play has no such role yet. */
  readonly isGuess?: boolean;
}

export type Parent = Play | RoleUse | Block | Task;
export type Node = Task | Block | RoleUse;

export interface Block {
  readonly kind: 'block';
  readonly name: string | undefined;
  readonly position: Position;
  readonly keywords: Keywords;
  readonly parent: Parent;
  readonly block: readonly Node[];
  readonly rescue: readonly Node[];
  readonly always: readonly Node[];
  /** True for a block that the loader made from an import, so that its keywords reach the tasks. */
  readonly implicit: boolean;
}

export interface Action {
  /** As written: `ansible.builtin.copy`. */
  readonly written: string;
  /** The registry's short name: `copy`. */
  readonly module: string;
  readonly position: Position;
  /** Parameters by name, raw. k=v text and `args:` are already taken apart and joined. */
  readonly args: Dict;
  /** Free text of a module that takes some (command, shell, raw, script, meta, include_tasks ...). */
  readonly freeForm: Located | undefined;
  /** A template that yields more parameters (`args: "{{ options }}"`); those of `args` go first. */
  readonly variableArgs?: Located;
  /** Set when its text could not be taken apart, which was told: arguments may be missing for it. */
  readonly isBroken?: true;
}

export interface Loop {
  /** `loop`, or the lookup named by `with_...`. */
  readonly kind: 'loop' | 'with';
  readonly lookup: string | undefined;
  readonly items: Located;
}

export interface Task {
  readonly kind: 'task';
  /** Unique in a run, stable for the same files: `file:line`. */
  readonly id: string;
  readonly name: Located | undefined;
  readonly position: Position;
  readonly action: Action;
  readonly keywords: Keywords;
  readonly loop: Loop | undefined;
  readonly parent: Parent;
  readonly isHandler: boolean;
}
