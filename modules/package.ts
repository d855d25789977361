// Keeps packages installed, current or absent by the host's own package manager. Only apt is built.
import { answers, defineModule } from '../engine/module/define.ts';
import { checkParameters } from '../engine/module/parameters.ts';
import { list, oneOf, optional, str } from '../engine/module/kinds.ts';
import { packageManager, packages, type PackageManager } from '../engine/module/vocabulary/packages.ts';
import { apt, planApt, type AptSeen } from './apt.ts';

/** apt's parameters at their defaults. */
const defaults = checkParameters({ ...apt, constraints: {} }, new Map());
const aptDefaults = (defaults.status === 'ok' ? defaults.params : {}) as Parameters<typeof planApt>[0];

function bareName(wanted: string): string {
  return wanted.split('=')[0] ?? wanted;
}

export const packageModule = defineModule({
  name: 'package',
  fullNames: ['ansible.builtin.package'],
  summary: 'Keep packages installed or absent',
  params: {
    name: list(str(), { aliases: ['package', 'pkg'] }),
    state: optional(oneOf('present', 'absent', 'latest', 'installed', 'removed'), 'present'),
    use: optional(oneOf('auto', 'apt', 'ansible.builtin.apt'), 'auto'),
  },
  seen: answers<AptSeen & { readonly manager: PackageManager }>(),
  probes: ({ name, state }) => ({
    manager: packageManager(),
    packages: packages({ names: name.map(bareName), candidates: state === 'latest' }),
  }),
  plan: ({ name, state }, seen) => {
    if (seen.manager !== 'apt')
      return { steps: [], fail: `package works with apt only; this host has ${seen.manager}` };
    return planApt({ ...aptDefaults, name, state }, seen);
  },
  result: ({ name, state }, _, __, { packages }) => ({
    name,
    state,
    ...(packages ? { versions: packages.installed } : {}),
  }),
});
