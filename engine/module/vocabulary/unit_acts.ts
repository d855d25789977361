// What systemctl does to a unit: start, stop, restart, reload, enable, disable, mask, unmask; and daemon-reload.
import type { Step, StepKind } from '../contract.ts';
import { step } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import { anyFileMayChange } from './file_effects.ts';
import { changed, newUnit } from './unit_files.ts';
import { unitAgeKind, type UnitAge, type UnitAgeQuestion } from './unit_age.ts';
import { scopeFlags, unitKind, type UnitQuestion, type UnitState } from './unit_state.ts';

export type UnitVerb =
  | 'start'
  | 'stop'
  | 'restart'
  | 'reload'
  | 'reload-or-restart'
  | 'enable'
  | 'disable'
  | 'reenable'
  | 'mask'
  | 'unmask';

export interface UnitAct extends UnitQuestion {
  readonly verb: UnitVerb;
  readonly force?: boolean;
  readonly noBlock?: boolean;
}

const running = { ActiveState: 'active', SubState: 'running' };

function after({ verb, unit }: UnitAct, before: UnitState | undefined): UnitState | undefined {
  if (before === undefined) return undefined;
  const known = before.exists ? before : newUnit(unit);
  switch (verb) {
    case 'start':
    case 'restart':
    case 'reload-or-restart':
      return changed(known, running, { active: true });
    case 'reload':
      return known;
    case 'stop':
      return changed(known, { ActiveState: 'inactive', SubState: 'dead' }, { active: false });
    case 'enable':
    case 'reenable':
      return changed(known, { UnitFileState: 'enabled' }, { enabled: true });
    case 'disable':
      return changed(known, { UnitFileState: 'disabled' }, { enabled: false });
    case 'mask':
      return changed(
        known,
        { LoadState: 'masked', UnitFileState: 'masked' },
        { masked: true, enabled: false },
      );
    case 'unmask':
      return changed(known, { LoadState: 'loaded', UnitFileState: 'disabled' }, { masked: false });
  }
}

export const unitActKind: StepKind<UnitAct, void> = {
  name: 'unit',
  target: 'host',
  perform: ({ verb, unit, scope, force, noBlock }) => ({
    script:
      sh`systemctl ${[...scopeFlags(scope), ...(force ? ['--force'] : []), ...(noBlock ? ['--no-block'] : []), verb]} -- ${unit}`
        .text,
  }),
  parse: ({ rc, stderr }, { verb, unit }) =>
    rc === 0 ? undefined : { failed: `Cannot ${verb} ${unit}: ${stderr.toString('utf8').trim()}` },
  describe: ({ verb, unit }) => `${verb} ${unit}`,
  effects: [
    ...anyFileMayChange<UnitAct>(),
    {
      probe: unitKind,
      // A unit may pull others along, so the state of any of them may be another afterwards.
      touches: () => true,
      predict: (act: UnitAct, question: UnitQuestion, before: UnitState | undefined) =>
        act.unit === question.unit && act.scope === question.scope ? after(act, before) : before,
    },
    {
      probe: unitAgeKind,
      touches: () => true,
      predict: (act: UnitAct, question: UnitAgeQuestion, before: UnitAge) =>
        act.unit === question.unit ? ageAfter(act.verb, before) : before,
    },
  ],
};

function ageAfter(verb: UnitVerb, before: UnitAge): UnitAge {
  if (verb === 'reload') return { ...before, needsReload: false };
  const begins = verb === 'start' || verb === 'restart' || verb === 'reload-or-restart';
  return begins ? { needsRestart: false, needsReload: false } : before;
}

export function unitAct(act: UnitAct): Step<void> {
  return step(unitActKind, act);
}

export interface DaemonReload {
  readonly scope: UnitQuestion['scope'];
  readonly verb: 'daemon-reload' | 'daemon-reexec';
}

export const daemonReloadKind: StepKind<DaemonReload, void> = {
  name: 'daemon reload',
  target: 'host',
  perform: ({ scope, verb }) => ({ script: sh`systemctl ${scopeFlags(scope)} ${verb}`.text }),
  describe: ({ verb }) => `systemctl ${verb}`,
  effects: [
    {
      probe: unitKind,
      touches: () => true,
      predict: (_: DaemonReload, __: UnitQuestion, before: UnitState | undefined) =>
        before && changed(before, { NeedDaemonReload: 'no' }, { needsReload: false }),
    },
  ],
};

export function daemonReload(args: DaemonReload): Step<void> {
  return step(daemonReloadKind, args);
}
