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
  whenUnmasked,
  type KnownTree,
} from './unit_moves.ts';
import { scopeFlags, unitKind, unitState, type UnitQuestion, type UnitState } from './unit_state.ts';
import { boundToEnding, mayStillRun } from './unit_bonds.ts';
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

/** By the suffix of the unit, where it is no service. */
const subStates: Readonly<Record<string, string>> = {
  ...{ target: 'active', slice: 'active', swap: 'active', mount: 'mounted' },
  ...{ timer: 'waiting', path: 'waiting', socket: 'listening' },
};

/** What a unit that runs to its end and goes is like after it was started hangs on when one looks. */
function started(
  unit: string,
  before: UnitState,
  waitsFor: string,
  known: KnownTree | undefined,
): Predicted<UnitState> {
  const { Type, RemainAfterExit } = before.properties;
  const isOver = Type === 'oneshot' && RemainAfterExit === 'yes';
  const suffix = unit.slice(unit.lastIndexOf('.') + 1);
  const SubState = isOver ? 'exited' : (subStates[suffix] ?? running.SubState);
  const active = changed(before, { ...running, SubState }, { active: true });
  const ended = changed(before, stopped, { active: false });
  const relations = known && UnitRelations.of(known.tree);
  if (relations && boundToEnding(relations, unit)) return uncertain([active, ended], waitsFor);
  if (Type !== '' && (Type !== 'oneshot' || isOver)) return active;
  // systemctl waits until the program of such a unit has ended.
  return Type === 'oneshot' && RemainAfterExit === 'no' && relations?.isUpheld(unit) !== true
    ? ended
    : uncertain([active, ended], waitsFor);
}

/** A unit that another one's start has started as well. */
function pulledAlong(
  act: UnitAct,
  { unit }: UnitQuestion,
  before: UnitState,
  known: KnownTree | undefined,
): Predicted<UnitState> {
  const waitsFor = `${act.verb} ${act.unit}`;
  const so = started(unit, before, waitsFor, known);
  if (!known || so === undefined || !mayStillRun(UnitRelations.of(known.tree), act.unit, unit)) return so;
  const runs = changed(before, { ActiveState: 'activating', SubState: 'start' }, { active: true });
  return uncertain([...('uncertain' in so ? so.uncertain : [so]), runs], waitsFor);
}

/** One that another unit upholds may be back already. */
function stoppedBy(
  unit: string,
  before: UnitState,
  waitsFor: string,
  known: KnownTree | undefined,
): Predicted<UnitState> {
  const over = changed(before, stopped, { active: false });
  const isUpheld = known !== undefined && UnitRelations.of(known.tree).isUpheld(unit);
  return isUpheld ? uncertain([over, changed(before, running, { active: true })], waitsFor) : over;
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

function whyNotStarted(relations: UnitRelations, unit: string): string | undefined {
  const bond = boundToEnding(relations, unit);
  return (
    relations.whyNot(unit) ??
    (bond?.fails === 'surely'
      ? `it is bound to ${bond.to}, which is over when its program has ended`
      : undefined)
  );
}

/** What unit files say of each other is asked along, for what the act does to other units. */
function unitFilesTold({ verb, unit }: UnitAct): Need {
  return {
    probe: unitTree(),
    unmet: (tree: UnitTree) => {
      const why = /start$/.test(verb) ? whyNotStarted(UnitRelations.of(tree), unit) : undefined;
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

function withoutMask(before: UnitState, state: string, type: Record<string, string>): UnitState {
  const enabled = state === 'enabled' || state === 'static';
  const said = { LoadState: 'loaded', UnitFileState: state, ...type };
  return changed(before, said, { masked: false, enabled });
}

function unmasked(act: UnitAct, before: UnitState, known: KnownTree | undefined): Predicted<UnitState> {
  const told = known && act.scope === 'system' ? whenUnmasked(act, known.tree) : undefined;
  if (told?.state === 'none' && !before.active) {
    const gone = { LoadState: 'not-found', UnitFileState: '', FragmentPath: '' };
    return { ...changed(before, gone, { masked: false, enabled: false }), exists: false };
  }
  if (told !== undefined && told.state !== 'none') return withoutMask(before, told.state, told.type);
  const possible = ['disabled', 'enabled', 'static'].map((one) => withoutMask(before, one, {}));
  return uncertain(possible, `${act.verb} ${act.unit}`);
}

function after(act: UnitAct, now: UnitState | undefined, tree: KnownTree | undefined): Predicted<UnitState> {
  const { verb, unit, noBlock } = act;
  if (now === undefined) return undefined;
  const before = now.exists ? now : newUnit(unit);
  const known = changed(before, typeByDropIns(unit, tree) ?? {}, {});
  switch (verb) {
    case 'start':
    case 'restart':
    case 'reload-or-restart':
      return noBlock
        ? changed(known, running, { active: true })
        : started(unit, known, `${verb} ${unit}`, tree);
    case 'reload':
      return known;
    case 'stop':
      return stoppedBy(unit, known, `${verb} ${unit}`, tree);
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
      return unmasked(act, known, tree);
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
    return [...(begins.has(verb) || verb === 'reload' ? [notMasked({ unit, scope }, verb)] : []), ...known];
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
                pulledAlong(
                  act,
                  question,
                  changed(unit, typeByDropIns(question.unit, known) ?? {}, {}),
                  known,
                ),
              stop: (unit) => stoppedBy(question.unit, unit, `${act.verb} ${act.unit}`, known),
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
