// Keeps packages installed, current or absent by the host's own package manager. Only apt is built.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { oneOf, optional, raw, type Kind, type Parameters } from '../engine/module/kinds.ts';
import { packageManager, type PackageManager } from '../engine/module/vocabulary/packages.ts';
import { apt, planApt, type AptSeen } from './apt.ts';
import { aptParams } from './shared/apt_wish.ts';

/** Of dnf, which `package` passes on where a host has it: roles for several systems name them and omit them elsewhere. */
const dnfNames = [
  'allowerasing',
  'best',
  'bugfix',
  'cacheonly',
  'conf_file',
  'disable_excludes',
  'disable_gpg_check',
  'disable_plugin',
  'disablerepo',
  'download_dir',
  'download_only',
  'enable_plugin',
  'enablerepo',
  'exclude',
  'install_repoquery',
  'install_weak_deps',
  'installroot',
  'list',
  'nobest',
  'releasever',
  'security',
  'skip_broken',
  'sslverify',
  'update_only',
  'use_backend',
  'validate_certs',
] as const;

const dnfParams = Object.fromEntries(
  dnfNames.map((name) => [name, optional(raw({ doc: 'Of dnf; hosts with apt refuse it.' }))]),
) as unknown as Readonly<Record<(typeof dnfNames)[number], Kind<unknown>>>;

const params = {
  ...aptParams,
  ...dnfParams,
  use: optional(oneOf('auto', 'apt', 'ansible.builtin.apt'), 'auto'),
};

type Wish = Parameters<typeof params>;

function strangers(wish: Wish): readonly string[] {
  return dnfNames.filter((name) => wish[name] !== undefined);
}

export const packageModule = defineModule({
  name: 'package',
  fullNames: ['ansible.builtin.package'],
  summary: 'Keep packages installed or absent',
  params,
  // Ansible hands all on to the package manager's module, which may have enough of update_cache.
  ...(apt.constraints ? { constraints: apt.constraints } : {}),
  seen: answers<AptSeen & { readonly manager: PackageManager }>(),
  probes: (wish, seen, context) => {
    const more = apt.probes?.(wish, seen, context);
    return { manager: packageManager(), ...(more === undefined || more === done ? {} : more) };
  },
  plan: (wish, seen) => {
    if (seen.manager !== 'apt')
      return { steps: [], fail: `package works with apt only; this host has ${seen.manager}` };
    const others = strangers(wish);
    if (others.length > 0) return { steps: [], fail: `Unsupported parameters for apt: ${others.join(', ')}` };
    return planApt(wish, seen);
  },
  result: (wish, before, outcomes, after, context) => ({
    ...apt.result?.(wish, before, outcomes, after, context),
    ...(wish.name ? { name: wish.name } : {}),
    state: wish.state,
    ...(after.packages ? { versions: after.packages.installed } : {}),
  }),
});
