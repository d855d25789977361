// The implementations of sh that this machine has, each as a way to open a connection to this very machine.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HostConnection } from '../../engine/connection/connection.ts';
import type { Connections, ConnectionSpec, Shell } from '../../engine/connection/contract.ts';
import { processTransport } from '../../engine/connection/processes.ts';

export interface Userland {
  readonly name: string;
  /** Opens a connection whose programs come from this userland; `remote` ones behave as if a network lay between. */
  readonly connect: (options?: { readonly remote?: boolean }) => HostConnection;
}

export const localSpec: ConnectionSpec = {
  kind: 'local',
  hostName: 'here',
  address: 'localhost',
  hostKeyChecking: 'strict',
  connectTimeoutSeconds: 20,
  retries: 0,
};

function connecting(shell: string, environment: Readonly<Record<string, string>>): Userland['connect'] {
  const words = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const argv = (command: string): string[] => ['env', ...words, shell, '-c', command];
  const dial = () => Promise.resolve({ ok: true, value: processTransport(argv) } as const);
  return ({ remote = false } = {}) =>
    new HostConnection({ ...localSpec, kind: remote ? 'ssh' : 'local' }, { dial, shell });
}

const places: string[] = [];

function newPlace(): string {
  const place = mkdtempSync(path.join(tmpdir(), 'hardway-test-'));
  places.push(place);
  return place;
}

process.once('exit', () => {
  for (const place of places) rmSync(place, { recursive: true, force: true });
});

function withShell(name: string): Userland[] {
  const shell = `/bin/${name}`;
  if (!existsSync(shell)) return [];
  return [{ name, connect: connecting(shell, {}) }];
}

/** Nothing but busybox: its ash and its own head, dd, wc, mktemp ... */
function busyboxOnly(): Userland[] {
  const applets = spawnSync('busybox', ['--list'], { encoding: 'utf8' });
  if (applets.status !== 0) return [];
  const place = newPlace();
  for (const applet of applets.stdout.trim().split('\n'))
    symlinkSync('/bin/busybox', path.join(place, applet));
  const shell = path.join(place, 'sh');
  return [{ name: 'busybox', connect: connecting(shell, { PATH: place }) }];
}

/** The system's sh with programs in front of PATH that behave as elsewhere. */
export function withPrograms(name: string, programs: Readonly<Record<string, string>>): Userland {
  const place = newPlace();
  mkdirSync(place, { recursive: true });
  for (const [program, text] of Object.entries(programs)) {
    writeFileSync(path.join(place, program), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(place, program), 0o755);
  }
  const environment = { PATH: `${place}:${process.env['PATH'] ?? '/usr/bin:/bin'}` };
  return { name, connect: connecting('/bin/sh', environment) };
}

// Reads a whole buffer whatever was asked for, as that of busybox does from a pipe; right for files.
const greedyHead = `case $# in 2) dd bs=4096 2>/dev/null | /usr/bin/head "$@" ;; *) exec /usr/bin/head "$@" ;; esac`;
const plainDd = `case "$*" in *fullblock*) exit 1 ;; *) exec /usr/bin/dd "$@" ;; esac`;

export function findUserlands(): Userland[] {
  return [
    ...['dash', 'bash', 'mksh', 'ksh93'].flatMap(withShell),
    ...busyboxOnly(),
    withPrograms('greedy head', { head: greedyHead }),
    withPrograms('greedy head, plain dd', { head: greedyHead, dd: plainDd }),
  ];
}

/** A shell on the host of a connection that is to be opened. */
export async function connectShell(connections: Connections, spec: ConnectionSpec): Promise<Shell> {
  const connection = await connections.open(spec);
  if (!connection.ok) throw new Error(connection.failure.message);
  return openShell(connection.value);
}

export async function openShell(connecting: Pick<HostConnection, 'shell'>): Promise<Shell> {
  const shell = await connecting.shell();
  if (!shell.ok) throw new Error(shell.failure.message);
  return shell.value;
}
