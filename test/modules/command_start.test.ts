// Commands that cannot be begun, under every sh that this machine has: told in Ansible's words, without our own paths.
import * as assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Shell } from '../../engine/connection/contract.ts';
import type { HostConnection } from '../../engine/connection/connection.ts';
import { tryOnHost } from '../../engine/module/testing.ts';
import type { Module } from '../../engine/module/define.ts';
import { command } from '../../modules/command.ts';
import { shell as shellModule } from '../../modules/shell.ts';
import { findUserlands, openShell } from '../support/shells.ts';
import { describe } from '../support/suite.ts';

for (const userland of findUserlands())
  describe(`commands that cannot be begun under ${userland.name}`, ({ test, setup, teardown }) => {
    let connection: HostConnection;
    let shell: Shell;
    let place: string;
    setup(async () => {
      place = mkdtempSync(path.join(tmpdir(), 'hardway-start-'));
      mkdirSync(`${place}/it's here`);
      writeFileSync(`${place}/plain`, '#!/bin/sh\necho ran\n');
      chmodSync(`${place}/plain`, 0o644);
      connection = userland.connect();
      shell = await openShell(connection);
    });
    teardown(async () => {
      await connection.close();
      rmSync(place, { recursive: true, force: true });
    });

    async function told(module: Module, params: Readonly<Record<string, string>>): Promise<unknown[]> {
      const { result } = await tryOnHost(module, new Map(Object.entries(params)), shell);
      return ['changed', 'rc', 'msg', 'stderr', 'stdout'].map((name) => result[name]);
    }

    const cannotEnter = 'Unable to change directory before execution: ';

    test('a folder that is not there, or is none', async () => {
      const gone = `${place}/it's gone`;
      const missing = `${cannotEnter}[Errno 2] No such file or directory: b'${gone}'`;
      assert.deepEqual(await told(command, { cmd: 'pwd', chdir: gone }), [false, null, missing, '', '']);
      assert.deepEqual(await told(shellModule, { cmd: 'pwd', chdir: gone }), [false, null, missing, '', '']);
      const file = `${cannotEnter}[Errno 20] Not a directory: b'${place}/plain'`;
      const plain = { cmd: 'pwd', chdir: `${place}/plain` };
      assert.deepEqual(await told(command, plain), [false, null, file, '', '']);
    });

    test('such a folder goes before what the command creates or removes', async () => {
      const gone = `${place}/gone`;
      const missing = `${cannotEnter}[Errno 2] No such file or directory: b'${gone}'`;
      for (const guard of [{ creates: place }, { removes: `${place}/nothing` }])
        for (const module of [command, shellModule])
          assert.deepEqual(await told(module, { cmd: 'pwd', chdir: gone, ...guard }), [
            ...[false, null, missing, '', ''],
          ]);
      const inside = await told(command, { cmd: 'pwd', chdir: place, creates: 'pla*' });
      const since = "since 'pla*' exists";
      assert.deepEqual(inside, [
        ...[false, 0, `Did not run command ${since}`, '', `skipped, ${since.replaceAll("'", '')}`],
      ]);
    });

    test('a shell that is not there, or is no program', async () => {
      for (const [executable, errno, why] of [
        ['/no/shell', 2, 'No such file or directory'],
        ['no-such-shell', 2, 'No such file or directory'],
        [`${place}/plain`, 13, 'Permission denied'],
        [place, 13, 'Permission denied'],
      ] as const) {
        const msg = `[Errno ${errno}] ${why}: b'${executable}'`;
        assert.deepEqual(await told(shellModule, { cmd: 'echo x', executable }), [false, errno, msg, '', '']);
      }
    });

    test('a program that may not be run', async () => {
      for (const cmd of [`${place}/plain`, place]) {
        const msg = `[Errno 13] Permission denied: b'${cmd}'`;
        assert.deepEqual(await told(command, { cmd }), [false, 13, msg, '', '']);
      }
    });

    test('words that are too long for the system', async () => {
      const long = 'x'.repeat(140_000);
      for (const [program, named] of [
        ['/bin/echo', '/bin/echo'],
        ['env', 'env'],
      ] as const)
        assert.deepEqual(await told(command, { cmd: `${program} ${long}` }), [
          ...[false, 7, `[Errno 7] Argument list too long: b'${named}'`, '', ''],
        ]);
      const msg = "[Errno 7] Argument list too long: '/bin/sh'";
      assert.deepEqual(await told(shellModule, { cmd: `: ${long}` }), [false, 7, msg, '', '']);
    });

    test('what can be begun tells its own failures as before', async () => {
      const chdir = `${place}/it's here`;
      assert.deepEqual(await told(command, { cmd: 'pwd', chdir }), [true, 0, '', '', chdir]);
      const bare = { cmd: 'echo "[Errno 2] no" >&2; exit 2', chdir, executable: 'sh' };
      const failed = [true, 2, 'non-zero return code', '[Errno 2] no', ''];
      assert.deepEqual(await told(shellModule, bare), failed);
      const variables = { cmd: 'echo "${p-}${r-}"', chdir, executable: '/bin/sh' };
      assert.deepEqual(await told(shellModule, variables), [true, 0, '', '', '']);
    });
  });
