// Check mode: add_host and group_by with a name that waits for what did not run. That something joins is told to later
// plays; who, or where, is not known.
import { bare, type Dict, isList, Unknown, type Value } from '../document/value.ts';
import { asText, asTextList } from './keywords.ts';
import { noteAnywhere, noteMaybeIn } from './membership.ts';
import type { TaskJob } from './task_job.ts';

function given(args: Dict, names: readonly string[]): Value | undefined {
  return names.map((name) => args.get(name)).find((value) => value !== undefined);
}

function groupNames(value: Value): string[] {
  const names = (asTextList(value) ?? []).flatMap((text) => text.split(','));
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

function isUnknown(value: Value | undefined): boolean {
  const inner = value === undefined ? undefined : bare(value);
  return inner instanceof Unknown || (inner !== undefined && isList(inner) && inner.some(isUnknown));
}

export function joinUnknown(job: TaskJob, args: Dict, waitsFor: string): void {
  const { run } = job.playRun;
  if (!run.options.checkMode) return;
  const { module } = job.task.action;
  if (module === 'group_by') noteAnywhere(run, job.host.host, waitsFor);
  if (module === 'add_host') addUnknown(job, args, waitsFor);
}

/** The task was not even evaluated. */
export function joinAnywhere(job: TaskJob, waitsFor: string): void {
  const unknown = new Unknown(waitsFor);
  joinUnknown(
    job,
    new Map([
      ['name', unknown],
      ['groups', unknown],
    ]),
    waitsFor,
  );
}

/** A host of unknown name has one here that says so. None of its tasks can be told. */
function addUnknown(job: TaskJob, args: Dict, waitsFor: string): void {
  const { run } = job.playRun;
  const { inventory } = run.services;
  const own = ['name', 'hostname', 'host'];
  const ownGroups = ['groups', 'group', 'groupname'];
  const name = given(args, own);
  const groups = given(args, ownGroups);
  const text = isUnknown(name) ? `a host of ${job.info.name}` : (asText(name ?? '') ?? '');
  const isNew = !inventory.hosts.has(text);
  const vars = [...args].filter(([key]) => ![...own, ...ownGroups].includes(String(key)));
  const host = inventory.addHost(text, new Map(vars));
  if (isNew && job.doubt !== undefined) noteMaybeIn(run, host, ['all'], job.doubt);
  const reaches = vars.some(([key, value]) => String(key).startsWith('ansible_') && isUnknown(value));
  if (isUnknown(name) || isUnknown(groups)) noteAnywhere(run, host, waitsFor);
  else if (reaches) run.hostState(host).blind ??= waitsFor;
  if (groups === undefined || isUnknown(groups)) return;
  for (const group of groupNames(groups)) {
    if (job.doubt !== undefined) noteMaybeIn(run, host, [group], job.doubt);
    inventory.addGroup(group);
    inventory.addHostToGroup(host.name, group);
  }
}
