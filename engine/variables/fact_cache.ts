// The fact cache: a JSON file for each host in a folder, in the layout of Ansible's plugin `jsonfile`, so that either
// program reads what the other kept (plugins/cache/jsonfile.py and its base class of ansible-core 2.18).
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../document/diagnostic.ts';
import { parseJson } from '../document/json.ts';
import { outsideText } from '../document/outside.ts';
import { noteKey } from '../document/outside_text.ts';
import { type Dict, isDict, isList, marksOf, Unknown, type Value } from '../document/value.ts';
import { writeJson } from '../template/python/json.ts';

export interface FactCacheOptions {
  readonly folder: string;
  /** Stands before the host's name in the name of its file. */
  readonly prefix: string;
  /** Older files are passed over; 0: none is too old. */
  readonly timeoutSeconds: number;
  /** Nothing is written or removed: check mode. */
  readonly readOnly: boolean;
}

/** Variables that say how a host is reached: a host may not set them by what it tells, as in Ansible's clean_facts. */
const ofConnections =
  /^ansible_(?:connection|host|port|user|password|pass|timeout|shell_type|shell_executable|private_key_file|pipelining|module_compression|delegated_vars|(?:ssh|become|local|winrm|psrp|paramiko_ssh|docker|sudo|su)_.*|.*_interpreter)$/;
const isAllowed = (name: string): boolean =>
  !ofConnections.test(name) || name.startsWith('ansible_ssh_host_key_') || /_(?:gw)?bridge$/.test(name);

const style = { indent: '    ', sortsKeys: true, separators: [',', ': '] } as const;

/** The value without what is secret or not known in it; undefined when nothing is left. */
function shareable(value: Value): Value | undefined {
  if (value instanceof Unknown || marksOf(value).secret === true) return undefined;
  if (isList(value)) {
    const items = value.map(shareable);
    return items.includes(undefined) ? undefined : (items as Value[]);
  }
  if (!isDict(value)) return value;
  const entries: Dict = new Map();
  for (const [key, item] of value) {
    const kept = shareable(item);
    if (kept !== undefined) entries.set(key, kept);
  }
  return entries;
}

/** Marks what must never be evaluated: all of it was said by a host. */
function fromHost(value: Value): Value {
  if (isList(value)) return value.map(fromHost);
  if (isDict(value)) {
    for (const key of value.keys()) noteKey(key);
    return new Map([...value].map(([key, item]) => [key, fromHost(item)]));
  }
  return typeof value === 'string' ? outsideText(value) : value;
}

export class FactCache {
  readonly #options: FactCacheOptions;
  readonly #warnings: Diagnostic[] = [];
  readonly #told = new Set<string>();

  constructor(options: FactCacheOptions) {
    this.#options = options;
  }

  /** Facts that were kept of a host, as text from outside; none when there is no file, or an old or a broken one. */
  read(host: string): ReadonlyMap<string, Value> {
    const facts = new Map<string, Value>();
    const file = this.#fileOf(host);
    const text = file === undefined ? undefined : this.#textOf(file);
    if (file === undefined || text === undefined) return facts;
    const parsed = parseJson(text);
    if ('wrong' in parsed || !isDict(parsed.value)) {
      this.#warn(file, 'is no JSON object of facts', 'Its facts are taken as not known, and gathered again.');
      return facts;
    }
    for (const [key, value] of parsed.value) {
      const name = String(key);
      if (isAllowed(name)) facts.set(name, fromHost(value));
      else this.#warn(file, `holds ${name}, which is passed over`, 'Facts cannot say how a host is reached.');
    }
    return facts;
  }

  /** Replaces the file as a whole. It can be read by its owner alone; what is secret is left out. */
  write(host: string, facts: Iterable<readonly [string, Value]>): void {
    if (this.#options.readOnly) return;
    const file = this.#fileOf(host);
    if (file === undefined) return;
    const kept = shareable(new Map(facts));
    const unfinished = `${file}.${process.pid}.new`;
    try {
      mkdirSync(this.#options.folder, { recursive: true });
      writeFileSync(unfinished, writeJson(kept ?? new Map<string, Value>(), style), { mode: 0o600 });
      renameSync(unfinished, file);
    } catch (error) {
      rmSync(unfinished, { force: true });
      this.#warn(file, 'cannot be written', (error as Error).message);
    }
  }

  forget(host: string): void {
    const file = this.#fileOf(host);
    if (file !== undefined && !this.#options.readOnly) rmSync(file, { force: true });
  }

  /** What was odd since the last call. */
  takeWarnings(): readonly Diagnostic[] {
    return this.#warnings.splice(0);
  }

  /** Undefined where the name would lead out of the folder. */
  #fileOf(host: string): string | undefined {
    const name = this.#options.prefix + host;
    if (name.includes('/') || name.includes('\0') || name === '.' || name === '..') return undefined;
    return path.join(this.#options.folder, name);
  }

  #textOf(file: string): string | undefined {
    const { timeoutSeconds } = this.#options;
    try {
      const age = (Date.now() - statSync(file).mtimeMs) / 1000;
      return timeoutSeconds > 0 && age > timeoutSeconds ? undefined : readFileSync(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#warn(file, 'cannot be read', (error as Error).message);
      return undefined;
    }
  }

  #warn(file: string, what: string, detail: string): void {
    const summary = `The fact cache's file ${file} ${what}`;
    if (this.#told.has(summary)) return;
    this.#told.add(summary);
    this.#warnings.push({ code: 'file-unreadable', severity: 'warning', summary, detail });
  }
}
