// Questions at the terminal.
import { readSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Prompter } from '../run/services.ts';

/** Writes the question, then nothing of what is typed. */
class Muted extends Writable {
  muted = false;
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (!this.muted) process.stderr.write(chunk);
    done();
  }
}

/** The next line of stdin and no byte more, for what asks after us; undefined at its end. */
async function pipedLine(): Promise<string | undefined> {
  const bytes: number[] = [];
  const next = Buffer.alloc(1);
  for (;;) {
    try {
      if (readSync(0, next) === 0) break;
      if (next.toString() === '\n') return Buffer.from(bytes).toString().replace(/\r$/, '');
      bytes.push(...next);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') break;
      await wait(20);
    }
  }
  return bytes.length > 0 ? Buffer.from(bytes).toString() : undefined;
}

async function pipedAnswer(question: string): Promise<string | undefined> {
  const line = await pipedLine();
  if (line === undefined)
    process.stderr.write(`${question}nobody answers: there is no terminal, and stdin is empty\n`);
  return line;
}

export const terminalPrompter: Prompter = {
  ask: (question, options) => {
    if (!process.stdin.isTTY)
      return options?.piped === true ? pipedAnswer(question) : Promise.resolve(undefined);
    const output = new Muted();
    const line = createInterface({ input: process.stdin, output, terminal: true });
    return new Promise((resolve) => {
      let answered = false;
      line.question(question, (answer) => {
        answered = true;
        line.close();
        if (options?.hidden === true) process.stderr.write('\n');
        resolve(answer);
      });
      output.muted = options?.hidden === true;
      line.on('close', () => {
        if (!answered) resolve(undefined);
      });
      line.on('SIGINT', () => {
        line.close();
        process.kill(process.pid, 'SIGINT');
      });
    });
  },
};
