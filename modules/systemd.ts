// Keeps a systemd unit running or stopped, enabled or masked. It writes no unit files: that is copy's and template's.
import type { PlanContext, Step } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, list, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { daemonReload, unitAct, type UnitVerb } from '../engine/module/vocabulary/unit_acts.ts';
import { unitAge, unitAgeKind, type UnitAge } from '../engine/module/vocabulary/unit_age.ts';
import { unitKind, unitName, unitState, type UnitState } from '../engine/module/vocabulary/unit_state.ts';

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
};

type Wish = Parameters<typeof params>;

interface Seen {
  readonly unit?: UnitState;
  readonly age?: UnitAge | undefined;
}

/** Whether a restart or reload is to be done now. */
function isDue(wish: Wish, unit: UnitState, age: UnitAge | undefined): boolean {
  if (wish.stale_after === undefined) return true;
  // A process that systemd began again by itself is newer than a unit file that systemd has not read yet.
  const isOlder = age?.[wish.state === 'reloaded' ? 'needsReload' : 'needsRestart'] === true;
  return unit.active && (isOlder || unit.needsReload);
}

function unitSteps(wish: Wish, name: string, { unit, age }: Seen & { readonly unit: UnitState }): Step[] {
  const { scope, force, no_block: noBlock } = wish;
  const act = (verb: UnitVerb): Step => unitAct({ unit: unitName(name), scope, verb, force, noBlock });
  const steps: Step[] = [];
  if (wish.masked !== undefined && wish.masked !== unit.masked)
    steps.push(act(wish.masked ? 'mask' : 'unmask'));
  if (wish.enabled !== undefined && wish.enabled !== unit.enabled)
    steps.push(act(wish.enabled ? 'enable' : 'disable'));
  if (wish.state === 'started' && !unit.active) steps.push(act('start'));
  if (wish.state === 'stopped' && unit.active) steps.push(act('stop'));
  if (!isDue(wish, unit, age)) return steps;
  if (wish.state === 'restarted') steps.push(act('restart'));
  // A unit that does not run cannot reload: it is started, as in Ansible.
  if (wish.state === 'reloaded') steps.push(act(unit.active ? 'reload' : 'start'));
  return steps;
}

/** A unit that is not there is as good as stopped and disabled, but cannot be started or enabled. */
function missingUnit(wish: Wish, unit: UnitState, { checkMode }: PlanContext): string | undefined {
  if (unit.exists || (wish.daemon_reload && checkMode)) return undefined;
  const isFine = (wish.state === undefined || wish.state === 'stopped' || wish.stale_after) && !wish.enabled;
  return isFine ? undefined : `Could not find the requested service ${wish.name ?? ''}`;
}

export const systemd = defineModule({
  name: 'systemd',
  fullNames: ['ansible.builtin.systemd', 'ansible.builtin.systemd_service', 'systemd_service'],
  summary: 'Keep a systemd unit in the wanted state',
  reach: () => ({ answers: [unitKind, unitAgeKind] }),
  params,
  constraints: {
    requiredOneOf: [['name', 'state', 'enabled', 'masked', 'daemon_reload', 'daemon_reexec']],
    requiredBy: { state: ['name'], enabled: ['name'], masked: ['name'] },
  },
  seen: answers<Seen>(),
  probes: ({ name, scope, stale_after: files }) => {
    if (name === undefined) return {};
    const unit = { unit: unitName(name), scope };
    return { unit: unitState(unit), ...(files ? { age: unitAge({ ...unit, files }) } : {}) };
  },
  plan: (wish, seen, context) => {
    const { scope, name } = wish;
    const { unit } = seen;
    const steps: Step[] = [];
    if (wish.daemon_reexec) steps.push(daemonReload({ scope, verb: 'daemon-reexec' }));
    if (wish.daemon_reload) steps.push(daemonReload({ scope, verb: 'daemon-reload' }));
    if (name === undefined || !unit) return { steps };
    const fail = missingUnit(wish, unit, context);
    if (fail !== undefined) return { steps: [], fail };
    const acts = unitSteps(wish, name, { ...seen, unit });
    // What systemd has not read yet would be started in its old form.
    const isOld = unit.needsReload && acts.length > 0 && !wish.daemon_reload;
    return { steps: [...steps, ...(isOld ? [daemonReload({ scope, verb: 'daemon-reload' })] : []), ...acts] };
  },
  result: (wish, { unit, age }, _, after) => ({
    // Reading unit files again changes nothing that anybody keeps.
    changed:
      unit !== undefined && wish.name !== undefined && unitSteps(wish, wish.name, { unit, age }).length > 0,
    ...(wish.name === undefined ? {} : { name: wish.name }),
    ...(wish.state === undefined ? {} : { state: after.unit?.active ? 'started' : 'stopped' }),
    ...(wish.enabled === undefined ? {} : { enabled: after.unit?.enabled ?? false }),
    status: after.unit?.properties ?? {},
  }),
});
