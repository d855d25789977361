// What is done beyond the collection: states, clashes, accounts, addresses, empty results, faults, cache.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { noteInstancesChanged } from '../../../aws/instance_cache.ts';
import { marksOf } from '../../../engine/document/value.ts';
import { pythonStr } from '../../../engine/document/python_text.ts';
import { loadInventory, reloadInventory } from '../../../engine/inventory/load.ts';
import type { Inventory } from '../../../engine/inventory/model.ts';
import { awsEc2 } from '../../../inventory/aws_ec2/aws_ec2.ts';
import { ec2Error } from '../../support/aws_proxy.ts';
import { type TestAws, useAws, whyNoAws } from '../../support/moto.ts';
import { describe } from '../../support/suite.ts';
import { clientOf, makeInstances, scaleGroup } from './account.ts';

describe(
  'inventory/aws_ec2',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let folder = '';
    let ids: ReadonlyMap<string, string>;
    const id = (name: string): string => ids.get(name) ?? '';
    const how = { folder: '/', dynamic: new Map([['aws_ec2', awsEc2]]) };
    const write = (text: string, regions = `regions: [${aws.region}]`): string => {
      const file = path.join(folder, 'hosts.aws_ec2.yml');
      const caller = `endpoint_url: ${aws.proxy.url}\naccess_key: a\nsecret_key: b\n`;
      writeFileSync(file, `plugin: aws_ec2\n${caller}${regions}\n${text}\n`);
      return file;
    };
    const read = async (text: string, regions?: string): Promise<Inventory> => {
      aws.proxy.forget();
      return loadInventory([write(text, regions)], how);
    };
    const hosts = (inventory: Inventory): string[] => [...inventory.hosts.keys()];
    const group = (inventory: Inventory, name: string): string[] =>
      [...(inventory.groups.get(name)?.hosts ?? [])].map((host) => host.name).sort();
    const told = (inventory: Inventory): string[] =>
      inventory.diagnostics.map(
        ({ severity, summary, detail }) => `${severity}: ${summary}. ${detail ?? ''}`,
      );
    const variable = (inventory: Inventory, host: string, name: string): string =>
      pythonStr(inventory.hosts.get(host)?.vars.get(name) ?? null);
    const calls = (): string[] => aws.proxy.calls.map(({ action }) => action);

    setup(async () => {
      aws = await useAws();
      folder = mkdtempSync(path.join(tmpdir(), 'hardway-ec2-'));
      process.env['XDG_CACHE_HOME'] = path.join(folder, 'cache');
      ids = await makeInstances(aws);
    });
    teardown(async () => {
      delete process.env['XDG_CACHE_HOME'];
      rmSync(folder, { recursive: true, force: true });
      await aws.release();
    });

    test('hosts by tag that run, with id, addresses and private name of each (S0-17)', async () => {
      const inventory = await read('hostnames: ["tag:Name"]\nfilters: { "tag:role": [controller] }');
      assert.equal(told(inventory), []);
      assert.equal(hosts(inventory).sort(), ['controller-1', 'controller-2']);
      assert.is(variable(inventory, 'controller-1', 'instance_id'), id('controller-1'));
      assert.is(variable(inventory, 'controller-1', 'private_ip_address'), '10.240.2.11');
      assert.match(
        variable(inventory, 'controller-1', 'private_dns_name'),
        'ip-10-240-2-11.eu-west-1.compute.internal',
      );
      const open = await read('hostnames: ["tag:Name"]\nfilters: { "tag:Name": gateway }');
      assert.match(variable(open, 'gateway', 'public_ip_address'), /^\d+\.\d+\.\d+\.\d+$/);
    });

    test('one region, a name by tag, the public address, groups by id, region, zone, image, type, key, VPC, group and tag (S1-14)', async () => {
      const inventory = await read(`hostnames: ["tag:Name"]
filters: { "tag:role": [gateway, worker] }
address: public
keyed_groups:
  - { key: instance_id, prefix: id }
  - { key: placement.region, prefix: region }
  - { key: placement.availability_zone, prefix: zone }
  - { key: image_id, prefix: ami }
  - { key: instance_type, prefix: type }
  - { key: key_name | default('none'), prefix: key }
  - { key: vpc_id, prefix: vpc }
  - { key: "security_groups | map(attribute='group_name') | list", prefix: sg }
  - { key: tags, prefix: tag }
`);
      const all = ['gateway', 'worker-1', 'worker-2', 'worker-3'];
      const workers = all.slice(1);
      assert.equal(group(inventory, 'aws_ec2'), all);
      assert.equal(group(inventory, `id_${id('gateway').replace('-', '_')}`), ['gateway']);
      assert.equal(group(inventory, 'region_eu_west_1'), all);
      assert.equal(group(inventory, 'zone_eu_west_1b'), workers);
      assert.equal(group(inventory, 'ami_ami_0a11debian12amd64'), all);
      assert.equal(group(inventory, 'type_t3_large'), workers);
      assert.equal(group(inventory, 'key_none'), all);
      assert.equal(group(inventory, 'sg_nodes'), all);
      assert.equal(group(inventory, 'tag_role_worker'), workers);
      assert.is([...inventory.groups.keys()].filter((name) => name.startsWith('vpc_vpc_')).length, 1);
      assert.is(
        variable(inventory, 'gateway', 'ansible_host'),
        variable(inventory, 'gateway', 'public_ip_address'),
      );
    });

    test('a folder merges it with static groups, also those that nobody is in (S1-15)', async () => {
      const place = path.join(folder, 'merged');
      const { mkdirSync, renameSync } = await import('node:fs');
      mkdirSync(place);
      renameSync(
        write('hostnames: ["tag:Name"]\nkeyed_groups: [{ key: tags.role, prefix: role }]'),
        path.join(place, 'a.aws_ec2.yml'),
      );
      writeFileSync(
        path.join(place, 'groups.yml'),
        'controller: { children: { role_controller: } }\nworker: { children: { role_worker: }, vars: { x: 1 } }\netcd: { children: { role_etcd: } }\n',
      );
      const inventory = await loadInventory([place], how);
      assert.equal(told(inventory), []);
      const members = (name: string): number =>
        inventory.hostsOf(inventory.groups.get(name) ?? missing(name)).length;
      assert.equal(['controller', 'worker', 'etcd'].map(members), [2, 3, 0]);
    });

    test('two instances of one name are an error; by option they carry their ids, or are one host with a warning', async () => {
      const text = 'hostnames: ["tag:role"]\nfilters: { "tag:role": controller }';
      const ours = [id('controller-1'), id('controller-2')].sort();
      const [problem] = told(await read(text));
      assert.is(
        problem,
        `error: controller is the name of 2 instances. ${ours.join(', ')}. Set name_clash: instance_id to call them controller-INSTANCE_ID, or name hosts by something else, as hostnames: [instance-id]`,
      );
      const distinct = await read(`${text}\nname_clash: instance_id`);
      assert.equal(
        hosts(distinct),
        ours.map((one) => `controller-${one}`),
      );
      const merged = await read(`${text}\nname_clash: merge`);
      assert.equal(hosts(merged), ['controller']);
      assert.match(told(merged)[0] ?? '', /^warning: controller is the name of 2 instances/);
    });

    test('hosts without a name are told', async () => {
      const inventory = await read('hostnames: ["tag:Node"]\nfilters: { "tag:role": controller }');
      assert.equal(hosts(inventory), ['one']);
      assert.equal(told(inventory), [
        `warning: 1 instance has no name and is left out. ${id('controller-2')}: nothing in hostnames names them`,
      ]);
    });

    test('tags are data, however odd: no template of theirs is replaced', async () => {
      const client = clientOf(aws);
      const { client: ec2 } = await client.ec2();
      const { CreateTagsCommand } = await import('@aws-sdk/client-ec2');
      const Tags = [{ Key: 'note', Value: '{{ 7 * 7 }}' }];
      await ec2.send(new CreateTagsCommand({ Resources: [id('odd')], Tags }));
      await client.close();
      const inventory = await read(`hostnames: ["tag:Name"]
filters: { "tag:Name": odd }
compose:
  x: tags["with space"]
  note: tags.note`);
      assert.equal(told(inventory), []);
      assert.is(variable(inventory, 'odd', 'x'), 'ä ✓');
      const note = inventory.hosts.get('odd')?.vars.get('note') ?? null;
      assert.is(pythonStr(note), '{{ 7 * 7 }}');
      assert.is(marksOf(note).unsafe, true);
    });

    test('by address: the public one, the private one through a gateway, or either; the gateway itself is reached openly', async () => {
      const text = 'hostnames: ["tag:Name"]\nfilters: { "tag:role": [gateway, worker] }';
      const auto = await read(`${text}\naddress: auto\ngateway: admin@tag:role=gateway`);
      const open = variable(auto, 'gateway', 'public_ip_address');
      assert.is(variable(auto, 'gateway', 'ansible_host'), open);
      assert.is(variable(auto, 'gateway', 'ansible_ssh_common_args'), 'None');
      assert.is(variable(auto, 'worker-1', 'ansible_host'), '10.240.2.13');
      assert.is(variable(auto, 'worker-1', 'ansible_ssh_common_args'), `-o ProxyJump=admin@${open}`);
      const inner = await read(`${text}\naddress: private`);
      assert.is(variable(inner, 'gateway', 'ansible_host'), '10.240.1.10');
      assert.is(variable(inner, 'worker-1', 'ansible_ssh_common_args'), 'None');
      const none = await read(`${text}\ngateway: tag:role=nobody`);
      assert.match(
        told(none)[0] ?? '',
        /^error: No instance of the inventory is the gateway tag:role=nobody/,
      );
    });

    test('an empty result says where was looked, for what, and what is there', async () => {
      const inventory = await read('filters: { "tag:stage": test, "tag:role": worker }');
      assert.equal(told(inventory), [
        'warning: No hosts were found in EC2. eu-west-1 (key a): none fits tag:stage=test tag:role=worker ' +
          'instance-state-name=running; 7 there without filters (7 running); of them tag:stage=test fits 0, ' +
          'tag:role=worker fits 3, instance-state-name=running fits 7',
      ]);
      const excluded = await read('filters: { "tag:role": worker }\nexclude_filters: [{ "tag:stage": dev }]');
      assert.match(told(excluded)[0] ?? '', 'eu-west-1 (key a): 3 seen, 3 left out by exclude_filters');
      assert.match(told(await read('', 'regions: [eu-central-1]'))[0] ?? '', 'no instances at all');
    });

    test('all regions are asked when the list is empty, and only that of the environment when there is none', async () => {
      await read('', 'regions: []');
      assert.is(calls()[0], 'DescribeRegions');
      assert.ok(calls().filter((action) => action === 'DescribeInstances').length > 20);
      process.env['AWS_REGION'] = 'eu-west-1';
      const inventory = await read('hostnames: [instance-id]', '');
      delete process.env['AWS_REGION'];
      assert.equal(calls(), ['DescribeInstances']);
      assert.is(hosts(inventory).length, 7);
    });

    test('several accounts and regions are one inventory, where an instance stands once', async () => {
      const accounts = `accounts:
  - { access_key: one, secret_key: s }
  - { access_key: two, secret_key: s, regions: [eu-west-1, eu-west-2] }
  - { assume_role_arn: "arn:aws:iam::123456789012:role/reader", regions: [eu-west-1, eu-west-2, eu-west-3] }`;
      const inventory = await read(`hostnames: [instance-id]\n${accounts}`);
      assert.is(hosts(inventory).length, 7);
      const counted = new Map<string, number>();
      for (const action of calls()) counted.set(action, (counted.get(action) ?? 0) + 1);
      assert.equal([...counted].sort(), [
        ['AssumeRole', 1],
        ['DescribeInstances', 6],
      ]);
    });

    test('a refusal is an error that names the action; with strict_permissions off the region is left out, told', async () => {
      aws.proxy.fault(() => ec2Error('UnauthorizedOperation', 'You are not authorized.', 403));
      const [strict, lax] = [told(await read('')), told(await read('strict_permissions: false'))];
      aws.proxy.heal();
      assert.match(strict[0] ?? '', /^error: AWS does not allow ec2:DescribeInstances in eu-west-1/);
      assert.match(
        lax[0] ?? '',
        /^warning: AWS does not allow ec2:DescribeInstances .*eu-west-1 \(key a\) is left out$/,
      );
      assert.match(
        lax[1] ?? '',
        /^warning: No hosts were found in EC2\. eu-west-1 \(key a\): not allowed to ask$/,
      );
    });

    test('limits of rate are waited out, and a reply that breaks off is asked for again', async () => {
      aws.proxy.fault((_call, count) =>
        count === 1 ? ec2Error('RequestLimitExceeded', 'slow down', 503) : count === 2 ? 'lose' : undefined,
      );
      const inventory = await read('hostnames: [instance-id]');
      aws.proxy.heal();
      assert.is(hosts(inventory).length, 7);
      assert.equal(calls(), ['DescribeInstances', 'DescribeInstances', 'DescribeInstances']);
    });

    test('what is cached is used until it is old, another question, refreshed, or instances were changed by us', async () => {
      const text = 'hostnames: ["tag:Name"]\ncache: true\nfilters: { "tag:role": worker }';
      const asked = async (change: string): Promise<number> => {
        assert.is(hosts(await read(text + change)).length, 3);
        return calls().length;
      };
      assert.is(await asked(''), 1);
      const kept = await loadInventory([write(text)], how);
      assert.is(await asked(''), 0);
      assert.is(variable(kept, 'worker-1', 'private_ip_address'), '10.240.2.13');
      assert.is(await asked('\nkeyed_groups: [{ key: tags.role }]'), 0);
      assert.is(await asked('\nexclude_filters: [{ "tag:role": gateway }]'), 2);
      assert.is(await asked('\ncache_timeout: 0'), 1);
      noteInstancesChanged('us-east-1');
      assert.is(await asked(''), 0);
      await new Promise((resolve) => setTimeout(resolve, 5));
      noteInstancesChanged(aws.region);
      await new Promise((resolve) => setTimeout(resolve, 5));
      assert.is(await asked(''), 1);
      assert.is(await asked(''), 0);
      aws.proxy.forget();
      await reloadInventory(kept, [write(text)], how);
      assert.equal(calls(), ['DescribeInstances']);
      assert.is(await asked('\ncache_connection: "' + path.join(folder, 'own') + '"'), 1);
      assert.is(readdirSync(path.join(folder, 'own')).length, 1);
    });

    test('instances of an Auto Scaling group come and go between runs, in the group of its name', async () => {
      const text =
        'hostnames: [instance-id]\nkeyed_groups: [{ key: "tags[\'aws:autoscaling:groupName\']", prefix: asg }]';
      const size = async (wanted: number): Promise<string[]> => {
        await scaleGroup(aws, wanted);
        return group(await read(text), 'asg_pool');
      };
      const two = await size(2);
      const three = await size(3);
      const one = await size(1);
      assert.equal([two.length, three.length, one.length], [2, 3, 1]);
      assert.equal(
        two.filter((host) => !three.includes(host)),
        [],
      );
    });

    test('names of Route 53 stand before hostnames, those of some zones only', async () => {
      const client = clientOf(aws);
      const { client: route53 } = await client.route53();
      const sdk = await import('@aws-sdk/client-route-53');
      for (const zone of ['kube.example', 'other.example']) {
        const made = await route53.send(
          new sdk.CreateHostedZoneCommand({ Name: zone, CallerReference: zone }),
        );
        const ResourceRecordSet = {
          ...{ Name: `n1.${zone}`, Type: 'A' as const, TTL: 60 },
          ResourceRecords: [{ Value: '10.240.2.13' }],
        };
        await route53.send(
          new sdk.ChangeResourceRecordSetsCommand({
            HostedZoneId: made.HostedZone?.Id,
            ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet }] },
          }),
        );
      }
      await client.close();
      const text = 'filters: { "tag:role": worker }\nhostnames: ["tag:Name"]\nroute53_enabled: true\n';
      const names = async (more: string): Promise<string[]> => hosts(await read(text + more)).sort();
      assert.equal(await names('route53_hostnames: [.other.example]'), [
        'n1.other.example',
        'worker-2',
        'worker-3',
      ]);
      assert.equal(await names('route53_excluded_zones: [other.example]'), [
        'n1.kube.example',
        'worker-2',
        'worker-3',
      ]);
    });

    test('what Systems Manager knows is a variable', async () => {
      aws.proxy.fault(({ action, service }) => {
        if (service !== 'ssm') return undefined;
        assert.is(action, 'GetInventory');
        const Content = [{ AgentVersion: '3.3', PlatformName: 'Debian', InstanceId: id('worker-1') }];
        const Entities = [{ Id: id('worker-1'), Data: { 'AWS:InstanceInformation': { Content } } }];
        return { status: 200, body: JSON.stringify({ Entities }), type: 'application/x-amz-json-1.1' };
      });
      const inventory = await read(
        'filters: { "tag:role": worker }\nhostnames: ["tag:Name"]\nuse_ssm_inventory: true',
      );
      aws.proxy.heal();
      assert.equal(told(inventory), []);
      assert.match(variable(inventory, 'worker-1', 'ssm_inventory'), "'agent_version': '3.3'");
      assert.is(variable(inventory, 'worker-2', 'ssm_inventory'), 'None');
    });

    test('stopped instances are left out unless a filter names their state', async () => {
      const client = clientOf(aws);
      const { client: ec2 } = await client.ec2();
      const { StopInstancesCommand } = await import('@aws-sdk/client-ec2');
      await ec2.send(new StopInstancesCommand({ InstanceIds: [id('worker-3')] }));
      await client.close();
      const text = 'hostnames: ["tag:Name"]\nfilters: { "tag:role": worker';
      assert.equal(hosts(await read(`${text} }`)).sort(), ['worker-1', 'worker-2']);
      assert.equal(hosts(await read(`${text}, instance-state-name: [stopped] }`)), ['worker-3']);
    });
  },
  { unless: whyNoAws() },
);

function missing(name: string): never {
  throw new Error(`No group ${name}`);
}
