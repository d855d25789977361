// What a run learns about its hosts; facts go to the fact cache as soon as they are known, so that a cut run keeps them.
import type { Diagnostic } from '../document/diagnostic.ts';
import type { Dict, Value } from '../document/value.ts';
import type { Host } from '../inventory/model.ts';
import type { FactCache } from './fact_cache.ts';
import { HostState } from './host_state.ts';

export class HostStates {
  readonly #cache: FactCache | undefined;
  readonly #known = new Map<Host, HostState>();

  constructor(cache: FactCache | undefined) {
    this.#cache = cache;
  }

  of(host: Host): HostState {
    const known = this.#known.get(host);
    if (known) return known;
    const made = new HostState();
    this.#known.set(host, made);
    for (const [name, value] of this.#cache?.read(host.name) ?? []) made.facts.set(name, value);
    return made;
  }

  setFacts(host: Host, facts: Dict, isNamespaced: boolean): void {
    const state = this.of(host);
    const prefix = isNamespaced ? 'ansible_' : '';
    for (const [key, value] of facts) {
      const name = String(key);
      state.facts.set(name.startsWith(prefix) ? name : prefix + name, value);
    }
    this.#keep(host, state);
  }

  setVariable(host: Host, name: string, value: Value, isFact: boolean): void {
    const state = this.of(host);
    state.own.set(name, value);
    if (!isFact) return;
    state.facts.set(name, value);
    this.#keep(host, state);
  }

  noteFactsGathered(host: Host): void {
    const state = this.of(host);
    if (state.facts.areGathered) return;
    state.facts.noteGathered();
    this.#keep(host, state);
  }

  clearFacts(host: Host): void {
    this.of(host).facts.clear();
    this.#cache?.forget(host.name);
  }

  /** What was odd in the fact cache since the last call. */
  takeWarnings(): readonly Diagnostic[] {
    return this.#cache?.takeWarnings() ?? [];
  }

  #keep(host: Host, { facts }: HostState): void {
    this.#cache?.write(host.name, facts.entries());
  }
}
