// random and shuffle. With a seed the choice is that of Python's random module.
import { type Value, bare } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Filter, Table, Tools } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { isTruthy } from '../python/compare.ts';
import { asInteger } from '../python/numbers.ts';
import { text } from '../python/printing.ts';
import { SeededRandom } from '../python/random.ts';
import { iterate, itemsOf } from '../python/sequence.ts';

function seeded(value: Value): SeededRandom {
  const inner = bare(value);
  return new SeededRandom(typeof inner === 'number' || typeof inner === 'bigint' ? inner : text(inner));
}

/** A source of whole numbers below a limit, seeded when a seed is given. */
function source(args: Args, tools: Tools): (limit: number) => number {
  if (args.has('seed')) {
    const random = seeded(args.value('seed'));
    return (limit) => random.below(limit);
  }
  tools.impure('random');
  return (limit) => Math.floor(Math.random() * limit);
}

function pick(args: Args, tools: Tools): Value {
  const end = args.value('value');
  const below = source(args, tools);
  const whole = typeof bare(end) === 'boolean' ? undefined : asInteger(end);
  if (whole !== undefined) {
    const [start, step] = [args.count('start', 0), args.count('step', 0) || 1];
    const count = Math.ceil((Number(whole) - start) / step);
    return count <= 0
      ? fail(`random: empty range from ${start} to ${String(whole)}`)
      : start + step * below(count);
  }
  if (args.has('start') || args.has('step'))
    return fail('random: start and step can only be used with integer values');
  const items = itemsOf(end) ?? fail('random can only be used on sequences and integers');
  const chosen = items.length === 0 ? undefined : items[below(items.length)];
  return chosen === undefined ? fail('random: the sequence is empty') : chosen;
}

function shuffle(args: Args, tools: Tools): Value {
  const items = iterate(args.value('value'));
  if (args.has('seed') && isTruthy(args.value('seed'))) return seeded(args.value('seed')).shuffled(items);
  tools.impure('shuffle');
  const made = [...items];
  for (let i = made.length - 1; i > 0; i -= 1) {
    const j = Math.floor(Math.random() * (i + 1));
    [made[i], made[j]] = [made[j] as Value, made[i] as Value];
  }
  return made;
}

export const randomFilters: Table<Filter> = {
  random: { parameters: 'value start step seed', run: pick, passes: true },
  shuffle: { parameters: 'value seed', run: shuffle, passes: true },
};
