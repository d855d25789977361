import * as assert from 'uvu/assert';
import { held, queryError } from '../support/aws_proxy.ts';
import { keep, networkTasks } from '../support/aws_keep.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

describe(
  'ec2_asg',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let subnets: readonly string[];
    let before: string;
    let wish: string;
    setup(async () => {
      aws = await useAws();
      const network = await networkTasks(aws);
      subnets = network.subnets;
      before = `- ec2_launch_template: { name: worker, image_id: ami-0b11focal, instance_type: t3.small, AWS }
- elb_target_group: { name: ingress, protocol: TCP, port: 443, vpc_id: ${network.vpc}, AWS }
  register: ingress`;
      wish =
        `name: workers, min_size: 1, max_size: 4, desired_capacity: 2, launch_template: { name: worker }, vpc_zone_identifier: [${subnets.join(', ')}],
        target_group_arns: ["{{ ingress.target_group_arn }}"], health_check_type: EC2, health_check_period: 60, cpu_policy: { target: 60 },
        tags: [{ role: worker, propagate_at_launch: true }, { stage: dev, propagate_at_launch: false }]`.replaceAll(
          /\n\s*/g,
          ' ',
        );
    });
    teardown(() => aws.release());
    const sizes = "kept.min_size ~ ' ' ~ kept.max_size ~ ' ' ~ kept.instances | length";

    test('is foretold in one chain, made full of instances, and found again', async () => {
      const foretold = await keep(aws, 'ec2_asg', wish, {
        before,
        check: true,
        show: 'kept.desired_capacity',
      });
      assert.is(foretold.message, '');
      assert.is(foretold.shown, '2');
      assert.equal(foretold.writes, []);
      aws.proxy.fault(held('DescribeAutoScalingGroups', '>InService<', '>Pending<', 2));
      const made = await keep(aws, 'amazon.aws.autoscaling_group', wish, { before, show: sizes });
      aws.proxy.heal();
      assert.is(made.message, '');
      assert.is(made.shown, '1 4 2');
      assert.is(made.again, 'ok');
      assert.equal(made.writes.slice(2), ['CreateAutoScalingGroup', 'PutScalingPolicy']);
      const policy = aws.proxy.calls.find(({ action }) => action === 'PutScalingPolicy')?.parameters;
      assert.is(policy?.get('TargetTrackingConfiguration.DisableScaleIn'), 'true');
      assert.is(policy?.get('TargetTrackingConfiguration.TargetValue'), '60');
    });

    test('its instances bear its tags', async () => {
      const found = await keep(aws, 'ec2_instance', "filters: { 'tag:role': worker }, state: running", {
        show: 'kept.instance_ids | length',
      });
      assert.is(found.shown, '2');
    });

    test('it grows by one, and changes what differs only', async () => {
      const more = wish
        .replace('desired_capacity: 2', 'desired_capacity: 3')
        .replace('target: 60', 'target: 70');
      const made = await keep(aws, 'ec2_asg', more, { before, show: sizes });
      assert.is(made.message, '');
      assert.is(made.shown, '1 4 3');
      assert.is(made.again, 'ok');
      assert.equal(made.writes, ['UpdateAutoScalingGroup', 'PutScalingPolicy']);
      const left = await keep(
        aws,
        'ec2_asg',
        `name: workers, max_size: 5, tags: { role: node }, purge_tags: true, target_group_arns: [], cpu_policy: { target: 1, state: absent }`,
        { show: 'kept.desired_capacity' },
      );
      assert.is(left.message, '');
      assert.is(left.shown, '3');
      assert.is(left.again, 'ok');
      assert.equal(left.writes, [
        'UpdateAutoScalingGroup',
        'DetachLoadBalancerTargetGroups',
        'CreateOrUpdateTags',
        'DeleteTags',
        'DeletePolicy',
      ]);
    });

    test('a wait that ends too late tells the state of each instance', async () => {
      aws.proxy.fault(held('DescribeAutoScalingGroups', '>InService<', '>Pending<', 100));
      const late = await keep(aws, 'ec2_asg', 'name: workers, wait_timeout: 1');
      aws.proxy.heal();
      assert.match(
        late.message,
        /Waited 1 s for the instances of Auto Scaling group workers: i-\w+ is Pending/,
      );
    });

    test('a lost reply makes no twin, and it goes with its instances once', async () => {
      const other = wish
        .replace('name: workers', 'name: lost')
        .replace(/ target_group_arns: \[[^\]]*\],/, '');
      aws.proxy.fault(({ action }, count) =>
        action === 'CreateAutoScalingGroup' && count === 1 ? 'lose' : undefined,
      );
      const made = await keep(aws, 'ec2_asg', other);
      aws.proxy.heal();
      assert.is(made.message, '');
      assert.equal(made.writes, ['CreateAutoScalingGroup', 'PutScalingPolicy']);
      const gone = await keep(aws, 'ec2_asg', 'name: lost, state: absent');
      assert.equal(gone.writes, ['DeleteAutoScalingGroup']);
      assert.is(gone.again, 'ok');
    });

    test('a lost reply of its removal is no failure: it is gone; one that AWS keeps is one', async () => {
      aws.proxy.fault(({ action }) =>
        action === 'DeleteAutoScalingGroup'
          ? queryError('ValidationError', 'Group workers has scaling activities')
          : undefined,
      );
      const kept = await keep(aws, 'ec2_asg', 'name: workers, state: absent');
      aws.proxy.heal();
      assert.match(kept.message, 'Group workers has scaling activities');
      aws.proxy.fault(({ action }, count) =>
        action === 'DeleteAutoScalingGroup' && count === 1 ? 'lose' : undefined,
      );
      const gone = await keep(aws, 'ec2_asg', 'name: workers, state: absent');
      aws.proxy.heal();
      assert.is(gone.message, '');
      assert.equal(gone.writes, ['DeleteAutoScalingGroup', 'DeleteAutoScalingGroup']);
      assert.is(gone.again, 'ok');
    });
  },
  { unless: whyNoAws() },
);
