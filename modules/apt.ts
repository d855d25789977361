// Keeps Debian packages installed, current or absent. `upgrade` of the whole host, `build-dep` and `deb` by URL are not
// built.
import type { ModuleResult, Plan, Step } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, int, list, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { aptUpdate, packageAct } from '../engine/module/vocabulary/package_acts.ts';
import { aptCacheAge, packages, type Packages } from '../engine/module/vocabulary/packages.ts';

const params = {
  name: optional(
    list(str(), { aliases: ['package', 'pkg'], doc: 'Names, with =VERSION where one is meant.' }),
  ),
  state: optional(oneOf('present', 'absent', 'latest', 'installed', 'removed'), 'present'),
  update_cache: optional(bool({ aliases: ['update-cache'] }), false),
  cache_valid_time: optional(int({ doc: 'Fetch the lists only when they are older, in seconds.' }), 0),
  deb: optional(path({ doc: 'A package file on the host.' })),
  purge: optional(bool(), false),
  autoremove: optional(bool(), false),
  install_recommends: optional(bool({ aliases: ['install-recommends'] })),
  default_release: optional(str({ aliases: ['default-release'] })),
  only_upgrade: optional(bool(), false),
  allow_downgrade: optional(
    bool({ aliases: ['allow-downgrade', 'allow_downgrades', 'allow-downgrades'] }),
    false,
  ),
  allow_change_held_packages: optional(bool(), false),
  allow_unauthenticated: optional(bool({ aliases: ['allow-unauthenticated'] }), false),
  dpkg_options: optional(str(), 'force-confdef,force-confold'),
  policy_rc_d: optional(int()),
  lock_timeout: optional(int(), 60),
  force: optional(bool(), false),
  force_apt_get: optional(bool(), false),
  update_cache_retries: optional(int(), 5),
  update_cache_retry_max_delay: optional(int(), 12),
};

type Wish = Parameters<typeof params>;

export interface AptSeen {
  readonly packages?: Packages;
  readonly age?: { readonly seconds: number | undefined };
}

function names({ name, deb }: Wish): readonly string[] {
  return [
    ...(name ?? []).map((one) => one.trim()).filter((one) => one !== ''),
    ...(deb === undefined ? [] : [deb]),
  ];
}

function bareName(wanted: string): string {
  return wanted.split('=')[0] ?? wanted;
}

function isWanted(wish: Wish, wanted: string, { installed, candidates }: Packages): boolean {
  const name = bareName(wanted);
  const version = installed[name];
  const exact = wanted.split('=')[1];
  if (wish.only_upgrade && version === undefined) return false;
  if (version === undefined) return true;
  if (exact !== undefined)
    return !new RegExp(`^${exact.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(
      version,
    );
  return wish.state === 'latest' && candidates[name] !== undefined && candidates[name] !== version;
}

function flagsOf(wish: Wish): string[] {
  const recommends = wish.install_recommends;
  return [
    ...['-o', `DPkg::Lock::Timeout=${wish.lock_timeout}`],
    ...wish.dpkg_options.split(',').flatMap((option) => ['-o', `Dpkg::Options::=--${option}`]),
    ...(recommends === undefined ? [] : ['-o', `APT::Install-Recommends=${recommends ? 'yes' : 'no'}`]),
    ...(wish.default_release === undefined ? [] : ['-t', wish.default_release]),
    ...(wish.only_upgrade ? ['--only-upgrade'] : []),
    ...(wish.allow_downgrade || wish.force ? ['--allow-downgrades'] : []),
    ...(wish.allow_change_held_packages || wish.force ? ['--allow-change-held-packages'] : []),
    ...(wish.allow_unauthenticated || wish.force ? ['--allow-unauthenticated'] : []),
    ...(wish.purge ? ['--purge'] : []),
    ...(wish.autoremove ? ['--autoremove'] : []),
  ];
}

function updateSteps(wish: Wish, age: AptSeen['age']): Step[] {
  if (!wish.update_cache && wish.cache_valid_time === 0) return [];
  const isFresh = age?.seconds !== undefined && age.seconds <= wish.cache_valid_time;
  return isFresh ? [] : [aptUpdate(['-o', `DPkg::Lock::Timeout=${wish.lock_timeout}`])];
}

function packageSteps(wish: Wish, found: Packages): Step[] {
  const all = names(wish);
  const isRemoval = wish.state === 'absent' || wish.state === 'removed';
  const due = isRemoval
    ? all.filter((wanted) => found.installed[bareName(wanted)] !== undefined).map(bareName)
    : all.filter((wanted) => isWanted(wish, wanted, found));
  if (due.length === 0) return [];
  const act = isRemoval ? 'remove' : 'install';
  return [
    packageAct({ act, packages: due, flags: flagsOf(wish), policyRcD: wish.policy_rc_d, versions: {} }),
  ];
}

export function planApt(wish: Wish, { packages, age }: AptSeen): Plan {
  const update = updateSteps(wish, age);
  return { steps: [...update, ...(packages ? packageSteps(wish, packages) : [])] };
}

export const apt = defineModule({
  name: 'apt',
  fullNames: ['ansible.builtin.apt'],
  summary: 'Keep Debian packages installed or absent',
  params,
  constraints: { requiredOneOf: [['name', 'deb', 'update_cache']] },
  seen: answers<AptSeen>(),
  probes: (wish) => ({
    ...(names(wish).length > 0
      ? { packages: packages({ names: names(wish).map(bareName), candidates: wish.state === 'latest' }) }
      : {}),
    ...(wish.update_cache || wish.cache_valid_time > 0 ? { age: aptCacheAge() } : {}),
  }),
  plan: planApt,
  result: (wish, seen) => aptResult(wish, seen),
});

/** Lists fetched on the way to a package are no change. */
export function aptResult(wish: Wish, { packages, age }: AptSeen): ModuleResult {
  const isUpdated = updateSteps(wish, age).length > 0;
  return {
    changed: packages ? packageSteps(wish, packages).length > 0 : isUpdated,
    cache_updated: isUpdated,
  };
}
