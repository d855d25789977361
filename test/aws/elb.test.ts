import * as assert from 'uvu/assert';
import { held, queryError } from '../support/aws_proxy.ts';
import { keep, networkTasks } from '../support/aws_keep.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

describe(
  'elb_target_group, elb_network_lb',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let group: string;
    let subnets: readonly string[];
    let sg: string;
    setup(async () => {
      aws = await useAws();
      const network = await networkTasks(aws);
      subnets = network.subnets;
      sg = network.groups[0] ?? '';
      group =
        `name: api, protocol: tcp, port: 6443, vpc_id: ${network.vpc}, target_type: ip, health_check_protocol: https,
        health_check_port: '6443', health_check_path: /readyz, health_check_interval: 10, healthy_threshold_count: 2,
        unhealthy_threshold_count: 2, deregistration_delay_timeout: 30, tags: { stage: dev }`.replaceAll(
          /\n\s*/g,
          ' ',
        );
    });
    teardown(() => aws.release());
    const targets = "kept.targets | map(attribute='id') | join(' ')";

    test('the zone of an address outside the VPC is sent', async () => {
      const wish = `${group.replace('name: api', 'name: far')}, targets: [{ Id: 192.0.2.10, AvailabilityZone: all }]`;
      const made = await keep(aws, 'elb_target_group', wish);
      assert.equal([made.message, made.again], ['', 'ok']);
      const sent = aws.proxy.calls.find(({ action }) => action === 'RegisterTargets')?.parameters;
      assert.is(sent?.get('Targets.member.1.AvailabilityZone'), 'all');
      await keep(aws, 'elb_target_group', 'name: far, state: absent');
    });

    test('a target group is foretold, made with its check and targets, and found again', async () => {
      const wish = `${group}, targets: [{ Id: 10.240.0.10 }, { Id: 10.240.0.11, Port: 6444 }]`;
      const foretold = await keep(aws, 'elb_target_group', wish, { check: true, show: targets });
      assert.is(foretold.shown, '10.240.0.10 10.240.0.11');
      assert.is(foretold.again, 'ok');
      assert.equal(foretold.writes, []);
      const made = await keep(aws, 'elb_target_group', wish, { show: targets });
      assert.is(made.message, '');
      assert.is(made.shown, foretold.shown);
      assert.is(made.again, 'ok');
      assert.equal(made.writes, ['CreateTargetGroup', 'ModifyTargetGroupAttributes', 'RegisterTargets']);
    });

    test('a change of check, delay, targets and tags is made by what differs only', async () => {
      const wish = `${group}, targets: [{ id: 10.240.0.10 }, { id: 10.240.0.12 }]`
        .replace('health_check_interval: 10', 'health_check_interval: 30')
        .replace('timeout: 30', 'timeout: 60')
        .replace('stage: dev', 'stage: prod');
      const made = await keep(aws, 'elb_target_group', wish, { show: targets });
      assert.is(made.shown, '10.240.0.10 10.240.0.12');
      assert.is(made.again, 'ok');
      assert.equal(made.writes, [
        'ModifyTargetGroup',
        'ModifyTargetGroupAttributes',
        'RegisterTargets',
        'DeregisterTargets',
        'AddTags',
      ]);
      const kept = await keep(
        aws,
        'elb_target_group',
        `${group}, modify_targets: false, targets: []`
          .replace('interval: 10', 'interval: 30')
          .replace('timeout: 30', 'timeout: 60')
          .replace('dev', 'prod'),
      );
      assert.equal(kept.writes, []);
      const other = await keep(aws, 'elb_target_group', group.replace('port: 6443', 'port: 443'));
      assert.match(other.message, 'Target group api has port 6443, and AWS cannot make it 443');
    });

    test('a lost reply makes no twin of a group', async () => {
      aws.proxy.fault(({ action }, count) =>
        action === 'CreateTargetGroup' && count === 1 ? 'lose' : undefined,
      );
      const made = await keep(aws, 'elb_target_group', group.replace('name: api', 'name: lost'));
      aws.proxy.heal();
      assert.is(made.message, '');
      assert.equal(made.writes, ['CreateTargetGroup', 'ModifyTargetGroupAttributes']);
    });

    test('instances are targets by their tags (S0-11)', async () => {
      const made = await keep(
        aws,
        'elb_target_group',
        `${group}, targets_by_tag: { role: controller }, wait: true`.replace('name: api', 'name: tagged'),
        {
          before: `- ec2_instance: { names: [a, b], private_addresses: [10.240.0.31, 10.240.0.32], image_id: ami-0b11focal, instance_type: t3.small, vpc_subnet_id: ${subnets[0] ?? ''}, tags: { role: controller }, AWS }`,
          show: targets,
        },
      );
      assert.is(made.message, '');
      assert.is(made.shown, '10.240.0.31 10.240.0.32');
      assert.is(made.again, 'ok');
    });

    test('an instance that starts is waited for, as AWS takes it once it runs', async () => {
      aws.proxy.fault(({ action }, count) =>
        action === 'RegisterTargets' && count < 3
          ? queryError('InvalidTarget', 'The following targets are not in a running state: i-1')
          : undefined,
      );
      const wish = `${group}, targets: [{ Id: 10.240.0.77 }]`.replace('name: api', 'name: starting');
      const made = await keep(aws, 'elb_target_group', wish);
      aws.proxy.heal();
      assert.equal([made.message, made.again], ['', 'ok']);
      assert.is(made.writes.filter((action) => action === 'RegisterTargets').length, 3);
    });

    test('names that AWS refuses are told before anything is made, in check mode too', async () => {
      const long = 'a'.repeat(33);
      for (const [name, why] of [
        [long, 'letters, digits and hyphens, and this has 33'],
        ['a_b', 'letters, digits and hyphens, no hyphen first or last'],
        ['api-', 'letters, digits and hyphens, no hyphen first or last'],
      ] as const) {
        const target = await keep(aws, 'elb_target_group', group.replace('name: api', `name: ${name}`), {
          check: true,
        });
        const wish = `name: ${name}, subnets: [${subnets.join(', ')}]`;
        const balancer = await keep(aws, 'elb_network_lb', wish);
        for (const { message, writes } of [target, balancer]) {
          assert.match(message, why);
          assert.equal(writes, []);
        }
      }
      const odd = 'tags: { team: "a & b" }';
      const target = await keep(aws, 'elb_target_group', group.replace('tags: { stage: dev }', odd));
      const balancer = await keep(
        aws,
        'elb_network_lb',
        `name: odd, subnets: [${subnets.join(', ')}], ${odd}`,
      );
      const trust = 'assume_role_policy_document: { Statement: [] }';
      const role = await keep(aws, 'iam_role', `name: odd, ${trust}, ${odd}`);
      for (const { message, writes } of [target, balancer, role]) {
        assert.match(message, 'Tag team=a & b: load balancers and roles take letters, digits, spaces');
        assert.equal(writes, []);
      }
      const kept = await keep(aws, 'elb_network_lb', `name: internal-x, subnets: [${subnets.join(', ')}]`);
      assert.match(kept.message, 'AWS keeps names that begin with internal- for itself');
    });

    test('a balancer that was made without security groups gets none, and one with some keeps some', async () => {
      const wish = `scheme: internal, subnets: [${subnets[0] ?? ''}]`;
      await keep(aws, 'elb_network_lb', `name: open, ${wish}`);
      const refused = await keep(aws, 'elb_network_lb', `name: open, ${wish}, security_groups: [${sg}]`, {
        check: true,
      });
      assert.match(refused.message, 'open was made without security groups, and AWS cannot give it any');
      const guarded = `name: guarded, ${wish}`;
      const made = await keep(aws, 'elb_network_lb', `${guarded}, security_groups: [${sg}]`);
      assert.equal([made.message, made.again], ['', 'ok']);
      const bare = await keep(aws, 'elb_network_lb', `${guarded}, security_groups: []`);
      assert.match(bare.message, 'guarded was made with security groups, and AWS cannot take all of them');
      assert.equal([...refused.writes, ...bare.writes], []);
      for (const name of ['open', 'guarded'])
        await keep(aws, 'elb_network_lb', `name: ${name}, state: absent, wait: true`);
    });

    test('a balancer is foretold in one chain with its group, made active, and found again', async () => {
      const chain = (name: string): { wish: string; before: string } => ({
        wish: `name: ${name}, scheme: internal, subnets: [${subnets[0] ?? ''}], cross_zone_load_balancing: true, wait: true,
          listeners: [{ Protocol: TCP, Port: 6443, DefaultActions: [{ Type: forward, TargetGroupName: ${name} }] }], tags: { stage: dev }`.replaceAll(
          /\n\s*/g,
          ' ',
        ),
        before: `- elb_target_group: { ${group.replace('name: api', `name: ${name}`)}, AWS }`,
      });
      const { wish, before } = chain('kube');
      const foretold = await keep(aws, 'elb_network_lb', wish, { check: true, before });
      assert.is(foretold.message, '');
      assert.is(foretold.again, 'ok');
      assert.equal(foretold.writes, []);
      aws.proxy.fault(held('DescribeLoadBalancers', '<Code>active</Code>', '<Code>provisioning</Code>', 3));
      const made = await keep(aws, 'elb_network_lb', wish, {
        before,
        show: "kept.load_balancer.state.code ~ ' ' ~ kept.load_balancer.listeners[0].port ~ ' ' ~ kept.load_balancer.availability_zones | length",
      });
      aws.proxy.heal();
      assert.is(made.message, '');
      assert.is(made.shown, 'active 6443 1');
      assert.is(made.again, 'ok');
      assert.equal(made.writes.slice(2), [
        'CreateLoadBalancer',
        'ModifyLoadBalancerAttributes',
        'CreateListener',
      ]);
    });

    test('the same name again is an update of listeners, subnets, attributes and tags', async () => {
      const wish =
        `name: kube, scheme: internal, subnets: [${subnets.join(', ')}], cross_zone_load_balancing: false,
        listeners: [{ port: 443, target_group: kube }], tags: {}`.replaceAll(/\n\s*/g, ' ');
      const made = await keep(aws, 'elb_network_lb', wish, {
        show: "kept.load_balancer.listeners | map(attribute='port') | join(' ')",
      });
      assert.is(made.message, '');
      assert.is(made.shown, '443');
      assert.is(made.again, 'ok');
      assert.equal(made.writes, [
        'SetSubnets',
        'ModifyLoadBalancerAttributes',
        'DeleteListener',
        'CreateListener',
        'RemoveTags',
      ]);
      const gone = await keep(
        aws,
        'elb_network_lb',
        wish.replace('target_group: kube', 'target_group: nobody'),
      );
      assert.match(gone.message, 'There is no target group nobody');
    });

    test('a fixed address goes into the call, and a lost reply makes no twin', async () => {
      aws.proxy.fault(({ action }, count) =>
        /^Create(?:LoadBalancer|Listener)$/.test(action) && count === 1 ? 'lose' : undefined,
      );
      const made = await keep(
        aws,
        'elb_network_lb',
        `name: fixed, scheme: internal, subnet_mappings: [{ subnet_id: ${subnets[0] ?? ''}, private_ipv4_address: 10.240.0.200 }], listeners: [{ port: 443, target_group: kube }]`,
      );
      aws.proxy.heal();
      assert.is(made.message, '');
      assert.equal(made.writes, ['CreateLoadBalancer', 'CreateListener']);
      const call = aws.proxy.calls.find(({ action }) => action === 'CreateLoadBalancer')?.parameters;
      assert.is(call?.get('SubnetMappings.member.1.PrivateIPv4Address'), '10.240.0.200');
      assert.is(call?.get('Type'), 'network');
    });

    test('both are removed once', async () => {
      for (const name of ['kube', 'fixed']) {
        const gone = await keep(aws, 'elb_network_lb', `name: ${name}, state: absent, wait: true`);
        assert.equal(gone.writes, ['DeleteLoadBalancer']);
        assert.is(gone.again, 'ok');
      }
      const gone = await keep(aws, 'elb_target_group', 'name: kube, state: absent');
      assert.equal(gone.writes, ['DeleteTargetGroup']);
      assert.is(gone.again, 'ok');
    });
  },
  { unless: whyNoAws() },
);
