import { spawn } from 'node:child_process';

export interface Finished {
  /** Null when a signal ended the program or when it could not be started. */
  readonly code: number | null;
  /** There is no such program on this machine. */
  readonly isMissing?: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Ends the program and all that it started. It is then in a process group of its own, out of Ctrl-C's reach. */
  readonly signal?: AbortSignal | undefined;
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
    const child = spawn(file, args, {
      env: options.env ?? process.env,
      cwd: options.cwd,
      detached: options.signal !== undefined,
    });
    const stop = (): void => {
      if (child.pid !== undefined) endGroup(child.pid);
    };
    if (options.signal?.aborted === true) stop();
    options.signal?.addEventListener('abort', stop, { once: true });
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
    child.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ code: null, isMissing: error.code === 'ENOENT', stdout, stderr: error.message });
    });
    child.on('close', (code) => {
      options.signal?.removeEventListener('abort', stop);
      resolve({ code, stdout, stderr });
    });
    child.stdin.end(options.input ?? '');
  });
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGTERM');
  } catch {
    // The group ended by itself meanwhile.
  }
}

/** Runs a program and gives its standard output; anything but exit code 0 is thrown as ProgramFailed. */
export async function mustRun(argv: readonly string[], options?: ProgramOptions): Promise<string> {
  const finished = await runProgram(argv, options);
  if (finished.code !== 0) throw new ProgramFailed(argv, finished);
  return finished.stdout;
}
