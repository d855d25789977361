// The variables that inventories and the files beside them give a host, as dicts from highest to lowest.
import { statSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../document/diagnostic.ts';
import type { Dict } from '../document/value.ts';
import type { Group, Host, Inventory } from '../inventory/model.ts';
import type { VariableFiles } from '../inventory/variable_files.ts';

type Layers = readonly Dict[];
type Problems = readonly Diagnostic[];

export class InventoryLayers {
  readonly #inventory: Inventory;
  readonly #files: VariableFiles;
  readonly #playbookFolder: () => string | undefined;
  readonly #ofGroups = new WeakMap<
    readonly Group[],
    { readonly folder: string | undefined; readonly layers: Layers; readonly problems: Problems }
  >();
  #besideInventory: readonly string[] | undefined;

  constructor(inventory: Inventory, files: VariableFiles, playbookFolder: () => string | undefined) {
    this.#inventory = inventory;
    this.#files = files;
    this.#playbookFolder = playbookFolder;
  }

  /** host_vars beside the playbook, then beside the inventory, then the inventory's own host line. */
  ofHost(host: Host): Layers {
    const folders = this.#folders();
    const found = folders.map((folder) => this.#files.find(folder, 'host_vars', host.name));
    return [...found.filter((vars) => vars.size > 0), host.vars];
  }

  /**
   * Group variables. Files count more than the inventory's own lines, those beside the playbook more than those beside
   * the inventory, and `all` less than every other group, in each of these.
   */
  ofGroups(host: Host): Layers {
    return this.#readGroups(host).layers;
  }

  #readGroups(host: Host): { readonly layers: Layers; readonly problems: Problems } {
    const groups = this.#inventory.groupsOf(host);
    const folder = this.#playbookFolder();
    const known = this.#ofGroups.get(groups);
    if (known && known.folder === folder) return known;
    const all = groups.filter((group) => group.name === 'all');
    const others = groups.filter((group) => group.name !== 'all').toReversed();
    const folders = this.#folders();
    const layers = [
      ...this.#fromFiles(folders, others),
      ...this.#fromFiles(folders, all),
      ...others.map((group) => group.vars),
      ...all.map((group) => group.vars),
    ].filter((vars) => vars.size > 0);
    const problems = folders.flatMap((each) =>
      groups.flatMap((group) => this.#files.problemsOf(each, 'group_vars', group.name)),
    );
    const read = { folder, layers, problems };
    this.#ofGroups.set(groups, read);
    return read;
  }

  /** What is wrong with the files of a host and of its groups. */
  problemsOf(host: Host): Problems {
    const own = this.#folders().flatMap((folder) => this.#files.problemsOf(folder, 'host_vars', host.name));
    return [...own, ...this.#readGroups(host).problems];
  }

  /** What one group gives by itself, without those around it. */
  ofGroup(group: Group): Dict {
    const layers = [...this.#fromFiles(this.#folders(), [group]), group.vars];
    return new Map(layers.toReversed().flatMap((vars) => [...vars]));
  }

  /** Names of all variables that these groups give. */
  namesOf(groups: readonly Group[]): string[] {
    const dicts = [...this.#fromFiles(this.#folders(), groups), ...groups.map((group) => group.vars)];
    return dicts.flatMap((vars) => [...vars.keys()].map(String));
  }

  #fromFiles(folders: readonly string[], groups: readonly Group[]): Dict[] {
    return folders.flatMap((folder) =>
      groups.map((group) => this.#files.find(folder, 'group_vars', group.name)),
    );
  }

  /** Highest first: the playbook's folder, then those of the sources, the last source first. */
  #folders(): readonly string[] {
    this.#besideInventory ??= foldersBeside(this.#inventory.sources);
    const playbook = this.#playbookFolder();
    return playbook === undefined ? this.#besideInventory : [playbook, ...this.#besideInventory];
  }
}

/** The folders in which group_vars and host_vars of inventory sources stand, last source first. */
export function foldersBeside(sources: readonly string[]): string[] {
  const folders = sources.map((source) =>
    statSync(source, { throwIfNoEntry: false })?.isDirectory() === true ? source : path.dirname(source),
  );
  return [...new Set(folders.toReversed())];
}
