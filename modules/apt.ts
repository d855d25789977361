// Keeps Debian packages installed, current or absent, and the host as a whole upgraded or clean. What apt would do to
// the host as a whole is asked of apt itself.
import type { Difference, ModuleResult, Plan, Step } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import type { Outcomes } from '../engine/module/outcomes.ts';
import {
  aptAct,
  aptActKind,
  foreseen as foreseenBy,
  nothingForeseen,
  type AptCommand,
  type Foreseen,
} from '../engine/module/vocabulary/apt_command.ts';
import { aptUpdate, packageAct, packageActKind } from '../engine/module/vocabulary/package_acts.ts';
import {
  aptCacheAge,
  packageNames,
  packages as packagesOf,
  type Packages,
} from '../engine/module/vocabulary/packages.ts';
import {
  aptParams,
  bareName,
  flagsOf,
  isPattern,
  lockFlags,
  namesOf,
  wideWords,
  type AptWish,
} from './shared/apt_wish.ts';

export interface AptSeen {
  /** What name patterns stand for. */
  readonly names?: readonly string[];
  readonly packages?: Packages;
  readonly foreseen?: Foreseen;
  readonly age?: { readonly seconds: number | undefined };
}

/** The names wished, patterns replaced by what they stand for. */
function allNames(wish: AptWish, found: readonly string[] = []): readonly string[] {
  const plain = namesOf(wish).filter((name) => !isPattern(name));
  return [...new Set([...plain, ...found])];
}

function isWanted(wish: AptWish, wanted: string, { installed, candidates }: Packages): boolean {
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

function updateSteps(wish: AptWish, age: AptSeen['age']): Step[] {
  if (!wish.update_cache && wish.cache_valid_time === 0) return [];
  const isFresh = age?.seconds !== undefined && age.seconds <= wish.cache_valid_time;
  return isFresh ? [] : [aptUpdate(lockFlags(wish))];
}

function isRemoval({ state }: AptWish): boolean {
  return state === 'absent' || state === 'removed';
}

/** Fetched lists may know newer versions than those seen: only apt itself will tell, when it has them. */
function isSure(wish: AptWish, { age }: AptSeen): boolean {
  if (wish.deb?.includes('://')) return false;
  const hangsOnLists = wish.state === 'latest' || wideWords(wish) !== undefined;
  return !hangsOnLists || updateSteps(wish, age).length === 0;
}

function packageSteps(wish: AptWish, seen: AptSeen & { readonly packages: Packages }): Step[] {
  const all = allNames(wish, seen.names);
  const found = seen.packages;
  const wanted = isRemoval(wish)
    ? all.filter((name) => found.installed[bareName(name)] !== undefined).map(bareName)
    : all.filter((name) => isWanted(wish, name, found));
  const due = isSure(wish, seen) ? wanted : all;
  if (due.length === 0) return [];
  const act = isRemoval(wish) ? 'remove' : 'install';
  return [
    packageAct({ act, packages: due, flags: flagsOf(wish), policyRcD: wish.policy_rc_d, versions: {} }),
  ];
}

function wideCommand(wish: AptWish): AptCommand | undefined {
  const words = wideWords(wish);
  return words && { words, flags: flagsOf(wish) };
}

function wideSteps(wish: AptWish, seen: AptSeen): Step[] {
  const flags = flagsOf(wish);
  if (wish.deb?.includes('://'))
    return [aptAct({ words: ['install'], flags, foreseen: nothingForeseen, fetch: wish.deb })];
  const command = wideCommand(wish);
  if (!command || !seen.foreseen) return [];
  const { installs, removes, deletes } = seen.foreseen;
  const isDue = Object.keys(installs).length + removes.length + deletes.length > 0;
  return isDue || !isSure(wish, seen) ? [aptAct({ ...command, foreseen: seen.foreseen })] : [];
}

function actSteps(wish: AptWish, seen: AptSeen): Step[] {
  const clean = wish.clean
    ? [aptAct({ words: ['clean'], flags: lockFlags(wish), foreseen: nothingForeseen })]
    : [];
  const { packages } = seen;
  return [...clean, ...wideSteps(wish, seen), ...(packages ? packageSteps(wish, { ...seen, packages }) : [])];
}

export function planApt(wish: AptWish, seen: AptSeen): Plan {
  if (wish.deb !== undefined && wish.state !== 'present')
    return { steps: [], fail: 'deb only supports state=present' };
  return {
    steps: [...updateSteps(wish, seen.age), ...actSteps(wish, seen)],
    differences: wideDifferences(seen),
  };
}

/** By apt's own foresight, as far as it goes. */
function wideDifferences({ foreseen }: AptSeen): Difference[] {
  if (!foreseen) return [];
  const { installs, removes, deletes } = foreseen;
  const lines = [
    ...Object.entries(installs).map(([name, version]) => `install ${name} ${version}\n`),
    ...removes.map((name) => `remove ${name}\n`),
    ...deletes.map((name) => `delete the file of ${name}\n`),
  ];
  return lines.length === 0 ? [] : [{ header: 'packages', before: '', after: lines.join('') }];
}

function namesAsked(wish: AptWish): boolean {
  return namesOf(wish).length > 0 && wideWords(wish) === undefined;
}

export const apt = defineModule({
  name: 'apt',
  fullNames: ['ansible.builtin.apt'],
  summary: 'Keep Debian packages installed, current or absent',
  params: aptParams,
  constraints: {
    requiredOneOf: [
      [
        'name',
        'deb',
        'update_cache',
        'cache_valid_time',
        'upgrade',
        'autoremove',
        'autoclean',
        'clean',
        'state',
      ],
    ],
    mutuallyExclusive: [['name', 'deb', 'upgrade']],
  },
  seen: answers<AptSeen>(),
  probes: (wish, { names }) => {
    const patterns = namesOf(wish).filter(isPattern);
    if (patterns.length > 0 && names === undefined) return { names: packageNames(patterns) };
    const command = wideCommand(wish);
    const all = allNames(wish, names);
    const asked = all.map(bareName);
    const versions = all.some((name) => name.includes('='));
    const probes = {
      ...(namesAsked(wish) && asked.length > 0
        ? {
            packages: packagesOf({
              names: asked,
              candidates: wish.state === 'latest',
              ...(versions ? { versions } : {}),
            }),
          }
        : {}),
      ...(command ? { foreseen: foreseenBy(command) } : {}),
      ...(wish.update_cache || wish.cache_valid_time > 0 ? { age: aptCacheAge() } : {}),
    };
    return Object.keys(probes).length > 0 ? probes : done;
  },
  plan: planApt,
  result: aptResult,
});

/** By apt's own account; in check mode only a run tells. */
function saysChanged(outcomes: Outcomes): boolean {
  const kinds = [aptActKind, packageActKind];
  return outcomes.one(...kinds).changed || outcomes.of(...kinds).some(({ changed }) => changed);
}

/** Lists fetched on the way to a package are no change. */
function aptResult(wish: AptWish, seen: AptSeen, outcomes: Outcomes): ModuleResult {
  const updates = updateSteps(wish, seen.age).length;
  const acts = actSteps(wish, seen);
  const isOnlyUpdate = !namesAsked(wish) && wideCommand(wish) === undefined && acts.length === 0;
  const changed = isSure(wish, seen)
    ? acts.length > 0 || (isOnlyUpdate && updates > 0)
    : acts.length > 0 && saysChanged(outcomes);
  return { changed, cache_updated: updates > 0 };
}
