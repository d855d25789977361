import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where built things are kept from run to run; may be emptied at any time when no lab is up. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hardway', 'lab');
}

/** Where running labs are recorded: a folder for each lab and what all labs share. */
export function stateFolder(): string {
  return join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'hardway', 'lab');
}

export interface LabPlaces {
  readonly folder: string;
  readonly record: string;
  readonly lock: string;
  readonly privateKey: string;
  readonly knownHosts: string;
  readonly sshConfig: string;
  readonly inventory: string;
  readonly accounts: string;
  /** Files that all hosts of the lab share: the overlay between base image and host. */
  readonly layer: string;
  /** State of the mirror's process. */
  readonly mirror: string;
  readonly mirrorVariables: string;
}

export function labPlaces(labName: string): LabPlaces {
  const folder = join(stateFolder(), 'labs', labName);
  return {
    folder,
    record: join(folder, 'lab.json'),
    lock: join(stateFolder(), 'locks', `lab-${lockNumber(labName)}.lock`),
    privateKey: join(folder, 'id_ed25519'),
    knownHosts: join(folder, 'known_hosts'),
    sshConfig: join(folder, 'ssh_config'),
    inventory: join(folder, 'hosts.yml'),
    accounts: join(folder, 'accounts.json'),
    layer: join(folder, 'layer'),
    mirror: join(folder, 'mirror'),
    mirrorVariables: join(folder, 'group_vars', 'all', 'mirror.yml'),
  };
}

/** Lock files stay, so labs share sixteen of them; two labs of one number wait for each other now and then. */
function lockNumber(labName: string): number {
  return Buffer.from(labName).reduce((sum, byte) => sum + byte, 0) % 16;
}

export interface HostPlaces {
  readonly folder: string;
  /** The mounted root file system of the host. */
  readonly root: string;
  readonly upper: string;
  readonly work: string;
  readonly console: string;
  readonly binds: string;
}

export function hostPlaces(labName: string, hostName: string): HostPlaces {
  const folder = join(labPlaces(labName).folder, 'hosts', hostName);
  return {
    folder,
    root: join(folder, 'root'),
    upper: join(folder, 'upper'),
    work: join(folder, 'work'),
    console: join(folder, 'console.log'),
    binds: join(folder, 'binds'),
  };
}
