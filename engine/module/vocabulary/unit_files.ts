// What a step on a file does to the state of a systemd unit: a new unit file makes the unit known, a changed one waits
// for daemon-reload.
import type { Effect } from '../contract.ts';
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

export function unitFileEffects<Args>(
  pathOf: (args: Args) => string,
  what: 'written' | 'removed',
): readonly Effect<Args>[] {
  const effect: Effect<Args> = {
    probe: unitKind,
    touches: (args: Args, question: UnitQuestion) => isOfUnit(question, unitOf(pathOf(args))),
    predict: (_: Args, question: UnitQuestion, before: UnitState | undefined) => {
      if (before === undefined) return undefined;
      if (what === 'written' && !before.exists) return newUnit(question.unit);
      return changed(before, { NeedDaemonReload: 'yes' }, { needsReload: true });
    },
  };
  return [effect];
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
