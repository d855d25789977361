/** Lets signals be heard that came while a lookup's program ran: Ctrl-C ends such a program, too, and its task fails. */
export function hearSignals(): Promise<void> {
  // Between two of them the event loop has looked at all that came.
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

/** Waits, but no longer than until the signal is aborted. */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || milliseconds <= 0) return;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal.addEventListener('abort', finish);
  });
}
