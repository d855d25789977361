// The `loop` variable.
import type { Value } from '../../document/value.ts';
import { Undefined, tuple } from '../../document/value.ts';
import { fail } from '../failure.ts';
import { isEqual } from '../python/compare.ts';
import { type CallArguments, Callable, inside } from '../python/special.ts';

function cycle({ positional }: CallArguments, index: number): Value {
  return positional[index % positional.length] ?? fail('no items for cycling given');
}

/** `loop` for one round. `shared` remembers what `loop.changed` saw last, over all rounds. */
export function loopVariable(
  items: readonly Value[],
  index: number,
  depth: number,
  shared: { last: Value | undefined },
  recurse: ((items: Value) => Value) | undefined,
): Value {
  const near = (value: Value | undefined, name: string): Value =>
    value === undefined ? new Undefined(`loop.${name}`, `there is no ${name} here`) : value;
  const changed = ({ positional }: CallArguments): Value => {
    const now = tuple(positional);
    const isSame = shared.last !== undefined && isEqual(shared.last, now);
    shared.last = now;
    return !isSame;
  };
  const attributes = new Map<string, Value>([
    ['index', index + 1],
    ['index0', index],
    ['revindex', items.length - index],
    ['revindex0', items.length - index - 1],
    ['first', index === 0],
    ['last', index === items.length - 1],
    ['length', items.length],
    ['depth', depth + 1],
    ['depth0', depth],
    ['previtem', near(items[index - 1], 'previtem')],
    ['nextitem', near(items[index + 1], 'nextitem')],
    ['cycle', inside(new Callable('cycle', (args) => cycle(args, index)))],
    ['changed', inside(new Callable('changed', changed))],
  ]);
  const again = ({ positional }: CallArguments): Value => {
    if (!recurse) return fail("the loop must have the 'recursive' marker to be called");
    return recurse(positional[0] ?? null);
  };
  return inside(new Callable('loop', again, attributes));
}
