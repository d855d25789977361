// Opens connections and shares them: one for all that mean the same account of the same host.
import type { Transport } from './channel.ts';
import { HostConnection } from './connection.ts';
import type { Connected, Connection, Connections, ConnectionSpec } from './contract.ts';
import { connected } from './failures.ts';
import { processArgv, processTransport } from './processes.ts';

export interface ConnectionsOptions {
  /** The sh on the hosts, when /bin/sh is not the one. */
  readonly shell?: string;
}

const notIdentity = new Set(['hostName', 'password', 'passphrase', 'retries', 'connectTimeoutSeconds']);

/** Specs that differ only in the inventory's name of the host share a connection. */
function identityOf(spec: ConnectionSpec): string {
  const meaning = Object.entries(spec).filter(([name]) => !notIdentity.has(name));
  return JSON.stringify(meaning.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function makeConnections(options: ConnectionsOptions = {}): Connections {
  const open = new Map<string, Promise<Connected<Connection>>>();

  async function openNew(spec: ConnectionSpec): Promise<Connected<Connection>> {
    const connection = new HostConnection(spec, { dial: () => dial(spec), shell: options.shell });
    const transport = await connection.transport();
    return transport.ok ? connected(connection) : transport;
  }

  function dial(spec: ConnectionSpec): Promise<Connected<Transport>> {
    switch (spec.kind) {
      case 'ssh':
      case 'openssh':
        throw new Error('not here yet');
      default: {
        const { kind } = spec;
        return Promise.resolve(
          connected(processTransport((command) => processArgv({ ...spec, kind }, command))),
        );
      }
    }
  }

  return {
    async open(spec) {
      const identity = identityOf(spec);
      let opening = open.get(identity);
      if (opening === undefined) {
        opening = openNew(spec);
        open.set(identity, opening);
        // Who asks later may have more luck.
        if (!(await opening).ok) open.delete(identity);
      }
      return opening;
    },
    async closeAll() {
      const all = [...open.values()];
      open.clear();
      await Promise.all(
        all.map(async (opening) => {
          const connection = await opening;
          if (connection.ok) await connection.value.close();
        }),
      );
    },
  };
}
