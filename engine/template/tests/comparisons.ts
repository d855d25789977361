// Equality, order, membership and patterns.
import { type Value, Float, bare } from '../../document/value.ts';
import { Seen } from '../filters/lists.ts';
import { matches } from '../filters/regex.ts';
import type { Table, Test } from '../interpreter/tools.ts';
import { compare, contains, isEqual, isTruthy } from '../python/compare.ts';
import { iterate } from '../python/sequence.ts';

const pair = 'value other';
const ordered = (sign: string, holds: (order: number) => boolean): Test => ({
  parameters: pair,
  run: (args) => holds(compare(args.value('value'), args.value('other'), sign)),
});
const equal: Test = { parameters: pair, run: (args) => isEqual(args.value('value'), args.value('other')) };
const unequal: Test = { parameters: pair, run: (args) => !isEqual(args.value('value'), args.value('other')) };
const greater = ordered('>', (order) => order > 0);
const greaterOrEqual = ordered('>=', (order) => order >= 0);
const less = ordered('<', (order) => order < 0);
const lessOrEqual = ordered('<=', (order) => order <= 0);

function isWithin(part: Value, whole: Value): boolean {
  const seen = new Seen();
  for (const entry of iterate(whole)) seen.add(entry);
  return iterate(part).every((entry) => seen.has(entry));
}
const subset: Test = { parameters: pair, run: (args) => isWithin(args.value('value'), args.value('other')) };
const superset: Test = {
  parameters: pair,
  run: (args) => isWithin(args.value('other'), args.value('value')),
};

/** Python's `is`: the same type and, for what has no identity here, the same value. */
function isSame(a: Value, b: Value): boolean {
  const [left, right] = [bare(a), bare(b)];
  if (left instanceof Float && right instanceof Float) return left.value === right.value;
  return left === right;
}

const pattern = 'value pattern ignorecase multiline';

export const comparisonTests: Table<Test> = {
  eq: equal,
  equalto: equal,
  '==': equal,
  ne: unequal,
  '!=': unequal,
  gt: greater,
  greaterthan: greater,
  '>': greater,
  ge: greaterOrEqual,
  '>=': greaterOrEqual,
  lt: less,
  lessthan: less,
  '<': less,
  le: lessOrEqual,
  '<=': lessOrEqual,
  in: { parameters: pair, run: (args) => contains(args.value('other'), args.value('value')) },
  contains: { parameters: pair, run: (args) => contains(args.value('value'), args.value('other')) },
  sameas: { parameters: pair, run: (args) => isSame(args.value('value'), args.value('other')), lazy: true },
  any: { parameters: 'value', run: (args) => iterate(args.value('value')).some(isTruthy) },
  all: { parameters: 'value', run: (args) => iterate(args.value('value')).every(isTruthy) },
  subset,
  issubset: subset,
  superset,
  issuperset: superset,
  match: { parameters: pattern, run: (args) => matches(args, true) },
  search: { parameters: pattern, run: (args) => matches(args, false) },
  regex: {
    parameters: `${pattern} match_type`,
    run: (args) => matches(args, args.text('match_type', 'search') === 'match'),
  },
};
