// What an act on one unit does to the others, to the links that enable them, and to what is known of all unit files.
import { uncertain } from '../picture.ts';
import type { Effect, Predicted, Uncertain } from '../contract.ts';
import { effect } from '../probe_identity.ts';
import { newDirectory } from './make_directory.ts';
import { newLink } from './make_link.ts';
import { directoryOf } from './paths.ts';
import { absent, statKind, type Stat } from './stat.ts';
import type { UnitAct } from './unit_acts.ts';
import { changed, newUnit } from './unit_files.ts';
import { UnitRelations } from './unit_relations.ts';
import type { UnitQuestion, UnitState } from './unit_state.ts';
import { allRead, unitTreeKind, withFiles, type Said, type UnitTree } from './unit_tree.ts';

/** What a step on a unit knows of the host's unit files: its needs ask for them in check mode. */
export interface KnownTree {
  readonly tree: UnitTree;
}

const own = '/etc/systemd/system';

export const open = ({ verb, unit }: UnitAct): Uncertain<never> => ({
  uncertain: [],
  waitsFor: `${verb} ${unit}`,
});

/** Links that an act makes (their texts) and takes away (null); undefined when that cannot be told. */
function linkChanges(
  { verb, unit }: UnitAct,
  tree: UnitTree,
): ReadonlyMap<string, string | null> | undefined {
  const relations = UnitRelations.of(tree);
  const gone = (): [string, null][] => relations.linksTo(unit).map((path) => [path, null]);
  switch (verb) {
    case 'enable':
      return relations.linksOf(unit);
    case 'disable':
      return relations.installedWith(unit).isOpen ? undefined : new Map(gone());
    case 'reenable': {
      const links = relations.linksOf(unit);
      return links && new Map([...gone(), ...links]);
    }
    case 'mask':
      return new Map([[`${own}/${unit}`, '/dev/null']]);
    case 'unmask':
      return new Map([[`${own}/${unit}`, null]]);
    default:
      return new Map();
  }
}

function treeAfter(act: UnitAct, tree: UnitTree): UnitTree | Uncertain<never> {
  const links = linkChanges(act, tree);
  if (links === undefined) return open(act);
  if (links.size === 0) return tree;
  const said = [...links].map(([path, link]): [string, Said] => [path, link === null ? null : { link }]);
  // systemctl has systemd read its files after each of these.
  return allRead(withFiles(tree, new Map(said)));
}

const installKeys = ['WantedBy', 'RequiredBy', 'UpheldBy', 'Alias'];

interface Unmasked {
  /** What systemd says of its file; `none`: there is none. */
  readonly state: 'enabled' | 'disabled' | 'static' | 'none';
  readonly type: Record<string, string>;
}

/** A unit when its mask is gone; undefined when that cannot be told. */
export function whenUnmasked(act: UnitAct, masked: UnitTree): Unmasked | undefined {
  const tree = treeAfter(act, masked);
  if ('uncertain' in tree || /@/.test(act.unit)) return undefined;
  const relations = UnitRelations.of(tree);
  const { exists, isOpen, isMasked, settings } = relations.read(act.unit);
  const says = (keys: readonly string[]): boolean => settings.some(({ key }) => keys.includes(key));
  if (isOpen || isMasked || says(['Also', 'DefaultInstance'])) return undefined;
  const type = act.unit.endsWith('.service') ? typeOf(relations, act.unit) : {};
  if (!exists) return { state: 'none', type };
  if (relations.linksTo(act.unit).length > 0) return { state: 'enabled', type };
  return { state: says(installKeys) ? 'disabled' : 'static', type };
}

/** Undefined when the act leaves it to what is said of files of such names. */
function linkAfter(act: UnitAct, path: string, before: Stat | undefined, tree: UnitTree): Predicted<Stat> {
  const links = linkChanges(act, tree);
  if (links === undefined) return open(act);
  const link = links.get(path);
  if (link === null) return absent;
  if (link !== undefined)
    return before?.exists === true && before.type !== 'link'
      ? open(act)
      : newLink({ path, target: link, kind: 'symbolic', creator: 'root' });
  const inside = [...links].filter(([place]) => directoryOf(place) === path);
  if (inside.length === 0) return before;
  if (inside.some(([, text]) => text !== null))
    return before?.exists === false ? newDirectory('root') : before?.exists === true ? before : open(act);
  // systemctl takes a folder away with its last link.
  const left = Object.keys(tree.files).some(
    (place) => directoryOf(place) === path && links.get(place) !== null,
  );
  return before?.exists === false || left
    ? before
    : uncertain([before ?? absent, absent], `${act.verb} ${act.unit}`);
}

export const linksOfUnits: Effect<UnitAct> = effect(statKind, {
  touches: ({ verb, scope }, { path }) => scope === 'system' && isOnLinks(verb) && path.startsWith(`${own}/`),
  predict: (act, { path }, before, known?: KnownTree) =>
    known ? linkAfter(act, path, before, known.tree) : open(act),
});

export function isOnLinks(verb: UnitAct['verb']): boolean {
  return /able$|mask$/.test(verb);
}

export const treeOfUnits: Effect<UnitAct> = effect(unitTreeKind, {
  touches: ({ verb, scope }) => scope === 'system' && isOnLinks(verb),
  predict: (act, _, tree) => tree && treeAfter(act, tree),
});

/** Whether two names are those of one unit. */
export function isSameUnit(act: UnitAct, question: UnitQuestion, known: KnownTree | undefined): boolean {
  if (act.scope !== question.scope) return false;
  if (act.unit === question.unit) return true;
  if (!known || act.scope !== 'system') return false;
  const relations = UnitRelations.of(known.tree);
  return relations.read(act.unit).name === relations.read(question.unit).name;
}

/** What its drop-ins make of its type; undefined where its own file alone tells. */
export function typeByDropIns(
  unit: string,
  known: KnownTree | undefined,
): Record<string, string> | undefined {
  if (!known) return undefined;
  const relations = UnitRelations.of(known.tree);
  return relations.hasDropInWith(unit, typeKeys) ? typeOf(relations, unit) : undefined;
}

const typeKeys = ['Type', 'RemainAfterExit', 'BusName'];

/** By all its files; an empty type is one that is not known. */
function typeOf(relations: UnitRelations, unit: string): Record<string, string> {
  const [type, remains, bus] = typeKeys.map((key) => relations.value(unit, key));
  if (!type || !remains || !bus) return { Type: '' };
  return {
    Type: type.value ?? (bus.value === undefined ? 'simple' : 'dbus'),
    RemainAfterExit: /^(1|yes|true|on)$/i.test(remains.value ?? '') ? 'yes' : 'no',
  };
}

interface Acts {
  readonly start: (before: UnitState) => Predicted<UnitState>;
  readonly stop: (before: UnitState) => Predicted<UnitState>;
}

/** What becomes of a unit for which an act on another one is done. */
export function otherAfter(
  act: UnitAct,
  question: UnitQuestion,
  before: UnitState | undefined,
  known: KnownTree | undefined,
  acts: Acts,
): Predicted<UnitState> {
  if (before === undefined || act.scope !== question.scope) return before;
  if (!known || act.scope !== 'system') return open(act);
  const relations = UnitRelations.of(known.tree);
  return isOnLinks(act.verb)
    ? installedAfter(act, question, before, relations)
    : movedAfter(act, question, before, relations, acts);
}

function movedAfter(
  act: UnitAct,
  { unit }: UnitQuestion,
  before: UnitState,
  relations: UnitRelations,
  { start, stop }: Acts,
): Predicted<UnitState> {
  const begins = ['start', 'restart', 'reload-or-restart'].includes(act.verb);
  const waitsFor = `${act.verb} ${act.unit}`;
  const maybe = (after: Predicted<UnitState>): Predicted<UnitState> =>
    typeof after === 'object' && 'uncertain' in after
      ? uncertain([before, ...after.uncertain], after.waitsFor)
      : uncertain([before, after ?? before], waitsFor);
  if (before.active) {
    const along = begins ? undefined : relations.takesAlong(act.unit, unit);
    const isStopped = act.verb === 'stop' && along === 'surely';
    if (isStopped) return stop(before);
    const mayStop =
      (act.verb === 'stop' && along === 'maybe') || (begins && relations.conflicts(act.unit, unit));
    return mayStop ? maybe(stop(before)) : before;
  }
  if (!begins || !before.exists || before.masked) return before;
  const { units, anything } = relations.pulled(act.unit);
  const sure = units.get(relations.read(unit).name);
  if (sure === true && !anything && !act.noBlock) return start(before);
  return sure !== undefined || anything ? maybe(start(before)) : before;
}

/** Whether a restart, or a start, made it younger than its files as well. */
export function mayBeYounger(act: UnitAct, unit: string, known: KnownTree | undefined): boolean {
  if (!known || act.scope !== 'system') return true;
  const relations = UnitRelations.of(known.tree);
  const { units, anything } = relations.pulled(act.unit);
  return (
    anything || units.has(relations.read(unit).name) || relations.takesAlong(act.unit, unit) !== undefined
  );
}

function installedAfter(
  act: UnitAct,
  { unit }: UnitQuestion,
  before: UnitState,
  relations: UnitRelations,
): Predicted<UnitState> {
  const waitsFor = `${act.verb} ${act.unit}`;
  const links = linkChanges(act, relations.tree);
  const { units } = relations.installedWith(act.unit);
  if (links === undefined) return open(act);
  const place = `${own}/${unit}`;
  const isTemplate = /@\./.test(act.unit);
  // Another name comes or goes.
  if (links.has(place) && act.verb !== 'mask' && act.verb !== 'unmask') {
    if (links.get(place) === null || before.exists) return open(act);
    const known = changed(newUnit(unit), { UnitFileState: 'alias', Type: '' }, { enabled: true });
    return uncertain([known, changed(known, { ActiveState: 'active' }, { active: true })], waitsFor);
  }
  if (isTemplate && act.unit.replace(/@.*/, '') === unit.replace(/@.*/, '')) return open(act);
  // Of a template with an enabled instance systemd says that it is enabled by others.
  if (/@\./.test(unit) && act.unit.startsWith(unit.replace(/@.*/, '@'))) {
    const indirect = changed(before, { UnitFileState: 'indirect' }, { enabled: true });
    return act.verb === 'enable' ? indirect : open(act);
  }
  if (!units.has(relations.read(unit).name) || unit !== relations.read(unit).name || before.masked)
    return before;
  const isLinked = (after: string | null): boolean =>
    [...links].some(([path, text]) => path.endsWith(`/${unit}`) && (text === null) === (after === null));
  if (act.verb === 'disable')
    return before.enabled && isLinked(null)
      ? changed(before, { UnitFileState: 'disabled' }, { enabled: false })
      : before;
  if (act.verb !== 'enable') return open(act);
  return before.enabled || !isLinked('')
    ? before
    : changed(before, { UnitFileState: 'enabled' }, { enabled: true });
}
