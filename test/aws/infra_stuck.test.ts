// destroy.yml where AWS keeps the VPC: what is left is told all the same, and nothing is made in order to remove it.
import path from 'node:path';
import * as assert from 'uvu/assert';
import { ec2Error } from '../support/aws_proxy.ts';
import { type AwsOperator, useAwsOperator } from '../support/aws_operator.ts';
import { runPlaybookCommand, type Ran } from '../support/hardway.ts';
import { whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';
import { playbooks, runInfra } from './run_infra.ts';

describe(
  'destroy.yml of a VPC that something holds',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let folder: string;
    let operator: AwsOperator;
    setup(async () => {
      operator = await useAwsOperator();
      ({ aws, folder } = operator);
    });
    teardown(async () => {
      await operator.release();
    });
    const range = ['-e', 'control_cidr=203.0.113.7/32'];
    const destroy = (): Promise<Ran> => {
      aws.proxy.forget();
      return runPlaybookCommand(
        path.join(playbooks, 'destroy.yml'),
        ...['-e', `@${path.join(playbooks, 'aws/small.yml')}`, '-e', `infra_dir=${folder}`, ...range],
      );
    };

    test('what still carries the tag is told, and a second destroy makes no group again', async () => {
      const none = '{"infra_hosts": {}, "infra_target_groups": {}, "infra_balancers": {}}';
      const made = await runInfra('small', folder, ...range, '-e', none);
      assert.is(made.code, 0, made.stdout);
      aws.proxy.fault(({ action }) =>
        action === 'DeleteVpc' ? ec2Error('DependencyViolation', 'The vpc has dependencies') : undefined,
      );
      const first = await destroy();
      assert.is(first.code, 2);
      assert.match(first.stdout, 'The vpc has dependencies');
      assert.match(first.stdout, /Still there, tagged hardway=kubernetes: vpc vpc-/);
      const second = await destroy();
      assert.match(second.stdout, /Still there, tagged hardway=kubernetes: vpc vpc-/);
      assert.equal(aws.proxy.writes, ['DeleteVpc']);
      aws.proxy.heal();
      const gone = await destroy();
      assert.equal([gone.code, aws.proxy.writes], [0, ['DeleteVpc']], gone.stdout);
    });
  },
  { unless: whyNoAws() },
);
