import * as assert from 'uvu/assert';
import { instancesChangedAt } from '../../aws/instance_cache.ts';
import { keep, makeVpc, runInstance, type KeepOptions } from '../support/aws_keep.ts';
import { ec2Error } from '../support/aws_proxy.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

describe(
  'ec2_eip',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let instance: string;
    let card: string;
    const eip = (words: string, options: KeepOptions = {}) => keep(aws, 'ec2_eip', words, options);
    setup(async () => {
      aws = await useAws();
      const vpc = await makeVpc(aws, '10.240.0.0/16');
      const made = await keep(aws, 'ec2_subnet', `vpc_id: ${vpc}, cidr: 10.240.0.0/24`);
      const subnet = String(made.value('subnet.id'));
      instance = await runInstance(aws, subnet);
      const eni = await keep(aws, 'ec2_eni', `subnet_id: ${subnet}, name: gateway`);
      card = String(eni.value('interface.id'));
    });
    teardown(() => aws.release());

    test('check mode foretells an address with no write', async () => {
      const foretold = await eip(`name: api, device_id: ${instance}`, { check: true });
      assert.is(foretold.status, 'changed');
      assert.is(foretold.again, 'ok');
      assert.equal(foretold.writes, []);
      assert.is(foretold.value('address.instance_id'), instance);
    });

    test('in_vpc asks for what is done anyway, or for what AWS has no more', async () => {
      const foretold = await eip('name: api, in_vpc: true', { check: true });
      assert.is(foretold.status, 'changed');
      const refused = await eip('name: api, in_vpc: false', { check: true });
      assert.match(refused.message, 'AWS has no addresses outside of VPCs');
    });

    test('an address is allocated by name, tagged, and found again', async () => {
      const made = await eip('name: api, tags: { role: lb }');
      assert.equal(made.writes, ['AllocateAddress']);
      assert.is(made.again, 'ok');
      assert.match(String(made.value('public_ip')), /^\d+\.\d+\.\d+\.\d+$/);
      assert.equal(made.value('address.tags'), { Name: 'api', role: 'lb' });
    });

    test('it is put on an instance, and stays there', async () => {
      const put = await keep(aws, 'amazon.aws.ec2_eip', `name: api, device_id: ${instance}`);
      assert.equal(put.writes, ['AssociateAddress']);
      assert.is(put.again, 'ok');
      assert.is(put.value('address.instance_id'), instance);
      const found = await eip(`device_id: ${instance}`);
      assert.is(found.status, 'ok');
      assert.is(found.value('public_ip'), put.value('public_ip'));
    });

    test('it leaves its device for another only where that is allowed', async () => {
      const refused = await eip(`name: api, device_id: ${card}`);
      assert.match(refused.message, `is on ${instance}: allow_reassociation lets it go from there`);
      const moved = await eip(`name: api, device_id: ${card}, allow_reassociation: true`);
      assert.equal(moved.writes, ['AssociateAddress']);
      assert.is(moved.again, 'ok');
      assert.is(moved.value('address.network_interface_id'), card);
    });

    test('inventories that were asked before are void once it came to a device or left it', async () => {
      const before = instancesChangedAt(aws.region);
      await eip(`name: moved, device_id: ${instance}, allow_reassociation: true`);
      const placed = instancesChangedAt(aws.region);
      await eip('name: moved, state: absent, release_on_disassociation: true');
      const away = instancesChangedAt(aws.region);
      await eip('name: moved, state: absent, release_on_disassociation: true');
      assert.ok(before < placed && placed < away);
      assert.is(instancesChangedAt(aws.region), away, 'nothing was done');
    });

    test('it is not released while a device has it that the task does not name', async () => {
      const refused = await eip('name: api, state: absent');
      assert.match(refused.message, `is on ${card}: name it by device_id to take it off`);
      assert.equal(refused.writes, []);
    });

    test('a run that was killed between allocating and associating leaves an address that the next takes', async () => {
      aws.proxy.fault((call) =>
        call.action === 'AssociateAddress' ? ec2Error('InternalError', 'killed here') : undefined,
      );
      const killed = await eip(`device_id: ${instance}`);
      aws.proxy.heal();
      assert.is(killed.status, 'failed');
      assert.equal(killed.writes, ['AllocateAddress', 'AssociateAddress']);
      const taken = await eip(`device_id: ${instance}`);
      assert.equal(taken.writes, ['AssociateAddress', 'DeleteTags']);
      assert.is(taken.again, 'ok');
      assert.equal(taken.value('address.tags'), {});
    });

    test('a device that has another address keeps it, unless it may be replaced', async () => {
      const refused = await eip(`name: second, device_id: ${instance}`);
      assert.match(refused.message, /has \S+: allow_reassociation lets it be replaced/);
      assert.equal(refused.writes, []);
    });

    test('it is taken off its device, and released where that is wished', async () => {
      const off = await eip(`name: api, device_id: ${card}, state: absent`);
      assert.equal(off.writes, ['DisassociateAddress']);
      assert.is(off.again, 'ok');
      const released = await eip(`device_id: ${instance}, state: absent, release_on_disassociation: true`);
      assert.equal(released.writes, ['DisassociateAddress', 'ReleaseAddress']);
      assert.is(released.again, 'ok');
      const gone = await eip('name: api, state: absent');
      assert.equal(gone.writes, ['ReleaseAddress']);
      assert.is(gone.again, 'ok');
    });

    test('one that is on no device and has no name is reused where that is allowed', async () => {
      const first = await eip('public_ip: 203.0.113.7');
      assert.equal(first.writes, ['AllocateAddress']);
      assert.is(first.value('public_ip'), '203.0.113.7');
      const reused = await eip('name: again, reuse_existing_ip_allowed: true');
      assert.equal(reused.writes, ['CreateTags']);
      assert.is(reused.value('public_ip'), '203.0.113.7');
      assert.is(reused.again, 'ok');
    });

    test('an address of others that is named itself is lent: its tags stay, and it is not released', async () => {
      const theirs = await eip('name: mail, tags: { owner: post }');
      const ip = String(theirs.value('public_ip'));
      const ours = 'tags: { hardway: kube }, only_tagged: { hardway: kube }';
      const lent = await eip(`name: gateway, public_ip: ${ip}, device_id: ${instance}, ${ours}`);
      assert.is(lent.message, '');
      assert.equal(lent.writes, ['AssociateAddress']);
      assert.is(lent.again, 'ok');
      assert.equal(lent.value('address.tags'), { Name: 'mail', owner: 'post' });
      const kept = await eip(
        `public_ip: ${ip}, ${ours}, state: absent, device_id: ${instance}, release_on_disassociation: true`,
      );
      assert.equal(kept.writes, []);
      assert.match(kept.warnings.join(), 'is there without the tag hardway=kube: it is not ours, and stays');
      const gone = await eip('name: mail, state: absent, release_on_disassociation: true');
      assert.equal(gone.writes, ['DisassociateAddress', 'ReleaseAddress']);
    });

    test('two of one name are told, and both are released where the tags say that they are ours', async () => {
      const ours = 'tags: { hardway: kube }, only_tagged: { hardway: kube }';
      await eip(`name: twin, ${ours}`);
      await eip(`name: other, ${ours}`);
      const theirs = String((await eip('name: third')).value('public_ip'));
      // Other runs gave the same name.
      const other = String((await eip('name: other')).value('public_ip'));
      await eip(`public_ip: ${other}, purge_tags: false, tags: { Name: twin }`);
      await eip(`public_ip: ${theirs}, purge_tags: false, tags: { Name: twin }`);
      assert.match((await eip(`name: twin, ${ours}`)).message, '3 addresses are called twin');
      const gone = await eip(`name: twin, state: absent, ${ours}`);
      assert.equal(gone.writes, ['ReleaseAddress', 'ReleaseAddress']);
      assert.equal((await eip(`public_ip: ${theirs}, state: absent`)).writes, ['ReleaseAddress']);
    });

    test('a lost reply makes no second address, and an instance that starts is waited for', async () => {
      aws.proxy.fault((call, count) => {
        if (count !== 1) return undefined;
        if (call.action === 'AllocateAddress') return 'lose';
        if (call.action !== 'AssociateAddress') return undefined;
        return ec2Error('InvalidInstanceID', `The pending instance '${instance}' is not in a valid state`);
      });
      const made = await eip(`device_id: ${instance}`);
      aws.proxy.heal();
      assert.equal(made.writes, ['AllocateAddress', 'AssociateAddress', 'AssociateAddress', 'DeleteTags']);
      assert.is(made.again, 'ok');
    });
  },
  { unless: whyNoAws() },
);
