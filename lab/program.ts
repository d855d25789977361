// Runs one program of the control machine to its end. Its failure is a value that names the program and what it said.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Problem, Outcome } from './outcome.ts';
import { refused, succeeded } from './outcome.ts';

export interface ProgramOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Stops the program and all that it started. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of standard error, for progress. */
  readonly onErrorLine?: (line: string) => void;
  /** How to get the program, told when it is missing. */
  readonly remedy?: string;
}

const keptErrorLines = 30;

/** Standard output of the program, or the problem: missing, ended by a signal, or a status other than 0. */
export function runProgram(
  argv: readonly [string, ...string[]],
  options: ProgramOptions = {},
): Promise<Outcome<string>> {
  if (options.signal?.aborted === true) return Promise.resolve(stopped(argv[0]));
  return new Promise((resolve) => runToEnd(argv, options, resolve));
}

function runToEnd(
  argv: readonly [string, ...string[]],
  options: ProgramOptions,
  resolve: (outcome: Outcome<string>) => void,
): void {
  const [program, ...args] = argv;
  // A process group of its own: a compiler's children must end with it, and Ctrl-C must reach it only through us.
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const stop = (): void => {
    if (child.pid !== undefined) killGroup(child.pid);
  };
  options.signal?.addEventListener('abort', stop, { once: true });
  const output: Buffer[] = [];
  const errorLines: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  createInterface({ input: child.stderr }).on('line', (line) => {
    errorLines.push(line);
    if (errorLines.length > keptErrorLines) errorLines.shift();
    options.onErrorLine?.(line);
  });
  child.on('error', (error: NodeJS.ErrnoException) => resolve(refused(notStarted(program, error, options))));
  child.on('close', (code, killedBy) => {
    options.signal?.removeEventListener('abort', stop);
    if (options.signal?.aborted === true) resolve(stopped(program));
    else if (code === 0) resolve(succeeded(Buffer.concat(output).toString()));
    else {
      const end = code === null ? `was ended by ${killedBy ?? 'a signal'}` : `ended with status ${code}`;
      resolve(refused({ summary: `${commandName(argv)} ${end}`, output: errorLines.join('\n') }));
    }
  });
}

/** `go build`, `apt-get update`: the program and the word that says what it was to do. */
function commandName(argv: readonly [string, ...string[]]): string {
  const word = argv.slice(1).find((argument) => /^[a-z][a-z-]*$/.test(argument));
  return word === undefined ? argv[0] : `${argv[0]} ${word}`;
}

function stopped(program: string): Outcome<never> {
  return refused({ summary: `${program} was stopped` });
}

function notStarted(program: string, error: NodeJS.ErrnoException, options: ProgramOptions): Problem {
  if (error.code !== 'ENOENT') return { summary: `${program} could not be started: ${error.message}` };
  const summary = `Program ${program} is not installed`;
  return options.remedy === undefined ? { summary } : { summary, remedy: options.remedy };
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGTERM');
  } catch {
    // The group ended by itself meanwhile.
  }
}
