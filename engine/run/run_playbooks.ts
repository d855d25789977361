// A whole run: plays one after another, an end that tells what happened, everything closed.
import type { Diagnostic } from '../document/diagnostic.ts';
import type { Play } from '../playbook/model.ts';
import type { HostRecap } from './events.ts';
import type { RunOptions } from './options.ts';
import { runPlay } from './run_play.ts';
import type { RunServices } from './services.ts';
import { RunState } from './state.ts';
import { taskName } from './task_info.ts';

export interface RunOutcome {
  readonly recap: ReadonlyMap<string, HostRecap>;
  readonly interrupted: boolean;
  readonly lost: Lost;
  /** `--step` asked and nobody answered, so it ended there. */
  readonly unanswered: boolean;
}

/** Hosts that failed or were not reached, and that nothing rescued or cleared. */
export type Lost = ReadonlyMap<string, 'failed' | 'unreachable'>;

function lostOf(run: RunState): Lost {
  return new Map(
    [...run.hosts.values()]
      .filter((host) => host.failure ?? host.unreachable)
      .map(({ name, unreachable }) => [name, unreachable ? 'unreachable' : 'failed']),
  );
}

/** Steps that run when Ctrl-C is pressed have this long to end by themselves. */
const graceMilliseconds = 5000;

/** Cuts what runs some time after the first Ctrl-C, and says at once what is still running. */
function watchInterrupt(run: RunState): () => void {
  const { signal } = run.services;
  let timer: NodeJS.Timeout | undefined;
  const interrupted = (): void => {
    run.emit({ type: 'interrupted', running: [...run.running.values()] });
    timer = setTimeout(() => run.cut.abort(), graceMilliseconds);
  };
  if (signal.aborted) interrupted();
  else signal.addEventListener('abort', interrupted, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', interrupted);
  };
}

export async function runPlaybooks(
  playbooks: readonly { readonly file: string; readonly plays: readonly Play[] }[],
  services: RunServices,
  options: RunOptions,
): Promise<RunOutcome> {
  const started = performance.now();
  const run = new RunState(services, options);
  const unwatch = watchInterrupt(run);
  run.emit({
    type: 'run-start',
    playbooks: playbooks.map(({ file }) => file),
    checkMode: options.checkMode,
    secrets: run.secrets.texts,
    promises: run.promises,
  });
  try {
    for (const play of playbooks.flatMap(({ plays }) => plays)) {
      if (run.isStopped || run.broken) break;
      await runPlay(run, play);
    }
    if (run.seekingStart && !run.isStopped) run.emit({ type: 'warning', problem: startIsMissing(options) });
    await finishBackground(run);
  } finally {
    unwatch();
    await closeAll(run);
  }
  const left = [...run.jobs.values()].filter(({ needsUs, isFinished }) => !needsUs && !isFinished);
  const recap = new Map(
    [...run.hosts.values()].filter(wasUsed).map(({ name, counters }) => [name, { ...counters }]),
  );
  const lost = lostOf(run);
  run.emit({
    type: 'run-end',
    recap,
    lost: [...lost.keys()],
    durationMs: performance.now() - started,
    byRole: run.millisecondsByRole,
    interrupted: run.isStopped,
    left: left.map(({ host, task }) => ({ host, task })),
    unhandled: run.isStopped ? notifiedStill(run) : [],
  });
  return { recap, interrupted: run.isStopped, lost, unanswered: run.stepUnanswered };
}

/** A name whose templates became something else, or a play that has no hosts. */
function startIsMissing({ startAtTask = '' }: RunOptions): Diagnostic {
  const summary = `No task named ${startAtTask} was met, so nothing was run`;
  return { code: 'unknown-task', severity: 'warning', summary };
}

/** Background jobs that need this machine end with the run at the latest; a failure that nobody asked for is told. */
async function finishBackground(run: RunState): Promise<void> {
  const running = [...run.background].filter(({ isFinished }) => !isFinished);
  if (running.length > 0)
    run.emit({ type: 'background', running: running.map(({ host, task }) => ({ host, task })) });
  for (const { ended } of running) await ended;
  for (const job of running) {
    const state = await job.state();
    if (state.end !== 'finished' || state.execution.end !== 'failed') continue;
    run.emit({
      type: 'warning',
      problem: {
        code: 'background-failed',
        severity: 'warning',
        summary: `A background task failed on ${job.host}${job.noLog ? '' : `: ${state.execution.message}`}`,
        position: job.task.position,
      },
    });
  }
}

/** The next run sees no change, and would not notify them again. */
function notifiedStill(run: RunState): { host: string; handler: string }[] {
  return [...run.hosts.values()].flatMap(({ name, notified }) =>
    [...notified].map((handler) => ({ host: name, handler: taskName(handler, undefined) })),
  );
}

function wasUsed({ counters }: { readonly counters: HostRecap }): boolean {
  return Object.values(counters).some((count) => count > 0);
}

async function closeAll(run: RunState): Promise<void> {
  const clients = [...run.clients.values()].map(({ close }) => close?.());
  await Promise.allSettled([...clients, run.services.connections.closeAll()]);
}
