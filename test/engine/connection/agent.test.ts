// The agent under every sh and userland that this machine has.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostConnection } from '../../../engine/connection/connection.ts';
import type { Shell } from '../../../engine/connection/contract.ts';
import type { Content } from '../../../engine/module/content.ts';
import type { Output, Script } from '../../../engine/module/contract.ts';
import { findUserlands, openShell } from '../../support/shells.ts';
import { describe } from '../../support/suite.ts';

async function run(shell: Shell, ...scripts: (Script | string)[]): Promise<readonly Output[]> {
  const ran = await shell.run(scripts.map((script) => (typeof script === 'string' ? { script } : script)));
  if (!ran.ok) throw new Error(ran.failure.message);
  return ran.value;
}

async function runOne(shell: Shell, script: Script | string): Promise<Output> {
  const [output] = await run(shell, script);
  assert.ok(output);
  return output;
}

const text = (output: Output | undefined): string => output?.stdout.toString('utf8') ?? '';

/** Resolves when no process of the group is left; killed ones may wait a moment to be reaped. */
async function groupEnds(group: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      process.kill(-group, 0);
    } catch {
      return;
    }
    await sleep(20);
  }
  assert.fail(`process group ${group} is still there`);
}

/** Of a job, once it ended. */
async function outputsOf(shell: Shell, id: string): Promise<readonly Output[]> {
  for (;;) {
    const state = await shell.poll(id);
    assert.ok(state.ok && state.value.known);
    if (state.value.outputs) return state.value.outputs;
    await sleep(50);
  }
}

for (const userland of findUserlands())
  describe(`the agent under ${userland.name}`, ({ test, setup, teardown }) => {
    let connection: HostConnection;
    let shell: Shell;
    let place: string;
    setup(async () => {
      place = mkdtempSync(path.join(tmpdir(), 'hardway-test-'));
      connection = userland.connect();
      shell = await openShell(connection);
    });
    teardown(async () => {
      await connection.close();
      rmSync(place, { recursive: true, force: true });
    });

    test('gives exit code, standard output and standard error of each script of a batch in one round trip', async () => {
      const before = shell.traffic.roundTrips;
      const outputs = await run(shell, 'echo out; echo err >&2; exit 3', 'true', 'kill -9 $$', 'printf x');
      assert.deepEqual(
        outputs.map((output) => [output.rc, text(output), output.stderr.toString()]),
        [
          [3, 'out\n', 'err\n'],
          [0, '', ''],
          [137, '', outputs[2]?.stderr.toString()],
          [0, 'x', ''],
        ],
      );
      assert.equal(shell.traffic.roundTrips, before + 1);
    });

    test('carries every byte in both directions', async () => {
      const bytes = Buffer.concat([
        Buffer.from(Array.from({ length: 256 }, (_, at) => at)),
        randomBytes(100_000),
      ]);
      for (const size of [0, 1, 56, 57, 58, 4095, 65_535, 65_536, 65_537, bytes.length]) {
        const sent = bytes.subarray(0, size);
        const output = await runOne(shell, { script: 'cat; cat /dev/null >&2', stdin: sent });
        assert.ok(output.stdout.equals(sent), `${size} bytes`);
      }
    });

    test('gives a script without input an empty one, so that it cannot eat what follows', async () => {
      const outputs = await run(shell, 'cat', 'read x; echo "$?"', 'echo still here');
      assert.deepEqual(outputs.map(text), ['', '1\n', 'still here\n']);
    });

    test('starts the next script at the right byte when one leaves its input unread', async () => {
      const outputs = await run(shell, { script: 'true', stdin: randomBytes(200_000) }, 'echo next');
      assert.deepEqual(outputs.map(text), ['', 'next\n']);
    });

    test('skips the rest of a batch after a failure when asked to, and runs it otherwise', async () => {
      const scripts = [
        { script: 'echo 1' },
        { script: 'exit 7' },
        { script: 'echo 3', stdin: Buffer.from('x') },
      ];
      const stopped = await shell.run(scripts, { stopOnFailure: true });
      assert.ok(stopped.ok);
      assert.deepEqual(
        stopped.value.map((output) => output.rc),
        [0, 7],
      );
      const all = await shell.run(scripts);
      assert.ok(all.ok);
      assert.deepEqual(
        all.value.map((output) => output.rc),
        [0, 7, 0],
      );
    });

    test('leaves nothing from one script to the next', async () => {
      const outputs = await run(
        shell,
        { script: 'cd /; x=1; umask 0; trap "echo trapped" EXIT; alias ls=false', cwd: place },
        'echo "${x-none} $(umask)"; pwd',
      );
      assert.equal(text(outputs[1]).replace(' 022', ' 0022'), `none 0022\n${process.cwd()}\n`);
    });

    test('sets directory and environment, with LC_ALL=C only for commands of ours', async () => {
      const value = 'a\'b"c\n$HOME `x` \\ ü';
      const script = 'printf "%s|%s|" "$V" "${LC_ALL-}"; pwd';
      const environment = { V: value, LC_ALL: 'C.UTF-8' };
      const own = await runOne(shell, { script: 'echo "${LC_ALL-}"' });
      assert.equal(text(own), 'C\n');
      const users = await runOne(shell, { script, environment, cwd: place, userEnvironment: true });
      assert.equal(text(users), `${value}|C.UTF-8|${place}\n`);
    });

    test('refuses a directory that is not there and a name that sh cannot export', async () => {
      const [missing, name] = await run(
        shell,
        { script: 'echo ran', cwd: `${place}/none` },
        { script: 'echo ran', environment: { 'a-b': 'x' } },
      );
      assert.notEqual(missing?.rc, 0);
      assert.equal(text(missing), '');
      assert.equal(name?.rc, 126);
      assert.match(name.stderr.toString(), /"a-b" is no name/);
    });

    test('keeps the environment of a task out of every argv', async () => {
      const secret = `secret${randomBytes(8).toString('hex')}`;
      const script = 'for f in /proc/[0-9]*/cmdline; do cat $f; done 2>/dev/null | tr "\\0" "\\n"';
      const output = await runOne(shell, { script, environment: { TOKEN: secret } });
      assert.ok(output.stdout.length > 0);
      assert.ok(!text(output).includes(secret));
    });

    test('ends a task with its process, and lets what it left in the background live', async () => {
      const output = await runOne(shell, 'sleep 300 & echo $!');
      const child = Number(text(output));
      assert.ok(process.kill(child, 0));
      process.kill(child, 'SIGKILL');
    });

    test('kills the whole group at a timeout: exit code 124, and the next script runs', async () => {
      const marker = path.join(place, 'group');
      const outputs = await run(
        shell,
        { script: `echo $$ >${marker}; sleep 300 & sleep 300 | cat`, timeoutSeconds: 0.3 },
        'echo next',
      );
      assert.deepEqual(
        outputs.map((output) => [output.rc, output.timedOut]),
        [
          [124, true],
          [0, undefined],
        ],
      );
      await groupEnds(Number(readFileSync(marker, 'utf8')));
    });

    if (['dash', 'busybox'].includes(userland.name))
      if (['dash', 'busybox'].includes(userland.name))
        test('kills a group that ignores TERM', async () => {
          const marker = path.join(place, 'stubborn');
          const script = `trap "" TERM; echo $$ >${marker}; while :; do sleep 1; done`;
          assert.equal((await runOne(shell, { script, timeoutSeconds: 0.2 })).rc, 124);
          await groupEnds(Number(readFileSync(marker, 'utf8')));
        });

    test('stops the running script and skips the others when aborted, and can be used again', async () => {
      const abort = new AbortController();
      const marker = path.join(place, 'aborted');
      const running = shell.run([{ script: `echo $$ >${marker}; sleep 300` }, { script: 'echo not run' }], {
        signal: abort.signal,
      });
      while (!existsSync(marker) || readFileSync(marker, 'utf8') === '') await sleep(10);
      abort.abort();
      const stopped = await running;
      assert.ok(stopped.ok);
      assert.equal(stopped.value.length, 1);
      await groupEnds(Number(readFileSync(marker, 'utf8')));
      assert.equal(text(await runOne(shell, 'echo again')), 'again\n');
    });

    test('keeps as much output as asked for', async () => {
      const [output, next] = await run(shell, { script: 'echo 1234567890', maxOutputBytes: 4 }, 'echo next');
      assert.equal(text(output), '1234');
      assert.equal(text(next), 'next\n');
    });

    test('works on when its session directory was removed', async () => {
      await run(shell, 'rm -rf "${0%/*}"'); // its own alone: other runs on this machine have theirs beside it
      assert.equal(text(await runOne(shell, 'echo here')), 'here\n');
    });

    test('keeps a job that was started until it is asked for, and erases it (S0-48)', async () => {
      const id = `test-${randomBytes(6).toString('hex')}`;
      const scripts = [
        { script: 'cat; echo err >&2; sleep 0.2', stdin: Buffer.from('in\0put') },
        { script: 'echo "$V"; exit 5', environment: { V: "it's" } },
        { script: 'echo never' },
      ];
      const started = await shell.start(scripts, id);
      assert.ok(started.ok);
      assert.deepEqual(started.value.directory, path.join(shell.capabilities.home, '.hardway_async', id));
      const [first, second, ...more] = await outputsOf(shell, id);
      assert.deepEqual([first?.rc, text(first), first?.stderr.toString()], [0, 'in\0put', 'err\n']);
      assert.deepEqual([second?.rc, text(second), more.length], [5, "it's\n", 0]);
      assert.deepEqual(
        readdirSync(started.value.directory).filter((name) => /program|input/.test(name)),
        [],
      );
      assert.deepEqual(await shell.erase(id), { ok: true, value: true });
      assert.deepEqual(existsSync(started.value.directory), false);
      assert.deepEqual(await shell.erase(id), { ok: true, value: false });
      assert.deepEqual(await shell.poll(id), { ok: true, value: { finished: false, known: false } });
    });

    test('kills the whole group of a job at its time limit, and when it is erased so', async () => {
      const id = `test-${randomBytes(6).toString('hex')}`;
      const file = path.join(place, id);
      // The group's number: the fifth field of stat.
      const script = `echo begun; sleep 1000 & read -r _ _ _ _ group _ </proc/$$/stat; echo $group >${file}; wait`;
      assert.ok((await shell.start([{ script }, { script: 'echo never' }], id, { timeoutSeconds: 1 })).ok);
      const outputs = await outputsOf(shell, id);
      assert.deepEqual(
        outputs.map(({ rc, timedOut }) => [rc, timedOut]),
        [[124, true]],
      );
      assert.deepEqual(text(outputs[0]), 'begun\n');
      await shell.erase(id);
      await groupEnds(Number(readFileSync(file, 'utf8')));
      rmSync(file);
      assert.ok((await shell.start([{ script }], id)).ok);
      while (!existsSync(file) || readFileSync(file, 'utf8') === '') await sleep(50);
      await shell.erase(id, { kill: true });
      await groupEnds(Number(readFileSync(file, 'utf8')));
    });

    test('reports what the host has', () => {
      const { names, uid, system, home } = shell.capabilities;
      assert.ok(names.has('sha256sum'));
      assert.equal(names.has('busybox-userland'), userland.name === 'busybox');
      assert.deepEqual([uid, system], [process.getuid?.(), 'Linux']);
      assert.ok(home.startsWith('/'));
    });

    test('carries random scripts, inputs and outputs as they are', async () => {
      const scripts = Array.from({ length: 25 }, (_, index) => {
        const bytes = randomBytes(index * 997);
        return { bytes, script: { script: index % 2 === 0 ? 'cat' : 'cat >&2', stdin: bytes } };
      });
      const outputs = await run(shell, ...scripts.map(({ script }) => script));
      for (const [index, { bytes }] of scripts.entries())
        assert.ok(outputs[index]?.[index % 2 === 0 ? 'stdout' : 'stderr'].equals(bytes), `script ${index}`);
    });

    test('removes its session directory when the connection is closed', async () => {
      const own = userland.connect();
      const file = path.join(place, 'session');
      await run(await openShell(own), `echo "$0" >${file}`);
      const directory = path.dirname(readFileSync(file, 'utf8').trim());
      assert.match(directory, /\.hardway-/);
      await own.close();
      for (let tries = 0; existsSync(directory) && tries < 200; tries += 1) await sleep(20);
      assert.equal(existsSync(directory), false);
    });
  });

describe('64 MB through the agent', ({ test }) => {
  test('goes in from a stream and comes out again', async () => {
    const [userland] = findUserlands();
    assert.ok(userland);
    const connection = userland.connect();
    const shell = await openShell(connection);
    const block = randomBytes(1024 * 1024);
    const hash = createHash('sha256');
    for (let at = 0; at < 64; at += 1) hash.update(block);
    const sha256 = hash.digest('hex');
    const stdin: Content = {
      sha256,
      size: 64 * block.length,
      async *open() {
        for (let at = 0; at < 64; at += 1) yield await Promise.resolve(block);
      },
    };
    const output = await runOne(shell, { script: 'cat', stdin });
    assert.equal(createHash('sha256').update(output.stdout).digest('hex'), sha256);
    await connection.close();
  });

  test('does not run a script whose input ended early', async () => {
    const [userland] = findUserlands();
    assert.ok(userland);
    const connection = userland.connect();
    const shell = await openShell(connection);
    const place = mkdtempSync(path.join(tmpdir(), 'hardway-test-'));
    const file = path.join(place, 'ran');
    writeFileSync(file, 'no');
    const stdin: Content = {
      sha256: '',
      size: 1000,
      async *open() {
        yield await Promise.resolve(Buffer.from('short'));
      },
    };
    const ran = await shell.run([{ script: `echo yes >${file}`, stdin }]);
    assert.ok(!ran.ok);
    assert.equal(ran.failure.outcomeUnknown, false);
    assert.equal(readFileSync(file, 'utf8'), 'no');
    assert.equal(text(await runOne(shell, 'echo again')), 'again\n');
    await connection.close();
    rmSync(place, { recursive: true, force: true });
  });
});
