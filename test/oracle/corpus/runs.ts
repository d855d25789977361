// What each engine made of a case: results by host in order, counts, exit code, and the files below its folder.
import { spawn } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import { runProgram } from '../../../lab/run_program.ts';
import { called } from '../../support/called.ts';
import { oraclePython } from '../venv.ts';

export interface CaseResult {
  readonly host: string;
  readonly task: string;
  readonly module: string;
  readonly status: string;
  readonly ignored: boolean;
  readonly values: unknown;
}

export interface CaseRun {
  readonly code: number;
  readonly results: readonly CaseResult[];
  /** `host counter` with its number, of the recap. */
  readonly recap: Readonly<Record<string, number>>;
  /** What was said when nothing was run. */
  readonly said: string;
}

type Line = Partial<CaseResult> & {
  readonly recap?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly end?: string;
  readonly code?: number;
  readonly said?: string;
};

const counters: Readonly<Record<string, string>> = { failures: 'failed' };
const counted = ['ok', 'changed', 'unreachable', 'failed', 'skipped', 'rescued', 'ignored'];

function flatRecap(recap: Line['recap'] = {}): Record<string, number> {
  return Object.fromEntries(
    Object.entries(recap).flatMap(([host, counts]) =>
      Object.entries(counts)
        .map(([name, count]) => [counters[name] ?? name, count] as const)
        .filter(([name]) => counted.includes(name))
        .map(([name, count]) => [`${host} ${name}`, count] as const),
    ),
  );
}

/** Ends the connections that ansible-core's ssh keeps for a minute. */
async function endMasters(sockets: string): Promise<void> {
  for (const name of existsSync(sockets) ? readdirSync(sockets) : [])
    await runProgram(['ssh', '-o', `ControlPath=${path.join(sockets, name)}`, '-O', 'exit', 'any']);
}

/** Each has many cases; more would not be faster on two processors. */
const processes = 2;

/** All cases by ansible-core, in few processes. */
export async function byAnsible(
  folder: string,
  argvs: readonly (readonly string[])[],
): Promise<readonly CaseRun[]> {
  const ofProcess = Array.from({ length: processes }, (_, own) => own).map((own) =>
    byOneProcess(
      folder,
      String(own),
      argvs.filter((_, index) => index % processes === own),
    ),
  );
  const runs = await Promise.all(ofProcess);
  return argvs.flatMap((_, index) => runs[index % processes]?.[Math.floor(index / processes)] ?? []);
}

async function byOneProcess(
  folder: string,
  name: string,
  argvs: readonly (readonly string[])[],
): Promise<readonly CaseRun[]> {
  if (argvs.length === 0) return [];
  const record = path.join(folder, `record-${name}`);
  const home = path.join(folder, `ansible-${name}`);
  const child = spawn(oraclePython(), [path.join(import.meta.dirname, '../corpus_oracle.py')], {
    cwd: folder,
    env: {
      ...process.env,
      LC_ALL: 'C.UTF-8',
      PYTHONDONTWRITEBYTECODE: '1',
      RECORD_FILE: record,
      ANSIBLE_CALLBACK_PLUGINS: import.meta.dirname,
      ANSIBLE_STDOUT_CALLBACK: 'record',
      ANSIBLE_PIPELINING: '1',
      // With a terminal, raw's standard error holds ssh's farewell.
      ANSIBLE_SSH_USETTY: '0',
      // With connections of its own, which others do not reset.
      ANSIBLE_HOME: home,
      ANSIBLE_SSH_CONTROL_PATH_DIR: path.join(home, 'cp'),
      ANSIBLE_LOCAL_TEMP: path.join(home, 'tmp'),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(JSON.stringify(argvs));
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  child.stdout.resume();
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      resolve();
    });
  });
  await endMasters(path.join(home, 'cp'));
  const runs: CaseRun[] = [];
  let [results, recap]: [CaseResult[], Record<string, number>] = [[], {}];
  for (const text of readFileSync(record, 'utf8').trim().split('\n')) {
    const line = JSON.parse(text) as Line;
    if (line.recap) recap = flatRecap(line.recap);
    else if (line.end === undefined) results.push(line as CaseResult);
    else {
      runs.push({ code: line.code ?? -1, results, recap, said: line.said ?? '' });
      [results, recap] = [[], {}];
    }
  }
  if (runs.length !== argvs.length)
    throw new Error(`${runs.length} of ${argvs.length} cases were run: ${complaints.slice(-2000)}`);
  return runs;
}

interface OurEvent {
  readonly type: string;
  readonly host?: string;
  readonly task?: { readonly name: string; readonly module: string; readonly role: string | null };
  readonly result?: { readonly status: string; readonly ignored: boolean; readonly values: unknown };
  readonly recap?: Line['recap'];
}

export async function byUs(folder: string, argv: readonly string[]): Promise<CaseRun> {
  const said = await called(() => playbookCommand(['--output', 'json', ...argv]), folder);
  const events = said.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as OurEvent);
  return {
    code: said.code,
    results: events.flatMap(({ type, host = '', task, result }) =>
      type === 'result' && task && result
        ? [
            {
              host,
              task: task.role === null ? task.name : `${task.role} : ${task.name}`,
              module: task.module,
              status: result.status,
              ignored: result.ignored,
              values: result.values,
            },
          ]
        : [],
    ),
    recap: flatRecap(events.findLast(({ type }) => type === 'run-end')?.recap),
    said: said.stderr.slice(-2000),
  };
}

/** Each entry below a folder: type, mode, owner and group, and content or where a link leads. */
export function treeOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const place = path.join(folder, name);
      const entry = lstatSync(place);
      const mode = `${(entry.mode & 0o7777).toString(8)} ${entry.uid}:${entry.gid}`;
      if (entry.isSymbolicLink()) return `${name} -> ${readlinkSync(place)} ${entry.uid}:${entry.gid}`;
      if (entry.isDirectory()) return `${name}/ ${mode}`;
      return `${name} ${mode} ${JSON.stringify(readFileSync(place, 'utf8'))}`;
    });
}
