// infra.yml and destroy.yml killed at moments that a seed draws (SEED=7 for others), and on an AWS in trouble: in the end
// there is what an undisturbed run makes, nothing twice, and nothing is left.
import path from 'node:path';
import * as assert from 'uvu/assert';
import { heldByAccount, newIn, type Held } from '../support/aws_held.ts';
import { killAt, repliesLost, slowStates, throttled } from '../support/aws_disturbed.ts';
import { failures, timed } from '../support/cluster.ts';
import { runPlaybookCommand, type Ran } from '../support/hardway.ts';
import { type AwsOperator, useAwsOperator } from '../support/aws_operator.ts';
import { whyNoAws, type TestAws } from '../support/moto.ts';
import { Random } from '../support/random.ts';
import { describe } from '../support/suite.ts';

const playbooks = path.resolve(import.meta.dirname, '../../playbooks');
const seed = Number(process.env['SEED'] ?? 1);
/** Kills of infra.yml for each shape. */
const kills = 4;
/** Of all calls, how many AWS refuses for their rate. Clients slow down for it, to two seconds a call: one shape will do. */
const refused: Readonly<Record<string, number>> = { private: 1 / 3, scaling: 0 };

for (const [shape, share] of Object.entries(refused))
  describe(
    `infra.yml disturbed, with playbooks/aws/${shape}.yml`,
    ({ test, setup, teardown }) => {
      let aws: TestAws;
      let folder: string;
      let empty: readonly Held[];
      let whole: readonly string[];
      let writes: number;
      const random = new Random(seed);
      let operator: AwsOperator;
      const words = (playbook: string): string[] => [
        path.join(playbooks, playbook),
        ...['-e', `@${path.join(playbooks, 'aws', `${shape}.yml`)}`],
        ...['-e', 'control_cidr=203.0.113.7/32', '-e', `infra_dir=${folder}`],
      ];
      const run = async (playbook: string): Promise<Ran> => {
        aws.proxy.forget();
        const ran = await runPlaybookCommand(...words(playbook));
        assert.is(ran.code, 0, failures(ran));
        return ran;
      };
      const stands = async (): Promise<string[]> => newIn(await heldByAccount(aws), empty);

      setup(async () => {
        operator = await useAwsOperator();
        ({ aws, folder } = operator);
        empty = await heldByAccount(aws);
        await run('infra.yml');
        writes = aws.proxy.writes.length;
        whole = await stands();
        assert.ok(whole.length > 10, whole.join('; '));
        await run('destroy.yml');
        assert.equal(await stands(), []);
      });
      teardown(async () => {
        await operator.release();
      });

      test(`killed ${kills} times, the next run makes the rest and nothing twice`, async () => {
        for (let kill = 0; kill < kills; kill += 1) {
          const nth = 1 + random.below(Math.floor(writes / kills));
          const when = random.pick(['before', 'after'] as const);
          const killed = await killAt(aws, nth, when, words('infra.yml'));
          console.log(`killed ${when} call ${nth} of the rest, ${killed.at ?? 'none'}`);
          assert.ok(killed.at !== undefined && killed.code === null, killed.said);
        }
        await run('infra.yml');
        assert.equal(await stands(), whole);
        await run('infra.yml');
        assert.equal(aws.proxy.writes, []);
      });

      test('a destroy that is killed goes on where it stopped, and leaves nothing', async () => {
        const nth = 1 + random.below(8);
        const killed = await killAt(aws, nth, 'after', words('destroy.yml'));
        assert.ok(killed.at !== undefined && killed.code === null, killed.said);
        await run('destroy.yml');
        assert.equal(await stands(), []);
      });

      test(`with ${share === 0 ? '' : 'a third of all calls refused for their rate, '}slow states and the first reply of each kind lost, it makes the same and removes it`, async () => {
        const lost: string[] = [];
        const disturb = (): void => {
          for (const fault of slowStates(3)) aws.proxy.fault(fault);
          aws.proxy.fault(repliesLost(lost));
        };
        aws.proxy.fault(throttled(random, share));
        disturb();
        await timed('infra.yml in trouble', () => run('infra.yml'));
        const calls = aws.proxy.calls.length;
        aws.proxy.heal();
        console.log(`${calls} calls, first replies lost: ${lost.join(' ')}`);
        assert.ok(lost.length > 10, lost.join(' '));
        assert.equal(await stands(), whole);
        await run('infra.yml');
        assert.equal(aws.proxy.writes, []);
        disturb();
        await timed('destroy.yml in trouble', () => run('destroy.yml'));
        aws.proxy.heal();
        assert.equal(await stands(), []);
      });
    },
    { unless: whyNoAws() },
  );
