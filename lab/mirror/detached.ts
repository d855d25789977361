// The mirror as a process of its own, which stays when the command that started it ends. Its state directory holds
// `mirror.json` (what it is to serve), `mirror.pid` (written by it once it listens) and `mirror.log`.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessIdentity } from '../lab_record.ts';
import { isRunning } from '../lab_record.ts';
import type { Outcome } from '../outcome.ts';
import { refused, succeeded } from '../outcome.ts';
import type { Entry } from './entry.ts';

export interface MirrorSettings {
  /** Directories of the entries. */
  readonly entries: readonly string[];
  readonly address: string;
  readonly port: number;
}

export interface RunningMirror extends ProcessIdentity {
  readonly url: string;
}

export interface StartOptions {
  readonly entries: readonly Entry[];
  readonly address: string;
  readonly port?: number;
  readonly stateDirectory: string;
  /** Runs serve.ts; the state directory is added as its argument. */
  readonly command?: readonly [string, ...string[]];
}

/** The same for every lab, as each has its own bridge address; so the address of a lab's mirror never changes. */
export const defaultPort = 5080;

export const stateFiles = { settings: 'mirror.json', pid: 'mirror.pid', log: 'mirror.log' } as const;

const startTimeoutMs = 20_000;
const stopTimeoutMs = 5000;
const pollMs = 50;

/** Starts the mirror, or gives the running one when it serves just that. */
export async function startMirror(options: StartOptions): Promise<Outcome<RunningMirror>> {
  const { stateDirectory } = options;
  const settings: MirrorSettings = {
    entries: options.entries.map((entry) => entry.directory),
    address: options.address,
    port: options.port ?? defaultPort,
  };
  const settingsText = `${JSON.stringify(settings, null, 1)}\n`;
  const settingsFile = path.join(stateDirectory, stateFiles.settings);
  const running = await mirrorStatus(stateDirectory);
  if (running !== undefined) {
    if ((await readFile(settingsFile, 'utf8').catch(() => '')) === settingsText) return succeeded(running);
    await stopMirror(stateDirectory);
  }
  await mkdir(stateDirectory, { recursive: true });
  await writeFile(settingsFile, settingsText);
  return launch(options.command ?? serveCommand(), stateDirectory);
}

/** The running mirror of this state directory, if there is one. */
export async function mirrorStatus(stateDirectory: string): Promise<RunningMirror | undefined> {
  const text = await readFile(path.join(stateDirectory, stateFiles.pid), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const running = JSON.parse(text) as RunningMirror;
  return (await isRunning(running)) ? running : undefined;
}

/** Ends the mirror and removes its state; without effect when there is none. */
export async function stopMirror(stateDirectory: string): Promise<void> {
  const running = await mirrorStatus(stateDirectory);
  if (running !== undefined) {
    process.kill(running.pid, 'SIGTERM');
    const deadline = performance.now() + stopTimeoutMs;
    while (await isRunning(running)) {
      if (performance.now() > deadline) {
        process.kill(running.pid, 'SIGKILL');
        break;
      }
      await sleep(pollMs);
    }
  }
  for (const file of Object.values(stateFiles)) await rm(path.join(stateDirectory, file), { force: true });
}

async function launch(
  command: readonly [string, ...string[]],
  stateDirectory: string,
): Promise<Outcome<RunningMirror>> {
  const logFile = path.join(stateDirectory, stateFiles.log);
  const log = await open(logFile, 'w');
  const [program, ...args] = command;
  const child = spawn(program, [...args, stateDirectory], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  const ended = new AbortController();
  child.on('error', () => ended.abort());
  child.on('exit', () => ended.abort());
  await log.close();
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    const running = await mirrorStatus(stateDirectory);
    if (running !== undefined && running.pid === child.pid) {
      child.unref();
      return succeeded(running);
    }
    if (ended.signal.aborted || performance.now() > deadline) {
      child.kill('SIGKILL');
      const output = (await readFile(logFile, 'utf8')).split('\n').slice(-10).join('\n');
      return refused({ summary: 'The mirror could not be started', output });
    }
    await sleep(pollMs);
  }
}

/** By tsx from a checkout, by node alone from the bundle. */
function serveCommand(): [string, ...string[]] {
  const source = path.join(import.meta.dirname, 'serve.ts');
  return existsSync(source)
    ? [process.execPath, '--import', import.meta.resolve('tsx'), source]
    : [process.execPath, path.join(import.meta.dirname, 'mirror_serve.js')];
}
