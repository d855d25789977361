// What goes along in a round trip, under every sh and userland that this machine has.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostConnection } from '../../../engine/connection/connection.ts';
import type { Shell } from '../../../engine/connection/contract.ts';
import type { Output } from '../../../engine/module/contract.ts';
import { findUserlands, openShell } from '../../support/shells.ts';
import { describe } from '../../support/suite.ts';

const text = (output: Output | undefined): string => output?.stdout.toString('utf8') ?? '';

for (const userland of findUserlands())
  describe(`what goes along under ${userland.name}`, ({ test, setup, teardown }) => {
    let connection: HostConnection;
    let shell: Shell;
    let place: string;
    setup(async () => {
      place = mkdtempSync(path.join(tmpdir(), 'hardway-along-'));
      connection = userland.connect();
      shell = await openShell(connection);
    });
    teardown(async () => {
      await connection.close();
      rmSync(place, { recursive: true, force: true });
    });

    test('asks ahead in the same round trip, whatever becomes of the scripts before, each within its own time', async () => {
      let told: readonly (Output | undefined)[] = [];
      const ran = await shell.run([{ script: 'echo one' }, { script: 'exit 1' }, { script: 'echo never' }], {
        stopOnFailure: true,
        ahead: {
          scripts: [
            { script: 'echo ahead; exit 2' },
            { script: 'exec sleep 60', timeoutSeconds: 0.2 },
            { script: 'echo last' },
          ],
          take: (outputs) => {
            told = outputs;
          },
        },
      });
      assert.ok(ran.ok);
      assert.deepEqual(
        ran.value.map(({ rc }) => rc),
        [0, 1],
      );
      assert.deepEqual(told.map(text), ['ahead\n', '', 'last\n']);
      assert.equal(told[1]?.timedOut, true);
    });

    test('of what goes along, scripts that stand after another are not done when that failed', async () => {
      let told: readonly (Output | undefined)[] = [];
      const ran = await shell.run([{ script: 'echo one; exit 1' }], {
        stopOnFailure: true,
        ahead: {
          scripts: [
            { script: 'echo a' },
            { script: 'echo b; exit 3', onlyAfter: true },
            { script: 'echo c', onlyAfter: true },
            { script: 'echo d', onlyAfter: true },
            { script: 'echo e' },
            { script: 'echo f', onlyAfter: true },
          ],
          take: (outputs) => {
            told = outputs;
          },
        },
      });
      assert.ok(ran.ok);
      assert.deepEqual(
        told.map((output) => output && text(output)),
        ['a\n', 'b\n', undefined, undefined, 'e\n', 'f\n'],
      );
    });

    test('an abort ends what goes along too, and tells of what was done', async () => {
      let told: readonly (Output | undefined)[] = [];
      const stop = new AbortController();
      const ran = shell.run([{ script: 'echo one' }], {
        signal: stop.signal,
        ahead: {
          scripts: [
            { script: 'echo a' },
            { script: `: >'${place}/along'; sleep 60` },
            { script: 'echo never' },
          ],
          take: (outputs) => {
            told = outputs;
          },
        },
      });
      while (!existsSync(path.join(place, 'along'))) await sleep(20);
      stop.abort();
      assert.ok((await ran).ok);
      assert.equal(text(told[0]), 'a\n');
      assert.notEqual(told[1]?.rc, 0);
      assert.equal(told[2], undefined);
    });

    test('a connection that is lost while asking ahead takes nothing from what was asked for', async () => {
      const own = userland.connect();
      const lost = await openShell(own);
      let told: readonly (Output | undefined)[] = [];
      const ran = await lost.run([{ script: 'echo one' }], {
        ahead: {
          scripts: [{ script: 'echo two' }, { script: 'kill -9 $PPID' }, { script: 'echo three' }],
          take: (outputs) => {
            told = outputs;
          },
        },
      });
      assert.ok(ran.ok);
      assert.deepEqual(ran.value.map(text), ['one\n']);
      assert.deepEqual(told.map(text), ['two\n', '', '']);
      const again = await lost.run([{ script: 'echo again' }]);
      assert.deepEqual(again.ok && again.value.map(text), ['again\n']);
      await own.close();
    });
  });
