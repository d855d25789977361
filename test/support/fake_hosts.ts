// Hosts that are this machine's own sh, without an agent: for tests of the engine's order, counts and failures.
// Every round trip is kept; a test may make a host unreachable or lose a connection at a script of its choice.
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import type {
  BecomeSpec,
  Capabilities,
  Connected,
  Connection,
  ConnectionFailure,
  Connections,
  ConnectionSpec,
  Shell,
} from '../../engine/connection/contract.ts';
import { readContent, type Content } from '../../engine/module/content.ts';
import type { Output, Script } from '../../engine/module/contract.ts';

export interface Trip {
  readonly host: string;
  readonly user: string;
  readonly scripts: readonly Script[];
}

export interface FakeHostsOptions {
  /** Called before a background job is asked for; a failure given back is the answer. */
  readonly onPoll?: (id: string) => ConnectionFailure | undefined | Promise<ConnectionFailure | undefined>;
  readonly unreachable?: readonly string[];
  /** Called before a trip is done; a failure given back is the trip's outcome. */
  readonly onTrip?: (trip: Trip) => ConnectionFailure | undefined | Promise<ConnectionFailure | undefined>;
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

async function runHere(script: Script): Promise<Output> {
  const input = await inputOf(script);
  const done = spawnSync('/bin/sh', ['-c', script.script], {
    ...(input ? { input } : { stdio: ['ignore', 'pipe', 'pipe'] }),
    env: { ...process.env, LC_ALL: 'C', ...script.environment },
    ...(script.cwd === undefined ? {} : { cwd: script.cwd }),
  });
  return { rc: done.status ?? 128, stdout: done.stdout, stderr: done.stderr };
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
    return {
      capabilities: { ...capabilities, user },
      traffic: { roundTrips: 0, bytesSent: 0, bytesReceived: 0 },
      run: async (scripts, options) => {
        const trip: Trip = { host: spec.hostName, user, scripts };
        this.trips.push(trip);
        const failure = await this.#options.onTrip?.(trip);
        if (failure) return { ok: false, failure };
        const outputs: Output[] = [];
        for (const script of scripts) {
          const output = await runHere(script);
          outputs.push(output);
          if (options?.stopOnFailure === true && output.rc !== 0) break;
        }
        return { ok: true, value: outputs };
      },
      start: async (scripts, id) => {
        const outputs: Output[] = [];
        for (const script of scripts) {
          const output = await runHere(script);
          outputs.push(output);
          if (output.rc !== 0) break;
        }
        jobs.set(id, outputs);
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
