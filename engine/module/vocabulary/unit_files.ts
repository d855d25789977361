// What a step on a file does to the state of a systemd unit: a new unit file makes the unit known, a changed one waits
// for daemon-reload.
import type { Effect, Predicted, Uncertain } from '../contract.ts';
import { effect } from '../probe_identity.ts';
import { uncertain } from '../picture.ts';
import type { PathChange } from './file_effects.ts';
import { baseName, directoryOf, normalPath } from './paths.ts';
import { unitKind, type UnitQuestion, type UnitState } from './unit_state.ts';
import { namesOfDropIns, saidAfter, templateOf } from './unit_tree.ts';

const folders = /^(\/etc|\/run|\/usr\/local\/lib|\/usr\/lib|\/lib)\/systemd\/(system|user)(\/|$)/;

/** Whether a file is the unit's own (its template's too), or one of its drop-ins or their folder. */
function isOfUnit({ unit }: UnitQuestion, path: string): boolean {
  if (!folders.test(path)) return false;
  const [name, folder] = [baseName(path), baseName(directoryOf(path))];
  const dropIns = name.endsWith('.d') ? name : folder.endsWith('.d') ? folder : undefined;
  if (dropIns !== undefined) return namesOfDropIns(unit).includes(dropIns.slice(0, -2));
  return name === unit || name === templateOf(unit);
}

/** What a unit file says of itself; undefined when its text is not known. */
function declared(text: string | undefined): Pick<UnitState, 'properties' | 'enabled'> | undefined {
  if (text === undefined) return undefined;
  const last = (name: string): string | undefined =>
    [...text.matchAll(new RegExp(`^\\s*${name}\\s*=\\s*(\\S*)`, 'gm'))].at(-1)?.[1];
  const isInstallable = /^\s*(WantedBy|RequiredBy|UpheldBy|Alias)\s*=\s*\S/m.test(text);
  const isIndirect = !isInstallable && /^\s*Also\s*=\s*\S/m.test(text);
  const type = last('Type') ?? (last('BusName') === undefined ? 'simple' : 'dbus');
  const remains = /^(1|yes|true|on)$/i.test(last('RemainAfterExit') ?? '') ? 'yes' : 'no';
  return {
    properties: {
      UnitFileState: isInstallable ? 'disabled' : isIndirect ? 'indirect' : 'static',
      Type: type,
      RemainAfterExit: remains,
    },
    enabled: !isInstallable,
  };
}

/** A unit that systemd reads anew: what its changed file says of it holds from now on. */
export function reloaded(before: UnitState): UnitState {
  const { next, ...rest } = before;
  return changed(rest, { ...next, NeedDaemonReload: 'no' }, { needsReload: false });
}

function written(
  question: UnitQuestion,
  text: string | undefined,
  isOwnFile: boolean,
  before: UnitState,
): Predicted<UnitState> {
  const says = isOwnFile ? declared(text) : undefined;
  if (!before.exists && isOwnFile) {
    // One that runs without its file is loaded by a daemon-reload alone.
    const { active } = before;
    const unit = { ...newUnit(question.unit), active, needsReload: active };
    if (says) return changed(unit, says.properties, { enabled: says.enabled });
    const open = changed(unit, { Type: '' }, {});
    return uncertain([open, changed(open, { UnitFileState: 'static' }, { enabled: true })], question.unit);
  }
  const { Type = '', RemainAfterExit = '', UnitFileState = '' } = says?.properties ?? {};
  // Links of an enabled unit stay where they are, whatever its file says now.
  const isLinked = before.enabled && before.properties['UnitFileState'] !== 'static';
  const install =
    says && !isLinked && !before.masked
      ? { properties: { UnitFileState }, enabled: says.enabled }
      : undefined;
  const known: UnitState = {
    ...changed(before, { ...install?.properties }, install ? { enabled: install.enabled } : {}),
    ...(says ? { next: { Type, RemainAfterExit } } : {}),
  };
  const waiting = changed(known, { NeedDaemonReload: 'yes' }, { needsReload: true });
  // systemd forgets units that do not run, and reads their files when it is asked for them.
  return before.active || before.needsReload
    ? waiting
    : uncertain([waiting, reloaded(known)], `a change of ${question.unit}`);
}

/** Whether a unit may be another for what becomes of a file. */
export function isFileOfUnit(path: string, question: UnitQuestion): boolean {
  return isOfUnit(question, path);
}

const linkFolder = /\.(wants|requires|upholds)$/;

/** Undefined: the path is none of a link that enables units. */
function linkedUnit(path: string): string | undefined {
  return folders.test(path) && linkFolder.test(directoryOf(path)) ? baseName(path) : undefined;
}

/** Folders of units, of links to them, or of drop-ins, or what such folders stand in. */
function isUnitFolder(path: string): boolean {
  const inSystemd = /^(\/etc|\/run|\/usr\/local\/lib|\/usr\/lib|\/lib)(\/systemd(\/(system|user))?)?$/;
  return inSystemd.test(path) || (folders.test(path) && linkFolder.test(path));
}

const unknownUnit = (waitsFor: string): Uncertain<never> => ({ uncertain: [], waitsFor });

/** A link that enables a unit comes or goes. */
function linked(isThere: boolean, before: UnitState, path: string): Predicted<UnitState> {
  if (!before.exists || before.masked) return isThere ? before : unknownUnit(path);
  if (isThere) return changed(before, { UnitFileState: 'enabled' }, { enabled: true });
  if (!before.enabled) return before;
  const off = changed(before, { UnitFileState: 'disabled' }, { enabled: false });
  return uncertain([before, off], `remove ${path}`);
}

/** What becomes of a unit when a step changes the file at a path. */
export function unitFileEffects<Args>(change: PathChange<Args>): Effect<Args> {
  const isRemoved = (args: Args): boolean => change.inside === 'gone' || saidAfter(change, args) === null;
  return effect(unitKind, {
    touches: (args, question) => {
      const path = normalPath(change.path(args));
      const isWide = change.inside === 'gone' && isUnitFolder(path);
      return isWide || linkedUnit(path) === question.unit || isOfUnit(question, path);
    },
    predict: (args, question, before) => {
      const path = normalPath(change.path(args));
      const said = saidAfter(change, args);
      if (before === undefined || said === undefined) return before;
      if (change.inside === 'gone' && isUnitFolder(path)) return unknownUnit(`remove ${path}`);
      if (linkedUnit(path) === question.unit) return linked(!isRemoved(args), before, path);
      const isOwnFile = !/\.d$/.test(path) && !directoryOf(path).endsWith('.d');
      // What a link leads to is not read here.
      if (said !== null && typeof said === 'object' && 'link' in said) return unknownUnit(`link ${path}`);
      if (!isRemoved(args)) {
        const text = said === 'open' || said === null ? undefined : said.join('\n');
        return written(question, text, isOwnFile, before);
      }
      const changedUnit = changed(before, { NeedDaemonReload: 'yes' }, { needsReload: true });
      // systemd keeps what it knows of a unit that runs; of others it knows no more than their files.
      return !before.exists || !isOwnFile ? changedUnit : unknownUnit(`remove ${path}`);
    },
  });
}

export function newUnit(unit: string): UnitState {
  return {
    properties: {
      Id: unit,
      LoadState: 'loaded',
      ActiveState: 'inactive',
      SubState: 'dead',
      UnitFileState: 'disabled',
      NeedDaemonReload: 'no',
    },
    exists: true,
    active: false,
    masked: false,
    enabled: false,
    needsReload: false,
  };
}

export function changed(
  before: UnitState,
  properties: Readonly<Record<string, string>>,
  state: Partial<UnitState>,
): UnitState {
  return { ...before, ...state, properties: { ...before.properties, ...properties } };
}
