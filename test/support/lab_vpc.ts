// A VPC of moto's on lab hosts. Moto answers for AWS and moves no packet: instances boot as lab hosts of their addresses,
// and aws_stand_ins.ts is the router and the balancer.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ec2 from '@aws-sdk/client-ec2';
import { labKill, labUp } from '../../lab/lab.ts';
import { readRecord, type LabRecord } from '../../lab/lab_record.ts';
import { labPlaces } from '../../lab/places.ts';
import { mustRun } from '../../lab/run_program.ts';
import type { TopologyHost } from '../../lab/topology.ts';
import { StandIns } from './aws_stand_ins.ts';
import { runPlaybookCommand, type Ran } from './hardway.ts';
import { topologyOf, useLab, type TestLab } from './lab.ts';
import { withEnvironment } from './environment.ts';
import { useAws, type TestAws } from './moto.ts';

const root = path.resolve(import.meta.dirname, '../..');
const own = path.join(root, 'test/cluster/on_aws');

/** Before any instance there are only the gateway, as the private subnet hangs on it, and the host of the balancer. */
const firstHosts = {
  subnets: { public: null, private: { gateway: 'gateway' } },
  hosts: {
    gateway: { subnets: ['public', 'private'], number: 10 },
    balancer: { subnets: ['private'], number: 9 },
  },
};

interface Instance {
  readonly id: string;
  /** As the inventory calls it. */
  readonly name: string;
  readonly address: string;
  readonly group: string;
}

export class LabVpc {
  readonly aws: TestAws;
  readonly lab: TestLab;
  /** The operator's, infra_dir: what access.yml writes, keys, kubeconfigs. */
  readonly folder: string;
  #record: LabRecord;
  readonly #ec2: ec2.EC2Client;
  readonly #standIns: StandIns;
  readonly #restore: () => void;

  private constructor(aws: TestAws, lab: TestLab, record: LabRecord, folder: string) {
    this.aws = aws;
    this.lab = lab;
    this.#record = record;
    this.folder = folder;
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const config = { region: aws.region, endpoint: aws.proxy.url, credentials };
    this.#ec2 = new ec2.EC2Client(config);
    this.#standIns = new StandIns(aws, (host, command) => this.#on(host, command));
    this.#restore = withEnvironment(aws.environment);
  }

  /** An empty account, and a lab of the stand-ins; programs are served to it. */
  static async make(): Promise<LabVpc> {
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
    const aws = await useAws();
    const lab = await useLab(topologyOf(firstHosts));
    const record = await readRecord(lab.name);
    if (record === undefined) throw new Error(`lab ${lab.name} has no record`);
    const main = [process.execPath, '--import', 'tsx', path.join(root, 'engine/main.ts')];
    await mustRun([...main, 'lab', 'mirror', '--name', lab.name], { cwd: root });
    const vpc = new LabVpc(aws, lab, record, await mkdtemp(path.join(tmpdir(), 'hardway-vpc-')));
    await vpc.#writeLabVariables();
    return vpc;
  }

  async release(): Promise<void> {
    await this.#standIns.stop();
    this.#ec2.destroy();
    this.#restore();
    await this.lab.release();
    await this.aws.release();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** infra.yml, access.yml or destroy.yml with the test's shape. */
  async infra(playbook: string, workers: number, ...argv: readonly string[]): Promise<Ran> {
    const [inPublic = '', inPrivate = ''] = this.#record.subnets.map(({ prefix }) => prefix);
    const key = await readFile(`${this.lab.privateKeyFile}.pub`, 'utf8');
    const given = {
      lab_vpc: `10.97.${this.#record.slot * 4}.0/22`,
      lab_public: inPublic,
      lab_private: inPrivate,
      control_cidr: `${inPublic}.1/32`,
      infra_dir: this.folder,
      infra_public_key: key.trim(),
      // The private half is the lab's, where an operator's own is one of ssh's.
      access_key_file: this.lab.privateKeyFile,
      workers,
    };
    const shape = path.join(own, 'shape.yml');
    return this.#run(playbook, '-e', JSON.stringify(given), '-e', `@${shape}`, ...argv);
  }

  /** A playbook on the instances, as the inventory of access.yml finds them. */
  play(playbook: string, ...argv: readonly string[]): Promise<Ran> {
    const inventory = path.join(this.folder, 'aws_ec2.yml');
    const ofLab = this.#labVariables.flatMap((file) => ['-e', `@${file}`]);
    return this.#run(playbook, '-i', inventory, ...ofLab, ...argv);
  }

  /** What lab hosts and their mirror want; nothing of it is AWS's. */
  get #labVariables(): readonly string[] {
    return [
      path.join(root, 'inventory/lab/group_vars/all.yml'),
      labPlaces(this.lab.name).mirrorVariables,
      path.join(this.folder, 'lab.yml'),
    ];
  }

  #run(playbook: string, ...argv: readonly string[]): Promise<Ran> {
    return runPlaybookCommand(path.join(root, 'playbooks', playbook), ...argv);
  }

  async instances(): Promise<Instance[]> {
    const { Reservations = [] } = await this.#ec2.send(
      new ec2.DescribeInstancesCommand({ Filters: [{ Name: 'instance-state-name', Values: ['running'] }] }),
    );
    return Reservations.flatMap(({ Instances = [] }) => Instances).map(
      ({ InstanceId: id = '', PrivateIpAddress: address = '', Tags = [] }) => {
        const tag = (key: string): string => Tags.find(({ Key }) => Key === key)?.Value ?? '';
        const ofGroup = tag('aws:autoscaling:groupName') === '' ? '' : `-${id}`;
        return { id, name: `${tag('Name')}${ofGroup}`, address, group: tag('hardway-group') };
      },
    );
  }

  /** Boots a lab host, at its address, for each instance that has none; gives the names of those that were new. */
  async bootInstances(): Promise<string[]> {
    const there = new Set(this.#record.hosts.flatMap(({ legs }) => legs.map(({ address }) => address)));
    const missing = (await this.instances()).filter(({ address }) => !there.has(address));
    const hosts = missing.map(({ id, address, group }): TopologyHost => {
      const subnet = this.#record.subnets.find(({ prefix }) => address.startsWith(`${prefix}.`));
      if (subnet === undefined) throw new Error(`${id} has ${address}, which is in no subnet of the lab`);
      const number = Number(address.split('.').at(-1));
      const common = { userland: 'gnu', vars: {}, groups: [] } as const;
      return { ...common, name: id, subnets: [subnet.name], number, containers: group === 'worker' };
    });
    const { topology, name } = this.#record;
    const { record } = await labUp(name, { ...topology, hosts: [...topology.hosts, ...hosts] });
    this.#record = record;
    return missing.map(({ id }) => id);
  }

  /** Cuts the power of each lab host whose instance has ended; gives its name. */
  async endInstances(): Promise<string[]> {
    const there = new Set((await this.instances()).map(({ id }) => id));
    const ended = this.#record.hosts.filter(({ name }) => name.startsWith('i-') && !there.has(name));
    for (const host of ended) await labKill(this.#record, host);
    return ended.map(({ name }) => name);
  }

  /** Waits until router and balancer have what AWS has. */
  settle(): Promise<void> {
    return this.#standIns.settle();
  }

  async #on(host: string, command: string): Promise<string> {
    return mustRun(['ssh', '-F', this.lab.sshConfigFile, host, command]);
  }

  async #writeLabVariables(): Promise<void> {
    const variables = {
      gateway_private_cidr: `${this.#record.subnets[1]?.prefix ?? ''}.0/24`,
      // A worker that comes or goes changes no other host then.
      common_hosts_file: false,
    };
    await writeFile(path.join(this.folder, 'lab.yml'), JSON.stringify(variables, null, 2));
  }
}
