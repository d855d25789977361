// Names set inside a template. A loop's body, a macro, a block and `with` have frames of their own.
import type { Value } from '../../document/value.ts';
import type { TemplateSettings } from '../api.ts';
import type { Body } from '../syntax/nodes.ts';

/** A template and where it is from. */
export interface Template {
  readonly body: Body;
  /** Undefined for the text that the evaluation began with. */
  readonly file: string | undefined;
  /** How it is read, and so what it names. */
  readonly settings: TemplateSettings;
}

/** What belongs to one rendering: its named blocks (a child's before its parent's) and what it extends. */
export interface TemplateState {
  readonly blocks: Map<string, Template[]>;
  readonly top: Frame;
  parent: string | undefined;
  written: Value[];
}

export class Frame {
  readonly #names = new Map<string, Value>();
  readonly outer: Frame | undefined;
  /** An imported template without context sees no variables, only functions. */
  readonly isIsolated: boolean;
  state: TemplateState | undefined;
  /** The one that the running text is of. */
  template: Template | undefined;

  constructor(outer?: Frame, isIsolated = false) {
    this.outer = outer;
    this.isIsolated = isIsolated;
    this.state = outer?.state;
    this.template = outer?.template;
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
