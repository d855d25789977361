// From an empty account to a cluster and back: moto answers for AWS, lab hosts of the instances' addresses are the
// machines, and test/support/aws_stand_ins.ts is the router and the balancer that moto is not.
import * as assert from 'uvu/assert';
import { heldByAccount, newIn, type Held } from '../support/aws_held.ts';
import { changedTasks, failures, timed } from '../support/cluster.ts';
import type { Ran } from '../support/hardway.ts';
import { whyNoLab } from '../support/lab.ts';
import { LabVpc } from '../support/lab_vpc.ts';
import { whyNoAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

function assertWell(ran: Ran): void {
  assert.is(ran.code, 0, failures(ran));
}

/** What one host, any, asks of AWS for all. */
const onceForAll = /networking : (?:Routes to pods in the tables|Workers may forward)/;

/** Hosts on which something changed. */
function changedHosts(ran: Ran): string[] {
  return Object.entries(ran.recap)
    .filter(([, { changed = 0 }]) => changed > 0)
    .map(([host]) => host)
    .sort();
}

describe(
  'a cluster on instances, from an empty account',
  ({ test, setup, teardown }) => {
    let vpc: LabVpc;
    let before: readonly Held[];
    setup(async () => {
      vpc = await timed('account, gateway and balancer', () => LabVpc.make());
      before = await heldByAccount(vpc.aws);
    });
    teardown(() => vpc.release());

    const hostsOf = async (group: string): Promise<string[]> =>
      (await vpc.instances()).filter((one) => one.group === group).map(({ name }) => name);

    test('infra.yml makes the VPC, subnets, groups, balancer and instances, and changes nothing when it is run again', async () => {
      assertWell(await timed('infra.yml', () => vpc.infra('infra.yml', 1)));
      const made = newIn(await heldByAccount(vpc.aws), before);
      const wanted = [
        'vpc lab',
        'subnet private',
        'subnet public',
        'balancer lab-api',
        'target group lab-api',
      ];
      const hosts = [
        'instance controller-1',
        'instance gateway',
        'instance workers-node',
        'scaling group workers',
      ];
      for (const one of [...wanted, ...hosts, 'security group hosts', 'address gateway'])
        assert.is(made.filter((thing) => thing === one).length, 1, `${one}: ${made.join('; ')}`);
      const again = await vpc.infra('infra.yml', 1);
      assertWell(again);
      assert.equal(changedTasks(again), []);
    });

    test('access.yml writes an inventory that finds the instances; check mode writes nothing on AWS, and site.yml builds the cluster on them through the gateway and the balancer', async () => {
      assert.is((await timed('instances boot', () => vpc.bootInstances())).length, 2);
      assertWell(await vpc.infra('access.yml', 1));
      vpc.aws.proxy.forget();
      const told = await timed('site.yml --check', () => vpc.play('site.yml', '--check'));
      assertWell(told);
      assert.ok(changedTasks(told).length > 50);
      assert.equal(vpc.aws.proxy.writes, []);
      assertWell(await timed('site.yml', () => vpc.play('site.yml')));
      await vpc.settle();
    });

    test('smoke.yml passes, and access.yml now brings the kubeconfig', async () => {
      assertWell(await timed('smoke.yml', () => vpc.play('smoke.yml')));
      const access = await vpc.infra('access.yml', 1);
      assertWell(access);
      assert.equal(changedTasks(access), ['localhost infra : Kubeconfig']);
    });

    test('an Auto Scaling group grows by one, and the next run adds just that worker and its routes', async () => {
      const old = await hostsOf('worker');
      const grown = await vpc.infra('infra.yml', 2);
      assertWell(grown);
      assert.equal(changedTasks(grown), ['localhost infra : Auto Scaling groups']);
      assert.is((await timed('the new instance boots', () => vpc.bootInstances())).length, 1);
      const [added = '', ...more] = (await hostsOf('worker')).filter((name) => !old.includes(name));
      assert.equal(more, []);
      const ran = await timed('site.yml', () => vpc.play('site.yml'));
      assertWell(ran);
      const elsewhere = changedTasks(ran)
        .map((line) => (onceForAll.test(line) ? line.replace(/^\S+/, 'VPC') : line))
        .filter((line) => !line.startsWith(`${added} `));
      assert.equal(elsewhere.sort(), [
        "VPC networking : Routes to pods in the tables of the hosts' subnets",
        'VPC networking : Workers may forward',
        'localhost pki : Kubeconfigs of the nodes',
        'localhost pki : Kubelet certificates',
      ]);
      await vpc.settle();
      assertWell(await timed('smoke.yml', () => vpc.play('smoke.yml')));
    });

    test('once more nothing changes', async () => {
      const again = await timed('site.yml', () => vpc.play('site.yml'));
      assertWell(again);
      assert.equal(changedHosts(again), [], changedTasks(again).join('\n'));
    });

    test('the group shrinks by one, and the next run takes that node out of the cluster and its routes out of the VPC', async () => {
      const old = await hostsOf('worker');
      const shrunk = await vpc.infra('infra.yml', 1);
      assertWell(shrunk);
      assert.equal(changedTasks(shrunk), ['localhost infra : Auto Scaling groups']);
      assert.is((await vpc.endInstances()).length, 1);
      const [stays = '', ...more] = await hostsOf('worker');
      assert.equal([more, old.includes(stays)], [[], true]);
      const ran = await timed('site.yml', () => vpc.play('site.yml'));
      assertWell(ran);
      assert.equal(
        changedTasks(ran).map((line) => line.replace(/^\S+/, 'VPC')),
        [
          'VPC networking : Nodes whose instance is gone leave the cluster',
          "VPC networking : Routes to pods in the tables of the hosts' subnets",
        ],
      );
      await vpc.settle();
      assertWell(await timed('smoke.yml', () => vpc.play('smoke.yml')));
      assert.equal(changedTasks(await vpc.play('site.yml')), []);
    });

    test('destroy.yml leaves an account as empty as it was', async () => {
      assertWell(await timed('destroy.yml', () => vpc.infra('destroy.yml', 1)));
      assert.equal(newIn(await heldByAccount(vpc.aws), before), []);
    });
  },
  { unless: (await whyNoLab()) ?? whyNoAws() },
);
