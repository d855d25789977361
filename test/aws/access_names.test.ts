// What access.yml and its inventory call hosts: names that stay, and none that ssh would read as more than a name.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CreateTagsCommand, EC2Client } from '@aws-sdk/client-ec2';
import * as assert from 'uvu/assert';
import { keep, networkTasks, runInstance } from '../support/aws_keep.ts';
import { type AwsOperator, useAwsOperator } from '../support/aws_operator.ts';
import { runPlaybookCommand } from '../support/hardway.ts';
import { whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';
import { accessOf, wayOfSsh } from './access_files.ts';
import { playbooks } from './run_infra.ts';

describe(
  'names of hosts in what access.yml writes',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let folder: string;
    let subnet: string;
    let client: EC2Client;
    let operator: AwsOperator;
    setup(async () => {
      operator = await useAwsOperator();
      ({ aws, folder } = operator);
      ({ subnet } = await networkTasks(aws));
      const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
      client = new EC2Client({ region: aws.region, endpoint: aws.proxy.url, credentials });
    });
    teardown(async () => {
      client.destroy();
      await operator.release();
    });
    const config = (): string => path.join(folder, 'ssh_config');

    /** Names, by the id of the instance. */
    const called = async (): Promise<Readonly<Record<string, string>>> => {
      const argv = ['-e', 'infra_name=kube', '-e', `infra_dir=${folder}`];
      const ran = await runPlaybookCommand(path.join(playbooks, 'access.yml'), ...argv);
      assert.is(ran.code, 0, ran.stdout + ran.stderr);
      const { hosts } = await accessOf(folder);
      return Object.fromEntries(Object.entries(hosts).map(([name, { instance_id: id }]) => [id, name]));
    };

    test('hosts of an Auto Scaling group keep their names when it grows', async () => {
      const before =
        '- ec2_launch_template: { name: worker, image_id: ami-0b11focal, instance_type: t3.small, AWS }';
      const group = (size: number): Promise<{ message: string }> =>
        keep(
          aws,
          'ec2_asg',
          `name: workers, min_size: ${size}, max_size: 3, launch_template: { name: worker }, vpc_zone_identifier: [${subnet}], tags: { hardway: kube, hardway-group: worker, Name: w-node }`,
          { before },
        );
      assert.is((await group(1)).message, '');
      const first = await called();
      const ids = Object.keys(first);
      assert.equal(
        Object.values(first),
        ids.map((id) => `w-node-${id}`),
      );
      assert.is((await group(2)).message, '');
      const second = await called();
      assert.equal(
        Object.entries(second).sort(),
        Object.keys(second)
          .sort()
          .map((id) => [id, `w-node-${id}`]),
      );
      assert.is(Object.keys(second).length, 2);
      assert.ok(ids.every((id) => id in second));
      for (const [id, name] of Object.entries(second)) assert.is(wayOfSsh(config(), name).hostKeyName, id);
    });

    test('a name can bring no line into the configuration of ssh, and one without a name is called by its id', async () => {
      const names = ['w\n    ProxyCommand touch /tmp/pwned', '*', '10.0.0.9', '-oProxyCommand=x', undefined];
      const wanted: Record<string, string> = {};
      const shown = ['w-ProxyCommand-touch-tmp-pwned', undefined, undefined, 'oProxyCommand-x', undefined];
      for (const [at, name] of names.entries()) {
        const id = await runInstance(aws, subnet);
        const Tags = [
          { Key: 'hardway', Value: 'kube' },
          ...(name === undefined ? [] : [{ Key: 'Name', Value: name }]),
        ];
        await client.send(new CreateTagsCommand({ Resources: [id], Tags }));
        wanted[id] = shown[at] ?? id;
      }
      const found = await called();
      assert.equal(
        Object.entries(found)
          .filter(([id]) => id in wanted)
          .sort(),
        Object.entries(wanted).sort(),
      );
      const text = readFileSync(config(), 'utf8');
      assert.not.match(text, /ProxyCommand touch|^Host .*[*]..*$/m);
      for (const [id, name] of Object.entries(wanted)) {
        const way = wayOfSsh(config(), name);
        assert.equal([way.hostKeyName, way.proxy], [id, undefined], name);
      }
    });

    test('controllers may tag groups and volumes, so none gives a host another name', () => {
      const file = path.join(playbooks, 'aws/cloud_provider_policy.json');
      const { Statement } = JSON.parse(readFileSync(file, 'utf8')) as {
        readonly Statement: readonly {
          readonly Action: string | string[];
          readonly Resource: string | string[];
        }[];
      };
      assert.equal(
        Statement.filter(({ Action }) => Action.includes('ec2:CreateTags')).map(({ Resource }) => Resource),
        [['arn:aws:ec2:*:*:security-group/*', 'arn:aws:ec2:*:*:volume/*']],
      );
    });
  },
  { unless: whyNoAws() },
);
