// One task of each module that speaks to AWS, in an account where all of it stands.
import type { TestAws } from './moto.ts';

const vpc = 'vpc_id: "{{ vpc.vpc.id }}"';
const subnet = '"{{ subnet.subnet.id }}"';
const trust = `assume_role_policy_document: { Version: '2012-10-17', Statement: [] }`;

export interface Row {
  readonly module: string;
  readonly parameters: string;
  readonly register?: string;
  /** Other parameters by which something is to be changed; none for modules that only look. */
  readonly changed?: string;
  /** Modules whose things the row names without asking for their results. */
  readonly needs?: readonly string[];
}

/** In the order in which they can be made. */
export const rows: readonly Row[] = [
  { module: 'aws_caller_info', parameters: '' },
  {
    module: 'ec2_vpc',
    parameters: 'name: k, cidr_block: 10.240.0.0/16',
    register: 'vpc',
    changed: 'name: k, cidr_block: 10.240.0.0/16, tags: { a: b }',
  },
  { module: 'ec2_vpc_info', parameters: 'name: k' },
  {
    module: 'ec2_subnet',
    parameters: `${vpc}, cidr: 10.240.0.0/24, tags: { Name: s }`,
    register: 'subnet',
    changed: `${vpc}, cidr: 10.240.9.0/24`,
  },
  { module: 'ec2_igw', parameters: vpc, changed: `${vpc}, state: absent` },
  {
    module: 'ec2_route_table',
    parameters: `${vpc}, tags: { Name: t }, subnets: [s]`,
    needs: ['ec2_subnet'],
    changed: `${vpc}, tags: { Name: other }`,
  },
  {
    module: 'ec2_security_group',
    parameters: `${vpc}, name: nodes, description: n, rules: [{ ports: 22, cidr_ip: 192.0.2.0/24 }]`,
    register: 'group',
    changed: `${vpc}, name: nodes, description: n, rules: [{ ports: 23, cidr_ip: 192.0.2.0/24 }]`,
  },
  {
    module: 'ec2_eni',
    parameters: `subnet_id: ${subnet}, private_ip_address: 10.240.0.9, name: card`,
    register: 'card',
    changed: `subnet_id: ${subnet}, private_ip_address: 10.240.0.8, name: other`,
  },
  {
    module: 'ec2_route',
    needs: ['ec2_route_table'],
    parameters: `${vpc}, name: t, routes: [{ dest: 10.200.0.0/24, interface_id: "{{ card.interface.id }}" }]`,
    changed: `${vpc}, name: t, routes: [{ dest: 10.201.0.0/24, interface_id: "{{ card.interface.id }}" }]`,
  },
  {
    module: 'ec2_eip',
    parameters: 'name: card, device_id: "{{ card.interface.id }}"',
    changed: 'name: other',
  },
  {
    module: 'ec2_key',
    parameters:
      'name: k, key_material: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0NPCuWlTjXJ2Nz9BHmqNnYVg3YQhLdzZ2ZqUqC0x5h',
    changed: 'name: k, state: absent',
  },
  { module: 'ec2_ami_info', parameters: 'image_ids: [ami-0b11focal]' },
  {
    module: 'iam_role',
    parameters: `name: node, ${trust}, managed_policies: [arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore], inline_policies: { own: { Version: '2012-10-17', Statement: [{ Effect: Allow, Action: 'ec2:DescribeVpcs', Resource: '*' }] } }, create_instance_profile: true`,
    changed: `name: other, ${trust}`,
  },
  {
    module: 'ec2_instance',
    needs: ['ec2_security_group'],
    parameters: `name: a, image_id: ami-0b11focal, instance_type: t3.small, vpc_subnet_id: ${subnet}, security_groups: [nodes], tags: { role: c }`,
    changed: `name: b, image_id: ami-0b11focal, instance_type: t3.small, vpc_subnet_id: ${subnet}`,
  },
  { module: 'ec2_instance_info', parameters: 'filters: { "tag:Name": a, instance-state-name: running }' },
  {
    module: 'elb_target_group',
    parameters: `name: api, protocol: TCP, port: 6443, ${vpc}, targets_by_tag: { role: c }`,
    register: 'api',
    changed: `name: other, protocol: TCP, port: 6443, ${vpc}`,
  },
  {
    module: 'elb_network_lb',
    needs: ['elb_target_group'],
    parameters: `name: api, scheme: internal, subnets: [${subnet}], listeners: [{ port: 443, target_group: api }]`,
    changed: 'name: api, state: absent',
  },
  { module: 'elb_network_lb_info', parameters: 'names: [api]' },
  { module: 'elb_target_group_info', parameters: 'names: [api]' },
  {
    module: 'ec2_launch_template',
    parameters: 'name: w, image_id: ami-0b11focal, instance_type: t3.small',
    register: 'made',
    changed: 'name: w, image_id: ami-0b11focal, instance_type: t3.large',
  },
  {
    module: 'ec2_asg',
    parameters: `name: w, min_size: 1, max_size: 2, launch_template: { id: "{{ made.template.launch_template_id }}" }, vpc_zone_identifier: [${subnet}], cpu_policy: { target: 70 }`,
    changed: `name: w, min_size: 1, max_size: 3, launch_template: { id: "{{ made.template.launch_template_id }}" }, vpc_zone_identifier: [${subnet}]`,
  },
  {
    module: 'route53',
    parameters: 'zone: example.org, record: api.example.org, type: A, value: [10.0.0.1]',
    changed: 'zone: example.org, record: other.example.org, type: A, value: [10.0.0.1]',
  },
  { module: 'aws_tagged_info', parameters: 'tags: { role: c }' },
];

/** The rows whose results these words name, and those that these need. */
export function neededBy(words: string, needs: readonly string[] = []): readonly Row[] {
  const named = rows.filter(
    ({ module, register }) =>
      needs.includes(module) || (register !== undefined && words.includes(`{{ ${register}.`)),
  );
  const all = new Set(named.flatMap((row) => [...neededBy(row.parameters, row.needs), row]));
  return rows.filter((row) => all.has(row));
}

/** Zones are not made by modules of ours. */
export async function makeZone(aws: TestAws): Promise<void> {
  const sdk = await import('@aws-sdk/client-route-53');
  const client = new sdk.Route53Client({
    region: aws.region,
    endpoint: aws.proxy.url,
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  });
  await client.send(new sdk.CreateHostedZoneCommand({ Name: 'example.org.', CallerReference: 'test' }));
  client.destroy();
}
