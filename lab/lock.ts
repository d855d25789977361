// Locks between processes, held by flock(1): a child whose standard input is our pipe. When this process ends, however it
// ends, the pipe closes, the child ends and the kernel frees the lock. So a lock file that is left behind means nothing.
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Outcome } from './outcome.ts';
import { describeProblem, refused, succeeded } from './outcome.ts';

export interface Lock {
  readonly release: () => Promise<void>;
}

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** False: refused at once when another process holds it. */
  readonly waits?: boolean;
  /** Called once when another process holds the lock. */
  readonly onWait?: () => void;
}

const patienceMs = 300;

/** Waits until the lock on `file` (made when absent, never removed) is ours. */
export async function acquireLock(file: string, options: LockOptions = {}): Promise<Outcome<Lock>> {
  await mkdir(dirname(file), { recursive: true });
  const mode = options.waits === false ? ['--exclusive', '--nonblock'] : ['--exclusive'];
  const holder = spawn('flock', [...mode, file, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true, // a Ctrl-C on our terminal must not drop the lock while we clean up
  });
  const ended = new Promise<void>((resolve) => holder.on('close', () => resolve()));
  const release = async (): Promise<void> => {
    holder.stdin.end();
    await ended;
  };
  return new Promise((resolve) => {
    const waiting = setTimeout(() => options.onWait?.(), patienceMs);
    // A waiting flock does not read its input, so it is ended by a signal; it holds nothing yet.
    const abandon = (): void => void holder.kill();
    options.signal?.addEventListener('abort', abandon, { once: true });
    const settle = (outcome: Outcome<Lock>): void => {
      clearTimeout(waiting);
      options.signal?.removeEventListener('abort', abandon);
      resolve(outcome);
    };
    holder.stdout.once('data', () => settle(succeeded({ release })));
    holder.on('error', () =>
      settle(refused({ summary: 'Program flock is not installed', remedy: 'install package util-linux' })),
    );
    holder.on('close', () => settle(refused({ summary: `The lock ${file} could not be taken` })));
  });
}

/** Holds an exclusive lock on `file` while `work` runs. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = await acquireLock(file);
  if (!lock.ok) throw new Error(describeProblem(lock.problem));
  try {
    return await work();
  } finally {
    await lock.value.release();
  }
}
