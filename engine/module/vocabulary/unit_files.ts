// What a step on a file does to the state of a systemd unit: a new unit file makes the unit known, a changed one waits
// for daemon-reload.
import type { Effect, Predicted } from '../contract.ts';
import { effect } from '../probe_identity.ts';
import { uncertain } from '../picture.ts';
import { baseName, directoryOf } from './paths.ts';
import { unitKind, type UnitQuestion, type UnitState } from './unit_state.ts';

const folders = /^(\/etc|\/run|\/usr\/local\/lib|\/usr\/lib|\/lib)\/systemd\/(system|user)(\/|$)/;

/** The unit that a file belongs to: `a.service`, and for `a.service.d/x.conf` too. */
function unitOf(path: string): string | undefined {
  if (!folders.test(path)) return undefined;
  const folder = baseName(directoryOf(path));
  return folder.endsWith('.d') ? folder.slice(0, -2) : baseName(path);
}

/** `web@1.service` belongs to the file `web@.service`. */
function isOfUnit(question: UnitQuestion, file: string | undefined): boolean {
  return file !== undefined && (file === question.unit || file === question.unit.replace(/@[^.]*\./, '@.'));
}

/** What a unit file says of itself; undefined when its text is not known. */
function declared(text: string | undefined): Pick<UnitState, 'properties' | 'enabled'> | undefined {
  if (text === undefined) return undefined;
  const last = (name: string): string | undefined =>
    [...text.matchAll(new RegExp(`^\\s*${name}\\s*=\\s*(\\S*)`, 'gm'))].at(-1)?.[1];
  const isInstallable = /^\s*(WantedBy|RequiredBy|UpheldBy|Also|Alias)\s*=\s*\S/m.test(text);
  const type = last('Type') ?? (last('BusName') === undefined ? 'simple' : 'dbus');
  const remains = /^(1|yes|true|on)$/i.test(last('RemainAfterExit') ?? '') ? 'yes' : 'no';
  return {
    properties: {
      UnitFileState: isInstallable ? 'disabled' : 'static',
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
    const unit = { ...newUnit(question.unit), active: before.active };
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

/** `textOf`: what is written, where it is in memory. */
export function unitFileEffects<Args>(
  pathOf: (args: Args) => string,
  what: 'removed' | { readonly textOf: (args: Args) => string | undefined },
): readonly Effect<Args>[] {
  const ofUnit: Effect<Args> = effect(unitKind, {
    touches: (args, question) => isOfUnit(question, unitOf(pathOf(args))),
    predict: (args, question, before) => {
      if (before === undefined) return undefined;
      const isOwnFile = !baseName(directoryOf(pathOf(args))).endsWith('.d');
      if (what !== 'removed') return written(question, what.textOf(args), isOwnFile, before);
      const changedUnit = changed(before, { NeedDaemonReload: 'yes' }, { needsReload: true });
      // systemd keeps what it knows of a unit that runs; of others it knows no more than their files.
      return !before.exists || !isOwnFile
        ? changedUnit
        : { uncertain: [], waitsFor: `remove ${pathOf(args)}` };
    },
  });
  return [ofUnit];
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
