// site.yml stopped again and again while it builds: by Ctrl-C at the beginning of a task, and by kill -9 in the middle of
// one. Each run goes on from what the last one left, and the last converges to the same cluster. `SEED=n` chooses other
// moments; the moments are printed.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as assert from 'uvu/assert';
import { assertUnchanged, failures, useCluster, type TestCluster } from '../support/cluster.ts';
import { whyNoLab } from '../support/lab.ts';
import { describe } from '../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../..');
const seed = Number(process.env['SEED'] ?? 1);
const everyone = [
  ...['localhost', 'gateway-1', 'lb-1', 'controller-1', 'controller-2', 'controller-3'],
  ...['worker-1', 'worker-2'],
];

interface Moment {
  /** The number of the task of the run, from 1. */
  readonly task: number;
  readonly signal: 'SIGINT' | 'SIGKILL';
  /** After the task began, in ms. */
  readonly delay: number;
}

/** Numbers from 0 up to a limit, the same for the same seed (a linear congruential generator, Numerical Recipes). */
function numbers(start: number): (limit: number) => number {
  let state = start >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** How many tasks site.yml begins in the lab is about this; a moment behind the last task lets the run end. */
const tasksInSite = 115;

function moments(): Moment[] {
  const next = numbers(seed);
  const stops = Array.from({ length: 12 }, () => ({
    task: 1 + next(tasksInSite),
    signal: 'SIGINT' as const,
    delay: 0,
  }));
  const kills = Array.from({ length: 6 }, () => ({
    task: 1 + next(tasksInSite),
    signal: 'SIGKILL' as const,
    delay: next(400),
  }));
  return [...stops, ...kills].sort((a, b) => a.task - b.task);
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  /** Tasks begun. */
  readonly tasks: number;
}

/** Runs site.yml and sends the signal when its moment has come. */
function runUntil(cluster: TestCluster, moment: Moment): Promise<Ended> {
  const args = [
    'playbook',
    path.join(root, 'playbooks/site.yml'),
    '-i',
    cluster.lab.inventoryFile,
    '--output',
    'json',
  ];
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'engine/main.ts'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let tasks = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{"type":"task-start"')) return;
    tasks += 1;
    if (tasks === moment.task) setTimeout(() => child.kill(moment.signal), moment.delay);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, tasks }));
  });
}

describe(
  `site.yml stopped while it builds (seed ${seed})`,
  ({ test, setup, teardown }) => {
    let cluster: TestCluster;
    setup(async () => {
      cluster = await useCluster();
    });
    teardown(() => cluster.lab.release());

    test('each stop leaves what the next run goes on from', async () => {
      for (const moment of moments()) {
        const ended = await runUntil(cluster, moment);
        console.log(
          `  ${moment.signal} at task ${moment.task} + ${moment.delay} ms: ended with ${ended.signal ?? ended.code ?? '?'} after ${ended.tasks} tasks`,
        );
        const isCut = moment.signal === 'SIGKILL' ? ended.signal === 'SIGKILL' : ended.code === 130;
        const isOver = ended.code === 0 && ended.tasks <= moment.task;
        assert.ok(
          isCut || isOver,
          `a run to be cut at task ${moment.task} ended with ${ended.code ?? 'a signal'}`,
        );
      }
    });

    test('the next run ends well, the one after it changes nothing, and the cluster passes its tests', async () => {
      const last = await cluster.play('site.yml');
      assert.is(last.code, 0, failures(last));
      assertUnchanged(await cluster.play('site.yml'), everyone);
      const smoke = await cluster.play('smoke.yml');
      assert.is(smoke.code, 0, failures(smoke));
    });
  },
  { unless: await whyNoLab() },
);
