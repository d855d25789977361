// Things that exist only while a template runs: functions, namespaces, `loop`, dates. They travel where values do and
// are turned into plain values or text when a result leaves the template (leave.ts).
import type { Value } from '../../document/value.ts';

export interface CallArguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

export abstract class Special {
  /** Python's name of the type, for error messages and `type_debug`. */
  abstract readonly typeName: string;
  /** What `str()` gives. */
  abstract text(): string;
  repr(): string {
    return this.text();
  }
  isTrue(): boolean {
    return true;
  }
  attribute?(name: string): Value | undefined;
  /** The items it iterates over, when it does. */
  items?(): readonly Value[] | undefined;
  /** Order against another of its kind (negative, 0, positive); undefined when there is none. */
  compare?(other: Special): number | undefined;
}

/** Lets a special travel as a value inside the interpreter. */
export function inside(special: Special): Value {
  return special as unknown as Value;
}

export function asSpecial(value: Value): Special | undefined {
  return (value as unknown) instanceof Special ? (value as unknown as Special) : undefined;
}

/** A function, method, macro or global that a template may call. */
export class Callable extends Special {
  readonly typeName = 'function';
  readonly name: string;
  readonly call: (args: CallArguments) => Value;
  readonly #attributes: ReadonlyMap<string, Value>;
  constructor(
    name: string,
    call: (args: CallArguments) => Value,
    attributes: ReadonlyMap<string, Value> = new Map(),
  ) {
    super();
    this.name = name;
    this.call = call;
    this.#attributes = attributes;
  }
  text(): string {
    return `<function ${this.name}>`;
  }
  override attribute(name: string): Value | undefined {
    return this.#attributes.get(name);
  }
}

/** `namespace()`, an imported template: names that can be read, and set where `isOpen`. */
export class Names extends Special {
  readonly typeName: string;
  readonly entries: Map<string, Value>;
  readonly isOpen: boolean;
  readonly #shown: (() => string) | undefined;
  constructor(typeName: string, entries: Map<string, Value>, isOpen: boolean, shown?: () => string) {
    super();
    this.typeName = typeName;
    this.entries = entries;
    this.isOpen = isOpen;
    this.#shown = shown;
  }
  text(): string {
    return this.#shown?.() ?? `<${this.typeName}>`;
  }
  override attribute(name: string): Value | undefined {
    return this.entries.get(name);
  }
}
