// What may happen between any two calls of a module that makes a thing on AWS: another run makes the same, or a reply is
// lost. There is one thing afterwards, and the module has nothing more to do.
import * as assert from 'uvu/assert';
import { oneCallByToken, singleAsOnAws } from '../support/aws_disturbed.ts';
import { heldByAccount } from '../support/aws_held.ts';
import { readsOnly, type Call, type Fault } from '../support/aws_proxy.ts';
import { makeZone, neededBy, rows, type Row } from '../support/aws_rows.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { play, type Played } from '../support/play_here.ts';
import { Random } from '../support/random.ts';
import { describe } from '../support/suite.ts';

const seed = Number(process.env['SEED'] ?? 5);
const random = new Random(seed);

/** One of them, by the seed; with MEANWHILE=all each. */
const drawn = <T>(items: readonly T[]): readonly T[] =>
  process.env['MEANWHILE'] === 'all' ? items : [random.pick(items)];

/** What the row needs, then the row itself; `begins` is called when its own turn comes. */
const run = (aws: TestAws, { module, parameters, needs }: Row, begins?: () => void): Promise<Played> => {
  const task = (name: string, kind: string, words: string, register: string): string =>
    `    - { ${kind}: { ${words}, ${aws.parameters} }, name: ${name}, register: ${register} }\n`;
  const before = neededBy(parameters, needs).map((row) =>
    task('before', row.module, row.parameters, row.register ?? 'it'),
  );
  return play(
    `- hosts: one\n  gather_facts: false\n  tasks:\n${before.join('')}${task('own', module, parameters, 'own')}`,
    {
      onEvent: (event) => {
        if (event.type === 'task-start' && event.task.name === 'own') begins?.();
      },
    },
  );
};

/** What the account holds, without ids: `subnet s`. */
const kinds = async (aws: TestAws): Promise<readonly string[]> =>
  (await heldByAccount(aws)).map(({ kind, name }) => `${kind} ${name}`).sort();

describe(
  'modules of AWS while something happens between their calls',
  ({ test }) => {
    for (const row of rows.filter(({ changed }) => changed !== undefined)) {
      /** Calls of the row's own task, and what the account holds after it. */
      const undisturbed = async (): Promise<{
        readonly calls: readonly Call[];
        readonly holds: readonly string[];
      }> => {
        const aws = await useAws();
        await makeZone(aws);
        const made = await run(aws, row, () => aws.proxy.forget());
        assert.is(made.result('one', 'own').status, 'changed', made.result('one', 'own').message);
        const calls = [...aws.proxy.calls];
        const holds = await kinds(aws);
        await aws.release();
        return { calls, holds };
      };
      /** With a fault at one call of the row's own task. */
      const disturbed = async (
        number: number,
        fault: (aws: TestAws) => ReturnType<Fault>,
        holds: readonly string[],
      ): Promise<void> => {
        const aws = await useAws();
        await makeZone(aws);
        let count = 0;
        const made = await run(aws, row, () => {
          aws.proxy.fault(() => {
            count += 1;
            return count === number ? fault(aws) : undefined;
          });
          aws.proxy.fault(oneCallByToken());
          aws.proxy.fault(singleAsOnAws());
        });
        aws.proxy.heal();
        const own = made.result('one', 'own');
        assert.ok(['ok', 'changed'].includes(own.status), `call ${number}: ${own.message ?? ''}`);
        assert.equal(await kinds(aws), holds, `call ${number}`);
        aws.proxy.forget();
        const again = await run(aws, row);
        assert.is(again.result('one', 'own').status, 'ok', `call ${number}`);
        await aws.release();
      };

      test(`${row.module}: another run makes the same meanwhile, or a reply is lost`, async () => {
        const { calls, holds } = await undisturbed();
        const numbers = calls.map((_, at) => at + 1);
        const writes = calls.flatMap((call, at) => (readsOnly(call) ? [] : [at + 1]));
        assert.ok(writes.length > 0, calls.map(({ action }) => action).join());
        for (const number of drawn(numbers))
          await disturbed(
            number,
            (aws) =>
              run(aws, row).then((other) => {
                const { status, message } = other.result('one', 'own');
                assert.ok(['ok', 'changed'].includes(status), `the other, call ${number}: ${message ?? ''}`);
                return undefined;
              }),
            holds,
          );
        for (const number of drawn(writes)) await disturbed(number, () => 'lose', holds);
      });
    }
  },
  { unless: whyNoAws() },
);
