// What access.yml wrote, read by those who will read it: ssh itself, our own connections, and the inventory.
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { resolveSshSettings } from '../../engine/connection/ssh_settings.ts';
import { runHardway } from '../support/hardway.ts';

interface HostVariables {
  readonly ansible_host: string;
  readonly ansible_user: string;
  readonly ansible_ssh_common_args: string;
  readonly private_ip: string;
  readonly public_ip: string;
  readonly instance_id: string;
  readonly lb_kind: string;
  readonly nlb_name: string;
  readonly wg_routes: readonly string[];
  readonly route_mode: string;
}

export interface Access {
  readonly hosts: Readonly<Record<string, HostVariables>>;
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/** The inventory that was written, as `hardway inventory --list` tells it. */
export async function accessOf(folder: string): Promise<Access> {
  const said = await runHardway('inventory', '-i', path.join(folder, 'aws_ec2.yml'), '--list');
  assert.is(said.code, 0, said.stderr);
  const { _meta: meta, ...groups } = JSON.parse(said.stdout) as Record<string, { hosts?: string[] }> & {
    readonly _meta: { readonly hostvars: Access['hosts'] };
  };
  return {
    hosts: meta.hostvars,
    groups: Object.fromEntries(Object.entries(groups).map(([name, { hosts = [] }]) => [name, hosts])),
  };
}

interface Way {
  readonly host: string;
  readonly user: string;
  readonly keys: readonly string[];
  readonly jumps: readonly string[];
  readonly knownHosts: readonly string[];
  readonly checking: string;
  readonly hostKeyName: string;
  readonly proxy: string | undefined;
}

/** What ssh makes of a name. */
export function wayOfSsh(config: string, name: string): Way {
  const lines = execFileSync('ssh', ['-G', '-T', '-F', config, name], { encoding: 'utf8' }).split('\n');
  const all = (option: string): string[] =>
    lines
      .filter((line) => line.startsWith(`${option} `))
      .map((line) => line.slice(option.length + 1).replaceAll('"', ''));
  return {
    host: all('hostname')[0] ?? '',
    user: all('user')[0] ?? '',
    keys: all('identityfile'),
    jumps: all('proxyjump').filter((jump) => jump !== 'none'),
    knownHosts: all('userknownhostsfile'),
    checking: all('stricthostkeychecking')[0] ?? '',
    hostKeyName: all('hostkeyalias')[0] ?? '',
    proxy: all('proxycommand')[0],
  };
}

/** What our own connections make of it, by the words of the inventory. */
export function wayOfOurs(config: string, name: string): Way {
  const settings = resolveSshSettings({
    kind: 'ssh',
    hostName: name,
    address: name,
    sshArguments: ['-F', config],
    hostKeyChecking: 'strict',
    connectTimeoutSeconds: 10,
    retries: 0,
  });
  return {
    host: settings.hostName,
    user: settings.user,
    keys: settings.explicitKeyFiles,
    jumps: settings.jumps,
    knownHosts: settings.userKnownHostsFiles,
    checking: settings.hostKeyChecking,
    hostKeyName: settings.hostKeyName,
    proxy: settings.proxyCommand,
  };
}

/** Groups of each shape and how many hosts each has. */
const groupsOf: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  small: { controller: 3, worker: 2 },
  private: { controller: 3, gateway: 1, worker: 2 },
  nine: { controller: 3, etcd: 3, worker: 3 },
  scaling: { controller: 3, worker: 3 },
};

const balancers: Readonly<Record<string, string>> = {
  small: 'kubernetes',
  private: 'kube',
  nine: 'kubernetes',
  scaling: 'k8s-nlb',
};

/** What a peer of WireGuard reaches through the gateway. */
const vpcRanges: Readonly<Record<string, readonly string[]>> = {
  small: ['10.240.0.0/24'],
  private: ['10.10.16.0/20'],
  nine: ['10.43.0.0/16'],
  scaling: ['10.200.0.0/16', '10.32.0.0/16'],
};

/** S3-25, S1-46; hosts in several subnets need the VPC's table. */
const routeModes: Readonly<Record<string, string>> = {
  ...{ small: 'vpc', scaling: 'vpc' },
  ...{ private: 'host', nine: 'host' },
};

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

export function checkFiles(shape: string, folder: string, { hosts, groups }: Access): void {
  const config = path.join(folder, 'ssh_config');
  for (const [name, mode] of [
    ['.', '700'],
    ['ssh_config', '600'],
    ['aws_ec2.yml', '600'],
    ['group_vars/all.yml', '600'],
    ['ssh_key', '600'],
  ] as const)
    assert.is(modeOf(path.join(folder, name)), mode, name);
  const counts = Object.entries(groups)
    .filter(([name]) => name !== 'all' && name !== 'aws_ec2' && name !== 'ungrouped')
    .map(([name, members]) => [name, members.length]);
  assert.equal(Object.fromEntries(counts), groupsOf[shape]);
  for (const [name, variables] of Object.entries(hosts)) {
    const { ansible_host: address, instance_id: id, private_ip: inner, public_ip: outer } = variables;
    const jumps = shape === 'private' && name !== 'gateway' ? ['gateway'] : [];
    const wanted: Way = {
      host: address,
      user: shape === 'scaling' ? 'ubuntu' : 'admin',
      keys: [path.join(folder, 'ssh_key')],
      jumps,
      knownHosts: [path.join(folder, 'known_hosts')],
      checking: 'accept-new',
      hostKeyName: id,
      proxy: undefined,
    };
    for (const alias of [name, address]) {
      assert.equal(wayOfSsh(config, alias), wanted, `ssh ${alias}`);
      assert.equal(wayOfOurs(config, alias), wanted, `hardway ${alias}`);
    }
    assert.is(address, jumps.length > 0 ? inner : outer, name);
    assert.is(variables.ansible_user, wanted.user);
    assert.is(variables.ansible_ssh_common_args, `-F "${config}"`);
    assert.equal([variables.lb_kind, variables.nlb_name], ['nlb', balancers[shape]]);
    assert.equal(variables.wg_routes, vpcRanges[shape]);
    assert.is(variables.route_mode, routeModes[shape]);
  }
  // A host that an Auto Scaling group made since.
  const since = '10.10.16.99';
  const jumps = shape === 'private' ? ['gateway'] : [];
  for (const way of [wayOfSsh(config, since), wayOfOurs(config, since)]) assert.equal(way.jumps, jumps);
}

/** With access_by=ssm each host is its instance's id, behind a session that AWS's command line starts. */
export function checkSessions(folder: string, { hosts }: Access): void {
  const config = path.join(folder, 'ssh_config');
  for (const [name, { ansible_host: address, instance_id: id }] of Object.entries(hosts)) {
    assert.is(address, id);
    const session = `aws ssm start-session --target ${id} --region eu-west-1 --document-name AWS-StartSSHSession --parameters portNumber=22`;
    for (const alias of [name, id]) {
      const [theirs, ours] = [wayOfSsh(config, alias), wayOfOurs(config, alias)];
      assert.equal([theirs.host, ours.host], [id, id]);
      assert.is(theirs.proxy?.replace('%h', id).replace('%p', '22'), session);
      assert.is(ours.proxy, session);
    }
  }
}
