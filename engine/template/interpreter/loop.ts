// The `loop` variable.
import { type Value, Undefined, tuple } from '../../document/value.ts';
import { fail } from '../failure.ts';
import { isEqual } from '../python/compare.ts';
import { type CallArguments, Callable, inside } from '../python/special.ts';

/** What all rounds of one loop share. */
export interface Rounds {
  readonly items: readonly Value[];
  readonly depth: number;
  /** What `loop.changed` saw last. */
  last: Value | undefined;
  /** Runs the loop over other items, one level deeper; only when it is recursive. */
  readonly recurse: ((items: Value) => Value) | undefined;
}

/** `loop` in one round. Called, it runs the loop again over what it is given. */
class LoopVariable extends Callable {
  readonly #rounds: Rounds;
  readonly #index: number;

  constructor(rounds: Rounds, index: number) {
    super('loop', ({ positional }) => {
      if (!rounds.recurse) return fail("the loop must have the 'recursive' marker to be called");
      return rounds.recurse(positional[0] ?? null);
    });
    this.#rounds = rounds;
    this.#index = index;
  }

  override attribute(name: string): Value | undefined {
    const { items, depth } = this.#rounds;
    const index = this.#index;
    switch (name) {
      case 'index':
        return index + 1;
      case 'index0':
        return index;
      case 'revindex':
        return items.length - index;
      case 'revindex0':
        return items.length - index - 1;
      case 'first':
        return index === 0;
      case 'last':
        return index === items.length - 1;
      case 'length':
        return items.length;
      case 'depth':
        return depth + 1;
      case 'depth0':
        return depth;
      case 'previtem':
        return this.#near(items[index - 1], name);
      case 'nextitem':
        return this.#near(items[index + 1], name);
      case 'cycle':
        return inside(new Callable(name, (args) => this.#cycle(args)));
      case 'changed':
        return inside(new Callable(name, (args) => this.#changed(args)));
      default:
        return undefined;
    }
  }

  #near(value: Value | undefined, name: string): Value {
    return value === undefined ? new Undefined(`loop.${name}`, `there is no ${name} here`) : value;
  }

  #cycle({ positional }: CallArguments): Value {
    const value = positional[this.#index % positional.length];
    return value === undefined ? fail('no items for cycling given') : value;
  }

  #changed({ positional }: CallArguments): Value {
    const now = tuple(positional);
    const { last } = this.#rounds;
    this.#rounds.last = now;
    return last === undefined || !isEqual(last, now);
  }
}

export function loopVariable(rounds: Rounds, index: number): Value {
  return inside(new LoopVariable(rounds, index));
}
