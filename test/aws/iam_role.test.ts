import * as assert from 'uvu/assert';
import { queryError } from '../support/aws_proxy.ts';
import { keep } from '../support/aws_keep.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

const trust = (service: string): string =>
  `{ Version: '2012-10-17', Statement: [{ Effect: Allow, Principal: { Service: ${service} }, Action: 'sts:AssumeRole' }] }`;
const reading = (actions: string): string =>
  `{ Version: '2012-10-17', Statement: { Effect: Allow, Action: ${actions}, Resource: '*' } }`;

/** A managed policy of the account's own: AWS's are not all in the test's endpoint. */
async function managedPolicy(aws: TestAws, name: string): Promise<string> {
  const sdk = await import('@aws-sdk/client-iam');
  const client = new sdk.IAMClient({
    region: aws.region,
    endpoint: aws.proxy.url,
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  });
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' }],
  });
  const { Policy } = await client.send(new sdk.CreatePolicyCommand({ PolicyName: name, PolicyDocument }));
  client.destroy();
  return Policy?.Arn ?? '';
}

describe(
  'iam_role',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let first: string;
    let second: string;
    const wish = (): string =>
      `name: node, assume_role_policy_document: ${trust('ec2.amazonaws.com')}, managed_policies: ['${first}'], tags: { stage: dev },
        inline_policies: { read: ${reading("['s3:GetObject', 's3:ListBucket']")} }, description: nodes`.replaceAll(
        /\n\s*/g,
        ' ',
      );
    setup(async () => {
      aws = await useAws();
      first = await managedPolicy(aws, 'first');
      second = await managedPolicy(aws, 'second');
    });
    teardown(() => aws.release());

    test('is foretold, made with policies and instance profile, and found again', async () => {
      const profiles = "kept.iam_role.instance_profiles | map(attribute='instance_profile_name') | join(' ')";
      const foretold = await keep(aws, 'iam_role', wish(), { check: true, show: profiles });
      assert.is(foretold.shown, 'node');
      assert.is(foretold.again, 'ok');
      assert.equal(foretold.writes, []);
      const made = await keep(aws, 'amazon.aws.iam_role', `${wish()}, wait: true, wait_timeout: 60`, {
        show: profiles,
      });
      assert.is(made.message, '');
      assert.is(made.shown, 'node');
      assert.is(made.again, 'ok');
      assert.equal(made.writes, [
        'CreateRole',
        'AttachRolePolicy',
        'PutRolePolicy',
        'CreateInstanceProfile',
        'AddRoleToInstanceProfile',
      ]);
    });

    test('a policy that is written otherwise says the same', async () => {
      const other = wish()
        .replace("['s3:GetObject', 's3:ListBucket']", "['s3:ListBucket', 's3:GetObject']")
        .replace('Service: ec2.amazonaws.com', 'Service: [ec2.amazonaws.com]');
      const same = await keep(aws, 'iam_role', other);
      assert.is(same.status, 'ok');
      assert.equal(same.writes, []);
    });

    test('what differs is changed, and what is not named is taken away', async () => {
      const other = wish()
        .replace('ec2.amazonaws.com', 'ssm.amazonaws.com')
        .replace(first, second)
        .replace('read:', 'write:')
        .replace('description: nodes', 'description: all nodes')
        .replace('stage: dev', 'size: 3');
      const foretold = await keep(aws, 'iam_role', other, { check: true });
      assert.is(foretold.status, 'changed');
      assert.is(foretold.again, 'ok');
      assert.equal(foretold.writes, []);
      const made = await keep(aws, 'iam_role', other, { show: "kept.iam_role.inline_policies | join(' ')" });
      assert.is(made.message, '');
      assert.is(made.shown, 'write');
      assert.is(made.again, 'ok');
      assert.equal(made.writes, [
        'UpdateAssumeRolePolicy',
        'UpdateRole',
        'AttachRolePolicy',
        'DetachRolePolicy',
        'PutRolePolicy',
        'DeleteRolePolicy',
        'UntagRole',
        'TagRole',
      ]);
    });

    test('a profile that a killed run left without its role is completed, and a lost reply makes no twin', async () => {
      aws.proxy.fault(({ action }, count) =>
        action === 'AddRoleToInstanceProfile' && count === 1
          ? queryError('AccessDenied', 'not now', 403)
          : undefined,
      );
      const other = wish().replace('name: node', 'name: late');
      const refused = await keep(aws, 'iam_role', other);
      aws.proxy.heal();
      assert.match(refused.message, 'AWS does not allow iam:AddRoleToInstanceProfile');
      aws.proxy.fault(({ action }, count) =>
        action === 'AddRoleToInstanceProfile' && count === 1 ? 'lose' : undefined,
      );
      const made = await keep(aws, 'iam_role', other, { show: 'kept.iam_role.instance_profiles | length' });
      aws.proxy.heal();
      assert.is(made.message, '');
      assert.is(made.shown, '1');
      assert.is(made.again, 'ok');
    });

    test('a profile that another run gave this role meanwhile is well; one that is full of another is not', async () => {
      const full = (): ReturnType<typeof queryError> =>
        queryError('LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1', 409);
      const isAdd = (action: string): boolean => action === 'AddRoleToInstanceProfile';
      aws.proxy.fault(({ action }) => (isAdd(action) ? full() : undefined));
      const refused = await keep(aws, 'iam_role', wish().replace('name: node', 'name: raced'));
      aws.proxy.heal();
      assert.match(refused.message, 'LimitExceeded');
      // It is done, and what is told is what the other run would have made of it.
      aws.proxy.fault(({ action }) => (isAdd(action) ? full : undefined));
      const made = await keep(aws, 'iam_role', wish().replace('name: node', 'name: raced'));
      aws.proxy.heal();
      assert.is(made.message, '');
      assert.is(made.again, 'ok');
    });

    test('an instance takes the role on by its profile', async () => {
      const made = await keep(
        aws,
        'ec2_instance',
        'name: web, image_id: ami-0b11focal, instance_type: t3.small, iam_instance_profile: node',
        { show: 'kept.instances[0].iam_instance_profile.arn' },
      );
      assert.is(made.message, '');
      assert.match(made.shown, /:instance-profile\/node$/);
      const moved = await keep(aws, 'ec2_instance', 'name: web, iam_instance_profile: late');
      assert.is(moved.message, '');
      assert.equal(moved.writes, ['ReplaceIamInstanceProfileAssociation']);
    });

    test('a lost reply of each call that removes it is no failure', async () => {
      const lost = new Set<string>();
      aws.proxy.fault(({ action }) => {
        // Moto breaks down when RemoveRoleFromInstanceProfile is repeated; AWS says NoSuchEntity.
        if (!/^(?:Detach|Delete)/.test(action) || lost.has(action)) return undefined;
        lost.add(action);
        return 'lose';
      });
      const gone = await keep(aws, 'iam_role', 'name: late, state: absent');
      aws.proxy.heal();
      assert.is(gone.message, '');
      assert.is(lost.size, 4);
      assert.is(gone.again, 'ok');
    });

    test('goes with all that hangs on it, once', async () => {
      const gone = await keep(aws, 'iam_role', 'name: node, state: absent');
      assert.equal(gone.writes, [
        'RemoveRoleFromInstanceProfile',
        'DeleteInstanceProfile',
        'DetachRolePolicy',
        'DeleteRolePolicy',
        'DeleteRole',
      ]);
      assert.is(gone.again, 'ok');
    });
  },
  { unless: whyNoAws() },
);
