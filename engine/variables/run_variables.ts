// All variables of a run: what was given once, what each host has learned, and scopes over both that cost nothing to make.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { LazyDict } from '../document/lazy_dict.ts';
import type { Diagnostic, Outcome } from '../document/diagnostic.ts';
import { mergedOver } from '../document/merge.ts';
import { type Dict, Undefined, Unknown, type Value, Locked } from '../document/value.ts';
import type { Group, Host, Inventory } from '../inventory/model.ts';
import { VariableFiles } from '../inventory/variable_files.ts';
import type { Node, Play, RoleUse } from '../playbook/model.ts';
import type { Scope } from '../template/api.ts';
import { checkVariableFiles } from './check_files.ts';
import type { FactCache } from './fact_cache.ts';
import { HostStates } from './host_states.ts';
import { InventoryLayers } from './inventory_layers.ts';
import { groupsDict } from './magic.ts';
import type { PicturedFile, PlayState, ScopeRequest, Variables } from './model.ts';
import { joinsPlay, layersOf, playVars, publicBelow, publicRoles, sharedRoleLayers } from './node_layers.ts';
import { isAboveFiles, LayeredScope } from './scope.ts';
import {
  type EvaluateName,
  hasFixedNames,
  type MissingFile,
  missingVarsFiles,
  varsFilesOf,
} from './vars_files.ts';

function isOpen(pictured: PicturedFile): pictured is { readonly unknown: string } {
  return typeof pictured === 'object' && 'unknown' in pictured;
}

export interface RunVariablesOptions {
  readonly inventory: Inventory;
  readonly files?: VariableFiles;
  readonly extraVars?: Dict;
  /** hash_behaviour=merge. */
  readonly merges?: boolean;
  /** Values that hold for the whole run: ansible_run_tags, ansible_limit, ansible_forks ... */
  readonly fixed?: ReadonlyMap<string, Value>;
  /** Keeps facts between runs. */
  readonly factCache?: FactCache | undefined;
  /** Evaluates the templates of a value; hostvars and vars give evaluated values. Without it they give raw ones. */
  readonly evaluate?: (value: Value, scope: Scope) => Outcome<Value>;
}

/** What a play gives to all its tasks. */
interface PlayShare {
  /** Roles whose variables all tasks see. */
  readonly roles: RoleUse[];
  /** All roles of the play so far, in the order in which they came, without those that others depend on. */
  readonly noted: Set<RoleUse>;
  layers: { readonly vars: readonly Dict[]; readonly defaults: readonly Dict[] };
  prompted: Dict | undefined;
  readonly vars: readonly Dict[];
  /** vars_files whose names hold no template. */
  files: readonly string[] | undefined;
}

const languageVersion: Dict = new Map<string, Value>([
  ['full', '2.18.19'],
  ['major', 2],
  ['minor', 18],
  ['revision', 19],
  ['string', '2.18.19'],
]);

const noDicts: readonly Dict[] = [];
const noFiles: readonly string[] = [];

function unreadText({ summary, position }: Diagnostic): string {
  return position === undefined ? summary : `${summary}: ${position.file} cannot be read`;
}

const folderOf = ({ file }: Play): string => path.dirname(file);

const holdsAll = (name: string): boolean => name === 'vars' || name === 'hostvars';

export class RunVariables implements Variables {
  readonly files: VariableFiles;
  readonly extraVars: Dict;
  /** The folder of the running play's playbook: group_vars are sought there, as in Ansible where it was imported, too. */
  playbookFolder: string | undefined;
  readonly #inventory: Inventory;
  readonly #merges: boolean;
  readonly #fixed: ReadonlyMap<string, Value>;
  readonly #evaluate: RunVariablesOptions['evaluate'];
  readonly #layers: InventoryLayers;
  readonly #states: HostStates;
  readonly #plays = new Map<Play, PlayShare>();
  readonly #readingNames = new Set<Host>();
  readonly #groups: LazyDict;
  #state: PlayState | undefined;

  constructor({ inventory, files, extraVars, merges, fixed, factCache, evaluate }: RunVariablesOptions) {
    this.files = files ?? new VariableFiles();
    this.extraVars = extraVars ?? new Map<string, Value>();
    this.#inventory = inventory;
    this.#merges = merges === true;
    this.#fixed = new Map<string, Value>([
      ['ansible_version', languageVersion],
      ['ansible_run_tags', ['all']],
      ['ansible_skip_tags', []],
      ['ansible_verbosity', 0],
      ['ansible_check_mode', false],
      ['ansible_diff_mode', false],
      ['ansible_inventory_sources', [...inventory.sources]],
      ['ansible_playbook_python', '/usr/bin/python3'],
      ...(fixed ?? []),
    ]);
    this.#states = new HostStates(factCache);
    this.#evaluate = evaluate;
    this.#layers = new InventoryLayers(inventory, this.files, () => this.playbookFolder);
    this.#groups = groupsDict(inventory);
  }

  /** Problems of variable files read so far. `checkFiles` reads all of them. */
  get diagnostics(): readonly Diagnostic[] {
    return this.files.diagnostics;
  }

  /** Reads every group_vars and host_vars file, beside the playbooks of these plays as well. */
  checkFiles(hosts: Iterable<Host>, plays: readonly Play[] = []): readonly Diagnostic[] {
    const first = this.playbookFolder;
    const folders = new Set([...(first === undefined ? [] : [first]), ...plays.map(folderOf)]);
    const asked = [...hosts];
    const problems = checkVariableFiles({
      files: this.files,
      sources: this.#inventory.sources,
      folders: [...folders],
      problemsIn: (folder) => {
        this.playbookFolder = folder;
        return asked.flatMap((host) => this.#layers.problemsOf(host));
      },
    });
    this.playbookFolder = first;
    return problems;
  }

  /** What the inventory and the files beside it say of a host alone, as written. */
  hostVariables(host: Host): Dict {
    return new Map(
      this.#layers
        .ofHost(host)
        .toReversed()
        .flatMap((vars) => [...vars]),
    );
  }

  /** What one group gives by itself, as written. */
  groupVariables(group: Group): Dict {
    return this.#layers.ofGroup(group);
  }

  scope({ play, host, node, local }: ScopeRequest): LayeredScope {
    return this.#scopeFor(host, play, node, local);
  }

  #scopeFor(host: Host, play?: Play, node?: Node, local?: Dict): LayeredScope {
    const share = play && this.#shareOf(play);
    const layers = node && layersOf(node);
    if (share && layers) this.#noteRoles(share, layers.roles);
    const state = this.#states.of(host);
    return new LayeredScope({
      local,
      extraVars: this.extraVars,
      node: layers,
      state,
      magic: {
        inventory: this.#inventory,
        host,
        play,
        node,
        state: play ? this.#state : undefined,
        playbookFolder: this.playbookFolder,
        fixed: this.#fixed,
        groupNames: () => this.#groups,
        hostvars: () => this.#allHostvars(),
        roles: () => [...(share?.noted ?? [])],
      },
      playRoles: () => share?.layers ?? { vars: noDicts, defaults: noDicts },
      varsFiles: () =>
        play && share ? this.#varsFiles(play, share, host).map((file) => this.#readNamed(file)) : noDicts,
      playVars: () => (share ? [...(share.prompted ? [share.prompted] : []), ...share.vars] : noDicts),
      hostLayers: () => this.#layers.ofHost(host),
      groupLayers: () => this.#groupLayers(host),
      evaluate: (value, scope) => this.#evaluated(value, scope),
      merges: this.#merges,
    });
  }

  /** What groups give that the host may be in is unknown, by whatever name. */
  #groupLayers(host: Host): readonly Dict[] {
    const layers = this.#layers.ofGroups(host);
    const membership = this.#state?.membership;
    const waitsFor = membership?.waitsFor(host);
    if (!membership || waitsFor === undefined) return layers;
    const names = this.#layers.namesOf(membership.doubtfulGroups(host));
    return [new Map(names.map((name): [string, Value] => [name, new Unknown(waitsFor)])), ...layers];
  }

  fileProblem(host: Host, play?: Play): Diagnostic | undefined {
    const named = play ? this.#varsFiles(play, this.#shareOf(play), host) : noFiles;
    for (const file of named) {
      if (this.#openFile(file) !== undefined) continue;
      this.#readNamed(file);
      const problem = this.files.problemOf(file);
      if (problem) return problem;
    }
    return this.#layers.problemsOf(host)[0];
  }

  #shareOf(play: Play): PlayShare {
    const known = this.#plays.get(play);
    if (known) return known;
    const roles = publicRoles(play);
    const made: PlayShare = {
      roles,
      noted: new Set(roles),
      layers: sharedRoleLayers(roles),
      vars: playVars(play),
      prompted: undefined,
      files: undefined,
    };
    this.#plays.set(play, made);
    return made;
  }

  /** Roles that dynamic includes bring: public ones are seen by the rest of the play from their first task on. */
  #noteRoles(share: PlayShare, around: readonly RoleUse[]): void {
    const fresh = around.toReversed().filter((use) => !share.noted.has(use) && joinsPlay(use));
    if (fresh.length === 0) return;
    for (const use of fresh.flatMap((each) => [...each.tasks.flatMap(publicBelow), each])) {
      if (share.noted.has(use)) continue;
      share.noted.add(use);
      if (use.public) share.roles.push(use);
    }
    share.layers = sharedRoleLayers(share.roles);
  }

  #varsFiles(play: Play, share: PlayShare, host: Host): readonly string[] {
    if (share.files) return share.files;
    if (!play.keywords.has('vars_files')) return (share.files = noFiles);
    // A name that reads a variable which only vars_files could give would go round for ever.
    if (this.#readingNames.has(host)) return noFiles;
    this.#readingNames.add(host);
    try {
      const files = varsFilesOf(play, this.#nameReader(host, play), this.#standsAt);
      if (hasFixedNames(play)) share.files = files;
      return files;
    } finally {
      this.#readingNames.delete(host);
    }
  }

  readonly #standsAt = (file: string): boolean => {
    const pictured = this.#state?.pictured?.(file);
    return pictured === undefined ? existsSync(file) : pictured !== 'gone';
  };

  /** Check mode: what it waits for what a file will hold that was not read yet. */
  #openFile(file: string): string | undefined {
    const pictured = this.files.hasRead(file) ? undefined : this.#state?.pictured?.(file);
    return isOpen(pictured) ? pictured.unknown : undefined;
  }

  /** A file is read once in a run; in check mode as it will be then. */
  #readNamed(file: string): Dict {
    if (this.#openFile(file) !== undefined) return new Map<string, Value>();
    const pictured = this.#state?.pictured?.(file);
    return pictured instanceof Uint8Array
      ? this.files.readFile(file, Buffer.from(pictured))
      : this.files.readFile(file);
  }

  unknownFile(host: Host, play: Play): string | undefined {
    for (const file of this.#varsFiles(play, this.#shareOf(play), host)) {
      const waitsFor = this.#openFile(file);
      if (waitsFor !== undefined) return waitsFor;
    }
    return undefined;
  }

  /** Evaluates names of files; undefined is what cannot be told. */
  #nameReader(host: Host, play: Play): EvaluateName {
    const scope = this.#scopeFor(host, play);
    return (value) => {
      const evaluated = this.#evaluate ? this.#evaluate(value, scope) : { ok: true as const, value };
      return evaluated.ok && !(evaluated.value instanceof Undefined) ? evaluated.value : undefined;
    };
  }

  missingFiles(host: Host, play: Play): readonly MissingFile[] {
    if (!play.keywords.has('vars_files') || hasFixedNames(play)) return [];
    return missingVarsFiles(play, this.#nameReader(host, play), this.#standsAt);
  }

  #evaluated(value: Value, scope: Scope): Value {
    if (!this.#evaluate) return value;
    const outcome = this.#evaluate(value, scope);
    if (outcome.ok) return outcome.value;
    const { code, summary, detail } = outcome.problem;
    return code === 'vault' ? new Locked(summary) : new Undefined(summary, detail);
  }

  #allHostvars(): LazyDict {
    return new LazyDict({
      get: (key) => {
        const host = this.#inventory.findHost(String(key));
        return host && this.hostvars(host);
      },
      has: (key) => this.#inventory.findHost(String(key)) !== undefined,
      keys: () => this.#inventory.hosts.keys(),
    });
  }

  /**
   * A host's variables as they are outside any play, evaluated for that host when they are asked for. Those that hold all
   * variables again are not among them, as in Ansible: taken whole, they would have no end.
   */
  hostvars(host: Host): LazyDict {
    const scope = this.#scopeFor(host);
    const get = (name: string): Value | undefined => {
      if (holdsAll(name)) return undefined;
      const found = scope.find(name);
      // Whatever its files might say, no lower level and no default may say instead.
      const unread = found && isAboveFiles(found) ? undefined : this.fileProblem(host);
      return unread ? new Locked(unreadText(unread)) : found?.value;
    };
    return new LazyDict({
      get: (key) => {
        const value = get(String(key));
        return value === undefined ? undefined : this.#evaluated(value, scope);
      },
      has: (key) => get(String(key)) !== undefined,
      keys: () => [...scope.names()].filter((name) => !holdsAll(name)),
    });
  }

  setFacts(host: Host, facts: Dict, options: { readonly namespaced?: boolean } = {}): void {
    this.#states.setFacts(host, facts, options.namespaced === true);
  }

  areFactsGathered(host: Host): boolean {
    return this.#states.of(host).facts.areGathered;
  }

  noteFactsGathered(host: Host): void {
    this.#states.noteFactsGathered(host);
  }

  takeWarnings(): readonly Diagnostic[] {
    return this.#states.takeWarnings();
  }

  setHostVariable(
    host: Host,
    name: string,
    value: Value,
    options: { readonly cacheable?: boolean } = {},
  ): void {
    this.#states.setVariable(host, name, value, options.cacheable === true);
  }

  includeVars(host: Host, vars: Dict): void {
    const { included } = this.#states.of(host);
    for (const [key, value] of vars)
      included.set(key, this.#merges ? mergedOver(value, included.get(key)) : value);
  }

  clearFacts(host: Host): void {
    this.#states.clearFacts(host);
  }

  enterPlay(play: Play): void {
    this.playbookFolder = folderOf(play);
  }

  setPlayState(state: PlayState): void {
    this.#state = state;
  }

  /** Whether an extra variable answers a vars_prompt beforehand. */
  isGiven(name: string): boolean {
    return this.extraVars.has(name);
  }

  /** Answers to a play's vars_prompt. */
  set(play: Play, answers: Dict): void {
    this.#shareOf(play).prompted = answers;
  }

  /** Drops what is known of plays that are over. */
  forgetPlay(play: Play): void {
    this.#plays.delete(play);
  }
}
