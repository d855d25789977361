// Ctrl-C: the first one asks the run to stop, the second one ends the process at once and says what may still run.
// SIGTERM and SIGHUP (the terminal is gone) are the same as Ctrl-C.
import { bare, textOf } from '../document/value.ts';
import type { RunEvent } from '../run/events.ts';
import { exitCodes } from './exit_codes.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Is told what happens, so that the second signal can say what was under way. */
  readonly take: (event: RunEvent) => void;
  readonly release: () => void;
}

/** A task that was left in the background runs until a later one finds that it has ended. */
function noteJob(
  running: Map<string, string>,
  { host, task, result }: Extract<RunEvent, { type: 'result' | 'item' }>,
): void {
  const id = textOf(result.values.get('ansible_job_id') ?? null);
  if (id === undefined) return;
  const isOver = bare(result.values.get('finished') ?? 1) !== 0;
  if (isOver) running.delete(`${host} job ${id}`);
  else running.set(`${host} job ${id}`, `${host}: ${task.name} (in the background)`);
}

export function interruptSignal(): Interrupt {
  const controller = new AbortController();
  const running = new Map<string, string>();
  const onSignal = (): void => {
    if (!controller.signal.aborted) {
      controller.abort();
      return;
    }
    const lines = [...running.values()].map((line) => `  may still run on ${line}\n`);
    const said =
      lines.length > 0 ? 'what was running on hosts was not stopped:' : 'nothing was running on hosts.';
    process.stderr.write(`\nLeft at once; ${said}\n${lines.join('')}`);
    process.exit(exitCodes.interrupted);
  };
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    take: (event) => {
      if (event.type === 'host-start')
        running.set(`${event.host} ${event.task.id}`, `${event.host}: ${event.task.name}`);
      if (event.type === 'result') running.delete(`${event.host} ${event.task.id}`);
      if (event.type === 'result' || event.type === 'item') noteJob(running, event);
    },
    release: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
