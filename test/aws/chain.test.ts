import * as assert from 'uvu/assert';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { play, type Played } from '../support/play_here.ts';
import { describe } from '../support/suite.ts';

const tasks = `
- { name: vpc, ec2_vpc: { name: k, cidr_block: 10.240.0.0/16, AWS }, register: vpc }
- { name: subnet, ec2_subnet: { vpc_id: "{{ vpc.vpc.id }}", cidr: 10.240.0.0/24, tags: { Name: s }, AWS }, register: subnet }
- { name: group, ec2_security_group: { name: nodes, description: n, vpc_id: "{{ vpc.vpc.id }}", AWS }, register: group }
- { name: role, iam_role: { name: node, assume_role_policy_document: { Version: '2012-10-17', Statement: [] }, AWS } }
- { name: hosts, ec2_instance: { names: [a, b], private_addresses: [10.240.0.10, 10.240.0.11], image_id: ami-0b11focal, instance_type: t3.small, vpc_subnet_id: "{{ subnet.subnet.id }}", security_groups: ["{{ group.group_id }}"], iam_instance_profile: node, source_dest_check: false, tags: { role: c }, AWS } }
- { name: targets, elb_target_group: { name: api, protocol: TCP, port: 6443, vpc_id: "{{ vpc.vpc.id }}", targets_by_tag: { role: c }, purge_targets: false, AWS }, register: api }
- { name: balancer, elb_network_lb: { name: api, scheme: internal, subnet_mappings: [{ subnet_id: "{{ subnet.subnet.id }}" }], listeners: [{ port: 443, target_group: api }], AWS } }
- { name: template, ec2_launch_template: { name: w, image_id: ami-0b11focal, instance_type: t3.small, security_group_ids: ["{{ group.group_id }}"], AWS }, register: made }
- { name: workers, ec2_asg: { name: w, min_size: 1, max_size: 2, launch_template: { id: "{{ made.template.launch_template_id }}" }, vpc_zone_identifier: ["{{ subnet.subnet.id }}"], target_group_arns: ["{{ api.target_group_arn }}"], AWS } }`;

describe(
  'aws, one task after another',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    setup(async () => {
      aws = await useAws();
    });
    teardown(() => aws.release());
    const run = (checkMode: boolean): Promise<Played> => {
      aws.proxy.forget();
      const text = tasks.replaceAll('AWS', aws.parameters).replaceAll('\n', '\n    ');
      return play(`- hosts: one\n  gather_facts: false\n  tasks:${text}\n`, { options: { checkMode } });
    };
    const states = ({ lines }: Played): readonly string[] => [
      ...new Set(lines.map((line) => line.split(' ').at(-1) ?? '')),
    ];

    test('check mode foretells all of it with no write', async () => {
      assert.equal(states(await run(true)), ['changed']);
      assert.equal(aws.proxy.writes, []);
    });

    test('what is made is found again', async () => {
      assert.equal(states(await run(false)), ['changed']);
      assert.equal(states(await run(false)), ['ok']);
      assert.equal(aws.proxy.writes, []);
    });
  },
  { unless: whyNoAws() },
);
