// infra.yml run by two operators at the same moment: there is one cluster afterwards, and nothing twice.
import * as assert from 'uvu/assert';
import { type AwsOperator, useAwsOperator } from '../support/aws_operator.ts';
import { lookedBefore, oneCallByToken, singleAsOnAws } from '../support/aws_disturbed.ts';
import { heldByAccount, newIn, type Held } from '../support/aws_held.ts';
import { failures } from '../support/cluster.ts';
import type { Ran } from '../support/hardway.ts';
import { whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';
import { runInfra } from './run_infra.ts';

for (const shape of ['private', 'scaling'])
  describe(
    `infra.yml with playbooks/aws/${shape}.yml, twice at once`,
    ({ test, setup, teardown }) => {
      let operator: AwsOperator;
      let aws: TestAws;
      let empty: readonly Held[];

      setup(async () => {
        operator = await useAwsOperator();
        ({ aws } = operator);
        empty = await heldByAccount(aws);
      });
      teardown(async () => {
        await operator.release();
      });

      const run = (): Promise<Ran> => runInfra(shape, operator.folder, '-e', 'control_cidr=203.0.113.7/32');

      test('both end well, each thing is there once, and a third run has nothing to do', async () => {
        aws.proxy.fault(singleAsOnAws());
        aws.proxy.fault(oneCallByToken());
        aws.proxy.fault(lookedBefore(2));
        const both = await Promise.all([run(), run()]);
        const makers = aws.proxy.writes.filter((action) => action === 'CreateVpc');
        aws.proxy.heal();
        assert.equal(
          both.map(({ code }) => code),
          [0, 0],
          both
            .map(
              (r) =>
                failures(r) +
                r.events
                  .filter((e) => e.result?.status === 'failed')
                  .map((e) => e.result?.message)
                  .join(),
            )
            .join('; '),
        );
        assert.ok(makers.length >= 2, 'both saw no VPC');
        const stands = newIn(await heldByAccount(aws), empty);
        assert.is(stands.filter((one) => /^instance (?!profile)/.test(one)).length, 6, stands.join('; '));
        // Each of these has a name of its own; the hosts of an Auto Scaling group share theirs.
        const named = stands.filter((one) => !/^(?:instance|volume|network interface) /.test(one));
        assert.ok(named.length > 10, stands.join('; '));
        assert.equal(named, [...new Set(named)]);
        aws.proxy.forget();
        const third = await run();
        assert.equal([third.code, aws.proxy.writes], [0, []], failures(third));
      });
    },
    { unless: whyNoAws() },
  );
