// One list of calls as a playbook, run by us on a host or by ansible-core on its twin; what each call registered is
// written by the playbook itself to a file of the control machine.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { oracleCommand } from '../../oracle/venv.ts';
import { runPlaybookCommand, type Ran } from '../../support/hardway.ts';
import type { TestLab } from '../../support/lab.ts';
import type { Call } from './calls.ts';

export interface Place {
  readonly lab: TestLab;
  readonly folder: string;
  /** Of the server of this test. */
  readonly web: string;
  /** Checksum of its file. */
  readonly sum: string;
}

export type Registered = { readonly [key: string]: unknown };

/** JSON is YAML; text that looks like a template stays one. */
function playbook(place: Place, host: string, calls: readonly Call[], isChecked: boolean): string {
  const out = path.join(place.folder, `${host}.json`);
  const tasks = calls.map(({ name, task }, index) => ({
    name,
    ...task,
    register: `call_${index}`,
    ignore_errors: true,
  }));
  const all = calls.map((_, index) => `call_${index}`).join(', ');
  const tell = {
    name: 'Tell',
    copy: { content: `{{ [${all}] | to_json }}`, dest: out },
    delegate_to: 'localhost',
  };
  const play = {
    hosts: host,
    gather_facts: false,
    vars: {
      web: place.web,
      sum: place.sum,
      fetched: path.join(place.folder, `fetched-${host}`),
      colour: 'blue',
    },
    tasks: [...tasks, ...(isChecked ? [] : [tell])],
  };
  const file = path.join(place.folder, `${host}.yml`);
  mkdirSync(path.join(place.folder, `fetched-${host}`), { recursive: true });
  writeFileSync(file, JSON.stringify([play]));
  return file;
}

function registered(place: Place, host: string): Registered[] {
  return JSON.parse(readFileSync(path.join(place.folder, `${host}.json`), 'utf8')) as Registered[];
}

export async function runOurs(
  place: Place,
  host: string,
  calls: readonly Call[],
  ...options: readonly string[]
): Promise<{ readonly ran: Ran; readonly results: readonly Registered[] }> {
  const file = playbook(place, host, calls, options.includes('--check'));
  const ran = await runPlaybookCommand(file, '-i', place.lab.inventoryFile, ...options);
  if (options.includes('--check') || ran.code !== 0) return { ran, results: [] };
  return { ran, results: registered(place, host) };
}

export async function runTheirs(
  place: Place,
  host: string,
  calls: readonly Call[],
): Promise<readonly Registered[]> {
  const file = playbook(place, host, calls, false);
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
  return registered(place, host);
}
