// What a machine must have for a lab to run on it, and one sentence for each thing that it lacks.
import { access, constants, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { mustRun } from './run_program.ts';

/** Programs, and the Debian package that brings each. */
const programs: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  debootstrap: 'debootstrap',
  ip: 'iproute2',
  mount: 'mount',
  flock: 'util-linux',
  nsenter: 'util-linux',
};

/** What decides whether a lab can run on a machine. */
export interface Machine {
  readonly platform: string;
  readonly isRoot: boolean;
  /** Bits of the effective capabilities, as /proc/self/status has them. */
  readonly capabilities: bigint;
  readonly hasOverlay: boolean;
  readonly missingPackages: readonly string[];
  readonly hasApt: boolean;
}

/** Why no lab can run here, in one sentence that says what to do; undefined when one can. Changes nothing. */
export async function whyNoLab(): Promise<string | undefined> {
  return whyNoLabOn(await lookAtMachine());
}

export function whyNoLabOn(machine: Machine): string | undefined {
  const can = (bit: bigint): boolean => ((machine.capabilities >> bit) & 1n) === 1n;
  if (machine.platform !== 'linux') {
    return `A lab needs Linux, and this is ${machine.platform}: run it in a Linux virtual machine.`;
  }
  if (!machine.isRoot) return 'A lab needs root, to make mounts, bridges and containers: run it with sudo.';
  if (!can(capSysAdmin) || !can(capNetAdmin)) {
    return 'A lab needs the capabilities CAP_SYS_ADMIN and CAP_NET_ADMIN, which root lacks here: run it on a machine of its own or in a privileged container.';
  }
  if (!machine.hasOverlay)
    return 'A lab needs overlayfs, which this kernel does not have: load it by modprobe overlay.';
  if (machine.missingPackages.length === 0 || machine.hasApt) return undefined;
  return `A lab needs ${machine.missingPackages.join(', ')}, and there is no apt-get to install that with: install it by this machine's own package tool.`;
}

const capNetAdmin = 12n; // numbers of linux/capability.h
const capSysAdmin = 21n;

async function lookAtMachine(): Promise<Machine> {
  const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(await read('/proc/self/status'))?.[1] ?? '0';
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    capabilities: BigInt(`0x${effective}`),
    hasOverlay: /\boverlay$/m.test(await read('/proc/filesystems')),
    missingPackages: await missingPackages(),
    hasApt: await findProgram('apt-get'),
  };
}

/** Installs the programs that are missing, when apt-get is there to do it. */
export async function ensurePrograms(say: (line: string) => void): Promise<void> {
  const missing = await missingPackages();
  if (missing.length === 0) return;
  say(`installing ${missing.join(', ')}, which the lab needs`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const patience = ['-q', '-o', 'DPkg::Lock::Timeout=120']; // a fresh machine may be busy with its own updates
  await mustRun(['apt-get', ...patience, 'update'], { env });
  await mustRun(['apt-get', ...patience, '-y', '--no-install-recommends', 'install', ...missing], { env });
}

async function missingPackages(): Promise<string[]> {
  const missing = new Set<string>();
  for (const [program, packageName] of Object.entries(programs)) {
    if (!(await findProgram(program))) missing.add(packageName);
  }
  return [...missing];
}

async function findProgram(name: string): Promise<boolean> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const isThere = await access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return true;
  }
  return false;
}
