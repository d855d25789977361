import * as assert from 'uvu/assert';
import { keep, networkTasks } from '../support/aws_keep.ts';
import { oneCallByToken } from '../support/aws_disturbed.ts';
import { ec2Error, held } from '../support/aws_proxy.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

const image = 'image_id: ami-0a11debian12amd64, instance_type: t3.small';

describe(
  'ec2_instance',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let subnet: string;
    let groups: readonly string[];
    const ids = "kept.instance_ids | join(' ')";
    setup(async () => {
      aws = await useAws();
      ({ subnet, groups } = await networkTasks(aws));
    });
    teardown(() => aws.release());

    test('one that is not there is made as wished, and found again', async () => {
      const wish =
        `name: web, ${image}, vpc_subnet_id: ${subnet}, security_groups: [nodes], private_ip_address: 10.240.0.10,
        tags: { stage: dev }, source_dest_check: false, instance_initiated_shutdown_behavior: terminate,
        user_data: '#!/bin/sh', volumes: [{ ebs: { volume_size: 20 } }]`.replaceAll(/\n\s*/g, ' ');
      const made = await keep(aws, 'ec2_instance', wish, {
        show: "kept.instances | map(attribute='private_ip_address') | join + ' ' + kept.instances[0].security_groups[0].group_name + ' ' + kept.instances[0].state.name",
      });
      assert.is(made.message, '');
      assert.is(made.status, 'changed');
      assert.is(made.shown, '10.240.0.10 nodes running');
      assert.is(made.again, 'ok');
      assert.equal(made.writes, ['RunInstances', 'ModifyInstanceAttribute']);
      const call = aws.proxy.calls.find(({ action }) => action === 'RunInstances')?.parameters;
      assert.is(call?.get('MetadataOptions.HttpTokens'), 'required');
      assert.is(call?.get('BlockDeviceMapping.1.DeviceName'), '/dev/xvda');
      assert.is(call?.get('BlockDeviceMapping.1.Ebs.VolumeType'), 'gp3');
      assert.is(call?.get('BlockDeviceMapping.1.Ebs.Encrypted'), 'true');
      assert.is(call?.get('SecurityGroupId.1'), groups[0]);
      assert.match(call?.get('ClientToken') ?? '', /^[0-9a-f]{60}$/);
    });

    test('what differs is foretold with no write, then changed', async () => {
      const wish = `name: web, vpc_subnet_id: ${subnet}, security_groups: [other], tags: { stage: prod },
        source_dest_check: true, termination_protection: true, metadata_options: { http_put_response_hop_limit: 2 }`.replaceAll(
        /\n\s*/g,
        ' ',
      );
      const foretold = await keep(aws, 'ec2_instance', wish, { check: true });
      assert.is(foretold.status, 'changed');
      assert.is(foretold.again, 'ok');
      assert.equal(foretold.writes, []);
      const made = await keep(aws, 'ec2_instance', wish, {
        show: "kept.instances[0].security_groups[0].group_name ~ ' ' ~ kept.instances[0].tags.stage",
      });
      assert.is(made.shown, 'other prod');
      assert.is(made.again, 'ok');
      assert.equal([...made.writes].sort(), [
        'CreateTags',
        'ModifyInstanceAttribute',
        'ModifyInstanceAttribute',
        'ModifyInstanceAttribute',
        'ModifyInstanceMetadataOptions',
      ]);
    });

    test('is stopped, started and restarted, and ended only once', async () => {
      const wish = `name: web, vpc_subnet_id: ${subnet}`;
      const stopped = await keep(aws, 'ec2_instance', `${wish}, state: stopped`, {
        show: 'kept.instances[0].state.name',
      });
      assert.is(stopped.shown, 'stopped');
      assert.is(stopped.again, 'ok');
      const started = await keep(aws, 'ec2_instance', `${wish}, state: running`, { show: ids });
      assert.equal(started.writes, ['StartInstances']);
      const restarted = await keep(aws, 'ec2_instance', `${wish}, state: restarted`);
      assert.equal(restarted.writes, ['StopInstances', 'StartInstances']);
      const gone = await keep(aws, 'ec2_instance', `${wish}, state: absent, termination_protection: false`, {
        show: "kept.terminated_ids | join(' ')",
      });
      assert.is(gone.shown, started.shown);
      assert.is(gone.again, 'ok');
      // Protection was put on above: it is taken off first.
      assert.equal(gone.writes, ['ModifyInstanceAttribute', 'TerminateInstances']);
    });

    test('a fixed set of hosts has names and addresses of its own; only the missing one is made', async () => {
      const wish = `names: [c-1, c-2, c-3], private_addresses: [10.240.0.21, 10.240.0.22, 10.240.0.23], ${image}, vpc_subnet_id: ${subnet}`;
      const show =
        "kept.instances | map(attribute='tags') | map(attribute='Name') | join(' ') + ' ' + kept.instances | map(attribute='private_ip_address') | join(' ')";
      const foretold = await keep(aws, 'ec2_instance', wish, { show, check: true });
      assert.equal(foretold.writes, []);
      const made = await keep(aws, 'ec2_instance', wish, { show });
      assert.is(made.shown, 'c-1 c-2 c-3 10.240.0.21 10.240.0.22 10.240.0.23');
      assert.is(foretold.shown, made.shown);
      assert.is(foretold.again, 'ok');
      assert.equal(made.writes, ['RunInstances', 'RunInstances', 'RunInstances']);
      const more = wish.replace('c-3]', 'c-3, c-4]').replace('0.23]', '0.23, 10.240.0.24]');
      const grown = await keep(aws, 'ec2_instance', more, { show: 'kept.changed_ids | length' });
      assert.is(grown.shown, '1');
      assert.equal(grown.writes, ['RunInstances']);
      const moved = await keep(aws, 'ec2_instance', wish.replace('10.240.0.22', '10.240.0.99'));
      assert.match(moved.message, /c-2 \(i-\w+\) has 10\.240\.0\.22 instead of 10\.240\.0\.99/);
      assert.equal(moved.writes, []);
    });

    test('an exact count by tag grows, shrinks by the newest, and stays', async () => {
      const wish = (count: number): string =>
        `exact_count: ${count}, filters: { 'tag:role': worker, vpc-id: '*' }, tags: { role: worker }, name: 'worker-%d', ${image}, vpc_subnet_id: ${subnet}`.replace(
          ", vpc-id: '*'",
          '',
        );
      const names = "kept.instances | map(attribute='tags') | map(attribute='Name') | join(' ')";
      const three = await keep(aws, 'ec2_instance', wish(3), { show: names });
      assert.is(three.shown, 'worker-1 worker-2 worker-3');
      assert.is(three.again, 'ok');
      const two = await keep(aws, 'ec2_instance', wish(2), { show: names });
      assert.is(two.shown, 'worker-1 worker-2');
      assert.equal(two.writes, ['TerminateInstances']);
      const alike = `exact_count: 2, name: node, ${image}, vpc_subnet_id: ${subnet}`;
      const made = await keep(aws, 'ec2_instance', alike, { show: 'kept.instance_ids | length' });
      assert.is(made.shown, '2');
      assert.equal(made.writes, ['RunInstances']);
      assert.is(made.again, 'ok');
    });

    test('a lost reply makes no twin, and slow states are waited for', async () => {
      aws.proxy.fault((call, count) => (call.action === 'RunInstances' && count === 1 ? 'lose' : undefined));
      aws.proxy.fault(held('DescribeInstances', '<name>running</name>', '<name>pending</name>', 4));
      const made = await keep(aws, 'ec2_instance', `name: lost, ${image}, vpc_subnet_id: ${subnet}`, {
        show: "kept.instances | map(attribute='state') | map(attribute='name') | join(' ')",
      });
      aws.proxy.heal();
      assert.is(made.message, '');
      assert.equal(made.writes, ['RunInstances']);
      assert.is(made.shown, 'running');
    });

    test('a wait that ends too late says what it waited for', async () => {
      aws.proxy.fault(held('DescribeInstances', '<name>running</name>', '<name>pending</name>', 100));
      const wish = `name: slow, ${image}, vpc_subnet_id: ${subnet}, wait_timeout: 1`;
      const late = await keep(aws, 'ec2_instance', wish);
      assert.match(late.message, /Waited 1 s for instance i-\w+ to be running: slow \(i-\w+\) is pending/);
      aws.proxy.heal();
      const after = await keep(aws, 'ec2_instance', wish);
      assert.is(after.status, 'ok');
      assert.equal(after.writes, []);
    });

    test('a token of an instance that was ended is followed by another, and a new profile is waited for', async () => {
      aws.proxy.fault(({ action }, count) => {
        if (action !== 'RunInstances' || count > 2) return undefined;
        return count === 1
          ? ec2Error('IdempotentInstanceTerminated', 'The token was used')
          : ec2Error('InvalidParameterValue', 'Invalid IAM Instance Profile name');
      });
      const made = await keep(aws, 'ec2_instance', `name: token, ${image}, vpc_subnet_id: ${subnet}`);
      aws.proxy.heal();
      assert.is(made.message, '');
      const tokens = aws.proxy.calls
        .filter(({ action }) => action === 'RunInstances')
        .map(({ parameters }) => parameters.get('ClientToken') ?? '');
      assert.is(tokens.length, 3);
      assert.is(tokens[1], `${tokens[0] ?? ''}-2`);
      assert.is(tokens[2], tokens[1]);
    });

    test('another run that makes it between any two calls of this one leaves no second', async () => {
      let [number, calls] = [0, 1];
      for (; number < calls; number += 1) {
        const wish = `name: met-${number}, ${image}, vpc_subnet_id: ${subnet}`;
        let isOther = false;
        calls = 0;
        aws.proxy.fault((call) => {
          if (isOther) return undefined;
          calls += 1;
          if (calls !== number + 1) return undefined;
          isOther = true;
          return keep(aws, 'ec2_instance', wish).then(({ status }) => {
            assert.is(status, 'changed', call.action);
            isOther = false;
            return undefined;
          });
        });
        aws.proxy.fault(oneCallByToken());
        const made = await keep(aws, 'ec2_instance', wish);
        aws.proxy.heal();
        assert.is(made.message, '');
        const found = await keep(aws, 'ec2_instance_info', `filters: { "tag:Name": met-${number} }`, {
          show: 'kept.instances | length',
        });
        assert.is(found.shown, '1', `made before call ${number + 1}`);
      }
      assert.ok(number > 4, `${number} calls`);
    });

    test('a lasting request for spare capacity ends before its instance, which it would start again', async () => {
      const wish = `name: lasting, ${image}, vpc_subnet_id: ${subnet}, spot: true, spot_options: { interruption_behavior: stop }`;
      const made = await keep(aws, 'ec2_instance', wish, { show: ids });
      assert.is(made.message, '');
      // Moto tells of no requests.
      aws.proxy.fault(({ action }) => {
        if (action === 'DescribeInstances')
          return (reply) => ({
            ...reply,
            body: reply.body.replaceAll(
              '<instanceLifecycle>',
              '<spotInstanceRequestId>sir-1</spotInstanceRequestId>$&',
            ),
          });
        if (action === 'DescribeSpotInstanceRequests')
          return {
            status: 200,
            body: `<${action}Response><spotInstanceRequestSet><item><spotInstanceRequestId>sir-1</spotInstanceRequestId></item></spotInstanceRequestSet></${action}Response>`,
          };
        return action === 'CancelSpotInstanceRequests'
          ? { status: 200, body: `<${action}Response><spotInstanceRequestSet/></${action}Response>` }
          : undefined;
      });
      const gone = await keep(aws, 'ec2_instance', `name: lasting, vpc_subnet_id: ${subnet}, state: absent`);
      const asked = aws.proxy.calls.find(
        ({ action }) => action === 'DescribeSpotInstanceRequests',
      )?.parameters;
      aws.proxy.heal();
      assert.is(gone.message, '');
      assert.equal(gone.writes, ['CancelSpotInstanceRequests', 'TerminateInstances']);
      assert.equal([asked?.get('Filter.1.Value.1'), asked?.get('Filter.2.Value.1')], ['sir-1', 'persistent']);
    });

    test('spot, a public address and a profile go into the call', async () => {
      const wish = `name: cheap, ${image}, vpc_subnet_id: ${subnet}, spot: true, spot_options: { max_price: '0.02' }, assign_public_ip: true, wait: false`;
      const made = await keep(aws, 'ec2_instance', wish, { show: 'kept.instances[0].instance_lifecycle' });
      assert.is(made.message, '');
      assert.is(made.shown, 'spot');
      const call = aws.proxy.calls.find(({ action }) => action === 'RunInstances')?.parameters;
      assert.is(call?.get('InstanceMarketOptions.SpotOptions.MaxPrice'), '0.02');
      assert.is(call?.get('NetworkInterface.1.AssociatePublicIpAddress'), 'true');
      assert.is(call?.get('NetworkInterface.1.SubnetId'), subnet);
    });

    test('more names than AWS takes in a filter are asked for in parts', async () => {
      await keep(aws, 'ec2_instance', `names: "{{ range(450) | map('string') | list }}", state: absent`);
      const asked = aws.proxy.calls.map(
        ({ parameters }) => [...parameters.keys()].filter((name) => name.startsWith('Filter.2.Value')).length,
      );
      assert.equal(asked, [200, 200, 50, 200, 200, 50]);
    });

    test('limits of rate are waited out, and a refusal names the action', async () => {
      aws.proxy.fault((_call, count) =>
        count % 3 === 1 ? ec2Error('RequestLimitExceeded', 'slow down', 503) : undefined,
      );
      const wish = `names: [t-1, t-2], ${image}, vpc_subnet_id: ${subnet}`;
      const made = await keep(aws, 'ec2_instance', wish, { show: 'kept.instance_ids | length' });
      aws.proxy.heal();
      assert.is(made.message, '');
      assert.is(made.shown, '2');
      const there = await keep(aws, 'ec2_instance', `${wish}, state: running`);
      assert.equal(there.writes, []);
      aws.proxy.fault(({ action }) =>
        action === 'TerminateInstances' ? ec2Error('UnauthorizedOperation', 'No.', 403) : undefined,
      );
      const refused = await keep(aws, 'ec2_instance', `${wish}, state: absent`);
      aws.proxy.heal();
      assert.match(refused.message, 'AWS does not allow ec2:TerminateInstances in eu-west-1');
    });

    test('what was started when a run was killed is found again, and only the rest is made', async () => {
      const wish = `names: [k-1, k-2], private_addresses: [10.240.0.51, 10.240.0.52], ${image}, vpc_subnet_id: ${subnet}`;
      let started = 0;
      aws.proxy.fault(({ action }) => {
        if (action !== 'RunInstances') return undefined;
        started += 1;
        return started === 2 ? ec2Error('UnauthorizedOperation', 'No.', 403) : undefined;
      });
      const half = await keep(aws, 'ec2_instance', wish);
      aws.proxy.heal();
      assert.is(half.status, 'failed');
      const whole = await keep(aws, 'ec2_instance', wish, { show: 'kept.instance_ids | length' });
      assert.is(whole.shown, '2');
      assert.equal(whole.writes, ['RunInstances']);
      assert.is(whole.again, 'ok');
    });

    test('what cannot be meant is refused before AWS is asked', async () => {
      const twice = await keep(aws, 'ec2_instance', `names: [a, a], ${image}`);
      assert.match(twice.message, 'names has a name twice');
      const none = await keep(aws, 'ec2_instance', image);
      assert.match(none.message, 'Which instance?');
      const filter = await keep(aws, 'ec2_instance', `filters: { colour: red }, ${image}`);
      assert.match(filter.message, 'cannot use the filter colour');
      assert.equal(filter.writes, []);
      const noGroup = await keep(
        aws,
        'ec2_instance',
        `name: x, security_group: nobody, vpc_subnet_id: ${subnet}, ${image}`,
      );
      assert.match(noGroup.message, /There is no security group nobody in vpc-\w+/);
    });
  },
  { unless: whyNoAws() },
);
