// The way to one host for one task, opened when it is first needed: many tasks never touch their host.
import type { BecomeSpec, Connected, Connection, ConnectionSpec, Shell } from '../connection/contract.ts';
import type { RunState } from './state.ts';

function connectionKey(spec: ConnectionSpec): string {
  return JSON.stringify({ ...spec, password: spec.password?.() });
}

function isOfMachine(key: string, { kind, address, port }: ConnectionSpec): boolean {
  const other = JSON.parse(key) as Pick<ConnectionSpec, 'kind' | 'address' | 'port'>;
  return other.kind === kind && other.address === address && other.port === port;
}

/** The run's connection to a host, opened once and shared by all tasks that reach it in the same way. */
async function connect(run: RunState, spec: ConnectionSpec): Promise<Connected<Connection>> {
  const key = connectionKey(spec);
  const known = run.connections.get(key);
  if (known) return known;
  const started = performance.now();
  const opening = run.services.connections.open(spec);
  run.connections.set(key, opening);
  const opened = await opening;
  const durationMs = performance.now() - started;
  if (opened.ok)
    run.emit({ type: 'connected', host: spec.hostName, durationMs, hostKey: opened.value.hostKey });
  else run.connections.delete(key);
  return opened;
}

export async function dropConnection(run: RunState, spec: ConnectionSpec): Promise<void> {
  const key = connectionKey(spec);
  const known = await run.connections.get(key);
  run.connections.delete(key);
  run.known.machine(spec).drop();
  if (known?.ok) await known.value.close();
}

const interruptedConnecting: Connected<Shell> = {
  ok: false,
  failure: { stage: 'connect', message: 'Interrupted while connecting', outcomeUnknown: false },
};

export class HostShell implements Pick<Shell, 'run'> {
  readonly #run: RunState;
  readonly spec: ConnectionSpec;
  readonly #become: BecomeSpec | undefined;
  #shell: Promise<Connected<Shell>> | undefined;
  #opened: Shell | undefined;
  roundTrips = 0;
  bytes = 0;

  /** `opened`: by another task in the same way; after an interrupt nothing is opened any more. */
  constructor(run: RunState, spec: ConnectionSpec, become: BecomeSpec | undefined, opened?: Shell) {
    this.#run = run;
    this.spec = spec;
    this.#become = become;
    if (opened) this.#shell = Promise.resolve({ ok: true, value: opened });
    this.#opened = opened;
  }

  async open(): Promise<Connected<Shell>> {
    this.#shell ??= this.#connect();
    const shell = await this.#shell;
    this.#opened = shell.ok ? shell.value : undefined;
    return shell;
  }

  /** The shell, when it was opened already. */
  get opened(): Shell | undefined {
    return this.#opened;
  }

  /** Until the first Ctrl-C: what connects then has done nothing yet, and may never end. */
  #connect(): Promise<Connected<Shell>> {
    const { signal } = this.#run.services;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => resolve(interruptedConnecting);
      signal.addEventListener('abort', giveUp, { once: true });
      if (signal.aborted) giveUp();
      else
        this.#dial()
          .then(resolve, reject)
          .finally(() => signal.removeEventListener('abort', giveUp));
    });
  }

  async #dial(): Promise<Connected<Shell>> {
    const connection = await connect(this.#run, this.spec);
    return connection.ok ? connection.value.shell(this.#become) : connection;
  }

  async run(...request: Parameters<Shell['run']>): ReturnType<Shell['run']> {
    const shell = await this.open();
    if (!shell.ok) return shell;
    const before = shell.value.traffic;
    const start = { ...before, bytes: before.bytesSent + before.bytesReceived };
    const outputs = await shell.value.run(...request);
    const after = shell.value.traffic;
    this.roundTrips += 1;
    this.bytes += after.bytesSent + after.bytesReceived - start.bytes;
    return outputs;
  }

  /** Ends what the run keeps open for a user of this machine, but for the connection that this task goes by. */
  async leave(user: string): Promise<void> {
    const own = connectionKey(this.spec);
    for (const [key, opening] of [...this.#run.connections]) {
      if (!isOfMachine(key, this.spec)) continue;
      const connection = await opening;
      if (!connection.ok) continue;
      const isUsers = connection.value.spec.user === user && key !== own;
      await (isUsers ? dropConnection(this.#run, connection.value.spec) : connection.value.leave?.(user));
    }
  }

  /** After a lost connection: the next use connects again. */
  async reset(): Promise<void> {
    this.#shell = undefined;
    this.#opened = undefined;
    await dropConnection(this.#run, this.spec);
  }
}
