// Hosts that are this machine's own sh, without an agent: for tests of the engine's order, counts and failures.
// Every round trip is kept; a test may make a host unreachable or lose a connection at a script of its choice.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import type {
  BecomeSpec,
  Capabilities,
  Connected,
  Connection,
  ConnectionFailure,
  Connections,
  ConnectionSpec,
  ScriptAhead,
  Shell,
} from '../../engine/connection/contract.ts';
import { readContent, type Content } from '../../engine/module/content.ts';
import type { Output, Script } from '../../engine/module/contract.ts';
import { quote } from '../../engine/module/quote.ts';
import { inLongShell } from './long_shell.ts';

export interface Trip {
  readonly host: string;
  readonly user: string;
  readonly scripts: readonly Script[];
  /** Scripts that went along for later tasks. */
  readonly ahead: readonly ScriptAhead[];
}

export interface FakeHostsOptions {
  /** Other plays go on while a trip is under way; otherwise hosts never overlap. */
  readonly overlaps?: boolean;
  /** Called before a background job is asked for; a failure given back is the answer. */
  readonly onPoll?: (id: string) => ConnectionFailure | undefined | Promise<ConnectionFailure | undefined>;
  readonly unreachable?: readonly string[];
  /** Called before a trip is done; a failure given back is the trip's outcome. */
  readonly onTrip?: (trip: Trip) => ConnectionFailure | undefined | Promise<ConnectionFailure | undefined>;
  /** Of what goes along: whether it outlasts its time. */
  readonly outlasts?: (script: Script) => boolean;
  /** How many of the scripts that go along are done, and of how many that is told, before the trip is cut. */
  readonly cutsAhead?: (trip: Trip) => { readonly done: number; readonly told: number } | undefined;
}

const capabilities: Capabilities = {
  names: new Set(['sha256sum', 'stat-gnu', 'setsid', 'base64', 'mktemp', 'systemd']),
  user: 'root',
  uid: 0,
  home: homedir(),
  system: 'Linux',
  machine: 'x86_64',
};

async function inputOf(script: Script): Promise<Buffer | undefined> {
  if (script.stdin === undefined) return undefined;
  return script.stdin instanceof Uint8Array
    ? Buffer.from(script.stdin)
    : readContent(script.stdin satisfies Content);
}

/** One script in a subshell of its own, its output in files named by its number; its exit code is told. */
function part(script: Script, index: number, hasInput: boolean): string {
  const environment = Object.entries(script.environment ?? {}).map(
    ([name, value]) => `export ${name}=${quote(value)}; `,
  );
  const directory = script.cwd === undefined ? '' : `cd -- ${quote(script.cwd)} || exit; `;
  const input = hasInput ? `"$d/${index}.in"` : '/dev/null';
  return `( ${environment.join('')}${directory}eval ${quote(script.script)} ) <${input} >"$d/${index}.out" 2>"$d/${index}.err"\nr=$?; echo "${index} $r"\n`;
}

/** Folders for inputs and outputs, used again by later trips: making and removing them takes longer than they are used. */
class Folders {
  readonly #free: string[] = [];
  #root: string | undefined;
  #count = 0;

  take(): string {
    this.#root ??= this.#makeRoot();
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#count += 1;
    const made = path.join(this.#root, `${this.#count}`);
    mkdirSync(made);
    return made;
  }

  giveBack(folder: string): void {
    this.#free.push(folder);
  }

  #makeRoot(): string {
    const root = mkdtempSync(path.join(tmpdir(), 'hardway-fake-'));
    process.once('exit', () => rmSync(root, { recursive: true, force: true }));
    return root;
  }
}

const folders = new Folders();

/** All scripts of a trip by one sh, as starting one costs more than what it runs. */
async function runHere(
  scripts: readonly ScriptAhead[],
  stopOnFailure: boolean,
  overlaps: boolean,
): Promise<(Output | undefined)[]> {
  if (scripts.length === 0) return [];
  const folder = folders.take();
  try {
    let program = `d=${quote(folder)}\n`;
    for (const [index, script] of scripts.entries()) {
      const input = await inputOf(script);
      if (input) writeFileSync(path.join(folder, `${index}.in`), input);
      const run = part(script, index, input !== undefined);
      program += script.onlyAfter === true ? `if [ "$r" = 0 ]; then\n${run}fi\n` : run;
      if (stopOnFailure) program += '[ "$r" = 0 ] || exit\n';
    }
    const told = overlaps ? await inLongShell(program) : shellSays(program);
    const codes = new Map(
      [...told.matchAll(/^(\d+) (\d+)$/gm)].map(([, index, rc]) => [Number(index), Number(rc)]),
    );
    return scripts.map((_, index) => {
      const read = (kind: string): Buffer => readFileSync(path.join(folder, `${index}.${kind}`));
      const rc = codes.get(index);
      return rc === undefined ? undefined : { rc, stdout: read('out'), stderr: read('err') };
    });
  } finally {
    folders.giveBack(folder);
  }
}

function shellSays(program: string): string {
  const env = { ...process.env, LC_ALL: 'C' };
  return spawnSync('/bin/sh', [], { env, cwd: process.cwd(), input: program }).stdout.toString();
}

export class FakeHosts implements Connections {
  readonly trips: Trip[] = [];
  readonly opened: string[] = [];
  readonly #options: FakeHostsOptions;
  /** Outputs of jobs that `start` began: they end at once. */
  readonly #jobs = new Map<string, Output[]>();

  constructor(options: FakeHostsOptions = {}) {
    this.#options = options;
  }

  tripsOf(host: string): readonly Trip[] {
    return this.trips.filter((trip) => trip.host === host);
  }

  open(spec: ConnectionSpec): Promise<Connected<Connection>> {
    this.opened.push(spec.hostName);
    if (this.#options.unreachable?.includes(spec.hostName) === true) {
      const failure: ConnectionFailure = {
        stage: 'connect',
        message: `${spec.hostName} does not answer`,
        outcomeUnknown: false,
      };
      return Promise.resolve({ ok: false, failure });
    }
    const traffic = { roundTrips: 0, bytesSent: 0, bytesReceived: 0 };
    const connection: Connection = {
      spec,
      traffic,
      shell: (become) => Promise.resolve({ ok: true, value: this.#shell(spec, become) }),
      close: () => Promise.resolve(),
    };
    return Promise.resolve({ ok: true, value: connection });
  }

  #shell(spec: ConnectionSpec, become: BecomeSpec | undefined): Shell {
    const user = become?.user ?? 'root';
    const jobs = this.#jobs;
    const overlaps = this.#options.overlaps === true;
    return {
      capabilities: { ...capabilities, user },
      traffic: { roundTrips: 0, bytesSent: 0, bytesReceived: 0 },
      run: async (scripts, options) => {
        const trip: Trip = { host: spec.hostName, user, scripts, ahead: options?.ahead?.scripts ?? [] };
        this.trips.push(trip);
        const failure = await this.#options.onTrip?.(trip);
        if (failure) return { ok: false, failure };
        const cut = this.#options.cutsAhead?.(trip);
        const early = trip.ahead.slice(0, cut?.done);
        const isStopping = options?.stopOnFailure === true;
        const outputs = await runHere(isStopping ? scripts : [...scripts, ...early], isStopping, overlaps);
        const ahead = isStopping ? await runHere(early, false, overlaps) : outputs.slice(scripts.length);
        const late: Output = { rc: 124, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), timedOut: true };
        options?.ahead?.take(
          trip.ahead.map((script, index) => {
            if (this.#options.outlasts?.(script) === true) return late;
            return index < (cut?.told ?? index + 1) ? ahead[index] : undefined;
          }),
        );
        return { ok: true, value: outputs.slice(0, scripts.length).filter((output) => output !== undefined) };
      },
      start: async (scripts, id) => {
        const outputs = await runHere(scripts, true, overlaps);
        jobs.set(
          id,
          outputs.filter((output) => output !== undefined),
        );
        return { ok: true, value: { directory: `/jobs/${id}` } };
      },
      poll: async (id) => {
        const failure = await this.#options.onPoll?.(id);
        if (failure) return { ok: false, failure };
        const outputs = jobs.get(id);
        return {
          ok: true,
          value: { finished: true, known: outputs !== undefined, ...(outputs ? { outputs } : {}) },
        };
      },
      erase: (id) => Promise.resolve({ ok: true, value: jobs.delete(id) }),
    };
  }

  closeAll(): Promise<void> {
    return Promise.resolve();
  }
}
