// What has to be done to a unit for a wish, in order: masked, enabled, then its state.
import type { Step } from '../../engine/module/contract.ts';
import { unitAct, type UnitVerb } from '../../engine/module/vocabulary/unit_acts.ts';
import type { UnitAge } from '../../engine/module/vocabulary/unit_age.ts';
import {
  scopeFlags,
  unitName,
  type UnitQuestion,
  type UnitState,
} from '../../engine/module/vocabulary/unit_state.ts';
import { unitTexts, waitActive, type TextWish } from './unit_texts.ts';

interface UnitWish extends TextWish {
  readonly name?: string | undefined;
  readonly state: 'started' | 'stopped' | 'restarted' | 'reloaded' | undefined;
  readonly enabled: boolean | undefined;
  readonly masked: boolean | undefined;
  readonly scope: UnitQuestion['scope'];
  readonly force: boolean;
  readonly no_block: boolean;
  readonly stale_after: readonly string[] | undefined;
}

/** Files that a restart or reload is due for; undefined when it is asked for each time. */
export function watchedFiles(wish: UnitWish): readonly string[] | undefined {
  const own = unitTexts(wish).map(({ path }) => path);
  return wish.stale_after === undefined && own.length === 0
    ? undefined
    : [...(wish.stale_after ?? []), ...own];
}

/** Whether a restart or reload is to be done now. */
function isDue(wish: UnitWish, { unit, age, isWritten }: Look): boolean {
  if (watchedFiles(wish) === undefined) return true;
  if (!unit.active) return wish.stale_after === undefined;
  // A process that systemd began again by itself is newer than a unit file that systemd has not read yet.
  const isOlder = age?.[wish.state === 'reloaded' ? 'needsReload' : 'needsRestart'] === true;
  return isOlder || isWritten || unit.needsReload;
}

/** The unit as it is, and whether its texts are about to change. */
interface Look {
  readonly unit: UnitState;
  readonly age: UnitAge | undefined;
  readonly isWritten: boolean;
}

export function unitSteps(wish: UnitWish, name: string, look: Look): Step[] {
  const { unit } = look;
  const { scope, force, no_block: noBlock } = wish;
  const act = (verb: UnitVerb): Step => unitAct({ unit: unitName(name), scope, verb, force, noBlock });
  const steps: Step[] = [];
  if (wish.masked !== undefined && wish.masked !== unit.masked)
    steps.push(act(wish.masked ? 'mask' : 'unmask'));
  if (wish.enabled !== undefined && wish.enabled !== unit.enabled)
    steps.push(act(wish.enabled ? 'enable' : 'disable'));
  if (wish.state === 'started' && !unit.active) steps.push(act('start'));
  if (wish.state === 'stopped' && unit.active) steps.push(act('stop'));
  if (!isDue(wish, look)) return steps;
  if (wish.state === 'restarted') steps.push(act('restart'));
  // A unit that does not run cannot reload: it is started, as in Ansible.
  if (wish.state === 'reloaded') steps.push(act(unit.active ? 'reload' : 'start'));
  return steps;
}

export function waits(wish: UnitWish, name: string, unit: UnitState, acts: readonly Step[]): Step[] {
  const { wait_active: seconds, scope, state = 'stopped' } = wish;
  const isUp = acts.length === 0 && unit.properties['ActiveState'] === 'active';
  return seconds === undefined || state === 'stopped' || isUp
    ? []
    : [waitActive({ unit: unitName(name), scope: scopeFlags(scope), seconds })];
}
