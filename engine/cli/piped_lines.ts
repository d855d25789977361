// Lines of stdin while a run goes on: who waits for one keeps nothing else waiting, Ctrl-C least of all.
import { createInterface, type Interface } from 'node:readline';

export class PipedLines {
  readonly #lines: string[] = [];
  #reader: Interface | undefined;
  #isOver = false;
  #wake = (): void => undefined;

  /** Undefined at the end of stdin, and when the signal says so. */
  async next(signal: AbortSignal): Promise<string | undefined> {
    const reader = (this.#reader ??= this.#open());
    if (this.#lines.length === 0 && !this.#isOver && !signal.aborted) {
      const come = new Promise<void>((resolve) => (this.#wake = resolve));
      signal.addEventListener('abort', this.#wake, { once: true });
      reader.resume();
      await come;
      signal.removeEventListener('abort', this.#wake);
    }
    // A stream that is read keeps the process alive.
    if (!this.#isOver) reader.pause();
    return signal.aborted ? undefined : this.#lines.shift();
  }

  #open(): Interface {
    const reader = createInterface({ input: process.stdin, terminal: false });
    reader.on('line', (line) => {
      this.#lines.push(line);
      this.#wake();
    });
    reader.on('close', () => {
      this.#isOver = true;
      this.#wake();
    });
    return reader;
  }
}
