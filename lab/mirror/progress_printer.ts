// Progress of builds as text: a line that renews itself on a terminal; elsewhere a line when a part begins and ends, and
// every 15 seconds while one is being made, so that a log shows that something moves.
import type { Progress } from './ensure.ts';

export interface ProgressPrinter {
  readonly report: (progress: Progress) => void;
  readonly close: () => void;
}

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

const plainInterval = 15_000;
const terminalInterval = 1000;

export function progressPrinter(output: Output): ProgressPrinter {
  const terminal = output.isTTY === true;
  let current: { progress: Progress; at: number } | undefined;
  const line = ({ part, note }: Progress, elapsedMs: number): string =>
    `${part}: ${note}, ${formatElapsed(elapsedMs)}`;
  const tick = (): void => {
    if (current === undefined) return;
    const { progress, at } = current;
    const text = line(progress, progress.elapsedMs + performance.now() - at);
    if (terminal) output.write(`\r\u001b[K${text.slice(0, (output.columns ?? 80) - 1)}`);
    else output.write(`${text}\n`);
  };
  const timer = setInterval(tick, terminal ? terminalInterval : plainInterval);
  timer.unref();
  return {
    report: (progress) => {
      const begins = current?.progress.part !== progress.part;
      current = progress.state === 'done' ? undefined : { progress, at: performance.now() };
      if (progress.state === 'done')
        output.write(
          `${terminal ? '\r\u001b[K' : ''}${progress.part}: made in ${formatElapsed(progress.elapsedMs)}\n`,
        );
      else if (terminal || begins) tick();
    },
    close: () => {
      clearInterval(timer);
      if (terminal && current !== undefined) output.write('\r\u001b[K');
    },
  };
}

/** `8 s`, `1 min 20 s`. */
export function formatElapsed(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
