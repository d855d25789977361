// Tasks as a play that writes what each of them registered, as one JSON list, to a file of this machine: by itself, so
// that any engine can run it, and in check mode too.
import { readFileSync, writeFileSync } from 'node:fs';

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
