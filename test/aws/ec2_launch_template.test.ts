import * as assert from 'uvu/assert';
import { keep } from '../support/aws_keep.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

describe(
  'ec2_launch_template',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    setup(async () => {
      aws = await useAws();
    });
    teardown(() => aws.release());
    const wish =
      `template_name: worker, image_id: ami-0a11debian12amd64, instance_type: t3.small, security_group_ids: [sg-1],
      user_data: "#!/bin/sh\\necho", block_device_mappings: [{ device_name: /dev/xvda, ebs: { volume_size: 20 } }],
      network_interfaces: [{ device_index: 0, associate_public_ip_address: true, groups: [sg-2] }], ebs_optimized: true, tags: { stage: dev }`.replaceAll(
        /\n\s*/g,
        ' ',
      );
    const versions = "kept.latest_version ~ ' ' ~ kept.default_version";

    test('is foretold, made, and found again without a new version', async () => {
      const foretold = await keep(aws, 'ec2_launch_template', wish, {
        check: true,
        show: 'kept.template.launch_template_id',
      });
      assert.is(foretold.shown, 'launch template made-by-this-run:worker');
      assert.is(foretold.again, 'ok');
      assert.equal(foretold.writes, []);
      const made = await keep(aws, 'community.aws.ec2_launch_template', wish, { show: versions });
      assert.is(made.message, '');
      assert.is(made.shown, '1 1');
      assert.is(made.again, 'ok');
      assert.equal(made.writes, ['CreateLaunchTemplate']);
    });

    test('a difference makes a version, which becomes the default', async () => {
      const made = await keep(
        aws,
        'ec2_launch_template',
        wish.replace('volume_size: 20', 'volume_size: 30'),
        {
          show: versions,
        },
      );
      assert.is(made.message, '');
      assert.is(made.shown, '2 2');
      assert.is(made.again, 'ok');
      assert.equal(made.writes, ['CreateLaunchTemplateVersion', 'ModifyLaunchTemplate']);
      const less = await keep(
        aws,
        'ec2_launch_template',
        wish.replace('volume_size: 20', 'volume_size: 30').replace(', ebs_optimized: true', ''),
        { show: versions },
      );
      assert.is(less.shown, '3 3');
      assert.is(less.again, 'ok');
    });

    test('an older version can be the default again', async () => {
      const back = await keep(
        aws,
        'ec2_launch_template',
        `${wish.replace('volume_size: 20', 'volume_size: 30').replace(', ebs_optimized: true', '')}, default_version: 1`,
        { show: versions },
      );
      assert.is(back.shown, '3 1');
      assert.equal(back.writes, ['ModifyLaunchTemplate']);
      assert.is(back.again, 'ok');
    });

    test('a price is the same with more digits behind it', async () => {
      const cheap = wish
        .replace('worker', 'cheap')
        .replace('tags:', "instance_market_options: { spot_options: { max_price: '0.0418' } }, tags:");
      const made = await keep(aws, 'ec2_launch_template', cheap);
      assert.equal([made.message, made.again], ['', 'ok']);
      aws.proxy.fault(({ action }) =>
        action === 'DescribeLaunchTemplateVersions'
          ? (reply) => ({ ...reply, body: reply.body.replace('>0.0418<', '>0.041800<') })
          : undefined,
      );
      const again = await keep(aws, 'ec2_launch_template', cheap);
      const dearer = await keep(aws, 'ec2_launch_template', cheap.replace('0.0418', '0.0419'), {
        check: true,
      });
      aws.proxy.heal();
      assert.equal([again.status, dearer.status], ['ok', 'changed']);
    });

    test('a lost reply makes neither a second template nor a second version', async () => {
      aws.proxy.fault(({ action }, count) =>
        /^CreateLaunchTemplate/.test(action) && count === 1 ? 'lose' : undefined,
      );
      const made = await keep(aws, 'ec2_launch_template', wish.replace('worker', 'lost'));
      assert.is(made.message, '');
      assert.equal(made.writes, ['CreateLaunchTemplate']);
      const changed = await keep(
        aws,
        'ec2_launch_template',
        wish.replace('worker', 'lost').replace('t3.small', 't3.large'),
        { show: versions },
      );
      aws.proxy.heal();
      assert.is(changed.shown, '2 2');
      assert.equal(changed.writes, ['CreateLaunchTemplateVersion', 'ModifyLaunchTemplate']);
    });

    test('is removed once', async () => {
      const gone = await keep(aws, 'ec2_launch_template', 'template_name: worker, state: absent');
      assert.equal(gone.writes, ['DeleteLaunchTemplate']);
      assert.is(gone.again, 'ok');
    });
  },
  { unless: whyNoAws() },
);
