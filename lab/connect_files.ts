// What a user or an engine needs to reach a lab's hosts: known_hosts, an ssh configuration and an inventory, written in
// the way Ansible's users write them.
import { chmod, writeFile } from 'node:fs/promises';
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
  await writeFile(places.knownHosts, knownHosts.join(''));
  await writeFile(places.sshConfig, sshConfig(record));
  await writeFile(places.inventory, inventoryText(record));
  await chmod(places.sshConfig, 0o600);
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
  const lines = ['all:', '  vars:', '    ansible_user: root'];
  lines.push(`    ansible_ssh_private_key_file: ${JSON.stringify(places.privateKey)}`);
  lines.push(`    ansible_ssh_common_args: ${JSON.stringify(`-F ${places.sshConfig}`)}`);
  lines.push('  hosts:');
  for (const host of record.hosts) {
    lines.push(`    ${host.name}:`, `      ansible_host: ${addressOf(host)}`);
    const vars = record.topology.hosts.find(({ name }) => name === host.name)?.vars ?? {};
    for (const [name, value] of Object.entries(vars)) lines.push(`      ${name}: ${JSON.stringify(value)}`);
  }
  const groups = [...new Set(record.topology.hosts.flatMap((host) => host.groups))];
  if (groups.length > 0) lines.push('  children:');
  for (const group of groups) {
    lines.push(`    ${group}:`, '      hosts:');
    const members = record.topology.hosts.filter((host) => host.groups.includes(group));
    for (const { name } of members) lines.push(`        ${name}:`);
  }
  return `${lines.join('\n')}\n`;
}
