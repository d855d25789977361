// Shells that live on from one program to the next: starting one from a large process costs more than most of what
// tests let it do.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

const end = '-- end of the program --';

class LongShell {
  readonly #child: ChildProcess;
  #said = '';
  #tell: ((said: string) => void) | undefined;

  constructor() {
    const env = { ...process.env, LC_ALL: 'C' };
    const child = spawn('/bin/sh', [], { env, stdio: ['pipe', 'pipe', 'ignore'] });
    // What is read comes in its turn; an idle shell keeps no process alive, and ends with its input.
    child.unref();
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#child = child;
    this.#hold(false);
  }

  /** What the program prints. It runs in a subshell, so nothing of it stays. */
  run(program: string): Promise<string> {
    this.#said = '';
    this.#hold(true);
    return new Promise((resolve) => {
      this.#tell = resolve;
      this.#child.stdin?.write(`(\n${program}\n) </dev/null\necho '${end}'\n`);
    });
  }

  #take(chunk: Buffer): void {
    this.#said += chunk.toString();
    if (!this.#said.endsWith(`${end}\n`)) return;
    this.#hold(false);
    this.#tell?.(this.#said.slice(0, -end.length - 1));
  }

  /** Whether the process waits for it. */
  #hold(holds: boolean): void {
    for (const pipe of [this.#child.stdin, this.#child.stdout] as unknown as Socket[])
      if (holds) pipe.ref();
      else pipe.unref();
  }
}

const idle: LongShell[] = [];

export async function inLongShell(program: string): Promise<string> {
  const shell = idle.pop() ?? new LongShell();
  const said = await shell.run(program);
  idle.push(shell);
  return said;
}
