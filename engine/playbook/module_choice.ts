// A task is a dict in which one key is a module's name and all others are keywords. Which one is the module?
import { nearestName, slips } from '../document/nearest.ts';
import { type Entry, type OtherKey, reportUnknownKeyword } from './entry.ts';
import { keywords } from './keywords.ts';
import { isModuleName, moduleNames, type ModulePlaces } from './module_name.ts';
import { error } from './problem.ts';
import type { Loading } from './loading.ts';

/** The key that names the module. Wrong keywords, several modules and none are reported. */
export function chooseModule(
  entry: Entry,
  places: ModulePlaces,
  loading: Loading,
  hasAction: boolean,
): OtherKey | undefined {
  const candidates = entry.others.filter(({ name }) => !name.startsWith('with_'));
  const isModule = ({ name }: OtherKey): boolean => isModuleName(name, places, loading);
  const modules = candidates.filter(isModule);
  const chosen = hasAction ? undefined : (modules[0] ?? likelyModule(candidates, loading));
  for (const other of modules) if (other !== chosen) reportSecond(other, chosen, loading);
  for (const other of candidates)
    if (other !== chosen && !modules.includes(other))
      reportUnknownKeyword(other.name, 'task', other.keyPosition, loading);
  if (!chosen && !hasAction) reportNone(entry, candidates, loading);
  return chosen;
}

function reportSecond(other: OtherKey, chosen: OtherKey | undefined, loading: Loading): void {
  loading.report({
    ...error(
      'several-modules',
      chosen
        ? `Task calls two modules: ${chosen.name} and ${other.name}`
        : `Task has an action and calls ${other.name}`,
      other.keyPosition,
      'A task calls one module: make two tasks of it',
    ),
    ...(chosen ? { related: [{ message: `${chosen.name} stands here`, position: chosen.keyPosition }] } : {}),
  });
}

function reportNone(entry: Entry, candidates: readonly OtherKey[], loading: Loading): void {
  // Every candidate was told as a keyword already: that is the mistake, and the missing module follows from it.
  if (candidates.length > 0) return;
  loading.report(
    error(
      'no-module',
      'Task calls no module',
      entry.position,
      'One of its keys must be the name of a module',
    ),
  );
}

/** Among names that nobody knows: the one that is most like a module and least like a keyword. */
function likelyModule(candidates: readonly OtherKey[], loading: Loading): OtherKey | undefined {
  if (candidates.length === 0) return undefined;
  const modules = moduleNames(loading);
  const keywordNames = [...keywords.handler.keys(), ...keywords.block.keys()];
  const distance = (name: string, names: readonly string[]): number => {
    const nearest = nearestName(name, names);
    return nearest === undefined ? Number.POSITIVE_INFINITY : slips(name, nearest);
  };
  const scored = candidates
    .map((candidate) => ({
      candidate,
      toModule: distance(candidate.name, modules),
      toKeyword: distance(candidate.name, keywordNames),
    }))
    .filter(({ toModule, toKeyword }) => toModule <= toKeyword);
  scored.sort((a, b) => a.toModule - b.toModule);
  return scored[0]?.candidate;
}
