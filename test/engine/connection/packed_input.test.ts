// Large inputs and outputs by gzip, under every sh and userland that this machine has.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostConnection } from '../../../engine/connection/connection.ts';
import type { Shell } from '../../../engine/connection/contract.ts';
import { inputOf } from '../../../engine/connection/script_input.ts';
import type { Content } from '../../../engine/module/content.ts';
import type { Output, Script } from '../../../engine/module/contract.ts';
import { findUserlands, openShell, withPrograms, type Userland } from '../../support/shells.ts';
import { describe } from '../../support/suite.ts';

const mebibyte = 1024 * 1024;
const lines = Array.from(
  { length: 100_000 },
  (_, at) => `${at} a line of a configuration, like the others\n`,
);
const words = Buffer.from(lines.join(''));
/** 8 MiB that shrink, in which no two places are alike for long. */
const text = Buffer.concat([words, words], 8 * mebibyte);
const noise = randomBytes(mebibyte / 2);

async function run(shell: Shell, ...scripts: Script[]): Promise<readonly Output[]> {
  const ran = await shell.run(scripts);
  if (!ran.ok) throw new Error(ran.failure.message);
  return ran.value;
}

const outputs = (ran: readonly Output[]): string[] => ran.map((output) => output.stdout.toString().trim());
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const hash = 'sha256sum | cut -d" " -f1';

async function withShell(
  userland: Userland,
  body: (shell: Shell) => Promise<void>,
  remote = true,
): Promise<void> {
  const connection: HostConnection = userland.connect({ remote });
  try {
    await body(await openShell(connection));
  } finally {
    await connection.close();
  }
}

/** What a run sent and received, in bytes. */
async function traffic(shell: Shell, body: () => Promise<void>): Promise<{ sent: number; received: number }> {
  const before = shell.traffic;
  await body();
  const after = shell.traffic;
  return {
    sent: after.bytesSent - before.bytesSent,
    received: after.bytesReceived - before.bytesReceived,
  };
}

/** A content that yields `bytes` and then goes on or fails, as told. */
function content(bytes: Buffer, size: number, then?: () => Promise<void>): Content {
  return {
    ...{ sha256: '', size },
    async *open() {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
      await then?.();
    },
  };
}

for (const userland of findUserlands())
  describe(`large inputs and outputs under ${userland.name}`, ({ test }) => {
    test('go packed when their beginning shrinks, and arrive byte by byte', () =>
      withShell(userland, async (shell) => {
        assert.ok(shell.capabilities.names.has('gzip-pipe'));
        const { sent, received } = await traffic(shell, async () => {
          const [first, second, third] = await run(
            shell,
            { script: hash, stdin: text },
            { script: 'cat; echo err >&2', stdin: content(text, text.length) },
            { script: 'echo next' },
          );
          assert.equal(first?.stdout.toString().trim(), sha256(text));
          assert.ok(second && second.stdout.equals(text));
          assert.equal(second.stderr.toString(), 'err\n');
          assert.equal(third?.stdout.toString(), 'next\n');
        });
        assert.ok(sent < (2 * text.length) / 5, `${sent} bytes were sent`);
        assert.ok(received < text.length / 5, `${received} bytes came back`);
      }));

    test('go as they are when their beginning does not shrink', () =>
      withShell(userland, async (shell) => {
        const { sent, received } = await traffic(shell, async () => {
          const [first] = await run(shell, { script: 'cat', stdin: noise });
          assert.ok(first?.stdout.equals(noise));
        });
        assert.ok(sent >= noise.length && received >= noise.length);
      }));
  });

const withoutGzip = withPrograms('no gzip', { gzip: 'exit 127' });
/** It passes the test at connect, and then breaks in the middle of a stream. */
const breaking = (how: string): string =>
  `case $1 in -dc) head -c 40 >"$0.$$"; if [ $(wc -c <"$0.$$") -lt 40 ]; then exec /bin/gzip -dc <"$0.$$"; fi; ${how} ;; *) exec /bin/gzip "$@" ;; esac`;

describe('large inputs', ({ test }) => {
  test('go as they are to a host that has no gzip, and on this machine', async () => {
    const [plain] = findUserlands();
    assert.ok(plain);
    for (const [userland, remote] of [
      [withoutGzip, true],
      [plain, false],
    ] as const)
      await withShell(
        userland,
        async (shell) => {
          const { sent } = await traffic(shell, async () => {
            assert.deepEqual(outputs(await run(shell, { script: hash, stdin: text })), [sha256(text)]);
          });
          assert.ok(sent >= text.length);
        },
        remote,
      );
  });

  for (const [name, how] of [
    ['ends early with an error', 'echo "gzip: broken" >&2; exit 1'],
    ['gives too little and says nothing', 'head -c 1000'],
    ['gives other bytes than were told', 'cat >/dev/null; echo short; echo "gzip: broken" >&2'],
    ['gives all bytes and an error', '/bin/gzip -dc <"$0.$$"; cat >/dev/null; exit 1'],
  ] as const)
    test(`whose gzip ${name}: nothing is run, the agent works on, and the next one goes as it is`, () =>
      withShell(withPrograms(name, { gzip: breaking(how) }), async (shell) => {
        const ran = await run(shell, { script: hash, stdin: text }, { script: 'echo next' });
        assert.deepEqual(
          ran.map(({ rc }) => rc),
          [74, 0],
        );
        assert.match(ran[0]?.stderr.toString() ?? '', /did not arrive whole; nothing was run\n$/);
        if (how.includes('broken')) assert.match(ran[0]?.stderr.toString() ?? '', /^gzip: broken\n/);
        assert.deepEqual(outputs(ran), ['', 'next']);
        const { sent } = await traffic(shell, async () => {
          assert.deepEqual(outputs(await run(shell, { script: hash, stdin: text })), [sha256(text)]);
        });
        assert.ok(sent >= text.length);
      }));

  test('that end before their size: nothing is run, and the next agent works', async () => {
    const [userland] = findUserlands();
    assert.ok(userland);
    await withShell(userland, async (shell) => {
      const place = mkdtempSync(path.join(tmpdir(), 'hardway-test-'));
      const script = `echo ran >${place}/ran`;
      const ran = await shell.run([{ script, stdin: content(text, text.length + 1) }]);
      assert.ok(!ran.ok);
      assert.match(ran.failure.message, /its size is no longer/);
      assert.equal(ran.failure.outcomeUnknown, false);
      assert.deepEqual(outputs(await run(shell, { script: 'echo again' })), ['again']);
      assert.equal(existsSync(`${place}/ran`), false);
      rmSync(place, { recursive: true });
    });
  });

  test('are not run when the connection is cut amid a packed one', async () => {
    const [userland] = findUserlands();
    assert.ok(userland);
    const place = mkdtempSync(path.join(tmpdir(), 'hardway-test-'));
    const connection = userland.connect({ remote: true });
    const shell = await openShell(connection);
    const [said] = await run(shell, { script: 'echo "${0%/*}"' });
    const directory = said?.stdout.toString().trim() ?? '';
    const cut = content(text, 2 * text.length, () => connection.close());
    const ran = await shell.run([{ script: `echo ran >${place}/ran`, stdin: cut }]);
    assert.equal(ran.ok, false);
    for (let tries = 0; existsSync(directory) && tries < 500; tries += 1) await sleep(20);
    assert.deepEqual([existsSync(directory), existsSync(`${place}/ran`)], [false, false]);
    rmSync(place, { recursive: true });
  });

  test('of 64 MB are read a few pieces ahead of what was sent', async () => {
    const block = Buffer.from(randomBytes(mebibyte / 2).toString('hex'));
    let read = 0;
    const stdin: Content = {
      ...{ sha256: '', size: 64 * mebibyte },
      async *open() {
        for (; read < 64; read += 1) yield await Promise.resolve(block);
      },
    };
    const input = await inputOf({ script: '', stdin }, true);
    assert.deepEqual([input.isPacked, read], [true, 0]);
    let sent = 0;
    for await (const chunk of input.chunks) {
      sent += chunk.length;
      await sleep(1);
      assert.ok(read * mebibyte * 0.55 < sent + 6 * mebibyte, `${read} pieces were read for ${sent} bytes`);
    }
    assert.equal(read, 64);
  });
});
