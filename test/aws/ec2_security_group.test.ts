import * as assert from 'uvu/assert';
import { keep, makeVpc, type KeepOptions } from '../support/aws_keep.ts';
import { ec2Error } from '../support/aws_proxy.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

interface Permission {
  readonly ip_protocol: string;
  readonly from_port?: number;
  readonly to_port?: number;
  readonly ip_ranges: readonly { readonly cidr_ip: string; readonly description?: string }[];
  readonly user_id_group_pairs: readonly { readonly group_id: string }[];
}

/** What AWS takes as words; it refuses others, which moto lets pass. */
const taken = 'AWS takes up to 255 of a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*';

/** `tcp 22-22 10.0.0.0/8`, in the order of the alphabet. */
function words(permissions: unknown): string[] {
  return (permissions as readonly Permission[])
    .map(({ ip_protocol: proto, from_port: from, to_port: to, ip_ranges, user_id_group_pairs }) => {
      const place = [
        ...ip_ranges.map(({ cidr_ip, description = '' }) => `${cidr_ip} ${description}`.trim()),
        ...user_id_group_pairs.map(({ group_id }) => group_id),
      ].join();
      return `${proto} ${from === undefined ? 'all' : `${from}-${to ?? ''}`} ${place}`;
    })
    .sort();
}

describe(
  'ec2_security_group',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let vpc: string;
    const group = (parameters: string, options: KeepOptions = {}) =>
      keep(aws, 'ec2_security_group', `vpc_id: ${vpc}, ${parameters}`, options);
    const nodes = (parameters: string, options: KeepOptions = {}) =>
      group(`name: nodes, description: nodes of kube, ${parameters}`, options);
    setup(async () => {
      aws = await useAws();
      vpc = await makeVpc(aws, '10.240.0.0/16');
    });
    teardown(() => aws.release());

    test('check mode foretells groups that name each other, in a VPC of the same run, with no write', async () => {
      const foretold = await keep(
        aws,
        'ec2_security_group',
        'vpc_id: "{{ net.vpc.id }}", name: inner, description: inner, rules: [{ proto: all, group_name: [outer, inner, default] }]',
        {
          check: true,
          before: [
            ['ec2_vpc', 'name: later, cidr_block: 10.9.0.0/16', 'net'],
            ['ec2_security_group', 'vpc_id: "{{ net.vpc.id }}", name: outer, description: outer', 'out'],
          ],
        },
      );
      assert.is(foretold.message, '');
      assert.is(foretold.again, 'ok');
      assert.equal(foretold.writes, []);
      assert.equal(words(foretold.value('ip_permissions')), [
        '-1 all security group made-by-this-run:default',
        '-1 all security group made-by-this-run:inner',
        '-1 all security group made-by-this-run:outer',
      ]);
    });

    test('a group is made with rules of ports, ranges, its own members and icmp, and found again', async () => {
      await group('name: lb, description: balancer, tags: { Name: lb }');
      const made = await nodes(
        `rules: [
          { ports: [22, 30000-32767], cidr_ip: [10.0.0.9/8, 192.0.2.1], rule_desc: operators },
          { proto: tcp, from_port: 6443, to_port: 6443, group_name: lb },
          { proto: -1, group_name: nodes },
          { proto: icmp, icmp_type: 8, cidr_ip: 0.0.0.0/0 },
          { proto: 4, cidr_ip: 10.240.0.0/16 },
          { proto: udp, from_port: -1, to_port: -1, cidr_ip: 10.1.0.0/16 } ]`,
      );
      assert.is(made.message, '');
      assert.is(made.again, 'ok');
      assert.equal(made.writes, ['CreateSecurityGroup', 'AuthorizeSecurityGroupIngress']);
      assert.equal(made.warnings, ['10.0.0.9/8 has host bits: 10.0.0.0/8 is meant']);
      const own = String(made.value('group_id'));
      const rules = words(made.value('ip_permissions'));
      assert.is(rules.filter((one) => one === `-1 all ${own}`).length, 1);
      assert.equal(
        rules.filter((one) => !one.includes('sg-')),
        [
          '4 all 10.240.0.0/16',
          'icmp 8--1 0.0.0.0/0',
          'tcp 22-22 10.0.0.0/8 operators',
          'tcp 22-22 192.0.2.1/32 operators',
          'tcp 30000-32767 10.0.0.0/8 operators',
          'tcp 30000-32767 192.0.2.1/32 operators',
          'udp 0-65535 10.1.0.0/16',
        ],
      );
      assert.equal(words(made.value('ip_permissions_egress')), ['-1 all 0.0.0.0/0']);
    });

    test('rules that are not named go, and --diff shows them', async () => {
      const changed = await nodes(
        'rules: [{ ports: 22, cidr_ip: 10.0.0.0/8 }, { ports: 80, cidr_ip: 10.0.0.0/8 }]',
        {
          diff: true,
        },
      );
      assert.equal(changed.writes, ['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress']);
      assert.is(changed.again, 'ok');
      assert.equal(words(changed.value('ip_permissions')), [
        'tcp 22-22 10.0.0.0/8 operators',
        'tcp 80-80 10.0.0.0/8',
      ]);
      assert.match(changed.difference.before, '"from": 6443');
      assert.not.match(changed.difference.after, '"from": 6443');
    });

    test('without purge rules stay, and words alone are changed in place', async () => {
      const changed = await nodes(
        'purge_rules: false, rules: [{ ports: 22, cidr_ip: 10.0.0.0/8, rule_desc: admins }]',
      );
      assert.equal(changed.writes, ['UpdateSecurityGroupRuleDescriptionsIngress']);
      assert.is(changed.again, 'ok');
      assert.is(words(changed.value('ip_permissions')).length, 2);
      const untouched = await nodes('tags: { Name: nodes }');
      assert.equal(untouched.writes, ['CreateTags']);
    });

    test('what goes out is exact where it is named', async () => {
      const changed = await keep(
        aws,
        'amazon.aws.ec2_group',
        `vpc_id: ${vpc}, name: nodes, description: nodes of kube, rules_egress: [{ ports: 443, cidr_ip: 0.0.0.0/0 }]`,
      );
      assert.equal(changed.writes, ['AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupEgress']);
      assert.is(changed.again, 'ok');
      assert.equal(words(changed.value('ip_permissions_egress')), ['tcp 443-443 0.0.0.0/0']);
      const none = await nodes('rules_egress: []');
      assert.equal(none.writes, ['RevokeSecurityGroupEgress']);
      assert.equal(none.value('ip_permissions_egress'), []);
    });

    test('a rule that somebody else made meanwhile takes no other with it', async () => {
      aws.proxy.fault((call, count) =>
        call.action === 'AuthorizeSecurityGroupIngress' && count < 3
          ? ec2Error('InvalidPermission.Duplicate', 'the specified rule already exists')
          : undefined,
      );
      const made = await nodes('purge_rules: false, rules: [{ ports: [81, 82, 83], cidr_ip: 10.0.0.0/8 }]');
      aws.proxy.heal();
      assert.is(made.status, 'changed');
      assert.is(made.writes.length, 4);
      const ports = (await nodes('purge_rules: false')).value('ip_permissions');
      assert.equal(
        words(ports).filter((one) => /tcp 8[1-3]/.test(one)),
        ['tcp 82-82 10.0.0.0/8', 'tcp 83-83 10.0.0.0/8'],
      );
    });

    test('a rule that is gone already is no failure of removing others', async () => {
      aws.proxy.fault((call, count) =>
        call.action === 'RevokeSecurityGroupIngress' && count < 3
          ? ec2Error('InvalidPermission.NotFound', 'The specified rule does not exist')
          : undefined,
      );
      const changed = await nodes('rules: [{ ports: 22, cidr_ip: 10.0.0.0/8 }]');
      aws.proxy.heal();
      assert.is(changed.status, 'changed');
      assert.equal(changed.writes, Array(4).fill('RevokeSecurityGroupIngress'));
      assert.is((await nodes('rules: [{ ports: 22, cidr_ip: 10.0.0.0/8 }]')).again, 'ok');
    });

    test('a group that somebody else made meanwhile is taken, and a lost reply makes no twin', async () => {
      aws.proxy.fault((call, count) =>
        call.action === 'CreateSecurityGroup' && count === 1 ? 'lose' : undefined,
      );
      const made = await group('name: raced, description: raced');
      aws.proxy.heal();
      assert.equal(made.writes, ['CreateSecurityGroup']);
      aws.proxy.fault((call, count) =>
        call.action === 'DescribeSecurityGroups' && count === 1
          ? (reply) => ({ ...reply, body: reply.body.replaceAll('>raced<', '>other<') })
          : undefined,
      );
      const raced = await group(
        'name: raced, description: raced, rules: [{ ports: 1, cidr_ip: 10.0.0.0/8 }]',
      );
      aws.proxy.heal();
      assert.is(raced.value('group_id'), made.value('group_id'));
      assert.equal(raced.writes, ['CreateSecurityGroup', 'AuthorizeSecurityGroupIngress']);
    });

    test('rules that AWS would have too many of beside the old ones take their place after these went', async () => {
      await group('name: full, description: full, rules: [{ ports: 1, cidr_ip: 10.0.0.0/8 }]');
      aws.proxy.fault((call, count) =>
        call.action === 'AuthorizeSecurityGroupIngress' && count === 1
          ? ec2Error('RulesPerSecurityGroupLimitExceeded', 'The maximum number of rules has been reached.')
          : undefined,
      );
      const other = await group('name: full, description: full, rules: [{ ports: 2, cidr_ip: 10.0.0.0/8 }]');
      aws.proxy.heal();
      const [authorize, revoke] = ['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress'];
      assert.equal(other.writes, [authorize, revoke, authorize]);
      assert.equal(words(other.value('ip_permissions')), ['tcp 2-2 10.0.0.0/8']);
      assert.is(other.again, 'ok');
    });

    test('wishes that cannot be met are told before anything is sent', async () => {
      const messages = [];
      for (const rule of [
        '{ ports: 22 }',
        '{ ports: 22-1, cidr_ip: 10.0.0.0/8 }',
        '{ cidr_ip: 10.0.0.0/8 }',
        '{ ports: 22, cidr_ip: 10.0.0.0.0/8 }',
        '{ ports: 22, group_name: nobody }',
        '{ proto: tpc, ports: 22, cidr_ip: 10.0.0.0/8 }',
        '{ ports: 22, cidr_ip: 10.0.0.0/8, rule_desc: "the operator\'s" }',
      ]) {
        const refused = await nodes(`rules: [${rule}]`);
        assert.equal(refused.writes, []);
        messages.push(refused.message);
      }
      assert.equal(messages, [
        'A rule needs a place: cidr_ip, cidr_ipv6, group_id, group_name or ip_prefix',
        '22-1 is neither a port nor a range of ports',
        'A rule of tcp needs ports, or from_port and to_port (-1 for all)',
        '10.0.0.0.0/8 is no range of addresses, such as 10.0.0.0/24',
        'There is no security group nobody in the VPC',
        'tpc is no protocol: tcp, udp, icmp, all or a number',
        `rule_desc "the operator's" has '. ${taken}`,
      ]);
      for (const [named, message] of [
        ['name: sg-nodes, description: nodes', 'name "sg-nodes" begins with sg-, which AWS keeps for ids'],
        ['name: odd, description: "a > b"', `description "a > b" has >. ${taken}`],
        [`name: ${'n'.repeat(256)}, description: long`, `is longer than 255 characters (256). ${taken}`],
      ] as const) {
        const refused = await group(named, { check: true });
        assert.ok(refused.message.endsWith(message), refused.message);
      }
    });

    test('a group that rules of others name is not removed; then it goes, once', async () => {
      await nodes('rules: [{ ports: 22, group_name: lb }]');
      const refused = await group('name: lb, state: absent');
      assert.match(refused.message, /^Rules of nodes name lb \(sg-/);
      assert.equal(refused.writes, []);
      await nodes('rules: []');
      aws.proxy.fault((call, count) =>
        call.action === 'DeleteSecurityGroup' && count === 1
          ? ec2Error('DependencyViolation', 'resource has a dependent object')
          : undefined,
      );
      const gone = await group('name: lb, state: absent');
      aws.proxy.heal();
      assert.equal(gone.writes, ['DeleteSecurityGroup', 'DeleteSecurityGroup']);
      assert.is(gone.again, 'ok');
    });
  },
  { unless: whyNoAws() },
);
