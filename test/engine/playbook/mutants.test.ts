// Seeded mutants of valid playbooks: each is refused, and the problem stands on the node that was broken; a template that
// a run may pass by is warned of there.
// `SEED=n` runs another series; a miss prints what was changed.
import * as assert from 'node:assert/strict';
import path from 'node:path';
import { catalogOf } from '../../../engine/module/catalog.ts';
import { modules } from '../../../modules/registry.ts';
import { describe } from '../../support/suite.ts';
import { mutateProject, type MutationRun } from './support/mutate_project.ts';

const seed = Number(process.env['SEED'] ?? 1);
const root = path.resolve(import.meta.dirname, '../../..');

function expectAllTold({ refused, warned, kinds, misses }: MutationRun, count: number): void {
  const counts = [...kinds].map(([kind, number]) => `${kind} ${number}`).sort();
  console.log(`  seed ${seed}: ${refused} mutants refused, ${warned} warned of: ${counts.join(', ')}`);
  assert.deepEqual(misses, []);
  assert.equal(refused, count);
  assert.ok(warned < count / 4);
  assert.ok(kinds.size >= 10);
}

describe('a mutant of a valid playbook', ({ test }) => {
  test('that has every kind of node is refused at the broken one, 200 of 200', () => {
    const folder = path.join(import.meta.dirname, 'fixtures', 'valid');
    expectAllTold(mutateProject({ folder, playbook: 'site.yml', seed, count: 200 }), 200);
  });

  test('that builds the cluster is refused at the broken node, 200 of 200', () => {
    const run = mutateProject({
      folder: root,
      parts: ['playbooks', 'roles', 'templates'],
      playbook: 'playbooks/site.yml',
      rolesPath: ['roles'],
      catalog: catalogOf(modules),
      seed,
      count: 200,
    });
    expectAllTold(run, 200);
  });
});
