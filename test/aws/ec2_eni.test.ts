import * as assert from 'uvu/assert';
import { instancesChangedAt } from '../../aws/instance_cache.ts';
import { keep, makeVpc, runInstance, type KeepOptions } from '../support/aws_keep.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

describe(
  'ec2_eni',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let subnet: string;
    let group: string;
    let instance: string;
    let other: string;
    const eni = (words: string, options: KeepOptions = {}) => keep(aws, 'ec2_eni', words, options);
    const ours = (words: string, options: KeepOptions = {}) =>
      eni(`subnet_id: ${subnet}, private_ip_address: 10.240.0.10, ${words}`, options);
    setup(async () => {
      aws = await useAws();
      const vpc = await makeVpc(aws, '10.240.0.0/16');
      const made = await keep(aws, 'ec2_subnet', `vpc_id: ${vpc}, cidr: 10.240.0.0/24`);
      subnet = String(made.value('subnet.id'));
      const nodes = await keep(aws, 'ec2_security_group', `vpc_id: ${vpc}, name: nodes, description: nodes`);
      group = String(nodes.value('group_id'));
      instance = await runInstance(aws, subnet);
      other = await runInstance(aws, subnet);
    });
    teardown(() => aws.release());

    test('inventories that were asked before are void once one was made, changed or removed', async () => {
      const moments = [instancesChangedAt(aws.region)];
      const wish = `subnet_id: ${subnet}, private_ip_address: 10.240.0.77`;
      for (const words of [wish, `${wish}, name: late`, `${wish}, state: absent`]) {
        assert.is((await eni(words)).status, 'changed');
        moments.push(instancesChangedAt(aws.region));
      }
      assert.is(new Set(moments).size, 4);
      assert.equal(
        moments,
        [...moments].sort((one, other) => one - other),
      );
    });

    test('check mode foretells an interface with no write', async () => {
      const foretold = await ours('name: cp, security_groups: [nodes], source_dest_check: false', {
        check: true,
      });
      assert.is(foretold.status, 'changed');
      assert.is(foretold.again, 'ok');
      assert.equal(foretold.writes, []);
      assert.is(foretold.value('interface.source_dest_check'), false);
    });

    test('an interface is made with its address, groups and check, and found again', async () => {
      const made = await ours(
        'name: cp, description: controllers, security_groups: [nodes], source_dest_check: false, tags: { role: cp }',
      );
      assert.is(made.message, '');
      assert.is(made.again, 'ok');
      assert.equal(made.writes, ['CreateNetworkInterface', 'ModifyNetworkInterfaceAttribute']);
      assert.is(made.value('interface.private_ip_address'), '10.240.0.10');
      assert.equal(made.value('interface.groups'), [group]);
      assert.equal(made.value('interface.tags'), { Name: 'cp', role: 'cp' });
      const named = await eni(`subnet_id: ${subnet}, name: cp`);
      assert.is(named.value('interface.id'), made.value('interface.id'));
      assert.is(named.status, 'ok');
    });

    test('what differs is changed, further addresses are kept by their list', async () => {
      const changed = await ours(
        'name: cp, description: gateway, source_dest_check: true, secondary_private_ip_addresses: [10.240.0.11, 10.240.0.12]',
      );
      assert.equal(changed.writes, [
        'ModifyNetworkInterfaceAttribute',
        'ModifyNetworkInterfaceAttribute',
        'AssignPrivateIpAddresses',
      ]);
      assert.is(changed.again, 'ok');
      const less = await ours(
        'secondary_private_ip_addresses: [10.240.0.12], purge_secondary_private_ip_addresses: true',
      );
      assert.equal(less.writes, ['UnassignPrivateIpAddresses']);
      assert.equal(less.value('interface.secondary_private_ip_addresses'), ['10.240.0.12']);
    });

    test('it is attached, moves to another instance, and is taken off', async () => {
      const attached = await ours(`instance_id: ${instance}`);
      assert.equal(attached.writes, ['AttachNetworkInterface']);
      assert.is(attached.again, 'ok');
      assert.is(attached.value('interface.attachment.instance_id'), instance);
      const moved = await ours(`instance_id: ${other}`, { diff: true });
      assert.equal(moved.writes, ['DetachNetworkInterface', 'AttachNetworkInterface']);
      assert.match(moved.difference.after, other);
      const found = await eni(`instance_id: ${other}, device_index: 1`);
      assert.is(found.value('interface.private_ip_address'), '10.240.0.10');
      assert.is(found.status, 'ok');
      const off = await ours('attached: false');
      assert.equal(off.writes, ['DetachNetworkInterface']);
      assert.is(off.again, 'ok');
      assert.is(off.value('interface.attachment'), null);
    });

    test('a slow attachment is waited for, and a lost reply of it is no failure', async () => {
      aws.proxy.fault((call, count) =>
        call.action === 'AttachNetworkInterface' && count === 1 ? 'lose' : undefined,
      );
      const attached = await ours(`instance_id: ${instance}`);
      aws.proxy.heal();
      assert.equal(attached.writes, ['AttachNetworkInterface']);
      assert.is(attached.again, 'ok');
    });

    test('a lost reply of CreateNetworkInterface makes no twin', async () => {
      aws.proxy.fault((call, count) =>
        call.action === 'CreateNetworkInterface' && count === 1 ? 'lose' : undefined,
      );
      const made = await eni(`subnet_id: ${subnet}, name: lost`);
      aws.proxy.heal();
      assert.equal(made.writes, ['CreateNetworkInterface']);
      assert.is(made.again, 'ok');
    });

    test('absent detaches it first; the first interface of an instance stays', async () => {
      const gone = await ours('state: absent');
      assert.equal(gone.writes, ['DetachNetworkInterface', 'DeleteNetworkInterface']);
      assert.is(gone.again, 'ok');
      const first = await eni(`instance_id: ${instance}, device_index: 0, state: absent`);
      assert.match(first.message, `is the first interface of ${instance} and goes with it`);
    });

    test('wishes that cannot be met are told before anything is sent', async () => {
      const unnamed = await eni(`subnet_id: ${subnet}`);
      assert.match(unnamed.message, /^Nothing says which network interface/);
      const nobody = await ours('security_groups: [nobody]');
      assert.is(nobody.message, 'There is no security group nobody in the VPC');
      const made = await eni(`subnet_id: ${subnet}, name: lost`);
      const id = String(made.value('interface.id'));
      const address = String(made.value('interface.private_ip_address'));
      const other = await eni(`eni_id: ${id}, private_ip_address: 10.240.0.99`);
      assert.is(other.message, `${id} has ${address}; an interface keeps its address`);
      assert.equal([...unnamed.writes, ...nobody.writes, ...other.writes], []);
    });
  },
  { unless: whyNoAws() },
);
