// Everyday modules on a real host, each beside ansible-core itself on a twin of that host: what a first and a second
// run change, what is registered, and that all of it can be undone.
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { mustRun } from '../../../lab/run_program.ts';
import { oracleMissing } from '../../oracle/venv.ts';
import { topologyOf, useLab, whyNoLab, type TestLab } from '../../support/lab.ts';
import { putPython } from '../../support/python_on_host.ts';
import type { Registered } from '../../support/registering_play.ts';
import { describe } from '../../support/suite.ts';
import { making as everyday, type Call } from './calls.ts';
import { differences } from './compare.ts';
import { moreCalls, undoingMore } from './more_calls.ts';
import { kernelCalls, undoingKernel } from './kernel_calls.ts';
import { undoing as undoingEveryday } from './undo_calls.ts';
import { runOurs, runTheirs, type Place } from './twin_run.ts';
import { fileText, serveWeb } from './web_server.ts';

const making = [...everyday, ...kernelCalls, ...moreCalls];
const undoing = [...undoingMore, ...undoingEveryday, ...undoingKernel];
const twins = topologyOf({ hosts: { ours: { groups: ['plain'] }, theirs: { groups: ['plain'] } } });

/** One line for each call that failed, or changed, otherwise than it should. */
function surprises(
  calls: readonly Call[],
  results: readonly Registered[],
  round: 'first' | 'again',
): string[] {
  return calls.flatMap((call, index) => {
    const result = results[index] ?? {};
    const told = `: ${JSON.stringify(result).slice(0, 500)}`;
    if ((result['failed'] === true) !== (call.fails === true))
      return [`${call.name} failed or did not${told}`];
    const due = call.changes === 'always' || (call.changes !== 'never' && round === 'first');
    return call.fails || result['changed'] === due
      ? []
      : [`${call.name} should ${due ? '' : 'not '}change${told}`];
  });
}

describe(
  'everyday modules on lab hosts',
  ({ test, setup, teardown }) => {
    let lab: TestLab;
    let server: Server;
    let place: Place;
    setup(async () => {
      lab = await useLab(twins);
      await putPython(lab, 'theirs');
      // What ansible-core takes for the age of lists that were never fetched is that of their folder in the base image.
      await mustRun([
        ...['ssh', '-F', lab.sshConfigFile, 'theirs'],
        'touch -d 2020-01-01 /var/lib/apt/lists',
      ]);
      const folder = mkdtempSync(path.join(tmpdir(), 'hardway-calls-'));
      cpSync(path.join(import.meta.dirname, 'fixtures'), folder, { recursive: true });
      const files = path.join(folder, 'files');
      await mustRun(['tar', '-C', files, '-czf', path.join(files, 'archive.tar.gz'), 'tree']);
      const served = await serveWeb(lab.host('ours').address.replace(/\d+$/, '1'));
      server = served.server;
      const sum = createHash('sha256').update(fileText).digest('hex');
      place = { lab, folder, web: served.web, sum };
    });
    teardown(async () => {
      server.close();
      rmSync(place.folder, { recursive: true, force: true });
      await lab.release();
    });
    const shared = making.filter(({ oursOnly }) => oursOnly !== true);
    const compared = (ours: readonly Registered[], theirs: readonly Registered[]): string[] =>
      shared.flatMap((call, index) =>
        differences(call, ours[making.indexOf(call)] ?? {}, theirs[index] ?? {}),
      );

    for (const round of ['first', 'again'] as const)
      test(`${round === 'first' ? 'a first run changes what it should' : 'a second run changes nothing'}, and registers what ansible-core does`, async () => {
        const { ran, results } = await runOurs(place, 'ours', making);
        assert.is(ran.code, 0, ran.stdout.slice(-2000));
        const theirs = await runTheirs(place, 'theirs', shared);
        assert.equal([...surprises(making, results, round), ...compared(results, theirs)], []);
      });

    test('all of it is undone, once', async () => {
      const first = await runOurs(place, 'ours', undoing);
      assert.equal(surprises(undoing, first.results, 'first'), []);
      const again = await runOurs(place, 'ours', undoing);
      assert.equal(surprises(undoing, again.results, 'again'), []);
    });
  },
  { unless: (await whyNoLab()) ?? oracleMissing() },
);
