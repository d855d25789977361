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

/** Why no lab can run here, in one sentence that says what to do; undefined when one can. Changes nothing. */
export async function whyNoLab(): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    return `A lab needs Linux, and this is ${process.platform}: run it in a Linux virtual machine.`;
  }
  if (process.getuid?.() !== 0)
    return 'A lab needs root, to make mounts, bridges and containers: run it with sudo.';
  const powers = await effectivePowers();
  if (!powers.admin || !powers.network) {
    return 'A lab needs the capabilities CAP_SYS_ADMIN and CAP_NET_ADMIN, which root lacks here: run it on a machine of its own or in a privileged container.';
  }
  const filesystems = await readFile('/proc/filesystems', 'utf8').catch(() => '');
  if (!/\boverlay$/m.test(filesystems)) return 'A lab needs overlayfs: load it with `modprobe overlay`.';
  const missing = await missingPackages();
  if (missing.length === 0 || (await findProgram('apt-get'))) return undefined;
  return `A lab needs the programs of ${missing.join(', ')} and this machine has no apt-get: install them by its own package tool.`;
}

/** Installs the programs that are missing, when apt-get is there to do it. */
export async function ensurePrograms(say: (line: string) => void): Promise<void> {
  const missing = await missingPackages();
  if (missing.length === 0) return;
  say(`installing ${missing.join(', ')}, which the lab needs`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await mustRun(['apt-get', 'update', '-q'], { env });
  await mustRun(['apt-get', 'install', '-q', '-y', '--no-install-recommends', ...missing], { env });
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

async function effectivePowers(): Promise<{ readonly admin: boolean; readonly network: boolean }> {
  const status = await readFile('/proc/self/status', 'utf8');
  const bits = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const has = (bit: bigint): boolean => ((bits >> bit) & 1n) === 1n;
  return { admin: has(21n), network: has(12n) }; // numbers of linux/capability.h
}
