// Executable inventories: a program that prints JSON for `--list`, and for `--host NAME` when it has no `_meta`.
import { execFile } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { whyNotStarted } from '../document/program_start.ts';
import { type Diagnostic, failure, type Outcome, success } from '../document/diagnostic.ts';
import { parseJson } from '../document/json.ts';
import { bare, type Dict, isDict, isList, textOf, type Value } from '../document/value.ts';
import type { InventorySource } from './model.ts';

const run = promisify(execFile);

/** Whether a file is run instead of read: it may be executed, or begins with `#!`. */
export function isScript(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    if ((statSync(file).mode & 0o111) !== 0) return true;
  } catch {
    // Not executable: the first two bytes decide.
  }
  const start = Buffer.alloc(2);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, start, 0, 2, 0);
  } finally {
    closeSync(handle);
  }
  return start.toString('latin1') === '#!';
}

function problem(
  file: string,
  summary: string,
  detail: string,
): { readonly ok: false; readonly problem: Diagnostic } {
  return {
    ok: false,
    problem: {
      code: 'inventory-syntax',
      severity: 'error',
      summary,
      detail,
      position: { file, line: 1, column: 1 },
    },
  };
}

async function ask(file: string, args: readonly string[]): Promise<Outcome<Dict>> {
  let printed: string;
  try {
    ({ stdout: printed } = await run(file, args, { maxBuffer: 256 << 20, encoding: 'utf8' }));
  } catch (error) {
    return problem(file, `Inventory script failed with ${args.join(' ')}`, whyFailed(file, error));
  }
  if (printed.trim() === '') return success(new Map());
  const parsed = parseJson(printed);
  if ('wrong' in parsed)
    return problem(
      file,
      `Inventory script printed no JSON for ${args.join(' ')}`,
      `${parsed.wrong} at character ${parsed.at + 1}`,
    );
  return isDict(parsed.value)
    ? success(parsed.value)
    : problem(file, 'Inventory script printed no dict', 'It must print a JSON object of groups');
}

type Failed = Error & {
  readonly code?: string | number;
  readonly signal?: string | null;
  readonly stderr?: string;
};

/** How it ended, and what it said of that. */
function whyFailed(file: string, error: unknown): string {
  const { code, signal, stderr = '', message } = error as Failed;
  if (typeof code === 'string') return whyNotStarted(file, code) ?? message;
  const end = signal ? `It was ended by ${signal}` : `It ended with exit code ${code ?? 'unknown'}`;
  return [end, stderr.trimEnd()].filter((line) => line !== '').join('\n');
}

/** Runs a script and gives its groups and host variables. */
export async function runScript(file: string): Promise<Outcome<InventorySource>> {
  const listed = await ask(file, ['--list']);
  if (!listed.ok) return listed;
  const groups = new Map<string, { hosts: readonly string[]; children: readonly string[]; vars: Dict }>();
  for (const [key, body] of listed.value) {
    const name = String(key);
    if (name === '_meta') continue;
    const group = readGroup(file, name, body);
    if (!group.ok) return group;
    groups.set(name, group.value);
  }
  const hostVars = await readHostVars(file, listed.value.get('_meta'), groups);
  return hostVars.ok ? success({ groups, hostVars: hostVars.value }) : hostVars;
}

function readGroup(
  file: string,
  name: string,
  body: Value,
): Outcome<{ hosts: readonly string[]; children: readonly string[]; vars: Dict }> {
  const inner = bare(body);
  if (isList(inner)) return success({ hosts: inner.flatMap(textsOf), children: [], vars: new Map() });
  if (!isDict(inner))
    return problem(
      file,
      `Group ${name} of the inventory script is no dict or list`,
      'See ansible-inventory --list for the form',
    );
  // A dict with none of these keys is a host with its variables.
  if (!['hosts', 'vars', 'children'].some((key) => inner.has(key)))
    return success({ hosts: [name], children: [], vars: inner });
  const [hosts, children, vars] = [
    inner.get('hosts') ?? [],
    inner.get('children') ?? [],
    inner.get('vars') ?? new Map(),
  ];
  if (!isList(hosts) || !isList(children) || !isDict(vars))
    return problem(
      file,
      `Group ${name} of the inventory script is malformed`,
      'hosts and children are lists, vars is a dict',
    );
  const odd = [...hosts, ...children].find((one) => textOf(one) === undefined);
  if (odd !== undefined)
    return problem(
      file,
      `Group ${name} of the inventory script names what is no text`,
      'Names of hosts and of groups stand in quotes',
    );
  return success({ hosts: hosts.flatMap(textsOf), children: children.flatMap(textsOf), vars });
}

function textsOf(value: Value): string[] {
  const text = textOf(value);
  return text === undefined ? [] : [text];
}

async function readHostVars(
  file: string,
  meta: Value | undefined,
  groups: ReadonlyMap<string, { readonly hosts: readonly string[] }>,
): Promise<Outcome<ReadonlyMap<string, Dict>>> {
  const found = new Map<string, Dict>();
  const given = meta !== undefined && isDict(meta) ? meta.get('hostvars') : undefined;
  if (given !== undefined && !isDict(given))
    return problem(file, 'hostvars of the inventory script is no dict', 'It gives each host its variables');
  if (given) {
    for (const [host, vars] of given) {
      if (!isDict(vars))
        return problem(
          file,
          `Variables of host ${String(host)} of the inventory script are no dict`,
          'They are an object of names and values',
        );
      found.set(String(host), vars);
    }
    return success(found);
  }
  const hosts = new Set([...groups.values()].flatMap((group) => group.hosts));
  for (const host of hosts) {
    const vars = await ask(file, ['--host', host]);
    if (!vars.ok) return failure(vars.problem);
    found.set(host, vars.value);
  }
  return success(found);
}
