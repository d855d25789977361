// A list of modules as the loader asks about it: names, free text, parameters.
import type { Dict } from '../document/value.ts';
import type { Module } from './define.ts';
import type { Kind, Settings } from './kinds.ts';
import { checkParameters, type ParameterProblem } from './parameters.ts';

type ParameterTraits = Pick<Settings, 'pattern' | 'local'>;

export interface Catalog {
  canonical(written: string, collections?: readonly string[]): string | undefined;
  names(): Iterable<string>;
  freeForm(module: string): string | undefined;
  kindOf(module: string, parameter: string): string | undefined;
  traitsOf(module: string, parameter: string): ParameterTraits | undefined;
  isOnceForAll(module: string): boolean;
  looksOnly(module: string): boolean;
  check(module: string, args: Dict, options?: { readonly partial?: boolean }): readonly ParameterProblem[];
  /** The module of a canonical name. */
  module(name: string): Module | undefined;
}

/** Later modules replace earlier ones of the same name, so that a user's own come last. */
export function catalogOf(modules: readonly Module[]): Catalog {
  const byName = new Map<string, Module>();
  const byFullName = new Map<string, Module>();
  for (const module of modules) {
    byName.set(module.name, module);
    for (const full of module.fullNames ?? [])
      // A full name without a dot is another short name: `systemd_service` of systemd.
      (full.includes('.') ? byFullName : byName).set(full, module);
    byFullName.set(
      `ansible.builtin.${module.name}`,
      byFullName.get(`ansible.builtin.${module.name}`) ?? module,
    );
  }
  const find = (written: string, collections: readonly string[] = []): Module | undefined => {
    const full = written.replace(/^ansible\.legacy\./, 'ansible.builtin.');
    if (full.includes('.')) return byFullName.get(full);
    const inCollection = collections.map((name) => byFullName.get(`${name}.${full}`)).find(Boolean);
    return inCollection ?? byName.get(full);
  };
  /** By name and alias. Made for a module that is used: large playbooks ask for each argument of each task. */
  const parameters = new Map<Module, ReadonlyMap<string, Kind<unknown>>>();
  const parametersOf = (module: Module): ReadonlyMap<string, Kind<unknown>> => {
    const known = parameters.get(module);
    if (known) return known;
    const named = Object.entries(module.params);
    const made = new Map([
      ...named.flatMap(([, kind]) => (kind.aliases ?? []).map((alias) => [alias, kind] as const)).reverse(),
      ...named,
    ]);
    parameters.set(module, made);
    return made;
  };
  const parameterOf = (name: string, parameter: string): Kind<unknown> | undefined => {
    const module = byName.get(name);
    return module && (parametersOf(module).get(parameter) ?? module.anyParameter);
  };
  return {
    canonical: (written, collections) => find(written, collections)?.name,
    names: () => [
      ...byName.keys(),
      ...[...byFullName].filter(([full, { fullNames }]) => fullNames?.includes(full)).map(([full]) => full),
    ],
    freeForm: (name) => byName.get(name)?.freeForm,
    kindOf: (name, parameter) => parameterOf(name, parameter)?.name,
    traitsOf: parameterOf,
    isOnceForAll: (name) => byName.get(name)?.onceForAll === true,
    looksOnly: (name) => byName.get(name)?.reach === 'nothing',
    check: (name, args, options) => {
      const module = byName.get(name);
      const checked = module && checkParameters(module, args, options);
      return checked?.status === 'wrong' ? checked.problems : [];
    },
    module: (name) => byName.get(name),
  };
}
