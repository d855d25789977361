// No task of site.yml may be without a disturbance in the cluster's tests, or a reason to keep nothing. The cluster's
// tests ask the same of a run; this asks the files, so that a new task is told of at once.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { isDict, isList, textOf, type Value } from '../../engine/document/value.ts';
import { parseYaml } from '../../engine/document/yaml.ts';
import { keptBy, packRounds } from '../cluster/disturbance.ts';
import { allDisturbances, disturbances } from '../cluster/disturbances.ts';
import { keepsNothing } from '../cluster/keeps_nothing.ts';
import { describe } from '../support/suite.ts';

const roles = path.resolve(import.meta.dirname, '../../roles');

/** Files that the lab's variables leave out; the tests of other variants run them. The last is for what has failed. */
const elsewhere = [
  'lb/tasks/nginx.yml',
  'controller/tasks/healthz_proxy.yml',
  'controller/tasks/healthz_proxy_off.yml',
  'gateway/tasks/wireguard.yml',
  'networking/tasks/routes_vpc.yml',
  'nlb/tasks/find.yml',
  'nlb/tasks/targets.yml',
  'cluster/tasks/why_not.yml',
];
/** Roles of other playbooks. */
const otherRoles = ['smoke', 'reset', 'infra', 'keep'];

/** Names of the tasks in a list, blocks opened; an import is its tasks, not one itself. */
function namesIn(list: Value): string[] {
  if (!isList(list)) return [];
  return list.filter(isDict).flatMap((task) => {
    const inner = ['block', 'rescue', 'always'].flatMap((part) => namesIn(task.get(part) ?? null));
    const isImport = ['import_tasks', 'import_role', 'block'].some((word) => task.get(word) !== undefined);
    return [...(isImport ? [] : [textOf(task.get('name') ?? null) ?? '']), ...inner];
  });
}

function tasksOfFiles(): string[] {
  const files = readdirSync(roles, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^[^/]+\/tasks\/.*\.yml$/.test(file),
  );
  return files
    .filter((file) => !elsewhere.includes(file) && !otherRoles.includes(file.split('/')[0] ?? ''))
    .flatMap((file) => {
      const tasks = parseYaml(readFileSync(path.join(roles, file), 'utf8'), file).documents[0] ?? null;
      return namesIn(tasks).map((name) => `${file.split('/')[0] ?? ''} : ${name}`);
    })
    .map((name) => name.replace('{{ lb_kind }}', 'haproxy').replace('{{ route_mode }}', 'host'));
}

describe('what the tasks of site.yml keep', ({ test }) => {
  test('each task is disturbed in the tests of the cluster, or has a reason to keep nothing, and not both', () => {
    const disturbed = new Set(allDisturbances.map(keptBy));
    const tasks = tasksOfFiles();
    assert.ok(tasks.length > 80, String(tasks.length));
    const without = tasks.filter((name) => !disturbed.has(name) && !(name in keepsNothing));
    assert.equal(without, [], 'add it to test/cluster/disturbances_*.ts or test/cluster/keeps_nothing.ts');
    const known = [...disturbed, ...Object.keys(keepsNothing)];
    assert.equal(
      known.filter((name) => !tasks.includes(name)),
      [],
      'no task has this name',
    );
    assert.equal(
      [...disturbed].filter((name) => name in keepsNothing),
      [],
      'is disturbed, so it keeps something',
    );
  });

  test('all is disturbed in three rounds, and in a round no result answers for two', () => {
    const rounds = packRounds(disturbances);
    assert.ok(rounds.length <= 3, `${rounds.length} rounds`);
    assert.is(rounds.flat().length, disturbances.length);
    for (const round of rounds) {
      const changes = round.flatMap(({ mendedBy, followedBy }) => [mendedBy, ...followedBy]);
      assert.is(new Set(changes).size, changes.length);
    }
  });

  test('what follows a mending is said to follow for a reason', () => {
    const unexplained = allDisturbances.filter(
      ({ followedBy, because }) => followedBy.length > 0 && because === undefined,
    );
    assert.equal(unexplained, []);
  });
});
