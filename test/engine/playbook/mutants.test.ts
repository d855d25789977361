// Seeded mutants of valid playbooks: each is refused, and the error stands on the node that was broken.
// `SEED=n` runs another series; a miss prints what was changed.
import * as assert from 'node:assert/strict';
import path from 'node:path';
import { describe } from '../../support/suite.ts';
import { mutateProject } from './support/mutate_project.ts';

const seed = Number(process.env['SEED'] ?? 1);

describe('a mutant of a valid playbook', ({ test }) => {
  test('is refused at the broken node, 200 of 200', () => {
    const folder = path.join(import.meta.dirname, 'fixtures', 'valid');
    const { made, kinds, misses } = mutateProject({ folder, playbook: 'site.yml', seed, count: 200 });
    const counts = [...kinds].map(([kind, count]) => `${kind} ${count}`).sort();
    console.log(`  seed ${seed}: ${made} mutants: ${counts.join(', ')}`);
    assert.deepEqual(misses, []);
    assert.equal(made, 200);
    assert.ok(kinds.size >= 10);
  });
});
