// Learns which packages a host has, as the fact `packages`: a list for each name, as several versions may be installed.
import type { ResultData } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { list, oneOf, optional } from '../engine/module/kinds.ts';
import {
  installedPackages,
  type InstalledPackage,
  type PackageSource,
} from '../engine/module/vocabulary/installed_packages.ts';

const all: readonly PackageSource[] = ['apt', 'rpm', 'apk', 'pacman'];
const managers = oneOf('auto', 'apt', 'rpm', 'apk', 'pacman', 'dnf', 'dnf5', 'yum', 'zypper');

function sourcesOf(wanted: readonly string[]): readonly PackageSource[] {
  const named = wanted.flatMap((name) =>
    name === 'auto' ? all : [all.find((source) => source === name) ?? 'rpm'],
  );
  return [...new Set(named)];
}

function byName(
  packages: readonly InstalledPackage[],
  strategy: 'first' | 'all',
): { readonly [name: string]: ResultData } {
  const found = new Map<string, ResultData[]>();
  for (const one of packages)
    if (strategy === 'all' || one.source === packages[0]?.source)
      found.set(one.name, [...(found.get(one.name) ?? []), { ...one }]);
  return Object.fromEntries(found);
}

export const package_facts = defineModule({
  name: 'package_facts',
  fullNames: ['ansible.builtin.package_facts'],
  summary: 'Learn which packages a host has',
  reach: 'nothing',
  facts: () => ['packages'],
  params: {
    manager: optional(list(managers, { doc: 'Who is asked; auto asks each that is there.' }), ['auto']),
    strategy: optional(oneOf('first', 'all', { doc: 'Of the first that answers, or of all.' }), 'first'),
  },
  seen: answers<{ readonly packages: readonly InstalledPackage[] }>(),
  probes: ({ manager }) => ({ packages: installedPackages({ sources: sourcesOf(manager) }) }),
  plan: ({ strategy }, { packages }) =>
    packages.length === 0
      ? { steps: [], fail: 'None of the package managers asked for is on this host' }
      : { steps: [], effects: { facts: { packages: byName(packages, strategy) } } },
  result: () => ({ changed: false }),
});
