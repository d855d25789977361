// What tests of plays on this machine share: a folder of their own, and real connections.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeConnections } from '../../engine/connection/connections.ts';
import type { Connection, Connections } from '../../engine/connection/contract.ts';
import type { Tests } from './suite.ts';

export interface Here {
  readonly folder: string;
  readonly connections: Connections;
}

/** Both are gone after the suite's last test. */
export function useHere({ teardown }: Pick<Tests, 'teardown'>): Here {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-here-'));
  const connections = makeConnections();
  teardown(async () => {
    await connections.closeAll();
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, connections };
}

/** This machine as a host, without a program in between. */
export async function openHere(connections: Connections): Promise<Connection> {
  const opened = await connections.open({
    ...{ kind: 'local', hostName: 'here', address: 'here', hostKeyChecking: 'off' },
    ...{ connectTimeoutSeconds: 60, retries: 0 },
  });
  if (!opened.ok) throw new Error(opened.failure.message);
  return opened.value;
}
