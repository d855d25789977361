// What infra.yml gives to each shape beside networks, hosts, routes and rules (infra.test.ts): attributes, tags, what may
// go out, balancers, groups, images, keys and roles, each asked of AWS by a client of the test's own.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as scaling from '@aws-sdk/client-auto-scaling';
import * as ec2 from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as iam from '@aws-sdk/client-iam';
import * as assert from 'uvu/assert';
import {
  balancer,
  dns,
  egress,
  instances,
  mayDo,
  profiles,
  tagOf,
  tagsOf,
  type Account,
} from '../support/aws_account.ts';
import { runPlaybookCommand } from '../support/hardway.ts';
import { withEnvironment } from '../support/environment.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe, type Tests } from '../support/suite.ts';
import { accessOf } from './access_files.ts';
import { playbooks, runInfra } from './run_infra.ts';

function madeOf(shape: string, tests: (test: Tests['test'], account: () => Account) => void): void {
  describe(
    `what infra.yml makes of ${shape}.yml`,
    ({ test, setup, teardown }) => {
      let aws: TestAws;
      let account: Account;
      let restore: () => void;
      setup(async () => {
        aws = await useAws();
        restore = withEnvironment(aws.environment);
        const settings = {
          ...{ region: aws.region, endpoint: aws.proxy.url },
          credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
        };
        account = {
          ec2: new ec2.EC2Client(settings),
          elb: new elb.ElasticLoadBalancingV2Client(settings),
          iam: new iam.IAMClient(settings),
          scaling: new scaling.AutoScalingClient(settings),
          folder: mkdtempSync(path.join(tmpdir(), 'hardway-infra-')),
          calls: [],
        };
        const ran = await runInfra(shape, account.folder, '-e', 'control_cidr=203.0.113.7/32');
        assert.is(ran.code, 0, ran.stdout + ran.stderr);
        account = { ...account, calls: [...aws.proxy.calls] };
      });
      teardown(async () => {
        for (const client of [account.ec2, account.elb, account.iam, account.scaling]) client.destroy();
        rmSync(account.folder, { recursive: true, force: true });
        restore();
        await aws.release();
      });
      tests(test, () => account);
    },
    { unless: whyNoAws() },
  );
}

madeOf('scaling', (test, account) => {
  test('the VPC has a name, and names for its hosts (S0-01)', async () => {
    assert.equal(await dns(account(), 'kubernetes-the-hard-way'), [true, true]);
  });

  test('all six subnets go by the public table, and there is no NAT gateway (S0-03)', async () => {
    const { NatGateways: gateways = [] } = await account().ec2.send(new ec2.DescribeNatGatewaysCommand());
    assert.equal(gateways, []);
    const { Subnets: subnets = [] } = await account().ec2.send(new ec2.DescribeSubnetsCommand());
    const { RouteTables: tables = [] } = await account().ec2.send(new ec2.DescribeRouteTablesCommand());
    const of = tables.find(({ Tags }) => tagOf(Tags) === 'public')?.Associations ?? [];
    const named = of.map(({ SubnetId }) => tagOf(subnets.find((one) => one.SubnetId === SubnetId)?.Tags));
    assert.equal(named.sort(), ['private-a', 'private-b', 'private-c', 'public-a', 'public-b', 'public-c']);
  });

  test('subnets are tagged for balancers, those of hosts as shared (S0-04)', async () => {
    const { Subnets: subnets = [] } = await account().ec2.send(new ec2.DescribeSubnetsCommand());
    const cluster = subnets.flatMap(({ Tags }) =>
      tagsOf(Tags)
        .filter((tag) => tag.startsWith('kubernetes.io/'))
        .map((tag) => `${tagOf(Tags)} ${tag}`),
    );
    assert.equal(cluster.sort(), [
      ...['a', 'b', 'c'].map(
        (zone) => `private-${zone} kubernetes.io/cluster/kubernetes-the-hard-way=shared`,
      ),
      ...['a', 'b', 'c'].map((zone) => `public-${zone} kubernetes.io/role/elb=1`),
    ]);
  });

  test('hosts carry their role, the cluster and what the account wants of every thing (S0-05)', async () => {
    for (const host of await instances(account())) {
      const role = tagOf(host.Tags) === 'k8smasters-node' ? 'k8smaster' : 'k8snode';
      assert.equal(tagsOf(host.Tags), [
        'Maintenance=k8s_dev',
        `Role=${role}`,
        'environment=dev',
        'kubernetes.io/cluster/kubernetes-the-hard-way=owned',
        'project_name=kubernetes-the-hard-way',
        'role=kubernetes',
        'stage=dev',
        'support-contact=nobody',
        'tagging-version=1',
      ]);
    }
  });

  test('two groups of three on spot prices, each with a disk and a target of its own (S0-06)', async () => {
    const { AutoScalingGroups: groups = [] } = await account().scaling.send(
      new scaling.DescribeAutoScalingGroupsCommand(),
    );
    assert.equal(
      groups
        .map((group) =>
          [group.AutoScalingGroupName, group.MinSize, group.DesiredCapacity, group.MaxSize].join(' '),
        )
        .sort(),
      // Workers may become more by the rule below, which three of three could not.
      ['k8smasters 3 3 3', 'k8snodes 3 3 6'],
    );
    const { ScalingPolicies: policies = [] } = await account().scaling.send(
      new scaling.DescribePoliciesCommand(),
    );
    assert.equal(
      policies.map(({ TargetTrackingConfiguration: rule }) => [
        rule?.PredefinedMetricSpecification?.PredefinedMetricType,
        rule?.TargetValue,
        rule?.DisableScaleIn,
      ]),
      [
        ['ASGAverageCPUUtilization', 70, true],
        ['ASGAverageCPUUtilization', 70, true],
      ],
    );
    const { LaunchTemplates: templates = [] } = await account().ec2.send(
      new ec2.DescribeLaunchTemplatesCommand(),
    );
    assert.is(templates.length, 2);
    for (const { LaunchTemplateId } of templates) {
      const { LaunchTemplateVersions: versions = [] } = await account().ec2.send(
        new ec2.DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId }),
      );
      const data = versions[0]?.LaunchTemplateData;
      assert.is(data?.InstanceMarketOptions?.SpotOptions?.MaxPrice, '0.0418');
      assert.is(data?.BlockDeviceMappings?.[0]?.Ebs?.VolumeSize, 30);
      assert.is(data?.BlockDeviceMappings?.[0]?.Ebs?.Encrypted, true);
      assert.is(data?.MetadataOptions?.HttpTokens, 'required');
    }
  });

  test('the image is the newest of Canonical (S0-07)', async () => {
    const ids = new Set((await instances(account())).map(({ ImageId }) => ImageId));
    assert.is(ids.size, 1);
    const { Images: focal = [] } = await account().ec2.send(
      new ec2.DescribeImagesCommand({
        Owners: ['099720109477'],
        Filters: [{ Name: 'name', Values: ['ubuntu/images/hvm-ssd/ubuntu-focal-20.04-amd64-server-*'] }],
      }),
    );
    const newest = focal.sort((a, b) => (b.CreationDate ?? '').localeCompare(a.CreationDate ?? ''))[0];
    assert.is([...ids][0], newest?.ImageId);
  });

  test('hosts may ask anything outside, and their groups are tagged as owned (S0-08, S0-09)', async () => {
    assert.equal(await egress(account()), ['k8s-master-sg: -1 0.0.0.0/0', 'k8s-node-sg: -1 0.0.0.0/0']);
    const { SecurityGroups: groups = [] } = await account().ec2.send(new ec2.DescribeSecurityGroupsCommand());
    for (const { GroupName, Tags } of groups.filter((one) => one.GroupName !== 'default'))
      assert.is(tagOf(Tags, 'kubernetes.io/cluster/kubernetes-the-hard-way'), 'owned', GroupName);
  });

  test('a balancer over three zones sends port 443 to the API of every controller that runs (S0-10, S0-11)', async () => {
    const masters = (await instances(account())).filter(({ Tags }) => tagOf(Tags, 'Role') === 'k8smaster');
    const { zones, ...found } = await balancer(account());
    assert.equal(zones, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
    assert.equal(found, {
      scheme: 'k8s-nlb network internet-facing',
      crossZone: 'true',
      listeners: ['TCP 443 forward'],
      group: 'k8s-api TCP 6443 instance',
      health: 'TCP 6443 3 3 10',
      delay: '10',
      targets: masters.map(({ InstanceId = '' }) => InstanceId).sort(),
    });
    assert.is(found.targets.length, 3);
  });

  test('roles of hosts with profiles of their names, which EC2 alone takes on (S0-13)', async () => {
    assert.equal(await profiles(account()), [
      'K8S_DEV_k8smaster K8S_DEV_k8smaster [{"Service":"ec2.amazonaws.com"}]',
      'K8S_DEV_k8snode K8S_DEV_k8snode [{"Service":"ec2.amazonaws.com"}]',
    ]);
  });

  test('all may use Systems Manager and pull images, controllers what a cloud controller asks (S0-14)', async () => {
    const managed = ['AmazonEC2ContainerRegistryReadOnly', 'AmazonSSMManagedInstanceCore'];
    const master = await mayDo(account(), 'K8S_DEV_k8smaster');
    assert.equal(await mayDo(account(), 'K8S_DEV_k8snode'), { own: [], managed });
    assert.equal(master.managed, managed);
    for (const action of [
      'autoscaling:DescribeAutoScalingGroups',
      'ec2:CreateSecurityGroup',
      'ec2:CreateVolume',
      'ec2:CreateRoute',
      'elasticloadbalancing:*',
      'iam:CreateServiceLinkedRole',
      'kms:DescribeKey',
    ])
      assert.ok(master.own.includes(action), action);
  });

  test('another group of workers under its own tag is made beside them, and the inventory has them as workers (S0-54)', async () => {
    const { folder } = account();
    const shape = readFileSync(path.join(playbooks, 'aws/scaling.yml'), 'utf8');
    const more = `  gpu: { <<: *scaling, group: worker, security_groups: [k8s-node-sg], min: 1, max: 2, profile: K8S_DEV_k8snode, target_groups: [], tags: { Role: k8sgpu } }\n`;
    const file = path.join(folder, 'scaling.yml');
    writeFileSync(file, shape.replace('\ninfra_iam_roles:', `${more}\ninfra_iam_roles:`));
    const words = ['-e', `@${file}`, '-e', `infra_dir=${folder}`];
    const range = ['-e', 'control_cidr=203.0.113.7/32'];
    const ran = await runPlaybookCommand(path.join(playbooks, 'infra.yml'), ...words, ...range);
    assert.is(ran.code, 0, ran.stdout + ran.stderr);
    const hosts = await instances(account());
    const named = hosts.filter(({ Tags }) => tagOf(Tags, 'Role') === 'k8sgpu');
    assert.equal(
      named.map(({ Tags }) => tagOf(Tags, 'hardway-group')),
      ['worker'],
    );
    assert.is(hosts.filter(({ Tags }) => tagOf(Tags, 'Role') === 'k8snode').length, 3);
    const access = await runPlaybookCommand(path.join(playbooks, 'access.yml'), ...words);
    assert.is(access.code, 0, access.stdout + access.stderr);
    const { groups } = await accessOf(folder);
    assert.is(groups['worker']?.length, 4);
  });
});

madeOf('nine', (test, account) => {
  test('the VPC has names for its hosts (S1-01)', async () => {
    assert.equal(await dns(account(), 'kubernetes01'), [true, true]);
  });

  test('hosts carry owner, cluster, kind and name for the inventory (S1-06)', async () => {
    const found = (await instances(account())).map(({ Tags }) => [tagOf(Tags), ...tagsOf(Tags)].join(' '));
    assert.equal(
      found.sort(),
      ['controller', 'etcd', 'worker'].flatMap((kind) =>
        [0, 1, 2].map(
          (index) =>
            `${kind}${index} Owner=hardway ansibleFilter=Kubernetes01 ansibleNodeName=${kind}${index} ansibleNodeType=${kind}`,
        ),
      ),
    );
  });

  test('hosts and balancer may ask anything outside (S1-07, S1-08)', async () => {
    assert.equal(await egress(account()), [
      'kubernetes-api: -1 0.0.0.0/0',
      'kubernetes-hosts: -1 0.0.0.0/0',
      'kubernetes: -1 0.0.0.0/0',
    ]);
  });

  test('the API of the three controllers stands behind a balancer (S1-09)', async () => {
    const controllers = (await instances(account())).filter(({ Tags }) => /^controller/.test(tagOf(Tags)));
    const found = await balancer(account());
    assert.is(found.scheme, 'kubernetes network internet-facing');
    assert.is(found.crossZone, 'false');
    assert.equal(found.listeners, ['TCP 6443 forward']);
    assert.equal(found.targets, controllers.map(({ InstanceId = '' }) => InstanceId).sort());
  });

  test('controllers alone have the role, and it may not do everything (S1-10)', async () => {
    const bearers = (await instances(account())).filter((host) => host.IamInstanceProfile !== undefined);
    assert.equal(bearers.map(({ Tags }) => tagOf(Tags)).sort(), [
      'controller0',
      'controller1',
      'controller2',
    ]);
    const { own } = await mayDo(account(), 'kubernetes');
    assert.ok(own.includes('ec2:Describe*'));
    assert.equal(
      own.filter((action) => /^\*|^(ec2|elasticloadbalancing|route53|ecr):\*$/.test(action)),
      [],
    );
  });
});

madeOf('small', (test, account) => {
  test('the VPC has names for its hosts (S3-14)', async () => {
    assert.equal(await dns(account(), 'kubernetes'), [true, true]);
  });

  test('the balancer sends to the controllers’ addresses (S3-16)', async () => {
    const found = await balancer(account());
    assert.is(found.scheme, 'kubernetes network internet-facing');
    assert.equal(found.listeners, ['TCP 6443 forward']);
    assert.is(found.group, 'kubernetes TCP 6443 ip');
    assert.equal(found.targets, ['10.240.0.10', '10.240.0.11', '10.240.0.12']);
  });

  test('the key that opens the hosts is made, for its owner alone (S3-17)', async () => {
    const { KeyPairs: pairs = [] } = await account().ec2.send(new ec2.DescribeKeyPairsCommand());
    assert.equal(
      pairs.map(({ KeyName }) => KeyName),
      [...new Set((await instances(account())).map(({ KeyName }) => KeyName))],
    );
    assert.is(statSync(path.join(account().folder, 'ssh_key')).mode & 0o777, 0o600);
  });

  test('hosts are told their names, workers a range for pods as well (S3-18)', async () => {
    const told = await Promise.all(
      (await instances(account())).map(async ({ InstanceId, Tags }) => {
        const { UserData: data } = await account().ec2.send(
          new ec2.DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' }),
        );
        return `${tagOf(Tags)}: ${Buffer.from(data?.Value ?? '', 'base64').toString()}`;
      }),
    );
    assert.equal(told.sort(), [
      'controller-0: name=controller-0',
      'controller-1: name=controller-1',
      'controller-2: name=controller-2',
      'worker-0: name=worker-0|pod-cidr=10.200.0.0/24',
      'worker-1: name=worker-1|pod-cidr=10.200.1.0/24',
    ]);
  });
});

madeOf('private', (test, account) => {
  test('the gateway’s public address is one that stays, and the only one (S4-02, S4-03)', async () => {
    const { Addresses: addresses = [] } = await account().ec2.send(new ec2.DescribeAddressesCommand());
    const hosts = await instances(account());
    const bearer = hosts.find(({ InstanceId }) => InstanceId === addresses[0]?.InstanceId);
    assert.equal([addresses.length, addresses[0]?.Domain, tagOf(bearer?.Tags)], [1, 'vpc', 'gateway']);
    assert.equal(
      hosts.filter((host) => host.PublicIpAddress !== undefined).map(({ Tags }) => tagOf(Tags)),
      ['gateway'],
    );
  });

  test('hosts may ask anything outside, the balancer its hosts only (S4-06, S4-07, S4-17)', async () => {
    assert.equal(await egress(account()), [
      'gw_sec: -1 0.0.0.0/0',
      'instance_sec: -1 0.0.0.0/0',
      'kube_lb: -1 10.10.16.0/20',
    ]);
  });

  test('an internal balancer of a fixed address has a target for each control node (S4-16)', async () => {
    // moto does not tell the address that it was given.
    const asked = account().calls.find(({ action }) => action === 'CreateLoadBalancer')?.parameters;
    assert.is(asked?.get('SubnetMappings.member.1.PrivateIPv4Address'), '10.10.16.10');
    assert.equal(await balancer(account()), {
      zones: ['eu-west-1a'],
      crossZone: 'false',
      delay: '10',
      scheme: 'kube network internal',
      listeners: ['TCP 6443 forward'],
      group: 'kube-control TCP 6443 ip',
      health: 'TCP 6443 3 3 10',
      targets: ['10.10.16.11', '10.10.16.12', '10.10.16.13'],
    });
  });
});
