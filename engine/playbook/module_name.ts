// From a module's name as written to the name that the registry knows.
import path from 'node:path';
import { slips } from '../document/nearest.ts';
import type { Position } from '../document/value.ts';
import { engineActions } from './engine_actions.ts';
import { playOf, roleAround } from './inherit.ts';
import { knownModule } from './known_modules.ts';
import { isFile } from '../document/file_kind.ts';
import type { Loading } from './loading.ts';
import type { Node, Play } from './model.ts';
import { isFullName, withoutBuiltin } from './names.ts';
import { error, suggestion, warning } from './problem.ts';
import { collectionRoots } from './role_search.ts';

/** Where a module's name is looked up. */
export interface ModulePlaces {
  /** Collections in which a short name is sought. */
  readonly collections: readonly string[];
  /** Folders that may hold modules in Python, which we can name but not run. */
  readonly libraries: readonly string[];
}

export function modulePlaces(
  parent: Node | Play,
  collections: readonly string[],
  loading: Loading,
): ModulePlaces {
  const playFolder = path.dirname(playOf(parent).file);
  const role = roleAround(parent)?.role.path;
  const roots = collectionRoots(playFolder, loading);
  // In Ansible a plugin of the control machine is a module, too, also where no module has its name.
  const beside = [playFolder, ...(role === undefined ? [] : [role])];
  const libraries = [
    ...beside.flatMap((folder) => [path.join(folder, 'library'), path.join(folder, 'action_plugins')]),
    ...collections.flatMap((name) =>
      roots.map((root) => path.join(root, 'ansible_collections', ...name.split('.'), 'plugins', 'modules')),
    ),
  ];
  return { collections, libraries };
}

/** The engine's own action or the registry's module; undefined when neither is meant. */
export function builtModule(
  written: string,
  collections: readonly string[],
  loading: Loading,
): string | undefined {
  const short = withoutBuiltin(written);
  return engineActions.has(short) ? short : loading.options.catalog.canonical(written, collections);
}

/** What a module is called that exists but is not built in; undefined when nobody knows it. */
export function moduleElsewhere(written: string, { libraries }: ModulePlaces): string | undefined {
  const known = knownModule(written);
  if (known !== undefined || !/^\w+$/.test(written)) return known;
  const file = libraries.map((folder) => path.join(folder, `${written}.py`)).find(isFile);
  return file && `${written} (${file})`;
}

/** Whether a key of a task can be meant as a module's name. */
export function isModuleName(written: string, places: ModulePlaces, loading: Loading): boolean {
  return (
    builtModule(written, places.collections, loading) !== undefined ||
    isFullName(written) ||
    moduleElsewhere(written, places) !== undefined
  );
}

/**
 * The module's name. One that is known elsewhere is a warning, as its branch may never run; one that nobody knows is an
 * error. Both keep their written name.
 */
export function resolveModule(
  written: string,
  position: Position,
  places: ModulePlaces,
  loading: Loading,
): string {
  const built = builtModule(written, places.collections, loading);
  if (built !== undefined) return built;
  const elsewhere = moduleElsewhere(written, places);
  const near = suggestion(written, moduleNames(loading));
  const late = 'The task fails when it is reached';
  if (elsewhere !== undefined)
    loading.report(warning('unsupported-module', `Module ${elsewhere} is not built in`, position, late));
  else if (isOfCollection(written) && !isSlip(written, loading))
    loading.report(
      warning(
        'unsupported-module',
        `Module ${written} is of a collection that is not built in`,
        position,
        near ?? late,
      ),
    );
  else if (withoutBuiltin(written) === 'include')
    loading.report(
      error(
        'unknown-module',
        `Module ${written} is no more: ansible-core 2.16 removed it`,
        position,
        'include_tasks takes its place, or import_tasks where it should be read before the run (static: true)',
      ),
    );
  else
    loading.report(
      error(
        'unknown-module',
        `Unknown module ${written}`,
        position,
        near ?? 'No module of this name is built in, and ansible-core knows none',
      ),
    );
  return withoutBuiltin(written);
}

function isOfCollection(written: string): boolean {
  return isFullName(written) && withoutBuiltin(written) === written;
}

/** A name that is one slip away from one that we have is misspelt, whatever its collection may hold. */
function isSlip(written: string, loading: Loading): boolean {
  for (const name of loading.options.catalog.names()) if (slips(written, name) === 1) return true;
  return false;
}

export function moduleNames(loading: Loading): string[] {
  return [...engineActions.keys(), ...loading.options.catalog.names()];
}
