// Scripts that share a process, under every sh and userland that this machine has: told apart as if each had its own.
import assert from 'node:assert/strict';
import type { HostConnection } from '../../../engine/connection/connection.ts';
import type { ScriptAhead, Shell } from '../../../engine/connection/contract.ts';
import { bundled } from '../../../engine/connection/bundles.ts';
import type { Output } from '../../../engine/module/contract.ts';
import { findUserlands, openShell } from '../../support/shells.ts';
import { describe } from '../../support/suite.ts';

const look = (script: string, more: Partial<ScriptAhead> = {}): ScriptAhead => ({
  script,
  shares: 'looks',
  ...more,
});
const change = (script: string, more: Partial<ScriptAhead> = {}): ScriptAhead => ({
  ...{ script, shares: 'changes' },
  ...more,
});
const said = (output: Output | undefined): unknown =>
  output && [output.rc, output.stdout.toString('latin1'), output.stderr.toString('latin1')];

const looks: readonly ScriptAhead[] = [
  look('printf one'),
  look('echo two; echo error >&2; exit 7'),
  look(':'),
  look('printf "a\\0b\\n\\n"; printf "\\377" >&2'),
  look('cd /; umask 077; export HOME=/nowhere; exec 3>&1; set -- x; x=1; pwd'),
  look('echo "$x$#$(umask)"; pwd', { environment: { x: 'of my own' } }),
  look('pwd', { cwd: '/tmp' }),
  look('cat; echo "no input"'),
  look("trap 'echo left' EXIT; false"),
  look('case x in (x) echo "in brackets" ;; esac # the end'),
  look('no_such_command_here; exit 0'),
  look('cat <<END\nof a document\nEND'),
];

describe('bundles', ({ test }) => {
  const sizes = (scripts: readonly ScriptAhead[], needed: number): number[] =>
    bundled(scripts, needed).map((bundle) => bundle.scripts.length);

  test('neighbours share a process; what has input, another limit, or is for somebody else, does not', () => {
    assert.deepEqual(sizes([look('a'), look('b'), look('c')], 3), [3]);
    assert.deepEqual(sizes([look('a'), look('b'), look('c')], 1), [1, 2]);
    assert.deepEqual(sizes([look('a'), { script: 'b' }, look('c'), look('d')], 4), [1, 1, 2]);
    assert.deepEqual(sizes([look('a'), change('b'), change('c', { onlyAfter: true })], 3), [1, 2]);
    assert.deepEqual(sizes([look('a'), look('b', { timeoutSeconds: 5 })], 2), [1, 1]);
    assert.deepEqual(sizes([look('a'), look('b', { stdin: Buffer.from('b') })], 2), [1, 1]);
    assert.deepEqual(sizes([], 0), []);
  });

  test('a bundle holds at most 50 scripts and 128 KiB', () => {
    const many = Array.from({ length: 120 }, (_, index) => look(`echo ${index}`));
    assert.deepEqual(sizes(many, 120), [50, 50, 20]);
    const long = Array.from({ length: 5 }, () => look(`: ${'x'.repeat(50_000)}`));
    assert.deepEqual(sizes(long, 5), [2, 2, 1]);
  });

  test('limits grow with the bundle, and what is printed beyond them is stopped by the host', () => {
    const early = { timeoutSeconds: 5, maxOutputBytes: 1024 };
    const [bundle] = bundled([look('a', early), look('b', early), look('c', early)], 0);
    assert.equal(bundle?.timeoutSeconds, 5.4);
    assert.equal(bundle.maxOutputBytes, 3072);
    assert.match(bundle.program, /^ulimit -f 6\n/);
    const [alone] = bundled([look('a', early)], 0);
    assert.match(alone?.program ?? '', /^ulimit -f 2\n/);
  });
});

for (const userland of findUserlands())
  describe(`bundles under ${userland.name}`, ({ test, setup, teardown }) => {
    let connection: HostConnection;
    let shell: Shell;
    setup(async () => {
      connection = userland.connect();
      shell = await openShell(connection);
    });
    teardown(() => connection.close());

    const run = async (scripts: readonly ScriptAhead[]): Promise<readonly Output[]> => {
      const ran = await shell.run(scripts);
      assert.ok(ran.ok);
      return ran.value;
    };
    const along = async (scripts: readonly ScriptAhead[]): Promise<readonly (Output | undefined)[]> => {
      let told: readonly (Output | undefined)[] = [];
      const take = (outputs: typeof told): void => {
        told = outputs;
      };
      assert.ok((await shell.run([{ script: ':' }], { ahead: { scripts, take } })).ok);
      return told;
    };

    test('each look has the exit code, output and surroundings that it has alone', async () => {
      const alone = await run(looks.map((script) => ({ ...script, shares: undefined })));
      const together = await run(looks);
      const shown = (outputs: readonly Output[]): unknown[] => outputs.map(said);
      // The message about an unknown command names the line, which is another.
      assert.deepEqual(shown(together.slice(0, 10)), shown(alone.slice(0, 10)));
      assert.deepEqual(
        together.map(({ rc }) => rc),
        alone.map(({ rc }) => rc),
      );
      assert.deepEqual(
        together.map(({ stdout }) => stdout),
        alone.map(({ stdout }) => stdout),
      );
    });

    test('looks after one that ends their process are asked alone', async () => {
      const before = shell.traffic.roundTrips;
      const answers = await run([
        look('echo one'),
        look('kill -9 $$'),
        look('echo three'),
        look('echo four'),
      ]);
      assert.deepEqual(
        answers.map(({ rc, stdout }) => [rc, stdout.toString()]),
        [
          [0, 'one\n'],
          [137, ''],
          [0, 'three\n'],
          [0, 'four\n'],
        ],
      );
      assert.equal(shell.traffic.roundTrips - before, 2);
    });

    test('of what goes along, one that takes too long ends the bundle; those before it have answered', async () => {
      const limit = { timeoutSeconds: 0.5 };
      const [first, slow, last] = await along([
        look('echo first', limit),
        look('echo begun; sleep 60', limit),
        look('echo last', limit),
      ]);
      assert.deepEqual(said(first), [0, 'first\n', '']);
      assert.equal(slow?.timedOut, true);
      assert.equal(slow.stdout.toString(), 'begun\n');
      assert.equal(last, undefined);
    });

    test('changes end with the first that fails; those after it were not made', async () => {
      const told = await along([
        change('echo a; exit 0'),
        change('echo b', { onlyAfter: true }),
        change('echo c >&2; exit 150'),
        change('echo d', { onlyAfter: true }),
        change('echo e'),
        { script: 'echo f', onlyAfter: true },
        { script: 'echo g' },
      ]);
      assert.deepEqual(told.map(said), [
        [0, 'a\n', ''],
        [0, 'b\n', ''],
        [150, '', 'c\n'],
        undefined,
        undefined,
        undefined,
        [0, 'g\n', ''],
      ]);
    });
  });
