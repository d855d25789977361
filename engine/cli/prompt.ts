// Questions at the terminal.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Prompter } from '../run/services.ts';

/** Writes the question, then nothing of what is typed. */
class Muted extends Writable {
  muted = false;
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (!this.muted) process.stderr.write(chunk);
    done();
  }
}

export const terminalPrompter: Prompter = {
  ask: (question, options) => {
    if (!process.stdin.isTTY) return Promise.resolve(undefined);
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
