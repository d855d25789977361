// destroy.yml where AWS keeps the VPC: what is left is told all the same, and nothing is made in order to remove it.
import path from 'node:path';
import * as ec2 from '@aws-sdk/client-ec2';
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
      process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
      operator = await useAwsOperator();
      ({ aws, folder } = operator);
    });
    teardown(async () => {
      await operator.release();
    });
    const range = ['-e', 'control_cidr=203.0.113.7/32'];
    const destroy = (...argv: readonly string[]): Promise<Ran> => {
      aws.proxy.forget();
      return runPlaybookCommand(
        path.join(playbooks, 'destroy.yml'),
        ...[
          '-e',
          `@${path.join(playbooks, 'aws/small.yml')}`,
          '-e',
          `infra_dir=${folder}`,
          ...range,
          ...argv,
        ],
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

    test('what stands in the way is named, and what the cluster made for itself is told', async () => {
      const none = '{"infra_hosts": {}, "infra_target_groups": {}, "infra_balancers": {}}';
      const made = await runInfra('small', folder, ...range, '-e', none);
      assert.is(made.code, 0, made.stdout);
      const client = new ec2.EC2Client({
        ...{ region: aws.region, endpoint: aws.proxy.url },
        credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
      });
      const { Subnets = [] } = await client.send(
        new ec2.DescribeSubnetsCommand({ Filters: [{ Name: 'tag:hardway', Values: ['kubernetes'] }] }),
      );
      const SubnetId = Subnets[0]?.SubnetId;
      const Description = 'ELB net/of-somebody';
      const { NetworkInterface } = await client.send(
        new ec2.CreateNetworkInterfaceCommand({ SubnetId, Description }),
      );
      const owned = [{ Key: 'kubernetes.io/cluster/kubernetes', Value: 'owned' }];
      const { VolumeId = '' } = await client.send(
        new ec2.CreateVolumeCommand({
          AvailabilityZone: `${aws.region}a`,
          Size: 1,
          TagSpecifications: [{ ResourceType: 'volume', Tags: owned }],
        }),
      );
      const NetworkInterfaceId = NetworkInterface?.NetworkInterfaceId ?? '';
      // Moto removes a subnet with all that is in it.
      aws.proxy.fault(({ action }) =>
        action === 'DeleteSubnet'
          ? ec2Error('DependencyViolation', 'The subnet has dependencies and cannot be deleted')
          : undefined,
      );
      const stuck = await destroy('-e', 'infra_wait=1');
      assert.is(stuck.code, 2);
      assert.match(
        stuck.stdout,
        `cannot be deleted. Still there: network interface ${NetworkInterfaceId} (${Description})`,
      );
      const told = `Still there, made by the cluster (kubernetes.io/cluster/kubernetes=owned): volume ${VolumeId}`;
      assert.match(stuck.stdout, told);
      aws.proxy.heal();
      await client.send(new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
      const gone = await destroy();
      assert.is(gone.code, 0, gone.stdout);
      assert.match(gone.stdout, told);
      await client.send(new ec2.DeleteVolumeCommand({ VolumeId }));
      client.destroy();
    });
  },
  { unless: whyNoAws() },
);
