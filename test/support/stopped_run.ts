// `hardway playbook` against an sshd on loopback, stopped by signals at a place that the test names.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestSshd } from './sshd.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface Stop {
  /** YAML; `PLACE` is replaced by the folder of this run. */
  readonly playbook: string;
  /** Default: one, `h1`. */
  readonly hosts?: readonly string[];
  /** Variables of all hosts, instead of those that lead to the sshd. */
  readonly vars?: Readonly<Record<string, string | number>>;
  readonly args?: readonly string[];
  /** The signals, sent when `until` holds, or when `until` names a file, when that is there. */
  readonly signals: readonly NodeJS.Signals[];
  readonly until: string | RegExp | ((place: string) => boolean);
}

export interface Stopped {
  readonly place: string;
  readonly code: number | null;
  readonly said: string;
  /** Numbers that commands on the hosts wrote into files `*.pid`, of processes that are still there. */
  readonly alive: () => Promise<number[]>;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** Those that do not go away within some seconds. */
async function stillThere(place: string): Promise<number[]> {
  const pids = readdirSync(place)
    .filter((file) => file.endsWith('.pid'))
    .map((file) => Number(readFileSync(path.join(place, file), 'utf8')));
  for (let tries = 0; tries < 100 && pids.some(isThere); tries += 1) await sleep(50);
  return pids.filter(isThere);
}

export function waysTo(sshd: TestSshd): Readonly<Record<string, string | number>> {
  return {
    ansible_host: '127.0.0.1',
    ansible_port: sshd.port,
    ansible_ssh_private_key_file: sshd.privateKeyFile,
    ansible_ssh_common_args: '-F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null',
  };
}

async function reached(stop: Stop, place: string, said: () => string, child: ChildProcess): Promise<boolean> {
  const { until } = stop;
  const holds = (): boolean => {
    if (typeof until === 'function') return until(place);
    return until instanceof RegExp ? until.test(said()) : existsSync(path.join(place, until));
  };
  for (let tries = 0; tries < 2400; tries += 1) {
    if (holds()) return true;
    if (child.exitCode !== null) return false;
    await sleep(50);
  }
  return false;
}

/** Runs, stops, and waits for the end. */
export async function stopRun(sshd: TestSshd, name: string, stop: Stop): Promise<Stopped> {
  const place = path.join(sshd.place, name);
  mkdirSync(place);
  // Hosts that are reached alike would share a connection, and wait for each other.
  const hosts = Object.fromEntries(
    (stop.hosts ?? ['h1']).map((host, index) => [
      host,
      { ansible_ssh_extra_args: `-o ServerAliveCountMax=${3 + index}` },
    ]),
  );
  const inventory = path.join(place, 'hosts.json');
  writeFileSync(inventory, JSON.stringify({ all: { hosts, vars: stop.vars ?? waysTo(sshd) } }));
  const playbook = path.join(place, 'site.yml');
  writeFileSync(playbook, stop.playbook.replaceAll('PLACE', place));
  const argv = ['playbook', playbook, '-i', inventory, ...(stop.args ?? [])];
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'engine/main.ts'), ...argv], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  if (!(await reached(stop, place, () => said, child)))
    said += '\n(the place of the stop was never reached)\n';
  for (const signal of stop.signals) {
    child.kill(signal);
    // Two at once would be one.
    await sleep(300);
  }
  const giveUp = setTimeout(() => child.kill('SIGKILL'), 120_000);
  const code = await ended;
  clearTimeout(giveUp);
  return { place, code, said, alive: () => stillThere(place) };
}
