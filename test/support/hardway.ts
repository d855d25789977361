// The command as a process of its own, and its JSON lines read back.
import { spawn } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly events: readonly JsonEvent[];
  /** Counters by host, of the run's end. */
  readonly recap: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface JsonEvent {
  readonly type: string;
  readonly host?: string;
  readonly hosts?: readonly string[];
  /** Of an item. */
  readonly label?: string;
  readonly task?: {
    readonly id: string;
    readonly name: string;
    readonly module: string;
    readonly role: string | null;
  };
  readonly result?: {
    readonly status: string;
    readonly round_trips: number;
    readonly message?: string;
    readonly waits_for?: string;
    readonly diff?: readonly string[];
  };
  readonly recap?: Ran['recap'];
}

function readEvents(text: string): JsonEvent[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as JsonEvent);
}

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `hardway …` as a user calls it, output in plain lines. */
export async function runHardway(...argv: readonly string[]): Promise<Said> {
  return runThrough([], argv);
}

/** Only hardway itself writes when another command runs it: the loader then keeps no cache. */
async function runThrough(before: readonly string[], argv: readonly string[]): Promise<Said> {
  const program = [process.execPath, '--import', 'tsx', path.join(root, 'engine/main.ts')];
  const [file = '', ...args] = [...before, ...program, ...argv];
  const env =
    before.length > 0 ? { ...process.env, TSX_DISABLE_CACHE: '1', XDG_RUNTIME_DIR: '' } : process.env;
  const child = spawn(file, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 128));
  });
  return { code, stdout, stderr };
}

/** `hardway playbook …` with JSON lines; its exit code is not judged here. */
export async function runPlaybookCommand(...argv: readonly string[]): Promise<Ran> {
  return runPlaybookThrough([], ...argv);
}

/** The same by a command that runs the one behind it. */
export async function runPlaybookThrough(
  before: readonly string[],
  ...argv: readonly string[]
): Promise<Ran> {
  const said = await runThrough(before, ['playbook', '--output', 'json', ...argv]);
  const events = readEvents(said.stdout);
  const end = events.findLast(({ type }) => type === 'run-end');
  return { ...said, events, recap: end?.recap ?? {} };
}

/** `host task status` of each result, in order. */
export function resultLines(ran: Ran): string[] {
  return ran.events
    .filter(({ type }) => type === 'result')
    .map(({ host, task, result }) => `${host ?? ''} ${task?.name ?? ''} ${result?.status ?? ''}`);
}
