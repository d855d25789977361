// A play foretold, kept as a plan, and done under the plan's guard: as `--plan` and `apply`, without processes and files.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PlanCollector } from '../../engine/cli/plan/collect_plan.ts';
import { newKey, type SavedPlan } from '../../engine/cli/plan/plan_file.ts';
import { PlanGuard } from '../../engine/cli/plan/plan_guard.ts';
import { play, type Played, type PlayRequest } from './play_here.ts';

export interface Foretold {
  readonly plan: SavedPlan;
  readonly check: Played;
}

/** `file`: the playbook, a file of its own. */
export async function foretold(file: string, request: PlayRequest = {}): Promise<Foretold> {
  const [key, folder] = [newKey(), path.dirname(file)];
  const collector = new PlanCollector(key, folder);
  const check = await play('', {
    ...request,
    playbook: file,
    options: { ...request.options, checkMode: true, isPlanned: true },
    onEvent: collector.take,
  });
  const { hosts, hostKeys, tasks } = collector;
  const call = { arguments: [], extraVariables: 0, digest: '' };
  return {
    check,
    plan: { format: 'hardway-plan', version: 2, hardway: '', key, folder, hosts, hostKeys, tasks, ...call },
  };
}

export async function guarded(
  file: string,
  plan: SavedPlan,
  request: PlayRequest = {},
): Promise<{ readonly real: Played; readonly undone: readonly string[] }> {
  const guard = new PlanGuard(plan);
  const options = { ...request.options, isPlanned: true, guard: guard.refuses };
  const real = await play('', { ...request, playbook: file, options });
  return { real, undone: guard.undone(real.recap) };
}

/** A playbook of these tasks, `HERE` in them replaced by its folder. */
export async function inFolder(
  tasks: string,
  body: (folder: string, file: string) => Promise<void>,
): Promise<void> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hardway-guard-')));
  const file = path.join(folder, 'play.yml');
  const text = `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`;
  writeFileSync(file, text.replaceAll('HERE', folder));
  try {
    await body(folder, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
