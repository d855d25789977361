// access.yml where little is there: nothing that runs, and then one host with a cluster on it. What it writes for whole
// shapes is in infra.test.ts.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { makeConnections } from '../../engine/connection/connections.ts';
import { keep, networkTasks } from '../support/aws_keep.ts';
import { type AwsOperator, useAwsOperator } from '../support/aws_operator.ts';
import { whyNoAws, type TestAws } from '../support/moto.ts';
import { play, type Played } from '../support/play_here.ts';
import { describe } from '../support/suite.ts';

const playbook = path.resolve(import.meta.dirname, '../../playbooks/access.yml');

describe(
  'access.yml',
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
    const access = async (): Promise<Played> => {
      const connections = makeConnections();
      const extraVars = ['infra_name=kube', 'aws_region=eu-west-1', `infra_dir=${folder}`];
      const played = await play('', { playbook, extraVars, connections });
      await connections.closeAll();
      return played;
    };

    test('where nothing runs it says what to run first, and writes nothing', async () => {
      const { result, lines } = await access();
      assert.is(
        result('localhost', 'Something runs').message,
        'No instance in eu-west-1 runs that is tagged hardway=kube; run playbooks/infra.yml first',
      );
      assert.match(lines.at(-1) ?? '', /failed$/);
    });

    test('without a cluster it says so, and with one its kubeconfig is there for its owner alone', async () => {
      const { subnet } = await networkTasks(aws);
      const wish = `name: controller-0, image_id: ami-0b11focal, instance_type: t3.small, vpc_subnet_id: ${subnet}`;
      const made = await keep(
        aws,
        'ec2_instance',
        `${wish}, tags: { hardway: kube, hardway-group: controller }`,
      );
      assert.is(made.message, '');
      const without = await access();
      assert.is(without.result('localhost', 'Kubeconfig').status, 'skipped');
      const file = path.join(folder, 'kubeconfig');
      mkdirSync(path.join(folder, 'cluster'));
      writeFileSync(path.join(folder, 'cluster/admin.kubeconfig'), 'kind: Config\n', { mode: 0o644 });
      const first = await access();
      assert.is(first.result('localhost', 'Kubeconfig').status, 'changed');
      assert.is(readFileSync(file, 'utf8'), 'kind: Config\n');
      assert.is(statSync(file).mode & 0o777, 0o600);
      const again = await access();
      assert.equal(
        again.lines.filter((line) => line.endsWith(' changed')),
        [],
      );
    });
  },
  { unless: whyNoAws() },
);
