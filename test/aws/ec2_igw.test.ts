import * as assert from 'uvu/assert';
import { keep, makeVpc } from '../support/aws_keep.ts';
import { ec2Error } from '../support/aws_proxy.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

describe(
  'ec2_igw',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let vpc: string;
    const gateway = (words: string, options = {}) => keep(aws, 'ec2_igw', words, options);
    setup(async () => {
      aws = await useAws();
      vpc = await makeVpc(aws, '10.240.0.0/16');
    });
    teardown(() => aws.release());

    test('check mode foretells a gateway with no write', async () => {
      const foretold = await gateway(`vpc_id: ${vpc}, tags: { Name: kube }`, { check: true });
      assert.is(foretold.status, 'changed');
      assert.equal(foretold.writes, []);
      assert.is(foretold.value('gateway_id'), `internet gateway made-by-this-run:${vpc}`);
    });

    test('a run that was killed before it attached its gateway leaves one that the next run takes', async () => {
      aws.proxy.fault((call) =>
        call.action === 'AttachInternetGateway' ? ec2Error('InternalError', 'killed here', 400) : undefined,
      );
      const killed = await gateway(`vpc_id: ${vpc}, tags: { Name: kube }`);
      aws.proxy.heal();
      assert.is(killed.status, 'failed');
      assert.equal(killed.writes, ['CreateInternetGateway', 'AttachInternetGateway']);
      const attached = await gateway(`vpc_id: ${vpc}, tags: { Name: kube }`);
      assert.equal(attached.writes, ['AttachInternetGateway', 'DeleteTags']);
      assert.is(attached.again, 'ok');
      assert.equal(attached.value('tags'), { Name: 'kube' });
    });

    test('tags are changed, others are removed', async () => {
      const tagged = await keep(aws, 'amazon.aws.ec2_vpc_igw', `vpc_id: ${vpc}, tags: { stage: dev }`);
      assert.equal(tagged.writes, ['CreateTags']);
      assert.equal(tagged.value('tags'), { Name: 'kube', stage: 'dev' });
      const purged = await gateway(`vpc_id: ${vpc}, tags: { Name: kube }`);
      assert.equal(purged.writes, ['DeleteTags']);
      assert.is(purged.again, 'ok');
    });

    test('absent detaches first, waits while public addresses are mapped, and is content the second time', async () => {
      aws.proxy.fault((call, count) =>
        call.action === 'DetachInternetGateway' && count === 1
          ? ec2Error('DependencyViolation', 'Network has some mapped public address(es).')
          : undefined,
      );
      const gone = await gateway(`vpc_id: ${vpc}, state: absent`);
      aws.proxy.heal();
      assert.equal(gone.writes, ['DetachInternetGateway', 'DetachInternetGateway', 'DeleteInternetGateway']);
      assert.is((await gateway(`vpc_id: ${vpc}, state: absent`)).status, 'ok');
    });

    test('lost replies of making and attaching make no twin', async () => {
      aws.proxy.fault((call, count) =>
        count === 1 && /^(?:Create|Attach)InternetGateway$/.test(call.action) ? 'lose' : undefined,
      );
      const made = await gateway(`vpc_id: ${vpc}`);
      aws.proxy.heal();
      assert.is(made.status, 'changed');
      assert.is(made.writes.filter((one) => one === 'CreateInternetGateway').length, 1);
      assert.is(made.again, 'ok');
      const other = await makeVpc(aws, '10.241.0.0/16', 'other');
      const id = String(made.value('gateway_id'));
      const taken = await gateway(`vpc_id: ${other}, internet_gateway_id: ${id}`);
      assert.match(taken.message, `Internet gateway ${id} is attached to ${vpc}: detach it there first`);
    });
  },
  { unless: whyNoAws() },
);
