// Lines at the foot of a terminal that say what runs now, where, and for how long. Everything else is written above.
import { duration } from './recap.ts';

export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

const refreshMilliseconds = 250;
/** What ends sooner is not worth a line: it would only flicker. */
const quietMilliseconds = 400;

interface Running {
  readonly host: string;
  readonly task: string;
  readonly since: number;
}

export class LiveLines {
  readonly #terminal: Terminal;
  readonly #running = new Map<string, Running>();
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;
  #isSuspended = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  start(key: string, host: string, task: string): void {
    this.#running.set(key, { host, task, since: performance.now() });
    this.#timer ??= setInterval(() => {
      this.#erase();
      this.#draw();
    }, refreshMilliseconds).unref();
  }

  end(key: string): void {
    this.#running.delete(key);
  }

  /** Writes above the live lines. */
  print(text: string): void {
    this.#erase();
    this.#terminal.write(text);
    this.#draw();
  }

  /** Something else stands at the foot of the terminal now: these lines go, and none is drawn. */
  suspend(): void {
    this.#erase();
    this.#isSuspended = true;
  }

  resume(): void {
    this.#isSuspended = false;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#running.clear();
    this.#erase();
  }

  #erase(): void {
    if (this.#drawn > 0) this.#terminal.write(`\u001b[${this.#drawn}A\u001b[J`);
    this.#drawn = 0;
  }

  #draw(): void {
    if (this.#isSuspended) return;
    const now = performance.now();
    const running = [...this.#running.values()].filter(({ since }) => now - since > quietMilliseconds);
    if (running.length === 0) return;
    const room = Math.max(1, Math.min(10, (this.#terminal.rows ?? 24) - 4));
    const columns = (this.#terminal.columns ?? 80) - 1;
    const width = Math.max(...running.map(({ host }) => host.length));
    const lines = running
      .slice(0, room)
      .map(
        ({ host, task, since }) => ` … ${host.padEnd(width)}  ${duration(now - since).padStart(8)}  ${task}`,
      );
    if (running.length > room) lines.push(` … and ${running.length - room} more`);
    this.#terminal.write(lines.map((line) => `${line.slice(0, columns)}\n`).join(''));
    this.#drawn = lines.length;
  }
}
