import { spawn } from 'node:child_process';

export interface Finished {
  /** Null when a signal ended the program or when it could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each piece of output as it comes, for long work. */
  readonly onOutput?: (text: string) => void;
}

/** A program of the control machine that the lab needs to succeed, and that did not. */
export class ProgramFailed extends Error {
  readonly finished: Finished;

  constructor(argv: readonly string[], finished: Finished) {
    const said = finished.stderr.trim() || finished.stdout.trim() || 'it said nothing';
    super(`${argv.join(' ')} ended with ${finished.code ?? 'a signal'}: ${said.slice(-2000)}`);
    this.name = 'ProgramFailed';
    this.finished = finished;
  }
}

/** Runs a program to its end; a program that cannot be started is a result too, with code null. */
export function runProgram(argv: readonly string[], options: ProgramOptions = {}): Promise<Finished> {
  const [file = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(file, args, { env: options.env ?? process.env });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      options.onOutput?.(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      options.onOutput?.(text);
    });
    child.stdin.on('error', () => undefined); // a program may end without reading its input
    child.on('error', (error) => {
      resolve({ code: null, stdout, stderr: error.message });
    });
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
    child.stdin.end(options.input ?? '');
  });
}

/** Runs a program and gives its standard output; anything but exit code 0 is thrown as ProgramFailed. */
export async function mustRun(argv: readonly string[], options?: ProgramOptions): Promise<string> {
  const finished = await runProgram(argv, options);
  if (finished.code !== 0) throw new ProgramFailed(argv, finished);
  return finished.stdout;
}
