// What a module asks the engine to change of its own state: facts, variables, hosts, groups; and to pause.
import type { EngineEffects } from '../module/contract.ts';
import type { Place } from './attempt_request.ts';
import type { TaskResult } from './events.ts';
import { noteMaybeIn } from './membership.ts';
import { KeywordReader, type TaskJob } from './task_job.ts';
import { pause } from './pause.ts';
import { resultDict, withValues } from './result_values.ts';
import { unknownEffects } from './predict_module.ts';

/** `given` is what the module asks for. In doubt whether its task runs, variables are unknown and no more is done. */
export async function applyEffects(
  job: TaskJob,
  place: Place,
  given: EngineEffects,
  result: TaskResult,
): Promise<TaskResult> {
  const { doubt } = job;
  const effects = doubt === undefined ? given : { ...membershipOf(given), ...unknownEffects([given], doubt) };
  const { run } = job.playRun;
  const { variables, inventory } = run.services;
  const reader = new KeywordReader(job.task, (value, position) =>
    job.scope.evaluate(value, undefined, position),
  );
  const owners =
    reader.boolean('delegate_facts') === true
      ? [place.state.host]
      : [job.host, ...job.followers].map(({ host }) => host);
  for (const owner of owners) {
    if (effects.facts) variables.setFacts(owner, resultDict(effects.facts, run.secrets));
    if (effects.facts && job.info.module === 'gather_facts') variables.noteFactsGathered(owner);
    for (const [name, value] of resultDict(effects.hostVariables ?? {}, run.secrets))
      variables.setHostVariable(owner, String(name), value, { cacheable: effects.cacheable === true });
  }
  if (effects.addHost) {
    const { name, groups, vars } = effects.addHost;
    const isNew = !inventory.hosts.has(name);
    const added = inventory.addHost(name, resultDict(vars, run.secrets));
    if (doubt !== undefined) noteMaybeIn(run, added, isNew ? ['all', ...groups] : groups, doubt);
    for (const group of groups) addToGroup(job, name, group);
    return {
      ...withValues(result, { changed: isNew || result.status === 'changed' }),
      status: isNew ? 'changed' : result.status,
    };
  }
  let isJoining = false;
  for (const group of effects.addToGroups ?? []) {
    const known = inventory.groups.get(group);
    isJoining ||= !known || !inventory.hostsOf(known).includes(job.host.host);
    // All members of the group get its parents.
    const members = known ? inventory.hostsOf(known) : [];
    if (doubt !== undefined) {
      for (const host of members) noteMaybeIn(run, host, effects.parentGroups ?? [], doubt);
      noteMaybeIn(run, job.host.host, [group, ...(effects.parentGroups ?? [])], doubt);
    }
    addToGroup(job, job.host.name, group);
    for (const parent of effects.parentGroups ?? []) {
      const added = inventory.addChildGroup(parent, group);
      if (!added.ok) run.emit({ type: 'warning', problem: { ...added.problem, severity: 'warning' } });
    }
  }
  if (isJoining) return { ...withValues(result, { changed: true }), status: 'changed' };
  return effects.pause ? pause(job, effects.pause, result) : result;
}

/** In doubt a host takes part in the plays of its new groups, and all that is done there is in doubt. */
function membershipOf({ addHost, addToGroups, parentGroups }: EngineEffects): EngineEffects {
  return {
    ...(addHost ? { addHost } : {}),
    ...(addToGroups ? { addToGroups } : {}),
    ...(parentGroups ? { parentGroups } : {}),
  };
}

function addToGroup(job: TaskJob, host: string, group: string): void {
  const { inventory } = job.playRun.run.services;
  inventory.addGroup(group);
  inventory.addHostToGroup(host, group);
}
