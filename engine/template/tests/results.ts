// What became of a task, asked of its registered result.
import { type Value, Unknown, bare, isDict } from '../../document/value.ts';
import { Failure } from '../failure.ts';
import type { Table, Test } from '../interpreter/tools.ts';
import { isTruthy, needed } from '../python/compare.ts';
import { asInteger } from '../python/numbers.ts';

/** Fields by name. Of a result that check mode cannot tell whole, a field that is not known has no truth. */
function resultOf(value: Value, name: string): { get(key: string): Value | undefined } {
  const bared = bare(value);
  if (bared instanceof Unknown && bared.known) return { get: (key) => bared.entry(key) };
  const inner = needed(value);
  if (isDict(inner)) return inner;
  throw new Failure(
    'template-failed',
    `the '${name}' test expects a dictionary`,
    'It is asked of a registered result',
  );
}

const flag = (key: string, name = key, isNot = false): Test => ({
  parameters: 'value',
  run: (args) => isTruthy(resultOf(args.value('value'), name).get(key) ?? false) !== isNot,
});

function isChanged(value: Value): boolean {
  const result = resultOf(value, 'changed');
  const own = result.get('changed');
  if (own !== undefined) return isTruthy(own);
  const results = bare(result.get('results') ?? null);
  if (!Array.isArray(results)) return false;
  return results.some((entry) => isDict(entry) && isTruthy(entry.get('changed') ?? false));
}

/** Tasks that are not asynchronous count as started and finished. */
const phase = (key: string): Test => ({
  parameters: 'value',
  run: (args) => {
    const value = resultOf(args.value('value'), key).get(key);
    return value === undefined || Number(asInteger(needed(value)) ?? 0) === 1;
  },
});

const changed: Test = { parameters: 'value', run: (args) => isChanged(args.value('value')) };
const failed = flag('failed');
const succeeded = flag('failed', 'succeeded', true);
const skipped = flag('skipped');

export const resultTests: Table<Test> = {
  failed,
  failure: failed,
  succeeded,
  success: succeeded,
  successful: succeeded,
  changed,
  change: changed,
  skipped,
  skip: skipped,
  reachable: flag('unreachable', 'reachable', true),
  unreachable: flag('unreachable'),
  started: phase('started'),
  finished: phase('finished'),
  timedout: {
    parameters: 'value',
    run: (args) => {
      const timedOut = bare(resultOf(args.value('value'), 'timedout').get('timedout') ?? false);
      return isDict(timedOut) && isTruthy(timedOut.get('period') ?? false);
    },
  },
};
