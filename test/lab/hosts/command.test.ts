import * as assert from 'uvu/assert';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLabCommand } from '../../../lab/command.ts';
import { labDown } from '../../../lab/lab.ts';
import { runProgram, type Finished } from '../../../lab/run_program.ts';
import { labProgram, whyNoLab } from '../../support/lab.ts';
import { describe } from '../../support/suite.ts';

async function lab(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runLabCommand(argv, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

/** For commands that hand the terminal over. */
function runMain(...argv: string[]): Promise<Finished> {
  return runProgram([...labProgram, ...argv]);
}

describe(
  'the lab commands',
  ({ test, setup, teardown }) => {
    const name = `command-${randomBytes(3).toString('hex')}`;
    const host = `${name}-1`;
    let folder = '';
    let file = '';
    setup(async () => {
      folder = await mkdtemp(join(tmpdir(), 'hardway-command-'));
      file = join(folder, `${name}.yml`);
      await writeFile(file, `hosts:\n  ${host}: { groups: [solo], vars: { answer: 42 } }\n`);
    });
    teardown(async () => {
      await labDown(name);
      await rm(folder, { recursive: true, force: true });
    });

    test('--help behind a word of the lab shows the help and does nothing', async () => {
      const { code, out } = await lab('up', '--help');
      assert.is(code, 0);
      assert.match(out, 'hardway lab up [TOPOLOGY]');
    });

    test('up names the lab after its file, and says where the inventory is', async () => {
      const { code, out } = await lab('up', file);
      assert.is(code, 0);
      assert.match(out, `lab ${name} is up: 1 of 1 hosts booted`);
      const inventory = /^inventory: (.+)$/m.exec(out)?.[1] ?? '';
      assert.match(await readFile(inventory, 'utf8'), /solo:\n {6}hosts:\n {8}command-/);
      assert.match((await lab('up', file)).out, `lab ${name} was up already`);
    });

    test('status shows address, state, memory and groups', async () => {
      const { out } = await lab('status');
      assert.match(out, new RegExp(`^${name} +${host} +10\\.97\\.\\d+\\.11 +up +\\d+ MiB +solo$`, 'm'));
    });

    test('ssh and exec run a command on a host and end as it ends', async () => {
      for (const verb of ['ssh', 'exec']) {
        const ended = await runMain(
          verb,
          host,
          '--',
          'sh',
          '-c',
          verb === 'ssh' ? '"hostname; exit 7"' : 'hostname; exit 7',
        );
        assert.equal([ended.stdout, ended.code], [`${host}\n`, 7], verb);
      }
    });

    test('kill cuts the power, exec says that the host is down, up brings it back', async () => {
      assert.is((await lab('kill', host)).out, `${host} has lost power\n`);
      assert.match((await lab('status')).out, new RegExp(`${host} .* down +- +solo$`, 'm'));
      const { code, err } = await lab('exec', host, '--', 'true');
      assert.equal([code, err], [1, `${host} is down: bring it back by hardway lab up\n`]);
      // Without a topology, the lab of that name as it was.
      assert.match((await lab('up', '--name', name)).out, '1 of 1 hosts booted');
    });

    test('down removes the lab, and says so when there is none', async () => {
      assert.match((await lab('down', name)).out, `lab ${name} is down`);
      assert.is((await lab('down', name)).out, `there is no lab ${name}\n`);
    });

    const mistakes: [string[], string][] = [
      [['fly'], 'no command fly'],
      [['up', 'nowhere'], 'plain, seven, cluster or variants'],
      [['up', 'plain', '--nmae', 'x'], 'no option --nmae'],
      [['up', 'plain', '--name', 'Bad Name'], 'lower case'],
      [['up', '/tmp/Bad_Name.yml'], 'there is no topology'],
      [['ssh'], 'needs the name of a host'],
      [['ssh', 'no-such-host'], 'no lab has a host no-such-host'],
    ];
    for (const [argv, sentence] of mistakes) {
      test(`a mistake is told in one line: ${argv.join(' ')}`, async () => {
        const { code, out, err } = await lab(...argv);
        assert.equal([code, out], [1, '']);
        assert.match(err, sentence);
      });
    }

    test('help lists all commands', async () => {
      const { code, out } = await lab('--help');
      assert.is(code, 0);
      for (const verb of ['up', 'down', 'status', 'ssh', 'exec', 'kill'])
        assert.match(out, `hardway lab ${verb}`);
    });
  },
  { unless: await whyNoLab() },
);
