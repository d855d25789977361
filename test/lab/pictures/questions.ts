// Questions that a step may touch besides those of its module: made of the paths and names that stand in the step.
import type { Probe, Step } from '../../../engine/module/contract.ts';
import { group, groupKind, user, userKind } from '../../../engine/module/vocabulary/account.ts';
import { content, contentKind } from '../../../engine/module/vocabulary/content.ts';
import { listing, listingKind } from '../../../engine/module/vocabulary/listing.ts';
import { directoryOf } from '../../../engine/module/vocabulary/paths.ts';
import { stat, statKind } from '../../../engine/module/vocabulary/stat.ts';
import { unitAge, unitAgeKind } from '../../../engine/module/vocabulary/unit_age.ts';
import { unitKind, unitState } from '../../../engine/module/vocabulary/unit_state.ts';
import { packages, packagesKind } from '../../../engine/module/vocabulary/packages.ts';

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Too large to list, or what every step touches. */
const tooWide = ['/', '/etc', '/tmp', '/usr', '/usr/bin', '/home', '/var', '/srv', '/bin', '.'];

function pathsOf(step: Step, also: readonly string[]): string[] {
  const own = [...textsIn(step.args), ...also].filter((text) => /^\/[^\n]*$/.test(text));
  return [...new Set([...own, ...own.map(directoryOf)])].filter((path) => !tooWide.includes(path));
}

function wordsOf(step: Step, also: readonly string[]): string[] {
  return [...new Set([...textsIn(step.args), ...also])].filter((text) => /^[a-z][\w@.-]*$/.test(text));
}

type Maker = (paths: readonly string[], words: readonly string[]) => Probe<unknown>[];

const makers: Readonly<Record<string, Maker>> = {
  [statKind.name]: (paths) =>
    paths.flatMap((path) => [
      stat({ path, digest: 'sha256' }),
      stat({ path, follow: true, digest: 'sha256' }),
    ]),
  [contentKind.name]: (paths) => paths.map((path) => content(path)),
  [listingKind.name]: (paths) => paths.map((path) => listing({ path, recurse: true, depth: 3 })),
  [unitAgeKind.name]: (paths) => [unitAge({ unit: 'dbus.service', scope: 'system', files: paths })],
  [unitKind.name]: (_, words) =>
    words.filter((word) => word.endsWith('.service')).map((unit) => unitState({ unit, scope: 'system' })),
  [userKind.name]: (_, words) => words.map((name) => user(name)),
  [groupKind.name]: (_, words) => words.map((name) => group(name)),
  [packagesKind.name]: (_, words) => [packages({ names: words.filter((word) => word.startsWith('lab-')) })],
};

/** `also`: paths and names besides those of the step. */
export function questionsFor(step: Step, also: readonly string[]): Probe<unknown>[] {
  const kinds = new Set(step.kind.effects.map(({ probe }) => probe.name));
  const [paths, words] = [pathsOf(step, also), wordsOf(step, also)];
  return [...kinds].flatMap((name) => makers[name]?.(paths, words) ?? []);
}
