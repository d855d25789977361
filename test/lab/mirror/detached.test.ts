import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { identifyProcess } from '../../../lab/lab_record.ts';
import type { RunningMirror } from '../../../lab/mirror/detached.ts';
import { mirrorStatus, startMirror, stopMirror } from '../../../lab/mirror/detached.ts';
import type { Entry } from '../../../lab/mirror/entry.ts';
import { describe } from '../../support/suite.ts';
import { fileEntry, temporaryDirectory } from './fake_entry.ts';

const cache = temporaryDirectory();
const stateDirectory = path.join(cache, 'state');

async function start(entries: readonly Entry[]): Promise<RunningMirror> {
  const started = await startMirror({ entries, address: '127.0.0.1', port: 0, stateDirectory });
  assert.ok(started.ok, JSON.stringify(started));
  return started.value;
}

describe('the mirror as a process', ({ test, teardown }) => {
  teardown(() => stopMirror(stateDirectory));

  test('serves, is the same when started again, another when it has to serve something else, and leaves nothing', async () => {
    const one = await fileEntry(cache, 'one', 'first', ['one']);
    const two = await fileEntry(cache, 'two', 'second', ['two']);
    const first = await start([one]);
    assert.equal(await (await fetch(`${first.url}/one`)).text(), 'first');
    assert.deepEqual(await start([one]), first);
    assert.deepEqual(await mirrorStatus(stateDirectory), first);
    const second = await start([one, two]);
    assert.notEqual(second.pid, first.pid);
    assert.equal(await identifyProcess(first.pid), undefined);
    assert.equal(await (await fetch(`${second.url}/two`)).text(), 'second');
    await stopMirror(stateDirectory);
    assert.equal(await identifyProcess(second.pid), undefined);
    assert.deepEqual(readdirSync(stateDirectory), []);
  });

  test('a start that fails says why', async () => {
    const started = await startMirror({ entries: [], address: '192.0.2.1', port: 0, stateDirectory });
    assert.ok(!started.ok);
    assert.match(started.problem.output ?? '', /cannot listen on 192\.0\.2\.1/);
    assert.equal(await mirrorStatus(stateDirectory), undefined);
  });

  test('a process that only has the id of a former mirror is left alone', async () => {
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
    const pid = stranger.pid ?? 0;
    const file = path.join(stateDirectory, 'mirror.pid');
    writeFileSync(file, JSON.stringify({ pid, startTime: '1', url: 'http://127.0.0.1:1' }));
    assert.equal(await mirrorStatus(stateDirectory), undefined);
    await stopMirror(stateDirectory);
    assert.notEqual(await identifyProcess(pid), undefined);
    stranger.kill();
    assert.throws(() => readFileSync(file));
  });
});
