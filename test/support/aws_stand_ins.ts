// What AWS does and moto does not, done on two hosts of a lab: the VPC's router is the lab's gateway, with the routes of
// the private subnet's table; the network balancer is haproxy on a host that bears its address, with the targets of its
// group. They read AWS's side only, so a route or a target that nobody set leads nowhere here, too.
import { setTimeout as sleep } from 'node:timers/promises';
import * as ec2 from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TestAws } from './moto.ts';

/** Runs a shell command on the host `gateway` or `balancer`. */
export type OnHost = (host: string, command: string) => Promise<unknown>;

/** The protocol by which the router's own routes are known. */
const routerMark = 99;

export class StandIns {
  readonly #on: OnHost;
  readonly #ec2: ec2.EC2Client;
  readonly #elb: elb.ElasticLoadBalancingV2Client;
  /** What they have, so that they are told changes only. */
  #routes = '';
  #targets = '';
  /** Changes of AWS's side so far, and those that the stand-ins have. */
  #changes = 0;
  #followed = 0;
  #trouble: Error | undefined;
  #isOver = false;
  readonly #following: Promise<void>;

  constructor(aws: TestAws, on: OnHost) {
    this.#on = on;
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const config = { region: aws.region, endpoint: aws.proxy.url, credentials };
    this.#ec2 = new ec2.EC2Client(config);
    this.#elb = new elb.ElasticLoadBalancingV2Client(config);
    aws.proxy.onDone(({ action }) => {
      if (/^(?:Create|Replace|Delete|Register|Deregister)(?:Route|Targets|Listener)$/.test(action))
        this.#changes += 1;
    });
    tellWhatMotoForgets(aws);
    this.#following = this.#follow();
  }

  /** Waits until they have what AWS has. */
  async settle(): Promise<void> {
    while (this.#trouble === undefined && this.#followed < this.#changes) await sleep(100);
    if (this.#trouble !== undefined) throw this.#trouble;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#following;
    this.#ec2.destroy();
    this.#elb.destroy();
  }

  /** Brings them up to date after each call that concerns them. */
  async #follow(): Promise<void> {
    while (!this.#isOver && this.#trouble === undefined) {
      await sleep(100);
      const changes = this.#changes;
      if (changes === this.#followed) continue;
      try {
        await this.#route();
        await this.#balance();
        this.#followed = changes;
      } catch (error) {
        this.#trouble = error instanceof Error ? error : new Error(String(error));
      }
    }
  }

  async #route(): Promise<void> {
    const { RouteTables = [] } = await this.#ec2.send(
      new ec2.DescribeRouteTablesCommand({ Filters: [{ Name: 'tag:Name', Values: ['private'] }] }),
    );
    const { NetworkInterfaces = [] } = await this.#ec2.send(new ec2.DescribeNetworkInterfacesCommand({}));
    const addressOf = (id: string): string =>
      NetworkInterfaces.find((one) => one.NetworkInterfaceId === id)?.PrivateIpAddress ?? '';
    const routes = RouteTables.flatMap(({ Routes = [] }) => Routes)
      .flatMap(({ NetworkInterfaceId: id, DestinationCidrBlock: range = '' }) =>
        id === undefined || range === '0.0.0.0/0' ? [] : [`${range} via ${addressOf(id)}`],
      )
      .sort();
    if (routes.join('\n') === this.#routes) return;
    const commands = [
      // A router of AWS sends no redirects, by which hosts would learn ways of their own.
      'for file in /proc/sys/net/ipv4/conf/*/send_redirects; do echo 0 > $file; done',
      `ip route flush proto ${routerMark}`,
      ...routes.map((route) => `ip route add ${route} proto ${routerMark}`),
    ];
    await this.#on('gateway', commands.join('\n'));
    this.#routes = routes.join('\n');
  }

  async #balance(): Promise<void> {
    const { TargetGroups = [] } = await this.#elb.send(new elb.DescribeTargetGroupsCommand({}));
    const [group] = TargetGroups;
    if (group === undefined) return;
    const health = new elb.DescribeTargetHealthCommand({ TargetGroupArn: group.TargetGroupArn });
    const { TargetHealthDescriptions = [] } = await this.#elb.send(health);
    const targets = TargetHealthDescriptions.map(({ Target }) => `${Target?.Id ?? ''}:${Target?.Port ?? 0}`);
    const servers = targets.sort().map((target, index) => `  server target-${index} ${target}`);
    if (servers.join('\n') === this.#targets) return;
    const text = `defaults
  mode tcp
  timeout connect 2s
  timeout client 1h
  timeout server 1h
listen api
  bind :${group.Port ?? 0}
  default-server check inter 1s fall 3 rise 1
${servers.join('\n')}
`;
    const write = `cat > /etc/haproxy/haproxy.cfg <<'END'\n${text}END\n`;
    await this.#on('balancer', `${write}systemctl reload-or-restart haproxy`);
    this.#targets = servers.join('\n');
  }
}

/** Moto takes the fixed address of a balancer and does not tell it; AWS does. */
function tellWhatMotoForgets(aws: TestAws): void {
  let address = '';
  aws.proxy.fault(({ action, parameters }) => {
    if (action === 'CreateLoadBalancer')
      address = parameters.get('SubnetMappings.member.1.PrivateIPv4Address') ?? '';
    const told = `</SubnetId><LoadBalancerAddresses><member><PrivateIPv4Address>${address}</PrivateIPv4Address></member></LoadBalancerAddresses>`;
    return action === 'DescribeLoadBalancers' && address !== ''
      ? (reply) => ({ ...reply, body: reply.body.replaceAll('</SubnetId>', told) })
      : undefined;
  });
}
