// A playbook of fifteen tasks on five hosts: check from blank, run, run again, drift with check and diff.
import path from 'node:path';
import * as assert from 'uvu/assert';
import { mustRun } from '../../../lab/run_program.ts';
import { type Ran, runPlaybookCommand } from '../../support/hardway.ts';
import { useLab, whyNoLab, type TestLab } from '../../support/lab.ts';
import { describe } from '../../support/suite.ts';

const playbook = path.join(import.meta.dirname, 'fixtures/fifteen/play.yml');

function changed(ran: Ran): number[] {
  return Object.values(ran.recap).map((host) => host['changed'] ?? -1);
}

describe(
  'fifteen tasks on five lab hosts',
  ({ test, setup, teardown }) => {
    let lab: TestLab;
    setup(async () => {
      lab = await useLab('plain');
    });
    teardown(() => lab.release());
    const run = (...more: string[]): Promise<Ran> =>
      runPlaybookCommand(playbook, '-i', lab.inventoryFile, '--forks', '5', ...more);

    test('check mode from blank hosts fails nowhere, and what it predicts is done by the run', async () => {
      const check = await run('--check');
      assert.is(check.code, 0, check.stderr);
      const real = await run();
      assert.is(real.code, 0, real.stderr);
      assert.equal(changed(check), changed(real));
      assert.ok(changed(real).every((count) => count > 0));
      assert.is(Object.keys(real.recap).length, 5);
    });

    test('a second run changes nothing on any host', async () => {
      const again = await run();
      assert.is(again.code, 0, again.stderr);
      assert.equal(changed(again), [0, 0, 0, 0, 0]);
    });

    test('an unchanged file costs one round trip, or none when it was asked ahead', async () => {
      const tripsOf = async (...options: string[]): Promise<{ files: number[]; all: number }> => {
        const { events } = await run('--limit', 'host-1', ...options);
        const results = events.filter(({ type }) => type === 'result');
        const count = (of: typeof results): number[] => of.map(({ result }) => result?.round_trips ?? -1);
        const files = results.filter(({ task }) => task?.name.startsWith('File') === true);
        return { files: count(files), all: count(results).reduce((sum, trips) => sum + trips, 0) };
      };
      const alone = await tripsOf('--no-ask-ahead');
      assert.equal(alone.files, [1, 1, 1]);
      const ahead = await tripsOf();
      assert.equal(ahead.files, [0, 0, 0]);
      assert.ok(ahead.all < alone.all / 2, `${ahead.all} round trips instead of ${alone.all}`);
    });

    test('check and diff show what was disturbed and mend nothing', async () => {
      await mustRun([
        'ssh',
        '-F',
        lab.sshConfigFile,
        'host-1',
        'echo disturbed >> /opt/fifteen/settings.ini',
      ]);
      for (let round = 0; round < 2; round += 1) {
        const check = await run('--check', '--diff', '--limit', 'host-1');
        const template = check.events.find(
          ({ type, task }) => type === 'result' && task?.name === 'File from a template',
        );
        assert.is(template?.result?.status, 'changed');
        assert.match(template?.result?.diff?.join('\n') ?? '', '-disturbed');
      }
      const mended = await run('--limit', 'host-1');
      assert.is(mended.code, 0);
      assert.equal(changed(mended), [2]);
    });
  },
  { unless: await whyNoLab() },
);
