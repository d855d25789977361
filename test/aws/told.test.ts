// What is said of calls that AWS or the SDK refuses, and who is taken for the caller.
import * as assert from 'uvu/assert';
import { completeAccess } from '../../aws/access.ts';
import { toFailure } from '../../aws/failure.ts';
import { keep } from '../support/aws_keep.ts';
import { withEnvironment } from '../support/environment.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

describe('refusals of AWS', ({ test }) => {
  const refused = (message: string): string =>
    toFailure({ name: 'UnauthorizedOperation', message }, 'ec2:RunInstances', 'eu-west-1').message;

  test('the action that is lacking is the one that AWS names, where it names one', () => {
    const said =
      'You are not authorized to perform this operation. User: arn:aws:iam::1:user/me is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/node because no identity-based policy allows the iam:PassRole action. Encoded authorization failure message: abc';
    assert.match(
      refused(said),
      /^AWS does not allow iam:PassRole, which ec2:RunInstances asks for, in eu-west-1: .*"Action": "iam:PassRole"/,
    );
    const own = 'User: me is not authorized to perform: ec2:RunInstances on resource: x';
    assert.match(
      refused(own),
      /^AWS does not allow ec2:RunInstances in eu-west-1: .*"Action": "ec2:RunInstances"/,
    );
    assert.match(
      refused('no.'),
      /^AWS does not allow ec2:RunInstances in eu-west-1: no\. .*"ec2:RunInstances"/,
    );
  });

  test('a profile of the environment is AWS_PROFILE or AWS_DEFAULT_PROFILE, and none beside a key that is given', () => {
    const both = { AWS_PROFILE: 'one', AWS_DEFAULT_PROFILE: 'two' };
    assert.is(completeAccess({}, both).profile, 'one');
    assert.is(completeAccess({}, { AWS_DEFAULT_PROFILE: 'two' }).profile, 'two');
    assert.is(completeAccess({ profile: 'own' }, both).profile, 'own');
    assert.is(completeAccess({ accessKey: 'k' }, both).profile, undefined);
  });
});

describe(
  'a profile that is not there',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let restore: () => void;
    setup(async () => {
      aws = await useAws();
      restore = withEnvironment({
        AWS_CONFIG_FILE: '/nowhere/config',
        AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
        AWS_EC2_METADATA_DISABLED: 'true',
      });
    });
    teardown(async () => {
      restore();
      await aws.release();
    });

    test('is called by its name', async () => {
      const parameters = `region: ${aws.region}, endpoint_url: '${aws.proxy.url}', profile: nosuch`;
      const told = await keep({ ...aws, parameters }, 'ec2_vpc_info', 'name: kube');
      assert.match(
        told.message,
        /No AWS credentials for ec2:DescribeVpcs by the profile nosuch: .*\[nosuch\]/,
      );
      assert.equal(aws.proxy.calls, []);
    });
  },
  { unless: whyNoAws() },
);
