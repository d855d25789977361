// Questions at the terminal.
import { readSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Asker, Prompter } from '../run/services.ts';
import type { Reporter } from '../report/reporter.ts';
import { PipedLines } from './piped_lines.ts';
import { typedKeys } from './typed_keys.ts';

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

type Asked = Parameters<Asker['ask']>[1];

const linesOfRun = new PipedLines();

async function pipedAnswer(
  question: string,
  options: Asked,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const line = await (signal ? linesOfRun.next(signal) : pipedLine());
  if (signal?.aborted === true) return undefined;
  if (line !== undefined && options?.hidden !== true) process.stderr.write(`${question}${line}\n`);
  if (line === undefined)
    process.stderr.write(`${question}nobody answers: there is no terminal, and stdin is empty\n`);
  return line;
}

/** With a `signal` Ctrl-C is for whoever aborts it; else it ends the process. */
function typedAnswer(question: string, options: Asked, signal?: AbortSignal): Promise<string | undefined> {
  if (signal?.aborted === true) return Promise.resolve(undefined);
  const output = new Muted();
  const line = createInterface({ input: process.stdin, output, terminal: true });
  return new Promise((resolve) => {
    let answered = false;
    const cut = (): void => line.close();
    line.question(question, (answer) => {
      answered = true;
      line.close();
      if (options?.hidden === true) process.stderr.write('\n');
      resolve(answer);
    });
    output.muted = options?.hidden === true;
    line.on('close', () => {
      signal?.removeEventListener('abort', cut);
      if (!answered) resolve(undefined);
    });
    line.on('SIGINT', () => {
      if (!signal) line.close();
      process.kill(process.pid, 'SIGINT');
    });
    signal?.addEventListener('abort', cut);
  });
}

function answer(question: string, options: Asked, signal?: AbortSignal): Promise<string | undefined> {
  if (process.stdin.isTTY) return typedAnswer(question, options, signal);
  return options?.piped === true ? pipedAnswer(question, options, signal) : Promise.resolve(undefined);
}

export const terminalPrompter: Asker = { ask: (question, options) => answer(question, options) };

/** Asks while a run is told: what was told before stands above the question, and nothing wipes it. */
export function promptsOfRun(signal: AbortSignal, reporter?: Reporter): Prompter {
  async function alone<Answer>(ask: (shown: (text: string) => string) => Promise<Answer>): Promise<Answer> {
    const held = process.stdin.isTTY ? await reporter?.hold?.() : undefined;
    try {
      return await ask((text) => held?.shown(text) ?? text);
    } finally {
      held?.release();
    }
  }
  return {
    ask: (question, options) => alone((shown) => answer(shown(question), options, signal)),
    keys: (question, wait) => alone((shown) => typedKeys(shown(question), wait, signal)),
  };
}
