// What systemctl does to a unit: start, stop, restart, reload, enable, disable, mask, unmask; and daemon-reload.
import type { Need, Predicted, Step, StepKind } from '../contract.ts';
import { effect, step } from '../probe_identity.ts';
import { sh, type ShellText } from '../quote.ts';
import { uncertain } from '../picture.ts';
import { noFileAt } from './folder_needs.ts';
import { doubtfulFiles } from './doubtful_files.ts';
import { changed, newUnit, reloaded } from './unit_files.ts';
import { unitAgeKind, type UnitAge } from './unit_age.ts';
import {
  isOnLinks,
  isSameUnit,
  linksOfUnits,
  mayBeYounger,
  otherAfter,
  treeOfUnits,
  typeByDropIns,
  type KnownTree,
} from './unit_moves.ts';
import { scopeFlags, unitKind, unitState, type UnitQuestion, type UnitState } from './unit_state.ts';
import { UnitRelations } from './unit_relations.ts';
import { allRead, unitTree, unitTreeKind, type UnitTree } from './unit_tree.ts';

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

const begins: ReadonlySet<UnitVerb> = new Set([
  'start',
  'restart',
  'reload-or-restart',
  'enable',
  'reenable',
]);

/** systemd refuses to begin with a masked unit. */
function notMasked(question: UnitQuestion, verb: UnitVerb): Need {
  const { unit } = question;
  return {
    probe: unitState(question),
    unmet: ({ masked }: UnitState) =>
      masked ? `Cannot ${verb} ${unit}: Unit ${unit} is masked.` : undefined,
  };
}

const stopped = { ActiveState: 'inactive', SubState: 'dead' };
const running = { ActiveState: 'active', SubState: 'running' };

/** What a unit that runs to its end and goes is like after it was started hangs on when one looks. */
function started(before: UnitState, waitsFor: string): Predicted<UnitState> {
  const active = changed(before, running, { active: true });
  const { Type, RemainAfterExit } = before.properties;
  if (Type !== '' && (Type !== 'oneshot' || RemainAfterExit === 'yes')) return active;
  const ended = changed(before, stopped, { active: false });
  // systemctl waits until the program of such a unit has ended.
  return Type === 'oneshot' && RemainAfterExit === 'no' ? ended : uncertain([active, ended], waitsFor);
}

/** An alias is enabled as one, whatever is done to its unit by that name. */
function withName(
  { unit }: UnitQuestion,
  before: UnitState | undefined,
  after: Predicted<UnitState>,
): Predicted<UnitState> {
  const isAlias = before?.properties['UnitFileState'] === 'alias';
  if (!isAlias || after === undefined || 'uncertain' in after) return after;
  return after.enabled ? after : { uncertain: [], waitsFor: unit };
}

/** What unit files say of each other is asked along, for what the act does to other units. */
function unitFilesTold({ verb, unit }: UnitAct): Need {
  return {
    probe: unitTree(),
    unmet: (tree: UnitTree) => {
      const why = /start$/.test(verb) ? UnitRelations.of(tree).whyNot(unit) : undefined;
      return why && `Cannot ${verb} ${unit}: ${why}`;
    },
    foretells: (tree: UnitTree): KnownTree => ({ tree }),
  };
}

/** Links of enabled and masked units stand in folders of systemd's; a unit that starts may make folders of its name. */
const files = doubtfulFiles<UnitAct>({
  waitsFor: ({ verb, unit }) => `${verb} ${unit}`,
  of: ({ verb, unit }, path) => {
    const name = unit.replace(/\.\w+$/, '');
    if (/mask$/.test(verb) && path === `/etc/systemd/system/${unit}`) return 'open';
    if (/^\/(etc|run)\/systemd\/.*\.(wants|requires|upholds)\//.test(path))
      return /able$|mask$/.test(verb) && path.includes(name) ? 'open' : 'stays';
    if (/^\/(etc|run)\/systemd\//.test(path)) return 'stays';
    return /start$/.test(verb) && /^\/(run|var)\//.test(path) && path.includes(name) ? 'any' : 'stays';
  },
  lists: ({ verb }, { path }) =>
    (/able$|mask$/.test(verb) && /^\/etc\/systemd/.test(path)) ||
    (/start$/.test(verb) && /^\/(run|var)(\/|$)/.test(path)),
});

function after(
  { verb, unit, noBlock }: UnitAct,
  now: UnitState | undefined,
  tree: KnownTree | undefined,
): Predicted<UnitState> {
  if (now === undefined) return undefined;
  const before = now.exists ? now : newUnit(unit);
  const known = changed(before, typeByDropIns(unit, tree) ?? {}, {});
  switch (verb) {
    case 'start':
    case 'restart':
    case 'reload-or-restart':
      return noBlock ? changed(known, running, { active: true }) : started(known, `${verb} ${unit}`);
    case 'reload':
      return known;
    case 'stop':
      return changed(known, stopped, { active: false });
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
      return uncertain(
        (['disabled', 'enabled', 'static'] as const).map((state) =>
          changed(
            known,
            { LoadState: 'loaded', UnitFileState: state },
            { masked: false, enabled: state !== 'disabled' },
          ),
        ),
        `${verb} ${unit}`,
      );
  }
}

/** What a unit said before it could not start: systemctl itself only says where that stands. */
const logTail = 10;

/** The last lines of the unit's log, on stdout, when the command before failed. */
function orItsLog(command: ShellText, { verb, unit, scope }: UnitAct): ShellText {
  if (!/start|reload/.test(verb) || scope === 'global') return command;
  const log = sh`journalctl ${scopeFlags(scope)} --quiet --no-pager --output=cat --lines=${logTail} --unit=${unit}`;
  return sh`${command} || { rc=$?; ${log} 2>/dev/null; exit $rc; }`;
}

function whyNot(stderr: string, log: string): string {
  return log === '' ? stderr : `${stderr}\nits log ends with\n${log}`;
}

export const unitActKind: StepKind<UnitAct, void> = {
  name: 'unit',
  target: 'host',
  perform: (act) => {
    const { verb, unit, scope, force, noBlock } = act;
    const flags = [...scopeFlags(scope), ...(force ? ['--force'] : []), ...(noBlock ? ['--no-block'] : [])];
    return { script: orItsLog(sh`systemctl ${[...flags, verb]} -- ${unit}`, act).text };
  },
  parse: ({ rc, stdout, stderr }, { verb, unit }) =>
    rc === 0
      ? undefined
      : {
          failed: `Cannot ${verb} ${unit}: ${whyNot(stderr.toString('utf8').trim(), stdout.toString('utf8').trim())}`,
        },
  needs: (act) => {
    const { verb, unit, scope, force } = act;
    const known = scope === 'system' ? [unitFilesTold(act)] : [];
    // A mask is a link in the place of the unit's file.
    if (verb === 'mask' && scope === 'system' && force !== true)
      return [noFileAt(`/etc/systemd/system/${unit}`), ...known];
    return [...(begins.has(verb) ? [notMasked({ unit, scope }, verb)] : []), ...known];
  },
  mayFail: ({ verb, unit }) => (/start|reload/.test(verb) ? `whether ${unit} can ${verb}` : undefined),
  describe: ({ verb, unit }) => `${verb} ${unit}`,
  effects: [
    ...files,
    linksOfUnits,
    treeOfUnits,
    effect(unitKind, {
      // A unit may pull others along, so the state of any of them may be another afterwards.
      touches: () => true,
      predict: (act, question, before, known?: KnownTree) =>
        isSameUnit(act, question, known)
          ? withName(question, before, after(act, before, known))
          : otherAfter(act, question, before, known, {
              start: (unit) =>
                started(
                  changed(unit, typeByDropIns(question.unit, known) ?? {}, {}),
                  `${act.verb} ${act.unit}`,
                ),
              stop: (unit) => changed(unit, stopped, { active: false }),
            }),
    }),
    effect(unitAgeKind, {
      touches: () => true,
      predict: (act, question, before, known?: KnownTree) => {
        if (isSameUnit(act, question, known)) return ageAfter(act.verb, before);
        if (isOnLinks(act.verb) || act.verb === 'stop' || !mayBeYounger(act, question.unit, known))
          return before;
        const fresh = { needsRestart: false, needsReload: false };
        return before && uncertain([before, fresh], `${act.verb} ${act.unit}`);
      },
    }),
  ],
};

function ageAfter(verb: UnitVerb, before: UnitAge | undefined): UnitAge | undefined {
  if (verb === 'reload') return before && { ...before, needsReload: false };
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
    effect(unitKind, {
      touches: () => true,
      predict: (_, __, before) => before && reloaded(before),
    }),
    effect(unitTreeKind, { touches: () => true, predict: (_, __, tree) => tree && allRead(tree) }),
  ],
};

export function daemonReload(args: DaemonReload): Step<void> {
  return step(daemonReloadKind, args);
}
