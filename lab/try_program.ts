// A program of the control machine whose failure is a value that names the program and what it said last.
import type { Outcome } from './outcome.ts';
import { refused, succeeded } from './outcome.ts';
import { runProgram } from './run_program.ts';

export interface TryOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program and all that it started. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each line that the program prints, for progress. */
  readonly onLine?: (line: string) => void;
  /** Added to the priority number, for long work that must not make the user's other work wait. */
  readonly niceness?: number;
  /** How to get the program, told when it is missing. */
  readonly remedy?: string;
}

const keptLines = 30;

/** Standard output of the program, or the problem: missing, stopped, or a status other than 0. */
export async function tryProgram(
  argv: readonly [string, ...string[]],
  options: TryOptions = {},
): Promise<Outcome<string>> {
  const { cwd, env, signal, onLine, niceness, remedy } = options;
  const nice = niceness === undefined ? [] : ['nice', '-n', String(niceness)];
  const finished = await runProgram([...nice, ...argv], {
    env: { ...process.env, ...env },
    signal,
    ...(cwd === undefined ? {} : { cwd }),
    ...(onLine === undefined ? {} : { onOutput: lineSplitter(onLine) }),
  });
  if (signal?.aborted === true) return refused({ summary: `${commandName(argv)} was stopped` });
  if (finished.code === 0) return succeeded(finished.stdout);
  // nice(1) ends with 127 when there is no program of that name.
  if (finished.isMissing === true || (niceness !== undefined && finished.code === 127)) {
    const summary = `Program ${argv[0]} is not installed`;
    return refused(remedy === undefined ? { summary } : { summary, remedy });
  }
  const end = finished.code === null ? 'was ended by a signal' : `ended with status ${finished.code}`;
  const output = finished.stderr.trim().split('\n').slice(-keptLines).join('\n');
  return refused({ summary: `${commandName(argv)} ${end}`, output });
}

/** `go build`, `apt-get update`: the program and the word that says what it was to do. */
function commandName(argv: readonly [string, ...string[]]): string {
  const word = argv.slice(1).find((argument) => /^[a-z][a-z-]*$/.test(argument));
  return word === undefined ? argv[0] : `${argv[0]} ${word}`;
}

function lineSplitter(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
