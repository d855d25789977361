// What each module of AWS does when AWS cuts its replies into pages, refuses credentials or calls, or limits their rate.
// One task a module, in an account where all of it stands.
import * as assert from 'uvu/assert';
import { modules } from '../../modules/registry.ts';
import { pagedActions, pagesOfOne } from '../support/aws_pages.ts';
import { ec2Error, queryError, type Call, type Fault, type Reply } from '../support/aws_proxy.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { play, type Played } from '../support/play_here.ts';
import { describe } from '../support/suite.ts';

const vpc = 'vpc_id: "{{ vpc.vpc.id }}"';
const subnet = '"{{ subnet.subnet.id }}"';
const trust = `assume_role_policy_document: { Version: '2012-10-17', Statement: [] }`;

interface Row {
  readonly module: string;
  readonly parameters: string;
  readonly register?: string;
  /** Other parameters by which something is to be changed; none for modules that only look. */
  readonly changed?: string;
}

/** In the order in which they can be made. */
const rows: readonly Row[] = [
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

/** The rows whose results these words name, and those that these name. */
function neededBy(words: string): readonly Row[] {
  const named = rows.filter(({ register }) => register !== undefined && words.includes(`{{ ${register}.`));
  const all = new Set(named.flatMap((row) => [...neededBy(row.parameters), row]));
  return rows.filter((row) => all.has(row));
}

/** Zones are not made by modules of ours. */
async function makeZone(aws: TestAws): Promise<void> {
  const sdk = await import('@aws-sdk/client-route-53');
  const client = new sdk.Route53Client({
    region: aws.region,
    endpoint: aws.proxy.url,
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  });
  await client.send(new sdk.CreateHostedZoneCommand({ Name: 'example.org.', CallerReference: 'test' }));
  client.destroy();
}

const refusal = ({ service }: Call, code: string, message: string, status: number): Reply =>
  service === 'ec2' ? ec2Error(code, message, status) : queryError(code, message, status);

const denied: Fault = (call) =>
  refusal(call, call.service === 'ec2' ? 'UnauthorizedOperation' : 'AccessDenied', 'no', 403);

const notAllowed =
  /^AWS does not allow (\w+:\w+) in [\w-]+: no\. Add to the caller's IAM policy: \{ "Effect": "Allow", "Action": "\1", "Resource": "\*" \}$/;

/** Route 53 names its calls by method and path. */
const isReading = ({ action }: Call): boolean => /^(?:Describe|Get|List|GET )/.test(action);

describe(
  'modules of AWS and its faults',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    setup(async () => {
      aws = await useAws();
      await makeZone(aws);
    });
    teardown(() => aws.release());

    /** These rows, then one with its own words; `then` begins with the fault. All go on after a failure. */
    const run = (
      of: readonly Row[],
      then?: { readonly module: string; readonly words: string; readonly fault: Fault },
    ): Promise<Played> => {
      aws.proxy.forget();
      const task = (module: string, words: string, more: string): string =>
        `    - { ${module}: { ${[words, aws.parameters].filter((part) => part !== '').join(', ')} }, ${more} }\n`;
      const text = of.map(({ module, parameters, register = 'it' }) =>
        task(module, parameters, `name: ${module}, register: ${register}, ignore_errors: true`),
      );
      const last = then ? task(then.module, then.words, 'name: then, ignore_errors: true') : '';
      return play(`- hosts: one\n  gather_facts: false\n  tasks:\n${text.join('')}${last}`, {
        onEvent: (event) => {
          if (then && event.type === 'task-start' && event.task.name === 'then') aws.proxy.fault(then.fault);
        },
      });
    };
    /** What a row says when the fault is there, and what it depends on was seen before. */
    const saidUnder = async (row: Row, words: string, fault: Fault): Promise<string> => {
      const played = await run(neededBy(words), { module: row.module, words, fault });
      aws.proxy.heal();
      return said(played, 'then');
    };
    const states = ({ lines }: Played): Record<string, string> =>
      Object.fromEntries(lines.map((line) => line.split(' ').slice(1) as [string, string]));
    const all = (status: (row: Row) => string): Record<string, string> =>
      Object.fromEntries(rows.map((row) => [row.module, status(row)]));
    const said = ({ result }: Played, task: string): string => result('one', task).message ?? '';

    test('the table has every module that speaks to AWS', () => {
      const names = modules.filter(({ params }) => 'endpoint_url' in params).map(({ name }) => name);
      assert.equal(rows.map(({ module }) => module).sort(), [...names].sort());
    });

    test('limits of rate are waited for: every kind of call is refused twice, and all is made once', async () => {
      aws.proxy.fault((call, count) => {
        const [code, status] =
          call.service === 'ec2' ? (['RequestLimitExceeded', 503] as const) : (['Throttling', 400] as const);
        return count <= 2 ? refusal(call, code, 'Rate exceeded', status) : undefined;
      });
      const made = await run(rows);
      aws.proxy.heal();
      assert.equal(
        states(made),
        all(({ changed }) => (changed === undefined ? 'ok' : 'changed')),
        rows.map(({ module }) => said(made, module)).join('\n'),
      );
    });

    test('pages are followed to the end, through an empty one: nothing is made again', async () => {
      const paging = pagesOfOne();
      aws.proxy.fault(paging.fault);
      const again = await run(rows);
      aws.proxy.heal();
      assert.equal(
        states(again),
        all(() => 'ok'),
        rows.map(({ module }) => said(again, module)).join('\n'),
      );
      assert.equal(
        aws.proxy.calls.filter((call) => !isReading(call)).map(({ action }) => action),
        [],
      );
      assert.equal([...paging.followed].sort(), Object.keys(pagedActions).sort());
    });

    for (const [code, status] of [
      ['ExpiredToken', 403],
      ['RequestExpired', 400],
    ] as const)
      test(`credentials that have expired (${code}) are told so by each module`, async () => {
        for (const row of rows)
          assert.match(
            await saidUnder(row, row.parameters, (call) => refusal(call, code, 'It is expired', status)),
            /^The AWS credentials have expired \(\w+:\w+ in [\w-]+\): sign in again, or renew the token$/,
            row.module,
          );
      });

    test('a look that is not allowed is told with its action and the line for the policy', async () => {
      for (const row of rows)
        assert.match(await saidUnder(row, row.parameters, denied), notAllowed, row.module);
    });

    test('a change that is not allowed, too', async () => {
      const deniedChange: Fault = (call, count) => (isReading(call) ? undefined : denied(call, count));
      for (const row of rows)
        if (row.changed !== undefined)
          assert.match(await saidUnder(row, row.changed, deniedChange), notAllowed, row.module);
    });
  },
  { unless: whyNoAws() },
);
