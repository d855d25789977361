// site.yml stopped again and again while it builds: between two tasks, as by Ctrl-C, and by kill -9 within a step. There
// are two rounds of nine cuts, early to late, each on fresh hosts: a run goes on from what the last one left, and one
// without a cut converges to the cluster that a run without a stop makes. `SEED=n` chooses other places;
// `BOUNDARIES=each` makes every cut a round of its own; `BOUNDARIES=all` stops before every task of site.yml in turn.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { runProgram } from '../../lab/run_program.ts';
import { assertUnchanged, failures, timed, useCluster, type TestCluster } from '../support/cluster.ts';
import { describeCluster } from '../support/cluster_state.ts';
import type { Cut, CutReport } from '../support/cut_run.ts';
import { differences } from '../support/differences.ts';
import { whyNoLab } from '../support/lab.ts';
import { Random } from '../support/random.ts';
import { describe } from '../support/suite.ts';
import { uninterrupted } from './uninterrupted.ts';

const root = path.resolve(import.meta.dirname, '../..');
const seed = Number(process.env['SEED'] ?? 1);
const boundaries = process.env['BOUNDARIES'] ?? 'rounds';
if (!['rounds', 'each', 'all'].includes(boundaries)) throw new Error('BOUNDARIES is each or all');
const everyone = [
  ...['localhost', 'gateway-1', 'lb-1', 'controller-1', 'controller-2', 'controller-3'],
  ...['worker-1', 'worker-2'],
];

/** site.yml begins more tasks than this in the lab, so each cut has something to cut. */
const tasksInSite = 150;

function seededCuts(): Cut[] {
  const random = new Random(seed);
  const task = (): number => 1 + random.below(tasksInSite);
  const stopped = new Set<number>();
  while (stopped.size < 12) stopped.add(task());
  const stops = [...stopped].map((before): [number, Cut] => [before, { kind: 'stop', before }]);
  const kills = Array.from({ length: 6 }, (): [number, Cut] => {
    const place = task();
    return [place, { kind: 'kill', task: place, delay: random.below(60) }];
  });
  return [...stops, ...kills].sort(([a], [b]) => a - b).map(([, cut]) => cut);
}

/** Runs site.yml with a cut; tells of each run when it ends, and checks that it was cut there and ended as it should. */
async function runWith(cluster: TestCluster, cut: Cut): Promise<CutReport[]> {
  const program = [process.execPath, '--import', 'tsx', path.join(root, 'test/support/cut_run.ts')];
  const site = [path.join(root, 'playbooks/site.yml'), '-i', cluster.lab.inventoryFile];
  const reports: CutReport[] = [];
  let text = '';
  const { code, stderr } = await runProgram([...program, JSON.stringify(cut), ...site], {
    cwd: root,
    onOutput: (piece) => {
      const lines = `${text}${piece}`.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines.filter((each) => each.startsWith('{'))) {
        const report = JSON.parse(line) as CutReport;
        reports.push(report);
        console.log(`  ${told(cut, report)}`);
      }
    },
  });
  assert.equal(
    reports.flatMap((report) => report.failures),
    [],
  );
  assert.equal(
    reports.flatMap((report) => report.begunAfter),
    [],
  );
  const last = reports.at(-1);
  assert.ok(last !== undefined, `no report; ended with ${code ?? 'a signal'}: ${stderr}`);
  // A signal has no code.
  assert.is(code, last.at === undefined ? 0 : cut.kind === 'kill' ? null : 130, stderr);
  return reports;
}

function cutsText(cuts: readonly Cut[]): string {
  const kills = cuts.filter(({ kind }) => kind === 'kill').length;
  return `${cuts.length - kills} stops between tasks and ${kills} kills within steps`;
}

function told(cut: Cut, { tasks, at, underWay }: CutReport): string {
  if (at === undefined) return `ended whole after ${tasks} tasks`;
  if (cut.kind !== 'kill') return `stopped before task ${tasks}: ${at}`;
  return `killed in task ${tasks}, ${cut.delay} ms after a step began: ${underWay.join('; ')}`;
}

/** From blank hosts; each round goes through all of site.yml, so it has early, middle and late cuts. */
function rounds(): Cut[][] {
  const cuts = seededCuts();
  const count = boundaries === 'each' ? cuts.length : 2;
  return Array.from({ length: count }, (_, round) => cuts.filter((_cut, index) => index % count === round));
}

/** The next run ends well, the one after it changes nothing, its tests pass, and it is that cluster. */
async function assertConverges(cluster: TestCluster, whole: readonly string[]): Promise<void> {
  const last = await cluster.play('site.yml');
  assert.is(last.code, 0, failures(last));
  assertUnchanged(await cluster.play('site.yml'), everyone);
  const smoke = await cluster.play('smoke.yml');
  assert.is(smoke.code, 0, failures(smoke));
  assert.ok(whole.length > 10_000);
  let found = differences(whole, await describeCluster(cluster));
  // Controllers clean up after the tests at their own pace.
  for (let tries = 0; found.length > 0 && tries < 5; tries += 1) {
    await sleep(5000);
    found = differences(whole, await describeCluster(cluster));
  }
  assert.equal(found, []);
}

/** Hosts of its own, blank at the beginning and gone at the end. */
async function onFreshHosts(use: (cluster: TestCluster) => Promise<void>): Promise<void> {
  const cluster = await useCluster();
  try {
    await use(cluster);
  } finally {
    await cluster.lab.release();
  }
}

const converges =
  'the next run ends well, the one after it changes nothing, and it is the cluster of a run without a stop: files, units, network and objects';

describe(
  `site.yml stopped while it builds (${boundaries === 'all' ? 'before every task' : `seed ${seed}`})`,
  ({ test, setup }) => {
    let whole: readonly string[];
    setup(async () => {
      whole = await uninterrupted();
    });

    if (boundaries === 'all')
      test(`a stop before each task: ${converges}`, () =>
        onFreshHosts(async (cluster) => {
          const reports = await runWith(cluster, { kind: 'stop-everywhere' });
          assert.ok(reports.length > tasksInSite, `site.yml has ${reports.length} tasks only`);
          assert.is(reports.at(-1)?.at, undefined);
          assert.equal(
            reports.slice(0, -1).map(({ tasks }) => tasks),
            reports.slice(1).map((_, index) => index + 1),
          );
          await assertConverges(cluster, whole);
        }));
    else
      for (const [index, cuts] of rounds().entries())
        test(`round ${index + 1}, ${cutsText(cuts)}: ${converges}`, () =>
          timed(`round ${index + 1}`, () =>
            onFreshHosts(async (cluster) => {
              for (const cut of cuts) {
                const [report] = await runWith(cluster, cut);
                assert.ok(report?.at !== undefined, 'the run came to its end before it was cut');
                if (cut.kind === 'kill') assert.ok(report.underWay.length > 0);
              }
              await assertConverges(cluster, whole);
            }),
          ));
  },
  { unless: await whyNoLab() },
);
