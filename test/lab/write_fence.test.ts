// The fence by which tests list what a process writes on this machine.
import * as assert from 'uvu/assert';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mountsBelow } from '../../lab/mounts.ts';
import { runProgram } from '../../lab/run_program.ts';
import { whyNoLab } from '../support/lab.ts';
import { describe } from '../support/suite.ts';
import { raiseFence, type WriteFence } from '../support/write_fence.ts';

describe(
  'a process behind the fence',
  ({ test, setup, teardown }) => {
    let folder: string;
    let fence: WriteFence;
    setup(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'fence-test-'));
      await writeFile(path.join(folder, 'kept'), 'as it was');
      fence = await raiseFence(path.join(folder, 'fence'));
    });
    teardown(async () => {
      await fence.release();
      assert.equal(await mountsBelow(folder), []);
      await rm(folder, { recursive: true });
    });

    async function run(script: string): Promise<string> {
      const done = await runProgram([...fence.command, 'sh', '-c', script, 'sh', folder], { cwd: folder });
      assert.is(done.code, 0, done.stderr);
      return done.stdout;
    }
    const writtenHere = (): string[] =>
      fence
        .written()
        .filter((file) => file.path.startsWith(`${folder}/`))
        .map((file) => `${file.path.slice(folder.length + 1)} ${file.type}`);

    test('sees the machine as it is and has written nothing when it only looked', async () => {
      assert.is(await run('pwd; cat kept; id -u; test -e /proc/self/exe'), `${folder}\nas it was0\n`);
      assert.equal(fence.written(), []);
    });

    test('is told on when it writes, changes a mode or removes; the machine keeps what it had', async () => {
      await run('echo new >made; chmod 0600 kept; rm /etc/passwd; ! test -e /etc/passwd');
      assert.equal(writtenHere(), ['kept file', 'made file']);
      assert.ok(fence.written().some((file) => file.path === '/etc/passwd' && file.type === 'device'));
      assert.is(existsSync(path.join(folder, 'made')), false);
      assert.is(await readFile(path.join(folder, 'kept'), 'utf8'), 'as it was');
      assert.ok(existsSync('/etc/passwd'));
    });

    test('is told on by the folder when a file came and went', async () => {
      assert.is(
        fence.written().some((file) => file.path === '/usr/local'),
        false,
      );
      await run('touch /usr/local/visitor; rm /usr/local/visitor');
      assert.ok(fence.written().some((file) => file.path === '/usr/local' && file.type === 'directory'));
    });
  },
  { unless: await whyNoLab() },
);
