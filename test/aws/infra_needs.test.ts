// What infra.yml wants to be told before it makes anything.
import path from 'node:path';
import * as assert from 'uvu/assert';
import { runPlaybookCommand } from '../support/hardway.ts';
import { withEnvironment } from '../support/environment.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';
import { playbooks, runInfra } from './run_infra.ts';

describe(
  'infra.yml without what it needs',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let restore: () => void;
    setup(async () => {
      aws = await useAws();
      restore = withEnvironment(aws.environment);
    });
    teardown(async () => {
      restore();
      await aws.release();
    });

    test('makes nothing until the operator’s range, the region and a shape are given (S1-08, S1-13)', async () => {
      const range = ['-e', 'control_cidr=203.0.113.7/32'];
      const playbook = path.join(playbooks, 'infra.yml');
      for (const ran of [
        await runInfra('nine', '/nowhere'),
        await runInfra('nine', '/nowhere', ...range, '-e', 'aws_region='),
        await runPlaybookCommand(playbook, '-e', 'infra_dir=/nowhere', ...range),
      ]) {
        assert.is(ran.code, 2);
        assert.match(ran.stdout, 'Give a shape');
        assert.equal(aws.proxy.calls, []);
      }
    });
  },
  { unless: whyNoAws() },
);
