// Tests of a cluster that is up: whatever is disturbed on it is mended by the task that keeps it, and by no other.
import * as assert from 'uvu/assert';
import { mustRun } from '../../lab/run_program.ts';
import type { Ran } from '../support/hardway.ts';
import { assertUnchanged, changedTasks, failures, timed, type TestCluster } from '../support/cluster.ts';
import type { Tests } from '../support/suite.ts';
import { changesFor, keptBy, packRounds, type Disturbance } from './disturbance.ts';
import { allDisturbances, disturbances } from './disturbances.ts';
import { clientAlone } from './disturbances_control.ts';
import { lostMember } from './disturbances_controllers.ts';
import { keepsNothing, readingModules } from './keeps_nothing.ts';

const rounds = packRounds(disturbances);

/** Undoes what they name: at the operator in their order, then on all hosts at once, each host by one call. */
async function disturb(cluster: TestCluster, list: readonly Disturbance[]): Promise<void> {
  const script = (where: string): string =>
    ['set -e', ...list.filter((one) => one.where === where).map(({ command }) => `(${command})`)].join('\n');
  await mustRun(['sh', '-c', script('control')], { cwd: cluster.folder });
  const hosts = new Set(list.map(({ where }) => where).filter((where) => where !== 'control'));
  await Promise.all([...hosts].map((host) => cluster.on(host, script(host))));
}

function assertMended(ran: Ran, list: readonly Disturbance[], besides: readonly string[] = []): void {
  assert.is(ran.code, 0, failures(ran));
  assert.equal(changedTasks(ran), [...new Set([...list.flatMap(changesFor), ...besides])].sort());
}

const isOfWorkerRole = ({ mendedBy }: Disturbance): boolean =>
  /^worker-\d (worker|cluster) : /.test(mendedBy);
const isOn = (host: string, { mendedBy }: Disturbance): boolean => mendedBy.startsWith(`${host} `);

interface SeenTask {
  readonly name: string;
  readonly module: string;
  readonly statuses: ReadonlySet<string>;
}

/** The tasks of a run by `role : name`, without the checks of role arguments, which compare variables alone. */
function tasksOf(ran: Ran): SeenTask[] {
  const seen = new Map<string, { name: string; module: string; statuses: Set<string> }>();
  for (const { type, task, result } of ran.events) {
    if (type !== 'result' || !task || task.module === 'validate_argument_spec') continue;
    const name = `${task.role === null ? '' : `${task.role} : `}${task.name}`;
    const one = seen.get(name) ?? { name, module: task.module, statuses: new Set() };
    one.statuses.add(result?.status ?? '');
    seen.set(name, one);
  }
  return [...seen.values()];
}

/** Whether the reason given for a task still holds by what the run tells of it. */
function isTrue({ name, module, statuses }: SeenTask): boolean {
  const how = keepsNothing[name]?.how;
  if (how === 'skipped') return [...statuses].every((status) => status === 'skipped');
  return how === 'reads' ? readingModules.includes(module) : ['uri', 'k8s_node'].includes(module);
}

export function disturbedTests(
  { test }: Pick<Tests, 'test'>,
  of: () => TestCluster,
  everyone: string[],
): void {
  const [first = [], ...others] = rounds;
  let last: Ran | undefined;

  test('tags and limit mend one worker and leave the other as it is; a run of the rest mends it all (S0-50)', async () => {
    const cluster = of();
    const ofWorkers = first.filter(isOfWorkerRole);
    await disturb(cluster, ofWorkers);
    const own = ofWorkers.filter((one) => isOn('worker-1', one));
    const part = await timed('one worker mended', () =>
      cluster.play('site.yml', '--tags', 'worker', '--limit', 'worker-1'),
    );
    assertMended(part, own);
    assert.equal(Object.keys(part.recap), ['worker-1']);
    assert.equal([...new Set(tasksOf(part).map(({ name }) => name.split(' : ')[0]))].sort(), [
      'cluster',
      'preflight',
      'worker',
    ]);
    await disturb(
      cluster,
      first.filter((one) => !ofWorkers.includes(one)),
    );
    const mended = await timed('all mended', () => cluster.play('site.yml'));
    assertMended(
      mended,
      first.filter((one) => !own.includes(one)),
    );
  });

  test('whatever is disturbed is mended by the task that keeps it, and by no other (S0-50)', async () => {
    const cluster = of();
    for (const round of others) {
      await disturb(cluster, round);
      assertMended(await timed('mended', () => cluster.play('site.yml')), round);
    }
  });

  test('a kubeconfig that another role keeps too is mended by the client role when it runs alone', async () => {
    await disturb(of(), [clientAlone]);
    assertMended(await of().play('site.yml', '--tags', 'client'), [clientAlone]);
  });

  test('an etcd member that lost its disk and left the cluster comes back (S1-23, S2-12)', async () => {
    const cluster = of();
    await disturb(cluster, [lostMember]);
    const told = ['--tags', 'etcd', '--limit', 'controller-3', '-e', 'etcd_cluster_state=existing'];
    assertMended(await timed('member back', () => cluster.play('site.yml', ...told)), [lostMember]);
    const unit = [
      'controller-3 etcd : Unit',
      'controller-3 etcd : Restarted after a change, one member at a time',
    ];
    assertMended(await cluster.play('site.yml', '--tags', 'etcd'), [], unit);
  });

  test('after all that nothing changes any more, and the cluster passes its tests', async () => {
    last = await timed('again', () => of().play('site.yml'));
    assertUnchanged(last, everyone);
    const smoke = await timed('smoke', () => of().play('smoke.yml'));
    assert.is(smoke.code, 0, failures(smoke));
  });

  test('each task of site.yml keeps something that was disturbed, or has a reason that holds to keep nothing', () => {
    assert.ok(last, 'there was no run of site.yml');
    const tasks = tasksOf(last);
    const kept = allDisturbances.map(keptBy);
    const known = new Set([...kept, ...Object.keys(keepsNothing)]);
    const names = new Set(tasks.map(({ name }) => name));
    assert.equal(
      [...names].filter((name) => !known.has(name)),
      [],
      'tasks without an entry',
    );
    assert.equal(
      [...known].filter((name) => !names.has(name)),
      [],
      'entries without a task',
    );
    assert.equal(
      kept.filter((name) => name in keepsNothing),
      [],
      'tasks with both',
    );
    const reasoned = tasks.filter(({ name }) => name in keepsNothing);
    assert.equal(
      reasoned.filter((task) => !isTrue(task)).map(({ name }) => name),
      [],
      'reasons that do not hold',
    );
  });
}
