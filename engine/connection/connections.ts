// Opens connections and shares them: one for all that mean the same account of the same host, also on the way to others.
import { setMaxListeners } from 'node:events';
import type { Transport } from './channel.ts';
import { HostConnection } from './connection.ts';
import type { Connected, Connection, Connections, ConnectionSpec } from './contract.ts';
import { connected } from './failures.ts';
import { processArgv, processTransport } from './processes.ts';
import type { OpenJump } from './ssh_dial.ts';
import type { SshTransport } from './ssh_transport.ts';

const notIdentity = new Set(['hostName', 'password', 'passphrase', 'retries', 'connectTimeoutSeconds']);

/** Specs that differ only in the inventory's name of the host, or in patience, share a connection. */
function identityOf(spec: ConnectionSpec): string {
  const meaning = Object.entries(spec).filter(([name]) => !notIdentity.has(name));
  return JSON.stringify(meaning.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One opening at a time for each identity; what failed or was lost is opened anew. */
class Shared<T> {
  readonly #opening = new Map<string, Promise<Connected<T>>>();
  readonly #isUsable: (value: T) => boolean;

  constructor(isUsable: (value: T) => boolean) {
    this.#isUsable = isUsable;
  }

  async get(identity: string, open: () => Promise<Connected<T>>): Promise<Connected<T>> {
    const before = this.#opening.get(identity);
    if (before !== undefined) {
      const result = await before;
      if (result.ok && this.#isUsable(result.value)) return result;
      if (this.#opening.get(identity) === before) this.#opening.delete(identity);
      return this.get(identity, open);
    }
    const opening = open();
    this.#opening.set(identity, opening);
    const result = await opening;
    if (!result.ok && this.#opening.get(identity) === opening) this.#opening.delete(identity);
    return result;
  }

  async closeAll(close: (value: T) => Promise<void>): Promise<void> {
    const all = [...this.#opening.values()];
    this.#opening.clear();
    const results = await Promise.all(all);
    await Promise.all(
      results.map(async (result) => {
        if (result.ok) await close(result.value);
      }),
    );
  }
}

/** Each host that is dialled listens. */
function newClosing(): AbortController {
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  return closing;
}

export function makeConnections(): Connections {
  const connections = new Shared<Connection>(() => true);
  const jumps = new Shared<SshTransport>((jump) => jump.isOpen);
  let closing = newClosing();

  async function dial(spec: ConnectionSpec, signal: AbortSignal): Promise<Connected<Transport>> {
    switch (spec.kind) {
      case 'ssh':
        return dialJump(spec, signal);
      case 'openssh': {
        const { dialOpenssh } = await import('./openssh.ts');
        return dialOpenssh(spec, signal);
      }
      default: {
        const { kind } = spec;
        return connected(processTransport((command) => processArgv({ ...spec, kind }, command)));
      }
    }
  }

  /** ssh2 takes a while to load, so it is loaded when first used. */
  async function dialJump(spec: ConnectionSpec, signal: AbortSignal): Promise<Connected<SshTransport>> {
    const { dialSsh } = await import('./ssh_dial.ts');
    const openJump: OpenJump = (jump) => jumps.get(identityOf(jump), () => dialJump(jump, signal));
    return dialSsh(spec, openJump, signal);
  }

  async function open(spec: ConnectionSpec): Promise<Connected<Connection>> {
    const connection = new HostConnection(spec, { dial: () => dial(spec, closing.signal) });
    const transport = await connection.transport();
    return transport.ok ? connected(connection) : transport;
  }

  return {
    open: (spec) => connections.get(identityOf(spec), () => open(spec)),
    async closeAll() {
      // What is still being dialled is given up, and nobody waits for a host that does not answer.
      closing.abort();
      closing = newClosing();
      await connections.closeAll((connection) => connection.close());
      await jumps.closeAll((jump) => jump.close());
    },
  };
}
