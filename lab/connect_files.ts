// What a user or an engine needs to reach a lab's hosts: known_hosts, an ssh configuration and an inventory, written in
// the way Ansible's users write them.
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { LabHost } from './addresses.ts';
import { readHostKey } from './host_files.ts';
import type { LabRecord } from './lab_record.ts';
import { labPlaces } from './places.ts';

export async function writeConnectFiles(record: LabRecord): Promise<void> {
  const places = labPlaces(record.name);
  const knownHosts = await Promise.all(
    record.hosts.map(
      async (host) => `${namesOf(host).join(',')} ${await readHostKey(record.name, host.name)}\n`,
    ),
  );
  await writeWhenOther(places.knownHosts, knownHosts.join(''));
  await writeWhenOther(places.sshConfig, sshConfig(record));
  await writeWhenOther(places.inventory, inventoryText(record));
}

async function writeWhenOther(file: string, content: string): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before === content) return;
  await writeFile(`${file}.new`, content, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function namesOf(host: LabHost): string[] {
  return [host.name, ...host.legs.map((leg) => leg.address)];
}

export function addressOf(host: LabHost): string {
  return host.legs[0]?.address ?? '';
}

/** Usable as `ssh -F FILE HOST`, by name or address; private hosts go through their gateway. */
function sshConfig(record: LabRecord): string {
  const places = labPlaces(record.name);
  const hosts = record.hosts.map((host) => {
    const jump = host.jump === undefined ? '' : `  ProxyJump ${host.jump}\n`;
    return `Host ${namesOf(host).join(' ')}\n  HostName ${addressOf(host)}\n${jump}`;
  });
  const common = [
    'User root',
    `IdentityFile ${places.privateKey}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${places.knownHosts}`,
    'StrictHostKeyChecking yes',
  ];
  return `${hosts.join('\n')}\nHost *\n${common.map((line) => `  ${line}\n`).join('')}`;
}

/** JSON is YAML too, and its strings need no thought about quoting. */
function inventoryText(record: LabRecord): string {
  const places = labPlaces(record.name);
  const common = {
    ansible_user: 'root',
    ansible_ssh_private_key_file: places.privateKey,
    ansible_ssh_common_args: `-F ${places.sshConfig}`,
    lab_name: record.name,
    lab_control_address: controlAddress(record),
  };
  const groups = [...new Set(record.topology.hosts.flatMap((host) => host.groups))];
  const lines = [
    'all:',
    '  vars:',
    ...variableLines(common, '    '),
    '  hosts:',
    ...record.hosts.flatMap((host) => [
      `    ${host.name}:`,
      ...variableLines(hostVariables(record, host), '      '),
    ]),
    ...(groups.length === 0 ? [] : ['  children:']),
    ...groups.flatMap((group) => {
      const members = record.topology.hosts.filter((host) => host.groups.includes(group));
      return [`    ${group}:`, '      hosts:', ...members.map(({ name }) => `        ${name}:`)];
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function variableLines(variables: Readonly<Record<string, unknown>>, indent: string): string[] {
  return Object.entries(variables).map(([name, value]) => `${indent}${name}: ${JSON.stringify(value)}`);
}

/** The control machine as the lab's public hosts see it. */
export function controlAddress(record: LabRecord): string {
  const subnet = record.subnets.find(({ gateway }) => gateway === undefined);
  return subnet === undefined ? '' : `${subnet.prefix}.1`;
}

function hostVariables(record: LabRecord, host: LabHost): Record<string, unknown> {
  const inside = record.subnets.filter(({ gateway }) => gateway !== undefined).map(({ name }) => name);
  const privateLeg = host.legs.find((leg) => inside.includes(leg.subnet));
  const behind = record.subnets
    .filter(({ gateway }) => gateway === host.name)
    .map(({ prefix }) => `${prefix}.0/24`);
  return {
    ansible_host: addressOf(host),
    private_ip: privateLeg?.address ?? addressOf(host),
    public_ip: addressOf(host),
    ...(behind.length === 0 ? {} : { gateway_private_cidr: behind.join(',') }),
    ...record.topology.hosts.find(({ name }) => name === host.name)?.vars,
  };
}
