// All names that a task sees on a host, each looked up in the order of precedence when it is asked for.
import { LazyDict } from '../document/lazy_dict.ts';
import { mergedOver } from '../document/merge.ts';
import { type Dict, isDict, type Value } from '../document/value.ts';
import type { Scope } from '../template/api.ts';
import type { HostState } from './host_state.ts';
import { type MagicContext, magicNames, magicValue } from './magic.ts';
import type { NodeLayers } from './node_layers.ts';

/** Where a name's value was found: the level's name, as docs/compatibility.md lists them. */
export interface Found {
  readonly value: Value;
  readonly level: string;
  /** The dict that holds it, for its position. */
  readonly within: Dict | undefined;
}

export interface ScopeParts {
  readonly local: Dict | undefined;
  readonly magic: MagicContext;
  readonly extraVars: Dict;
  readonly node: NodeLayers | undefined;
  readonly state: HostState;
  /** Lists of dicts that cost something to find, asked only when nothing above has the name. */
  readonly playRoles: () => { readonly vars: readonly Dict[]; readonly defaults: readonly Dict[] };
  readonly varsFiles: () => readonly Dict[];
  readonly playVars: () => readonly Dict[];
  readonly hostLayers: () => readonly Dict[];
  readonly groupLayers: () => readonly Dict[];
  /** A raw value with its templates evaluated in a scope, for `vars`. */
  readonly evaluate: (value: Value, scope: Scope) => Value;
  /** hash_behaviour=merge. */
  readonly merges: boolean;
}

type Level = readonly [name: string, dicts: (parts: ScopeParts) => readonly Dict[]];
const none: readonly Dict[] = [];

const above: readonly Level[] = [
  ['extra vars', ({ extraVars }) => [extraVars]],
  ['include params', ({ node }) => node?.includeParams ?? none],
  ['role params', ({ node }) => node?.roleParams ?? none],
  ['set_fact and register', ({ state }) => [state.own]],
  ['include_vars', ({ state }) => [state.included]],
  ['task and block vars', ({ node }) => node?.taskVars ?? none],
  ['role vars', ({ node }) => node?.roleVars ?? none],
  ['vars of the play’s roles', ({ playRoles }) => playRoles().vars],
  ['vars_files', ({ varsFiles }) => varsFiles()],
  ['play vars', ({ playVars }) => playVars()],
];

const below: readonly Level[] = [
  ['host vars', ({ hostLayers }) => hostLayers()],
  ['group vars', ({ groupLayers }) => groupLayers()],
  ['role defaults', ({ node }) => node?.roleDefaults ?? none],
  ['defaults of the play’s roles', ({ playRoles }) => playRoles().defaults],
];

/** Levels within which the nearest value stands alone even where dicts merge, as in Ansible. */
const replacing = new Set(['task and block vars', 'include params']);

/** Whether no variable file of a host or its groups can hide it. */
export function isAboveFiles({ level }: Found): boolean {
  return !below.some(([name]) => name === level);
}

export class LayeredScope implements Scope {
  readonly #parts: ScopeParts;
  /** The dicts of levels asked so far. The dicts are live; only which ones there are is kept. */
  readonly #dicts = new Map<string, readonly Dict[]>();

  constructor(parts: ScopeParts) {
    this.#parts = parts;
  }

  get(name: string): Value | undefined {
    return this.find(name)?.value;
  }

  /** The value with the level that gives it. */
  find(name: string): Found | undefined {
    const parts = this.#parts;
    const local = parts.local?.get(name);
    if (local !== undefined) return { value: local, level: 'loop or task', within: parts.local };
    const magic = name === 'vars' ? this.#allVariables() : magicValue(name, parts.magic);
    if (magic !== undefined) return { value: magic, level: 'magic variables', within: undefined };
    if (parts.merges) return this.#merged(name);
    return this.#search(above, name) ?? this.#fact(name) ?? this.#search(below, name);
  }

  /** Dicts of all levels as one, down to the first value that is none. */
  #merged(name: string): Found | undefined {
    const fact = this.#fact(name);
    const found = [...this.#all(above, name), ...(fact ? [fact] : []), ...this.#all(below, name)];
    const [first] = found;
    if (!first) return undefined;
    const end = found.findIndex(({ value }) => !isDict(value));
    const dicts = found.slice(0, end < 0 ? undefined : end).map(({ value }) => value);
    if (dicts.length < 2) return first;
    return { ...first, value: dicts.reduceRight((below, value) => mergedOver(value, below)) };
  }

  /** All values of a name in these levels, highest first. */
  *#all(levels: readonly Level[], name: string): Generator<Found> {
    for (const level of levels)
      for (const within of this.#dictsOf(level)) {
        const value = within.get(name);
        if (value === undefined) continue;
        yield { value, level: level[0], within };
        if (replacing.has(level[0])) break;
      }
  }

  #search(levels: readonly Level[], name: string): Found | undefined {
    for (const level of levels)
      for (const within of this.#dictsOf(level)) {
        const value = within.get(name);
        if (value !== undefined) return { value, level: level[0], within };
      }
    return undefined;
  }

  #dictsOf([name, dicts]: Level): readonly Dict[] {
    const known = this.#dicts.get(name);
    if (known) return known;
    const found = dicts(this.#parts);
    this.#dicts.set(name, found);
    return found;
  }

  #fact(name: string): Found | undefined {
    const { facts } = this.#parts.state;
    const value = name === 'ansible_facts' ? facts.all() : facts.get(name);
    return value === undefined ? undefined : { value, level: 'facts', within: undefined };
  }

  names(): Iterable<string> {
    const names = new Set<string>();
    const parts = this.#parts;
    for (const level of [...below, ...above])
      for (const dict of this.#dictsOf(level)) for (const key of dict.keys()) names.add(String(key));
    for (const name of parts.state.facts.names()) names.add(name);
    for (const name of [...magicNames(parts.magic), 'ansible_facts', 'vars'])
      if (!names.has(name) && this.get(name) !== undefined) names.add(name);
    for (const key of parts.local?.keys() ?? []) names.add(String(key));
    return names;
  }

  #allVariables(): Value {
    return new LazyDict({
      get: (key) => {
        const value = typeof key === 'string' && key !== 'vars' ? this.get(key) : undefined;
        return value === undefined ? undefined : this.#parts.evaluate(value, this);
      },
      has: (key) => typeof key === 'string' && key !== 'vars' && this.get(key) !== undefined,
      keys: () => [...this.names()].filter((name) => name !== 'vars'),
    });
  }
}
