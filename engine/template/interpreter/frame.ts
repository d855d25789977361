// Names set inside a template. A loop's body, a macro, a block and `with` have frames of their own.
import type { Value } from '../../document/value.ts';
import type { Body } from '../syntax/nodes.ts';

/** What belongs to one template file: its named blocks (a child's before its parent's) and what it extends. */
export interface TemplateState {
  readonly blocks: Map<string, Body[]>;
  readonly top: Frame;
  parent: string | undefined;
}

export class Frame {
  readonly #names = new Map<string, Value>();
  readonly outer: Frame | undefined;
  /** An imported template without context sees no variables, only functions. */
  readonly isIsolated: boolean;
  state: TemplateState | undefined;

  constructor(outer?: Frame, isIsolated = false) {
    this.outer = outer;
    this.isIsolated = isIsolated;
    this.state = outer?.state;
  }

  find(name: string): Value | undefined {
    const own = this.#names.get(name);
    if (own !== undefined) return own;
    return this.outer?.find(name);
  }

  get readsVariables(): boolean {
    return !this.isIsolated && (this.outer?.readsVariables ?? true);
  }

  set(name: string, value: Value): void {
    this.#names.set(name, value);
  }

  names(): ReadonlyMap<string, Value> {
    return this.#names;
  }
}
