// The files that make one host out of the common image: its names, addresses and keys. They are written once, when the
// host is made; what happens on the host afterwards stays there over a power loss.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, symlink, writeFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LabHost, Leg } from './addresses.ts';
import { hostPlaces, labPlaces } from './places.ts';
import { makeSshKeyPair } from './ssh_key.ts';
import type { TopologyHost } from './topology.ts';

/** Directories of a container host that may not be on its overlay; containerd's snapshots are overlays themselves. */
export const boundFolders: Readonly<Record<string, string>> = {
  containerd: '/var/lib/containerd',
  kubelet: '/var/lib/kubelet',
  pods: '/var/log/pods',
};

/** Makes the host's folder when it is missing. Gives true when it was made. */
export async function ensureHostFiles(
  labName: string,
  host: LabHost,
  wanted: TopologyHost,
): Promise<boolean> {
  const { folder } = hostPlaces(labName, host.name);
  if ((await stat(folder).catch(() => undefined)) !== undefined) return false;
  const making = `${folder}.making`; // renamed when whole, so that a crash leaves no half host
  await rm(making, { recursive: true, force: true });
  for (const name of Object.keys(boundFolders)) await mkdir(join(making, 'binds', name), { recursive: true });
  const upper = join(making, 'upper');
  const key = makeSshKeyPair(host.name);
  const files: Record<string, string> = {
    'etc/hostname': `${host.name}\n`,
    'etc/machine-id': `${randomBytes(16).toString('hex')}\n`,
    'etc/hosts': `127.0.0.1 localhost\n127.0.1.1 ${host.name}\n`,
    'etc/ssh/ssh_host_ed25519_key.pub': `${key.publicKey} ${host.name}\n`,
  };
  for (const [index, leg] of host.legs.entries()) {
    files[`etc/systemd/network/1${index}-${leg.device}.network`] = networkFile(
      leg,
      index === 0 ? host.defaultRoute : undefined,
    );
  }
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(upper, path)), { recursive: true });
    await writeFile(join(upper, path), content);
  }
  await writeFile(join(upper, 'etc/ssh/ssh_host_ed25519_key'), key.privateKey, { mode: 0o600 });
  if (wanted.containers) {
    const wants = join(upper, 'etc/systemd/system/multi-user.target.wants');
    await mkdir(wants, { recursive: true });
    await symlink('/etc/systemd/system/host-prep.service', join(wants, 'host-prep.service'));
  }
  if (wanted.userland === 'busybox') {
    // No bash there, so nobody may have it as login shell.
    const passwd = await readFile(join(labPlaces(labName).layer, 'etc/passwd'), 'utf8');
    await writeFile(join(upper, 'etc/passwd'), passwd.replaceAll('/bin/bash', '/bin/sh'));
  }
  await rename(making, folder);
  return true;
}

function networkFile(leg: Leg, gateway: string | undefined): string {
  const route = gateway === undefined ? '' : `Gateway=${gateway}\n`;
  return `[Match]
Name=${leg.device}

[Network]
Address=${leg.address}/24
${route}LinkLocalAddressing=no
IPv6AcceptRA=no
`;
}

/** `ssh-ed25519 AAAA...` of the host, as known_hosts wants it. */
export async function readHostKey(labName: string, hostName: string): Promise<string> {
  const file = join(hostPlaces(labName, hostName).upper, 'etc/ssh/ssh_host_ed25519_key.pub');
  return (await readFile(file, 'utf8')).split(' ', 2).join(' ');
}
