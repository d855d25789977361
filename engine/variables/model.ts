// CONTRACT. Where a name's value comes from, in Ansible's order of precedence (lowest first):
// role defaults, inventory group vars (all, then parents to children, inventory before playbook folder), host vars,
// facts and cached set_fact, play vars, vars_prompt, vars_files, role vars, block vars, task vars, include_vars,
// set_fact and register, role params, include params, extra vars, magic variables, loop variables.
// Implemented by RunVariables in run_variables.ts.
import type { Diagnostic } from '../document/diagnostic.ts';
import type { Dict, Value } from '../document/value.ts';
import type { Group, Host } from '../inventory/model.ts';
import type { Play, Task, Block, RoleUse } from '../playbook/model.ts';
import type { Scope } from '../template/api.ts';
import type { MissingFile } from './vars_files.ts';

/** For whom and where a scope is made. */
export interface ScopeRequest {
  readonly play: Play;
  readonly host: Host;
  /** The node whose chain of parents gives vars, roles and params. */
  readonly node?: Task | Block | RoleUse;
  /** Loop variables and other values of this one evaluation; highest of all, as in Ansible. */
  readonly local?: Dict;
}

/** All variables of a run. Mutable state is kept by host; scopes are lazy views. */
export interface Variables {
  scope(request: ScopeRequest): Scope;
  /**
   * Facts from setup or modules. `ansible_x` is seen as `ansible_facts.x` and `ansible_x`; any other name as
   * `ansible_facts.name` and `name`. `namespaced`: the names lack their prefix (`os_family` for `ansible_os_family`).
   */
  setFacts(host: Host, facts: Dict, options?: { readonly namespaced?: boolean }): void;
  /** set_fact and register: the host's own variables. */
  setHostVariable(host: Host, name: string, value: Value, options?: { readonly cacheable?: boolean }): void;
  /** include_vars: as set_fact's neighbour, one level below it. */
  includeVars(host: Host, vars: Dict): void;
  clearFacts(host: Host): void;
  /** Facts of this host were gathered, in this run or, with a fact cache, in one before. */
  areFactsGathered(host: Host): boolean;
  noteFactsGathered(host: Host): void;
  /** What was odd in the fact cache since the last call. */
  takeWarnings(): readonly Diagnostic[];
  /** Why a file that this host's variables stand in gives none; with a play, its vars_files as well. */
  fileProblem(host: Host, play?: Play): Diagnostic | undefined;
  /** Check mode: why it is not known what stands in a file of a play's vars_files. */
  readonly unknownFile: (host: Host, play: Play) => string | undefined;
  /** Entries of a play's vars_files with templates in their names of which this host has no file. */
  missingFiles(host: Host, play: Play): readonly MissingFile[];
  /** Before anything of a play is evaluated: variables beside its playbook count from now on. */
  enterPlay(play: Play): void;
  /** Values that only the running play knows (ansible_play_hosts, ansible_play_batch ...). */
  setPlayState(state: PlayState): void;
}

/** Check mode: what a file of the control machine will hold; undefined where that is as it is now. */
export type PicturedFile = Uint8Array | { readonly unknown: string } | 'gone' | undefined;

export interface PlayState {
  readonly pictured?: ((file: string) => PicturedFile) | undefined;
  readonly allHosts: readonly string[];
  readonly activeHosts: readonly string[];
  readonly batch: readonly string[];
  readonly checkMode: boolean;
  readonly diffMode: boolean;
  /** Check mode: members of groups that are in doubt. */
  readonly membership?: DoubtfulMembership | undefined;
}

/** Check mode: what tasks that may not run would change in groups. */
export interface DoubtfulMembership {
  /** `groups`, as far as it is known. */
  readonly groups: () => Value;
  /** Why the groups of this host are not sure; undefined when they are. */
  readonly waitsFor: (host: Host) => string | undefined;
  /** Groups in which it may be: which of their variables it has is not known. */
  readonly doubtfulGroups: (host: Host) => readonly Group[];
}
