// Trying again on a host that is away for a while: each try over a connection of its own.
import type { ConnectionSpec } from '../../connection/contract.ts';
import type { Output } from '../../module/contract.ts';
import type { AttemptRequest } from '../attempt_request.ts';
import { HostShell } from '../host_shell.ts';
import { wait } from '../wait.ts';

/** The shell of the task, or one that waits this long for a connection. */
export function shellWithin(request: AttemptRequest, seconds: number | undefined): HostShell {
  if (seconds === undefined) return request.shell;
  const spec: ConnectionSpec = { ...request.shell.spec, connectTimeoutSeconds: seconds, retries: 0 };
  return new HostShell(request.job.playRun.run, spec, request.become);
}

/** A script over a new connection; the reason as text when there is none. */
export async function tryAnew(
  shell: HostShell,
  script: string,
  signal: AbortSignal,
): Promise<Output | string> {
  await shell.reset();
  return tryOn(shell, script, signal);
}

export async function tryOn(shell: HostShell, script: string, signal: AbortSignal): Promise<Output | string> {
  const ran = await shell.run([{ script, userEnvironment: true }], { signal });
  if (!ran.ok) return ran.failure.message;
  return ran.value[0] ?? 'the host said nothing';
}

export interface Patience {
  readonly seconds: number;
  /** Pause before the try of this number, counted from 1. */
  readonly pauseSeconds: (failures: number) => number;
  readonly signal: AbortSignal;
}

/** Tries until undefined comes; else the last reason when time is up. */
export async function until(
  patience: Patience,
  attempt: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const deadline = performance.now() + patience.seconds * 1000;
  for (let failures = 1; ; failures += 1) {
    const reason = await attempt();
    if (reason === undefined) return undefined;
    const pause = patience.pauseSeconds(failures) * 1000;
    if (patience.signal.aborted || performance.now() + pause > deadline) return reason;
    await wait(pause, patience.signal);
  }
}
