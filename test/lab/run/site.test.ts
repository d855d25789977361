// The skeleton of a site on seven hosts: tags, limit, serial, and a host that fails.
import path from 'node:path';
import * as assert from 'uvu/assert';
import { resultLines, type Ran, runPlaybookCommand } from '../../support/hardway.ts';
import { useLab, whyNoLab, type TestLab } from '../../support/lab.ts';
import { describe } from '../../support/suite.ts';

const playbook = path.join(import.meta.dirname, 'fixtures/site/site.yml');

function batches(ran: Ran): number[] {
  return ran.events.filter(({ type }) => type === 'play-start').map(({ hosts }) => hosts?.length ?? 0);
}

describe(
  'a site on seven lab hosts',
  ({ test, setup, teardown }) => {
    let lab: TestLab;
    setup(async () => {
      lab = await useLab('seven');
    });
    teardown(() => lab.release());
    const run = (...more: string[]): Promise<Ran> =>
      runPlaybookCommand(playbook, '-i', lab.inventoryFile, '--forks', '10', ...more);

    test('a host that fails is lost to the later plays, the others are served', async () => {
      const ran = await run('-e', 'failing_host=worker-1');
      assert.is(ran.code, 2, ran.stderr);
      assert.is(ran.recap['worker-1']?.['failed'], 1);
      const ofFailing = resultLines(ran).filter((line) => line.startsWith('worker-1 '));
      assert.ok(ofFailing.includes('worker-1 Mark changed'));
      assert.not.ok(ofFailing.some((line) => line.includes('After the block')));
      assert.not.ok(ofFailing.some((line) => line.includes('Page')));
      const others = Object.entries(ran.recap).filter(([name]) => name !== 'worker-1');
      assert.ok(others.every(([, host]) => host['failed'] === 0));
    });

    test('serial runs one host first, then half of all at a time', async () => {
      assert.equal(batches(await run('--tags', 'base')).slice(0, 3), [1, 3, 3]);
    });

    test('the next run mends what the failure left, the one after changes nothing', async () => {
      assert.is((await run()).code, 0);
      const again = await run();
      assert.is(again.code, 0);
      assert.ok(Object.values(again.recap).every((host) => host['changed'] === 0));
    });

    test('tags and limit leave only what they name', async () => {
      const ran = await run('--tags', 'more', '--limit', 'worker-2');
      assert.equal(resultLines(ran), ['worker-2 More pages ok']);
      const skipped = await run('--skip-tags', 'base,more', '--limit', 'worker');
      assert.equal(
        [...new Set(resultLines(skipped).map((line) => line.split(' ').slice(1).join(' ')))],
        ['Page ok', 'Pages of all web hosts ok', 'One host sums up ok'],
      );
    });

    test('a host without power is unreachable, the exit code says so, and the others go on', async () => {
      await lab.kill('lb-1');
      const ran = await run('-e', 'failing_host=none');
      assert.is(ran.code, 4, ran.stderr);
      assert.is(ran.recap['lb-1']?.['unreachable'], 1);
      assert.is(ran.recap['worker-2']?.['failed'], 0);
      await lab.boot();
      assert.is((await run()).code, 0);
    });
  },
  { unless: await whyNoLab() },
);
