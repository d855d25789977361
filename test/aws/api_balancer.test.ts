// lb_kind nlb: site.yml on paper hosts before a network balancer of moto's. Moto's balancer forwards nothing; what is
// shown here is where hosts and operator are told to go, and who its targets are.
import path from 'node:path';
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import type { Data } from '../../engine/module/contract.ts';
import { readCertificate } from '../../modules/shared/x509.ts';
import { keep, networkTasks } from '../support/aws_keep.ts';
import { notAllowed } from '../support/aws_policy.ts';
import { withEnvironment } from '../support/environment.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { siteOnPaper, type Paper } from '../support/site_on_paper.ts';
import { describe } from '../support/suite.ts';

const real = ['elb_network_lb_info', 'elb_target_group_info', 'elb_target_group', 'ec2_instance_info'];

describe(
  'lb_kind nlb',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let subnet: string;
    let vpc: string;
    let restore: () => void;
    const papers: Paper[] = [];

    setup(async () => {
      aws = await useAws();
      restore = withEnvironment(aws.environment);
      ({ vpc, subnet } = await networkTasks(aws));
      for (const [name, address] of [
        ['controller-0', '10.240.0.10'],
        ['controller-1', '10.240.0.11'],
      ])
        await keep(
          aws,
          'ec2_instance',
          `name: ${name ?? ''}, image_id: ami-0a11debian12amd64, instance_type: t3.small, vpc_subnet_id: ${subnet}, private_ip_address: ${address ?? ''}`,
        );
    });
    teardown(async () => {
      for (const paper of papers) paper.remove();
      restore();
      await aws.release();
    });

    async function makeBalancer(name: string, port: number, type: string, words: string): Promise<string> {
      await keep(
        aws,
        'elb_target_group',
        `name: ${name}, protocol: TCP, port: 6443, vpc_id: ${vpc}, target_type: ${type}`,
      );
      const made = await keep(
        aws,
        'elb_network_lb',
        `name: ${name}, ${words}, listeners: [{ Port: ${port}, target_group: ${name} }]`,
      );
      assert.is(made.message, '');
      return String(made.value('load_balancer.dns_name'));
    }

    async function site(
      vars: Readonly<Record<string, Data>>,
      more: { readonly gateway?: true; readonly withKeys?: true; readonly tags?: string[] } = {},
    ): Promise<Paper> {
      aws.proxy.forget();
      const gateway = { 'gateway-0': { ansible_host: '203.0.113.10', private_ip: '10.240.0.2' } };
      const paper = await siteOnPaper({
        hosts: {
          ...(more.gateway ? gateway : {}),
          'controller-0': { ansible_host: '10.240.0.10' },
          'controller-1': { ansible_host: '10.240.0.11' },
          'worker-0': { ansible_host: '10.240.0.20' },
          'lb-0': { ansible_host: '10.240.0.5' },
        },
        groups: {
          ...(more.gateway ? { gateway: ['gateway-0'] } : {}),
          controller: ['controller-0', 'controller-1'],
          worker: ['worker-0'],
          lb: ['lb-0'],
        },
        vars: { lb_kind: 'nlb', ...vars },
        real,
        ...(more.withKeys ? { withKeys: true } : {}),
        ...(more.tags ? { tags: more.tags } : {}),
      });
      papers.push(paper);
      assert.equal(notAllowed(aws.proxy.calls), [], 'the policy allows it');
      return paper;
    }

    async function targetsOf(name: string): Promise<string[]> {
      const asked = await keep(aws, 'elb_target_group_info', `names: [${name}]`);
      const client = new ElasticLoadBalancingV2Client({
        region: aws.region,
        endpoint: aws.proxy.url,
        credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
      });
      const { TargetHealthDescriptions = [] } = await client.send(
        new DescribeTargetHealthCommand({
          TargetGroupArn: String(asked.value('target_groups.0.target_group_arn')),
        }),
      );
      client.destroy();
      return TargetHealthDescriptions.map(({ Target }) => `${Target?.Id ?? ''}:${Target?.Port ?? ''}`).sort();
    }

    test('an open one of port 443: kubeconfigs and certificate have its name, its instances are targets, no host balances (S0-11, S0-22, S0-24, S3-16)', async () => {
      const name = await makeBalancer(
        'open',
        443,
        'instance',
        `scheme: internet-facing, subnets: [${subnet}]`,
      );
      const paper = await site({ nlb_name: 'open' }, { withKeys: true });
      assert.equal(paper.failures, []);
      const read = (file: string): string => readFileSync(path.join(paper.folder, file), 'utf8');
      for (const file of ['node-worker-0', 'kube-proxy', 'admin'])
        assert.match(read(`${file}.kubeconfig`), `server: "https://${name}:443"`, file);
      assert.match(read('kube-scheduler.kubeconfig'), 'server: "https://127.0.0.1:6443"');
      const dns = readCertificate(read('pki/kubernetes.crt'))?.dns ?? [];
      assert.ok(dns.includes(name), dns.join(' '));
      assert.equal(
        paper.of('lb-0').filter(({ role }) => role === 'lb'),
        [],
      );
      const [block] = paper.of('worker-0', 'blockinfile');
      assert.not.match(block?.words('block') ?? '', 'api.kubernetes-the-hard-way');
      const asked = await keep(
        aws,
        'ec2_instance_info',
        'filters: { private-ip-address: [10.240.0.10, 10.240.0.11] }',
      );
      const ids = [0, 1].map((index) => `${String(asked.value(`instances.${index}.instance_id`))}:6443`);
      assert.equal(await targetsOf('open'), ids.sort());
    });

    test('again nothing is registered', async () => {
      await site({ nlb_name: 'open' }, { tags: ['lb'] });
      assert.equal(aws.proxy.writes, []);
    });

    test('an internal one behind a gateway: inside its name, outside the gateway, which leads to a controller (S4-16)', async () => {
      const name = await makeBalancer('inner', 6443, 'ip', `scheme: internal, subnets: [${subnet}]`);
      const paper = await site({ nlb_name: 'inner' }, { gateway: true });
      assert.equal(paper.failures, []);
      const servers = paper.of('localhost', 'kubeconfig').map(({ words }) => words('path', 'server'));
      const of = (file: string): string =>
        servers
          .find((line) => line.includes(`/${file}.kubeconfig`))
          ?.split(' ')
          .at(-1) ?? '';
      assert.equal([of('node-worker-0'), of('admin')], [`https://${name}:6443`, 'https://203.0.113.10:6443']);
      assert.match(
        paper.file('gateway-0', '/etc/hardway/gateway.rules'),
        '--dport 6443 -j DNAT --to-destination 10.240.0.10:6443',
      );
      assert.equal(await targetsOf('inner'), ['10.240.0.10:6443', '10.240.0.11:6443']);
    });

    test('one of a fixed address is reached by it, and the gateway leads there', async () => {
      await makeBalancer(
        'fixed',
        6443,
        'ip',
        `scheme: internal, subnet_mappings: [{ SubnetId: ${subnet}, PrivateIPv4Address: 10.240.0.9 }]`,
      );
      // Moto keeps no address of a balancer; AWS tells it so.
      aws.proxy.fault(({ action }) =>
        action === 'DescribeLoadBalancers'
          ? (reply) => ({
              ...reply,
              body: reply.body.replaceAll(
                '</SubnetId>',
                '</SubnetId><LoadBalancerAddresses><member><PrivateIPv4Address>10.240.0.9</PrivateIPv4Address></member></LoadBalancerAddresses>',
              ),
            })
          : undefined,
      );
      const paper = await site({ nlb_name: 'fixed' }, { gateway: true });
      aws.proxy.heal();
      assert.equal(paper.failures, []);
      const [block] = paper.of('worker-0', 'blockinfile');
      assert.match(block?.words('block') ?? '', '10.240.0.9 api.kubernetes-the-hard-way');
      assert.match(paper.file('gateway-0', '/etc/hardway/gateway.rules'), '--to-destination 10.240.0.9:6443');
    });

    test('a target that is no controller any more leaves a group of addresses', async () => {
      await keep(
        aws,
        'elb_target_group',
        'name: inner, target_type: ip, targets: [{ Id: 10.240.0.99 }], purge_targets: false',
      );
      assert.is((await targetsOf('inner')).length, 3);
      await site({ nlb_name: 'inner' }, { tags: ['lb'] });
      assert.equal(await targetsOf('inner'), ['10.240.0.10:6443', '10.240.0.11:6443']);
    });

    test('without the balancer nothing is built, and it is said which one is missing', async () => {
      const paper = await site({ nlb_name: 'nobody' });
      assert.match(paper.failures.join('\n'), 'The region has no network balancer nobody');
      assert.equal(paper.of('controller-0', 'copy'), []);
    });
  },
  { unless: whyNoAws() },
);
