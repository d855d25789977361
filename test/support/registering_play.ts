// Tasks as a play that writes what each of them registered, as one JSON list, to a file of this machine: by itself, so
// that any engine can run it, and in check mode too.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { runPlaybookCommand, type Ran } from './hardway.ts';

export type Registered = { readonly [key: string]: unknown };

/** A module with its parameters, a name, and keywords. */
export type PlainTask = { readonly [word: string]: unknown };

export interface RegisteringPlay {
  readonly hosts: string;
  readonly tasks: readonly PlainTask[];
  readonly vars?: { readonly [name: string]: unknown };
  /** The playbook, and what the play writes. */
  readonly file: string;
  readonly out: string;
}

/** JSON is YAML; text that looks like a template stays one. A failed task is registered like any other. */
export function writeRegisteringPlay({ hosts, tasks, vars = {}, file, out }: RegisteringPlay): void {
  const all = tasks.map((_, index) => `call_${index}`).join(', ');
  const tell = {
    name: 'Tell',
    copy: { content: `{{ [${all}] | to_json }}`, dest: out },
    delegate_to: 'localhost',
    become: false,
    check_mode: false,
  };
  const registering = tasks.map((task, index) => ({
    ...task,
    register: `call_${index}`,
    ignore_errors: true,
  }));
  writeFileSync(file, JSON.stringify([{ hosts, gather_facts: false, vars, tasks: [...registering, tell] }]));
}

export function readRegistered(out: string): Registered[] {
  return JSON.parse(readFileSync(out, 'utf8')) as Registered[];
}

export interface TaskPlace {
  /** Where play and answers are written; `files/` of it is searched. It is made. */
  readonly folder: string;
  readonly inventoryFile: string;
  readonly hosts: string;
  readonly vars?: { readonly [name: string]: unknown };
}

/** Runs these tasks by the command; gives what each registered. */
export async function runTasks(
  place: TaskPlace,
  tasks: readonly PlainTask[],
  ...options: readonly string[]
): Promise<{ readonly ran: Ran; readonly told: readonly Registered[] }> {
  const { folder, inventoryFile, ...play } = place;
  mkdirSync(folder, { recursive: true });
  const [file, out] = [path.join(folder, 'play.yml'), path.join(folder, 'told.json')];
  rmSync(out, { force: true });
  writeRegisteringPlay({ ...play, tasks, file, out });
  const ran = await runPlaybookCommand(file, '-i', inventoryFile, ...options);
  assert.is(ran.code, 0, `${ran.stdout.slice(-2000)}\n${ran.stderr}`);
  return { ran, told: readRegistered(out) };
}
