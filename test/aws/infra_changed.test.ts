// A shape that was changed: no host is made a second time elsewhere, and what is named no more is told.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { type AwsOperator, useAwsOperator } from '../support/aws_operator.ts';
import { failures } from '../support/cluster.ts';
import { runPlaybookCommand, type Ran } from '../support/hardway.ts';
import { whyNoAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';
import { playbooks } from './run_infra.ts';

const shape = `
infra_name: plain
infra_vpc_cidrs: [10.77.0.0/16]
infra_subnets: { one: { cidr: 10.77.1.0/24 }, two: { cidr: 10.77.2.0/24 } }
infra_security_groups: { hosts: { description: Hosts, rules: [] } }
infra_hosts:
  first: { group: worker, subnet: one, security_groups: [hosts] }
  second: { group: worker, subnet: two, security_groups: [hosts] }
`;

describe(
  'a shape that was changed',
  ({ test, setup, teardown }) => {
    let operator: AwsOperator;
    const run = (text: string, ...argv: readonly string[]): Promise<Ran> => {
      const file = path.join(operator.folder, 'shape.yml');
      writeFileSync(file, text);
      operator.aws.proxy.forget();
      return runPlaybookCommand(
        path.join(playbooks, 'infra.yml'),
        ...[
          '-e',
          `@${file}`,
          '-e',
          'control_cidr=203.0.113.7/32',
          '-e',
          `infra_dir=${operator.folder}`,
          ...argv,
        ],
      );
    };
    setup(async () => {
      operator = await useAwsOperator();
      const made = await run(shape);
      assert.is(made.code, 0, failures(made));
    });
    teardown(() => operator.release());

    test('a host that is to be in another subnet is refused, and none of its name is made there', async () => {
      for (const argv of [['--check'], []]) {
        const refused = await run(
          shape.replace('first: { group: worker, subnet: one', 'first: { group: worker, subnet: two'),
          ...argv,
        );
        assert.is(refused.code, 2);
        assert.match(refused.stdout, /first \(i-\w+\) is in subnet-\w+, and the shape wants it elsewhere/);
        assert.equal(operator.aws.proxy.writes, []);
      }
    });

    test('a host that is not named any more runs on, and that is said', async () => {
      const told = await run(shape.replace(/.*second.*\n/, ''));
      assert.is(told.code, 0, failures(told));
      assert.match(told.stdout, /Still there, and not in the shape: second \(i-\w+\)/);
      assert.not.match(told.stdout, /not in the shape: [^.]*first/);
      assert.equal(operator.aws.proxy.writes, []);
    });

    test('with all of them as they are there is nothing to say', async () => {
      const again = await run(shape);
      assert.equal([again.code, operator.aws.proxy.writes], [0, []], failures(again));
      assert.not.match(again.stdout, 'Still there');
    });

    test('a group that bears a name which a balancer’s own group has is refused', async () => {
      const refused =
        await run(`${shape.replace('{ hosts:', '{ api-hosts: { description: Mine, rules: [] }, hosts:')}
infra_target_groups: { api: { port: 6443, target_type: ip, targets: [first] } }
infra_balancers:
  api: { subnets: [one], open_to_hosts: [worker], listeners: [{ port: 6443, target_group: api }] }
`);
      assert.is(refused.code, 2);
      assert.match(refused.stdout, /infra_security_groups has api-hosts, which open_to_hosts/);
      assert.equal(operator.aws.proxy.calls, []);
    });

    test('balancers, groups, addresses and others that are not named any more are told, and stay', async () => {
      const more = `
infra_iam_roles: { plain: {} }
infra_target_groups: { old-api: { port: 6443, target_type: ip, targets: [first] } }
infra_balancers: { old-lb: { subnets: [one], listeners: [{ port: 6443, target_group: old-api }] } }
infra_scaling_groups:
  crowd: { group: worker, subnets: [one], security_groups: [hosts], min: 0, max: 0, type: t3.small }
`;
      const wider = shape
        .replace('rules: [] } }', 'rules: [] }, spare: { description: Spare, rules: [] } }')
        .replace('first: {', 'first: { elastic: true,');
      const made = await run(wider + more);
      assert.is(made.code, 0, failures(made));
      assert.not.match(made.stdout, 'Still there');
      const same = await run(wider + more);
      assert.equal([same.code, operator.aws.proxy.writes], [0, []], failures(same));
      assert.not.match(same.stdout, 'Still there');
      const told = await run(shape);
      assert.is(told.code, 0, failures(told));
      assert.equal(operator.aws.proxy.writes, []);
      const [, words = ''] =
        /Still there, and not in the shape: (.*?)\. Remove them/s.exec(told.stdout) ?? [];
      assert.equal(
        words
          .replaceAll(/ \([^)]*\)/g, '')
          .split(', ')
          .sort(),
        [
          'auto-scaling-group crowd',
          'elastic-ip first',
          'iam-role plain',
          'load-balancer old-lb',
          'security-group spare',
          'target-group old-api',
        ],
      );
    });
  },
  { unless: whyNoAws() },
);
