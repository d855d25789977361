// A cluster of its own for a suite: built by `hardway start` as a process, looked at from outside of the engine.
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { labPlaces } from '../../lab/places.ts';
import { mustRun, runProgram, type Finished } from '../../lab/run_program.ts';
import { runPlaybookCommand, runPlaybookThrough, type Ran } from './hardway.ts';
import { useLab, type TestLab } from './lab.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface TestCluster {
  readonly lab: TestLab;
  /** Keys, kubeconfigs and kubectl of the operator. */
  readonly folder: string;
  /** `hardway start`, told to use this lab. */
  readonly start: (...argv: readonly string[]) => Promise<Finished>;
  /** A playbook of playbooks/ with the lab's inventory. */
  readonly play: (playbook: string, ...argv: readonly string[]) => Promise<Ran>;
  /** The same by a command that runs the one behind it. */
  readonly playThrough: (
    before: readonly string[],
    playbook: string,
    ...argv: readonly string[]
  ) => Promise<Ran>;
  /** A shell command on a host that has to succeed; gives what it printed. */
  readonly on: (host: string, command: string) => Promise<string>;
  readonly kubectl: (...argv: readonly string[]) => Promise<Finished>;
}

/** Boots the hosts and serves programs to them; nothing is built yet. */
export async function useCluster(topology = 'cluster'): Promise<TestCluster> {
  const lab = await useLab(topology);
  await hardway('lab', 'mirror', '--name', lab.name);
  const variables = path.join(path.dirname(labPlaces(lab.name).mirrorVariables), 'lab.yml');
  await copyFile(path.join(root, 'inventory/lab/group_vars/all.yml'), variables);
  const folder = path.join(path.dirname(lab.inventoryFile), 'cluster');
  const kubeconfig = path.join(folder, 'admin.kubeconfig');
  return {
    ...{ lab, folder },
    start: (...argv) => runProgram([...program, 'start', '--name', lab.name, ...argv], { cwd: root }),
    play: (playbook, ...argv) =>
      runPlaybookCommand(path.join(root, 'playbooks', playbook), '-i', lab.inventoryFile, ...argv),
    playThrough: (before, playbook, ...argv) =>
      runPlaybookThrough(before, path.join(root, 'playbooks', playbook), '-i', lab.inventoryFile, ...argv),
    on: (host, command) => mustRun(['ssh', '-F', lab.sshConfigFile, host, command]),
    kubectl: (...argv) => runProgram([path.join(folder, 'bin/kubectl'), '--kubeconfig', kubeconfig, ...argv]),
  };
}

const program = [process.execPath, '--import', 'tsx', path.join(root, 'engine/main.ts')];

async function hardway(...argv: readonly string[]): Promise<void> {
  await mustRun([...program, ...argv], { cwd: root });
}

/** Every host of the run ended with no change and no failure. */
export function assertUnchanged(ran: Ran, hosts: readonly string[]): void {
  assert.is(ran.code, 0, failures(ran));
  const counts = Object.entries(ran.recap).map(([host, { changed, failed, unreachable }]) => ({
    ...{ host, changed, failed, unreachable },
  }));
  const wanted = [...hosts].map((host) => ({ host, changed: 0, failed: 0, unreachable: 0 }));
  const byHost = (a: { host: string }, b: { host: string }): number => a.host.localeCompare(b.host);
  assert.equal(counts.sort(byHost), wanted.sort(byHost), changedTasks(ran).join('\n'));
}

/** `host role : task` of every result that says changed, sorted. */
export function changedTasks(ran: Ran): string[] {
  return resultsWith(ran, 'changed').sort();
}

/** What went wrong in a run, for the message of a failed assertion. */
export function failures(ran: Ran): string {
  return [...resultsWith(ran, 'failed'), ...resultsWith(ran, 'unreachable'), ran.stderr].join('\n');
}

function resultsWith(ran: Ran, status: string): string[] {
  return ran.events
    .filter(({ type, result }) => type === 'result' && result?.status === status)
    .map(({ host, task, result }) => {
      const role = typeof task?.role === 'string' ? `${task.role} : ` : '';
      return `${host ?? ''} ${role}${task?.name ?? ''}${status === 'changed' ? '' : ` ${result?.message ?? ''}`}`;
    });
}

/** Prints how long a step took; nothing is judged by it. */
export async function timed<T>(what: string, run: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await run();
  console.log(`${what}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return result;
}

/** Asks until the answer is the wanted one; a state that never comes fails with what was seen last. */
export async function eventually(what: string, seconds: number, look: () => Promise<boolean>): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    if (await look()) return;
    await sleep(1000);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

/** What a command printed, without empty lines. */
export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
