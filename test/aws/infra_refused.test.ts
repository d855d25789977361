// What a shape says no to (`elastic: false`) is as if it were not said.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { type AwsOperator, useAwsOperator } from '../support/aws_operator.ts';
import { heldByAccount, newIn, type Held } from '../support/aws_held.ts';
import { failures } from '../support/cluster.ts';
import { runPlaybookCommand, type Ran } from '../support/hardway.ts';
import { whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';
import { playbooks } from './run_infra.ts';

const shape = `
infra_name: plain
infra_vpc_cidrs: [10.77.0.0/16]
infra_subnets: { one: { cidr: 10.77.1.0/24, public: false } }
infra_route_tables: { own: { main: false, subnets: [one], internet: false } }
infra_security_groups: { hosts: { description: Hosts, rules: [] } }
infra_hosts:
  plain: &plain { group: worker, subnet: one, public: false, elastic: false, security_groups: [hosts] }
  reached: { <<: *plain, elastic: true }
`;

describe(
  'a shape that says no',
  ({ test, setup, teardown }) => {
    let operator: AwsOperator;
    let aws: TestAws;
    let empty: readonly Held[];
    let file: string;

    const run = (playbook: string, ...argv: readonly string[]): Promise<Ran> =>
      runPlaybookCommand(
        path.join(playbooks, playbook),
        ...['-e', `@${file}`, '-e', 'control_cidr=203.0.113.7/32', '-e', `infra_dir=${operator.folder}`],
        ...['-e', 'infra_wait=5', ...argv],
      );
    setup(async () => {
      operator = await useAwsOperator();
      ({ aws } = operator);
      empty = await heldByAccount(aws);
      file = path.join(operator.folder, 'shape.yml');
      writeFileSync(file, shape);
    });
    teardown(() => operator.release());

    test('an address that is refused is not allocated, nor is a gateway made; what is wished is', async () => {
      const open = shape.replace('internet: false', 'internet: true');
      writeFileSync(file, open);
      const made = await run('infra.yml');
      assert.is(made.code, 0, failures(made));
      const addresses = aws.proxy.calls.filter(({ action }) => action === 'AllocateAddress');
      assert.is(addresses.length, 1);
      assert.is(aws.proxy.calls.filter(({ action }) => action === 'CreateInternetGateway').length, 1);
    });

    test('a name that AWS would take for a pattern is refused before it is asked', async () => {
      const { calls } = aws.proxy;
      for (const playbook of ['infra.yml', 'access.yml', 'destroy.yml']) {
        aws.proxy.forget();
        const refused = await run(playbook, '-e', 'infra_name=pl*');
        assert.is(refused.code, 2);
        assert.match(refused.stdout, 'infra_name is a word of letters, digits, - . and _, not pl*');
        assert.equal(calls, []);
      }
    });

    test('its price has the elastic address of a host that takes no public one', async () => {
      const told = await run('cost.yml');
      assert.is(told.code, 0, failures(told));
      assert.match(told.stdout, /worker: 1 x public_ipv4/);
    });

    test('a table that is not the main one is removed, as is an address that is not wished any more', async () => {
      writeFileSync(file, shape.replace('elastic: true', 'elastic: false'));
      const gone = await run('destroy.yml');
      assert.is(gone.code, 0, failures(gone));
      assert.equal(newIn(await heldByAccount(aws), empty), []);
    });

    test('without a table that leads there no gateway is made', async () => {
      writeFileSync(file, shape.replace('elastic: true', 'elastic: false'));
      aws.proxy.forget();
      const made = await run('infra.yml');
      assert.is(made.code, 0, failures(made));
      const makers = aws.proxy.writes.filter((action) =>
        /^(?:CreateInternetGateway|AllocateAddress)$/.test(action),
      );
      assert.equal(makers, []);
    });
  },
  { unless: whyNoAws() },
);
