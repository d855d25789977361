// One list of calls as a playbook, run by us on a host or by ansible-core on its twin; what each call registered is
// written by the playbook itself to a file of the control machine.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { oracleCommand } from '../../oracle/venv.ts';
import { runPlaybookCommand, type Ran } from '../../support/hardway.ts';
import type { TestLab } from '../../support/lab.ts';
import { readRegistered, writeRegisteringPlay, type Registered } from '../../support/registering_play.ts';
import type { Call } from './calls.ts';

export interface Place {
  readonly lab: TestLab;
  readonly folder: string;
  /** Of the server of this test. */
  readonly web: string;
  /** Checksum of its file. */
  readonly sum: string;
}

function playbook(place: Place, host: string, calls: readonly Call[]): string {
  const file = path.join(place.folder, `${host}.yml`);
  const fetched = path.join(place.folder, `fetched-${host}`);
  mkdirSync(fetched, { recursive: true });
  writeRegisteringPlay({
    ...{ hosts: host, file, out: registeredBy(place, host) },
    tasks: calls.map(({ name, task }) => ({ name, ...task })),
    vars: { web: place.web, sum: place.sum, fetched, colour: 'blue' },
  });
  return file;
}

const registeredBy = (place: Place, host: string): string => path.join(place.folder, `${host}.json`);

export async function runOurs(
  place: Place,
  host: string,
  calls: readonly Call[],
): Promise<{ readonly ran: Ran; readonly results: readonly Registered[] }> {
  const ran = await runPlaybookCommand(playbook(place, host, calls), '-i', place.lab.inventoryFile);
  return { ran, results: ran.code === 0 ? readRegistered(registeredBy(place, host)) : [] };
}

export async function runTheirs(
  place: Place,
  host: string,
  calls: readonly Call[],
): Promise<readonly Registered[]> {
  const file = playbook(place, host, calls);
  const [program, ...words] = oracleCommand('playbook');
  const child = spawn(program, [...words, '-i', place.lab.inventoryFile, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      LC_ALL: 'C.UTF-8',
      ANSIBLE_PIPELINING: '1',
      ANSIBLE_NOCOLOR: '1',
      ANSIBLE_HOME: path.join(place.folder, 'ansible'),
      ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3',
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const status = await new Promise<number | null>((resolve) => void child.on('close', resolve));
  if (status !== 0) throw new Error(`ansible-playbook ended with ${String(status)}: ${said.slice(-3000)}`);
  return readRegistered(registeredBy(place, host));
}
