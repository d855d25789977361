// An Auto Scaling group and what happens around it: a policy that made it grow, a profile that is too new, instances that
// AWS cannot start.
import * as scaling from '@aws-sdk/client-auto-scaling';
import * as assert from 'uvu/assert';
import { held, queryError } from '../support/aws_proxy.ts';
import { keep, networkTasks } from '../support/aws_keep.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

describe(
  'ec2_asg beside policies, profiles and failures',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let wish: string;
    let client: scaling.AutoScalingClient;
    const before =
      '- ec2_launch_template: { name: worker, image_id: ami-0b11focal, instance_type: t3.small, AWS }';
    setup(async () => {
      aws = await useAws();
      const { subnet } = await networkTasks(aws);
      const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
      client = new scaling.AutoScalingClient({ region: aws.region, endpoint: aws.proxy.url, credentials });
      wish = `name: workers, min_size: 1, max_size: 4, desired_capacity: 2, launch_template: { name: worker }, vpc_zone_identifier: [${subnet}]`;
    });
    teardown(async () => {
      client.destroy();
      await aws.release();
    });

    test('the number that a group came to stays where that is wished, within the sizes', async () => {
      const kept = `${wish}, keep_desired_capacity: true`;
      const made = await keep(aws, 'ec2_asg', kept, { before, show: 'kept.desired_capacity' });
      assert.equal([made.message, made.shown], ['', '2']);
      const AutoScalingGroupName = 'workers';
      await client.send(new scaling.SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 4 }));
      const stays = await keep(aws, 'ec2_asg', kept, { show: 'kept.desired_capacity' });
      assert.equal([stays.status, stays.shown, stays.writes], ['ok', '4', []]);
      const smaller = await keep(aws, 'ec2_asg', kept.replace('max_size: 4', 'max_size: 3'), {
        show: 'kept.desired_capacity',
      });
      assert.equal([smaller.shown, smaller.writes], ['3', ['UpdateAutoScalingGroup']]);
      const said = await keep(aws, 'ec2_asg', wish, { show: 'kept.desired_capacity' });
      assert.is(said.shown, '2');
    });

    test('a profile that AWS does not know yet is waited for', async () => {
      aws.proxy.fault(({ action }, count) =>
        action === 'CreateAutoScalingGroup' && count <= 2
          ? queryError(
              'ValidationError',
              'You must use a valid launch template. Invalid IAM Instance Profile name',
            )
          : undefined,
      );
      const made = await keep(aws, 'ec2_asg', wish.replace('name: workers', 'name: fresh'));
      aws.proxy.heal();
      assert.is(made.message, '');
      assert.equal(made.writes, Array<string>(3).fill('CreateAutoScalingGroup'));
      aws.proxy.fault(({ action }) =>
        action === 'CreateAutoScalingGroup' ? queryError('ValidationError', 'Min is above max') : undefined,
      );
      const refused = await keep(aws, 'ec2_asg', wish.replace('name: workers', 'name: wrong'));
      aws.proxy.heal();
      assert.match(refused.message, 'Min is above max');
      assert.equal(refused.writes, ['CreateAutoScalingGroup']);
    });

    test('a wait for instances that AWS cannot start ends with its reason', async () => {
      aws.proxy.fault(({ action }) =>
        action === 'DescribeScalingActivities'
          ? {
              status: 200,
              body: `<DescribeScalingActivitiesResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeScalingActivitiesResult><Activities>
                <member><ActivityId>2</ActivityId><StatusCode>InProgress</StatusCode></member>
                <member><ActivityId>1</ActivityId><StatusCode>Failed</StatusCode><StatusMessage>Max spot instance count exceeded.</StatusMessage></member>
                </Activities></DescribeScalingActivitiesResult></DescribeScalingActivitiesResponse>`,
            }
          : undefined,
      );
      aws.proxy.fault(held('DescribeAutoScalingGroups', '>InService<', '>Pending<', 100));
      const late = await keep(aws, 'ec2_asg', 'name: workers, wait_timeout: 1');
      aws.proxy.heal();
      assert.match(
        late.message,
        /^Waited 1 s for .*: i-\w+ is Pending.* AWS said last: Max spot instance count exceeded/,
      );
    });
  },
  { unless: whyNoAws() },
);
