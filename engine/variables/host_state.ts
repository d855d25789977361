// What a run learns about one host: facts, what include_vars read, what set_fact and register set.
import type { Dict, Key, Value } from '../document/value.ts';

const prefix = 'ansible_';
/** Says that facts were gathered; Ansible keeps it among them, and shows it in `ansible_facts` alone. */
const gatheredName = '_ansible_facts_gathered';

/** The one copy of a host's facts; `ansible_facts.x` and `ansible_x` are two views of it. */
export class Facts {
  /** Facts known under `ansible_NAME`, by NAME. */
  readonly #prefixed: Dict = new Map();
  /** Facts known under their own names only. */
  readonly #plain: Dict = new Map();
  #gathered = false;
  #all: Dict | undefined;

  /** Whether Gathering Facts, or a task `gather_facts`, has been here: `gathering=smart` does not ask again. */
  get areGathered(): boolean {
    return this.#gathered;
  }

  set(name: string, value: Value): void {
    if (name === gatheredName) this.#gathered = value === true;
    else if (name.startsWith(prefix)) this.#prefixed.set(name.slice(prefix.length), value);
    else this.#plain.set(name, value);
    this.#all = undefined;
  }

  clear(): void {
    this.#prefixed.clear();
    this.#plain.clear();
    this.#gathered = false;
    this.#all = undefined;
  }

  /** The value of an injected variable: `ansible_os_family`, or a fact that a module named itself. */
  get(name: string): Value | undefined {
    const own = this.#plain.get(name);
    if (own !== undefined || !name.startsWith(prefix)) return own;
    return this.#prefixed.get(name.slice(prefix.length));
  }

  *names(): Generator<string> {
    for (const key of this.#prefixed.keys()) yield prefix + String(key);
    for (const key of this.#plain.keys()) yield String(key);
  }

  noteGathered(): void {
    this.set(gatheredName, true);
  }

  /** All of them under the names by which `set` takes them. */
  *entries(): Generator<[string, Value]> {
    for (const [key, value] of this.#prefixed) yield [prefix + String(key), value];
    for (const [key, value] of this.#plain) yield [String(key), value];
    if (this.#gathered) yield [gatheredName, true];
  }

  /** The dict `ansible_facts`. Ansible leaves the name of ansible_local whole there. */
  all(): Dict {
    if (this.#all) return this.#all;
    const all: Dict = new Map();
    for (const [key, value] of this.#prefixed) all.set(key === 'local' ? `${prefix}local` : key, value);
    for (const [key, value] of this.#plain) all.set(key, value);
    if (this.#gathered) all.set(gatheredName, true);
    this.#all = all;
    return all;
  }
}

export class HostState {
  readonly facts = new Facts();
  /** set_fact and register. */
  readonly own = new Map<Key, Value>();
  readonly included = new Map<Key, Value>();
}
