// What bears a name of the shape, but not its tag, is somebody else's: infra.yml says so and stops, destroy.yml leaves it.
import path from 'node:path';
import * as ec2 from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as iam from '@aws-sdk/client-iam';
import * as assert from 'uvu/assert';
import { type AwsOperator, useAwsOperator } from '../support/aws_operator.ts';
import { runPlaybookCommand, type Ran } from '../support/hardway.ts';
import { whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';
import { playbooks, runInfra } from './run_infra.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

describe(
  'infra.yml and destroy.yml beside things of others',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let folder: string;
    let operator: AwsOperator;
    let ask: ec2.EC2Client;
    let roles: iam.IAMClient;
    let balancing: elb.ElasticLoadBalancingV2Client;
    setup(async () => {
      operator = await useAwsOperator();
      ({ aws, folder } = operator);
      const settings = {
        ...{ region: aws.region, endpoint: aws.proxy.url },
        credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
      };
      ask = new ec2.EC2Client(settings);
      roles = new iam.IAMClient(settings);
      balancing = new elb.ElasticLoadBalancingV2Client(settings);
    });
    teardown(async () => {
      for (const client of [ask, roles, balancing]) client.destroy();
      await operator.release();
    });
    const infra = (shape: string, ...argv: readonly string[]): Promise<Ran> =>
      runInfra(shape, folder, '-e', 'control_cidr=203.0.113.7/32', ...argv);
    const destroy = (shape: string, ...argv: readonly string[]): Promise<Ran> =>
      runPlaybookCommand(
        path.join(playbooks, 'destroy.yml'),
        ...['-e', `@${path.join(playbooks, 'aws', `${shape}.yml`)}`, '-e', `infra_dir=${folder}`],
        ...['-e', 'control_cidr=203.0.113.7/32', ...argv],
      );
    test('destroy.yml leaves a VPC, a balancer, a target group and a key of the shape’s names, and tells it', async () => {
      const { Vpc } = await ask.send(
        new ec2.CreateVpcCommand({
          CidrBlock: '10.240.0.0/24',
          TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'Name', Value: 'kubernetes' }] }],
        }),
      );
      const VpcId = Vpc?.VpcId;
      const { InternetGateway } = await ask.send(new ec2.CreateInternetGatewayCommand({}));
      const InternetGatewayId = InternetGateway?.InternetGatewayId;
      await ask.send(new ec2.AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
      const { Subnet } = await ask.send(new ec2.CreateSubnetCommand({ VpcId, CidrBlock: '10.240.0.0/24' }));
      await ask.send(new ec2.CreateKeyPairCommand({ KeyName: 'kubernetes' }));
      const Subnets = [Subnet?.SubnetId ?? ''];
      await balancing.send(
        new elb.CreateLoadBalancerCommand({ Name: 'kubernetes', Type: 'network', Subnets }),
      );
      await balancing.send(
        new elb.CreateTargetGroupCommand({ Name: 'kubernetes', Protocol: 'TCP', Port: 6443, VpcId }),
      );
      aws.proxy.forget();
      const gone = await destroy('small');
      assert.is(gone.code, 0, gone.stdout + gone.stderr);
      assert.equal(aws.proxy.writes, []);
      for (const what of ['Load balancer', 'Target group', 'Key'])
        assert.match(gone.stdout, `${what} kubernetes is there without the tag hardway=kubernetes`);
      const made = await infra('small');
      assert.is(made.code, 2);
      assert.match(
        made.stdout,
        `VPC kubernetes (${VpcId ?? ''}) is there without the tag hardway=kubernetes`,
      );
      assert.equal(aws.proxy.writes, []);
    });

    test('another’s role is neither given another trust nor removed, nor is that of the shape in another region', async () => {
      const create = new iam.CreateRoleCommand({ RoleName: 'kubernetes', AssumeRolePolicyDocument: trust });
      await roles.send(create);
      aws.proxy.forget();
      const iamOnly = ['--tags', 'iam'];
      const refused = await infra('nine', ...iamOnly);
      assert.is(refused.code, 2);
      assert.match(refused.stdout, 'Role kubernetes is there without the tag hardway=kubernetes01');
      assert.equal(aws.proxy.writes, []);
      const left = await destroy('nine');
      assert.equal([left.code, aws.proxy.writes], [0, []], left.stdout);
      await roles.send(new iam.DeleteRoleCommand({ RoleName: 'kubernetes' }));
      const here = await infra('nine', '-e', 'aws_region=eu-west-1', ...iamOnly);
      assert.is(here.code, 0, here.stdout);
      aws.proxy.forget();
      const elsewhere = await destroy('nine', '-e', 'aws_region=us-east-1');
      assert.equal([elsewhere.code, aws.proxy.writes], [0, []], elsewhere.stdout);
      const there = await infra('nine', '-e', 'aws_region=us-east-1', ...iamOnly);
      assert.match(there.stdout, 'hardway-region=us-east-1');
      assert.equal([there.code, aws.proxy.writes], [2, []]);
    });

    test('a profile without its role, as a cut run leaves it, is removed, and one that carries the tag is told', async () => {
      const RoleName = 'kubernetes';
      const names = { InstanceProfileName: RoleName, RoleName };
      await roles.send(new iam.RemoveRoleFromInstanceProfileCommand(names));
      await roles.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName: 'kubernetes' }));
      const { AttachedPolicies: managed = [] } = await roles.send(
        new iam.ListAttachedRolePoliciesCommand({ RoleName }),
      );
      for (const { PolicyArn } of managed)
        await roles.send(new iam.DetachRolePolicyCommand({ RoleName, PolicyArn }));
      await roles.send(new iam.DeleteRoleCommand({ RoleName }));
      // A shape that has no such role finds what is left by the tag alone.
      const told = await destroy('nine', '-e', '{"infra_iam_roles": {}}');
      assert.is(told.code, 2);
      assert.match(told.stdout, 'instance-profile kubernetes');
      aws.proxy.forget();
      const gone = await destroy('nine');
      assert.equal([gone.code, aws.proxy.writes], [0, ['DeleteInstanceProfile']], gone.stdout);
    });
  },
  { unless: whyNoAws() },
);
