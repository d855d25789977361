// What infra.yml wants to be told before it makes anything.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

    test('the folder of the operator’s files is made with its parents, for nobody else to enter', async () => {
      const home = mkdtempSync(path.join(tmpdir(), 'hardway-home-'));
      const folder = path.join(home, '.hardway/of/me');
      const none = '{"infra_hosts": {}, "infra_target_groups": {}, "infra_balancers": {}}';
      const ran = await runInfra('small', folder, '-e', 'control_cidr=203.0.113.7/32', '-e', none);
      assert.is(ran.code, 0, ran.stdout + ran.stderr);
      const modes = ['.hardway', '.hardway/of', '.hardway/of/me'].map(
        (name) => statSync(path.join(home, name)).mode & 0o777,
      );
      const key = statSync(path.join(folder, 'ssh_key')).mode & 0o777;
      rmSync(home, { recursive: true, force: true });
      assert.equal([...modes, key], [0o700, 0o700, 0o700, 0o600]);
    });

    test('no host is started while EC2 has a key whose private half is not here', async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'hardway-key-'));
      aws.proxy.forget();
      // EC2 has the key of the run above.
      const ran = await runInfra('small', folder, '-e', 'control_cidr=203.0.113.7/32');
      rmSync(folder, { recursive: true, force: true });
      assert.is(ran.code, 2);
      assert.match(ran.stdout, /EC2 has the key kubernetes, and \S+ssh_key is not there/);
      assert.not(aws.proxy.writes.includes('RunInstances'));
    });
  },
  { unless: whyNoAws() },
);
