import * as assert from 'uvu/assert';
import { keep } from '../support/aws_keep.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

describe(
  'ec2_ami_info, aws_caller_info',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    setup(async () => {
      aws = await useAws();
    });
    teardown(() => aws.release());

    test('images of an owner by a name with a wildcard come newest first (S0-07, S1-04, S3-17)', async () => {
      const found = await keep(
        aws,
        'ec2_ami_info',
        "owners: 136693071363, filters: { name: 'debian-12-amd64-*' }",
        {
          show: "kept.images | map(attribute='image_id') | join(' ')",
        },
      );
      assert.is(found.status, 'ok');
      assert.is(found.shown, 'ami-0a11debian12amd64 ami-0a12debian12older');
      assert.equal(found.writes, []);
    });

    test('several filters must all fit, and one of the values of each', async () => {
      const found = await keep(
        aws,
        'amazon.aws.ec2_ami_info',
        "owners: ['099720109477', '136693071363'], filters: { architecture: [arm64, x86_64], name: ['*noble*', '*arm64*'] }",
        { show: "kept.images | map(attribute='name') | join(' ')" },
      );
      assert.is(
        found.shown,
        'debian-12-arm64-20260901-2222 ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260801',
      );
    });

    test('an image is found by its id, in check mode as well', async () => {
      const found = await keep(aws, 'ec2_ami_info', 'image_ids: ami-0b11focal', {
        show: 'kept.images[0].root_device_name',
        check: true,
      });
      assert.is(found.shown, '/dev/sda1');
    });

    test('none that fits is an empty list', async () => {
      const found = await keep(aws, 'ec2_ami_info', "filters: { name: 'no-such-*' }", {
        show: 'kept.images | length',
      });
      assert.is(found.shown, '0');
    });

    test('the caller is told by account, ARN and id', async () => {
      const found = await keep(aws, 'aws_caller_info', '', { show: "kept.account ~ ' ' ~ kept.arn" });
      assert.match(found.shown, /^123456789012 arn:aws:sts?::123456789012:\S+$/);
      assert.equal(found.writes, []);
    });
  },
  { unless: whyNoAws() },
);
