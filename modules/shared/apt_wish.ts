// What is asked of apt, as flags of apt-get and as its verbs.
import { bool, int, list, oneOf, optional, path, str, type Parameters } from '../../engine/module/kinds.ts';

export const aptParams = {
  name: optional(
    list(str(), {
      aliases: ['package', 'pkg'],
      doc: 'Names, with =VERSION where one is meant; * for a part of a name, alone with latest for all.',
    }),
  ),
  state: optional(
    oneOf('present', 'absent', 'latest', 'build-dep', 'fixed', 'installed', 'removed'),
    'present',
  ),
  upgrade: optional(oneOf('no', 'yes', 'safe', 'full', 'dist'), 'no'),
  update_cache: optional(bool({ aliases: ['update-cache'] }), false),
  cache_valid_time: optional(int({ doc: 'Fetch the lists only when they are older, in seconds.' }), 0),
  deb: optional(path({ doc: 'A package file on the host, or its URL, which the host fetches.' })),
  purge: optional(bool(), false),
  autoremove: optional(bool({ doc: 'Remove what nothing needs any more.' }), false),
  autoclean: optional(bool({ doc: 'Remove package files that no archive has any more.' }), false),
  clean: optional(bool({ doc: 'Remove all package files that were fetched.' }), false),
  fail_on_autoremove: optional(bool({ doc: 'Rather fail than remove a package.' }), false),
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
  policy_rc_d: optional(int({ doc: 'What policy-rc.d says meanwhile: 101 keeps services from starting.' })),
  lock_timeout: optional(int(), 60),
  force: optional(bool(), false),
  force_apt_get: optional(bool({ doc: 'It is always apt-get.' }), false),
  update_cache_retries: optional(int(), 5),
  update_cache_retry_max_delay: optional(int(), 12),
};

export type AptWish = Parameters<typeof aptParams>;

export function lockFlags(wish: AptWish): string[] {
  return ['-o', `DPkg::Lock::Timeout=${wish.lock_timeout}`];
}

export function flagsOf(wish: AptWish): string[] {
  const recommends = wish.install_recommends;
  const when = (isWanted: boolean, flag: string): string[] => (isWanted ? [flag] : []);
  return [
    ...lockFlags(wish),
    ...wish.dpkg_options.split(',').flatMap((option) => ['-o', `Dpkg::Options::=--${option}`]),
    ...(recommends === undefined ? [] : ['-o', `APT::Install-Recommends=${recommends ? 'yes' : 'no'}`]),
    ...(wish.default_release === undefined ? [] : ['-t', wish.default_release]),
    ...when(wish.only_upgrade, '--only-upgrade'),
    ...when(wish.allow_downgrade || wish.force, '--allow-downgrades'),
    ...when(wish.allow_change_held_packages || wish.force, '--allow-change-held-packages'),
    ...when(wish.allow_unauthenticated || wish.force, '--allow-unauthenticated'),
    ...when(wish.purge, '--purge'),
    ...when(wish.autoremove, '--autoremove'),
    ...when(wish.fail_on_autoremove, '--no-remove'),
  ];
}

/** Names without blanks and without the lone `*`. */
export function namesOf({ name }: AptWish): readonly string[] {
  return (name ?? []).map((one) => one.trim()).filter((one) => one !== '' && one !== '*');
}

export function bareName(wanted: string): string {
  return wanted.split('=')[0] ?? wanted;
}

export function isPattern(name: string): boolean {
  return /[*?[]/.test(bareName(name));
}

const upgrades = {
  yes: ['upgrade', '--with-new-pkgs'],
  safe: ['upgrade', '--with-new-pkgs'],
  full: ['dist-upgrade'],
  dist: ['dist-upgrade'],
} as const;

/**
 * What apt shall do as a whole, as ansible-core orders it; undefined when it is about packages by name. A verb stands
 * before flags of its own.
 */
export function wideWords(wish: AptWish): readonly string[] | undefined {
  const isAll = wish.state === 'latest' && (wish.name ?? []).includes('*');
  const upgrade = wish.upgrade === 'no' && isAll ? 'yes' : wish.upgrade;
  if (upgrade !== 'no') return upgrades[upgrade];
  if (wish.deb !== undefined) return wish.deb.includes('://') ? undefined : ['install', wish.deb];
  const names = namesOf(wish);
  if (names.length > 0) return wish.state === 'build-dep' ? ['build-dep', ...names] : undefined;
  if (wish.state === 'fixed') return ['install', '--fix-broken'];
  if (wish.autoclean) return ['autoclean'];
  return wish.autoremove ? ['autoremove'] : undefined;
}
