// Keeps packages installed, current or absent by the host's own package manager. Only apt is built.
import { answers, defineModule } from '../engine/module/define.ts';
import { defaultsOf, list, oneOf, optional, str } from '../engine/module/kinds.ts';
import { packageManager, packages, type PackageManager } from '../engine/module/vocabulary/packages.ts';
import { planApt, type AptSeen } from './apt.ts';
import { aptParams, bareName } from './shared/apt_wish.ts';

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
    return planApt({ ...defaultsOf(aptParams), name, state }, seen);
  },
  result: ({ name, state }, _, __, { packages }) => ({
    name,
    state,
    ...(packages ? { versions: packages.installed } : {}),
  }),
});
