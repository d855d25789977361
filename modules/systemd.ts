// Keeps a systemd unit running or stopped, enabled or masked; and its text, where a task gives it (shared/unit_texts.ts).
import type { Step } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, dict, list, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { daemonReload } from '../engine/module/vocabulary/unit_acts.ts';
import { unitAge, unitAgeKind, type UnitAge } from '../engine/module/vocabulary/unit_age.ts';
import { unitKind, unitName, unitState, type UnitState } from '../engine/module/vocabulary/unit_state.ts';
import { servicesKind } from '../engine/module/vocabulary/services.ts';
import { unitTreeKind } from '../engine/module/vocabulary/unit_tree.ts';
import { unitSteps, waits, watchedFiles } from './shared/unit_steps.ts';
import { askTexts, execChanged, planTexts, textParams, type SeenTexts } from './shared/unit_texts.ts';

const params = {
  name: optional(str({ aliases: ['service', 'unit'], doc: 'The unit; without a suffix it is a service.' })),
  state: optional(oneOf('started', 'stopped', 'restarted', 'reloaded')),
  enabled: optional(bool({ doc: 'Start it at boot.' })),
  masked: optional(bool({ doc: 'Make it impossible to start.' })),
  daemon_reload: optional(
    bool({ aliases: ['daemon-reload'], doc: 'Let systemd read its unit files again first.' }),
    false,
  ),
  daemon_reexec: optional(bool({ aliases: ['daemon-reexec'] }), false),
  scope: optional(oneOf('system', 'user', 'global'), 'system'),
  no_block: optional(bool({ doc: 'Do not wait until the unit is up.' }), false),
  stale_after: optional(
    list(path(), {
      doc: 'With restarted or reloaded: only when the unit runs and one of these files changed since it began, or since its last reload. Needs no handler, so nothing is lost when a run is cut.',
    }),
  ),
  force: optional(bool({ doc: 'Replace links that stand in the way.' }), false),
  ...textParams,
};

type Wish = Parameters<typeof params>;

interface Seen extends SeenTexts {
  readonly unit?: UnitState;
  readonly age?: UnitAge | undefined;
}

/** A unit that is not there is as good as stopped and disabled, but cannot be started or enabled. */
function missingUnit(wish: Wish, unit: UnitState): string | undefined {
  if (unit.exists || wish.content !== undefined) return undefined;
  const isFine = (wish.state === undefined || wish.state === 'stopped' || wish.stale_after) && !wish.enabled;
  return isFine ? undefined : `Could not find the requested service ${wish.name ?? ''}`;
}

/** Enabled units are links of whatever name, masked ones have one in the place of their file. */
function reachedFiles({ name, content, dropins, enabled, masked }: Partial<Wish>): string[] {
  const folder = '/etc/systemd/system';
  // Of a task that never came to its module nothing is known, not the name either.
  if (name === undefined || (content ?? dropins ?? enabled) !== undefined) return [folder];
  return masked === undefined ? [] : [`${folder}/${unitName(name)}`];
}

const notOfUsers = 'content and dropins are kept for units of the system only';

export const systemd = defineModule({
  name: 'systemd',
  fullNames: ['ansible.builtin.systemd', 'ansible.builtin.systemd_service', 'systemd_service'],
  summary: 'Keep a systemd unit in the wanted state',
  reach: (wish) => ({
    files: reachedFiles(wish),
    answers: [unitKind, unitAgeKind, unitTreeKind, servicesKind],
  }),
  params,
  constraints: {
    requiredOneOf: [['name', 'state', 'enabled', 'masked', 'daemon_reload', 'daemon_reexec']],
    requiredBy: Object.fromEntries(
      ['state', 'enabled', 'masked', 'content', 'dropins', 'wait_active'].map((word) => [word, ['name']]),
    ),
  },
  returns: {
    name: str(),
    state: str(),
    enabled: bool(),
    exec_changed: bool({ doc: 'With content or dropins: the programs that the unit runs are others now' }),
    status: dict({ doc: 'Properties by systemd’s names: ActiveState, SubState, UnitFileState …' }),
  },
  seen: answers<Seen>(),
  probes: (wish) => {
    if (wish.name === undefined) return {};
    const unit = { unit: unitName(wish.name), scope: wish.scope };
    const files = watchedFiles(wish);
    return {
      ...askTexts(wish),
      unit: unitState(unit),
      ...(files ? { age: unitAge({ ...unit, files }) } : {}),
    };
  },
  plan: (wish, seen, context) => {
    const { scope, name } = wish;
    const { unit } = seen;
    const steps: Step[] = [];
    if (wish.daemon_reexec) steps.push(daemonReload({ scope, verb: 'daemon-reexec' }));
    if (wish.daemon_reload) steps.push(daemonReload({ scope, verb: 'daemon-reload' }));
    if (name === undefined || !unit) return { steps };
    const texts = planTexts(wish, seen, context.user);
    const isWritten = texts.steps.length > 0;
    const fail = isWritten && scope !== 'system' ? notOfUsers : missingUnit(wish, unit);
    if (fail !== undefined) return { steps: [], fail };
    const acts = unitSteps(wish, name, { unit, age: seen.age, isWritten });
    // What systemd has not read yet would be started in its old form.
    const isOld = isWritten || (unit.needsReload && acts.length > 0 && !wish.daemon_reload);
    const reload = isOld ? [daemonReload({ scope, verb: 'daemon-reload' })] : [];
    const { differences } = texts;
    return {
      steps: [...texts.steps, ...steps, ...reload, ...acts, ...waits(wish, name, unit, acts)],
      differences,
    };
  },
  result: (wish, { unit, age, ...seen }, _, after, { user }) => {
    const isWritten = planTexts(wish, seen, user).steps.length > 0;
    const { name } = wish;
    const isOther = execChanged(wish, seen);
    const isActed = unit && name !== undefined && unitSteps(wish, name, { unit, age, isWritten }).length > 0;
    return {
      // Reading unit files again changes nothing that anybody keeps.
      changed: isWritten || isActed === true,
      ...(name === undefined ? {} : { name }),
      ...(wish.state === undefined ? {} : { state: after.unit?.active ? 'started' : 'stopped' }),
      ...(wish.enabled === undefined ? {} : { enabled: after.unit?.enabled ?? false }),
      ...(isOther === undefined ? {} : { exec_changed: isOther }),
      status: after.unit?.properties ?? {},
    };
  },
});
