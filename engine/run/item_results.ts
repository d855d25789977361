// The results of a loop's items, each with its item, and the one result that they make together.
import { bare, type Dict, Unknown, type Value } from '../document/value.ts';
import type { Status, TaskResult } from './events.ts';
import { makeResult, registered } from './result_values.ts';

/** What `results` has of an item: the names that the loop gave it too. */
export function itemValues({ values }: TaskResult, local: Dict): Dict {
  return new Map([...values, ...local]);
}

const worstFirst: readonly Status[] = ['unreachable', 'failed', 'unknown', 'changed', 'ok'];

export function joinItems(results: readonly TaskResult[]): TaskResult {
  const status =
    worstFirst.find((candidate) => results.some((result) => result.status === candidate)) ?? 'skipped';
  const values: Dict = new Map<string, Value>([
    ['results', results.map(registered)],
    ['changed', anyOf(results, 'changed')],
    ['skipped', status === 'skipped' ? true : allSkipped(results)],
  ]);
  const failed = status === 'failed' || anyOf(results, 'failed');
  // As in Ansible, a loop that did not fail does not say so.
  if (failed !== false) values.set('failed', failed);
  const message =
    status === 'failed'
      ? 'One or more items failed'
      : status === 'skipped'
        ? 'All items skipped'
        : status === 'unreachable'
          ? results.at(-1)?.message
          : 'All items completed';
  if (message !== undefined) values.set('msg', message);
  const problem = results.find((result) => result.problem)?.problem;
  const waitsFor = results.find((result) => result.waitsFor !== undefined)?.waitsFor;
  const delegatedTo = results.find((result) => result.delegatedTo !== undefined)?.delegatedTo;
  return makeResult(status, values, {
    message,
    differences: [],
    warnings: [...new Set(results.flatMap((result) => result.warnings))],
    roundTrips: results.reduce((sum, result) => sum + result.roundTrips, 0),
    bytes: results.reduce((sum, result) => sum + result.bytes, 0),
    ...(problem ? { problem } : {}),
    ...(waitsFor === undefined ? {} : { waitsFor }),
    ...(delegatedTo === undefined ? {} : { delegatedTo }),
  });
}

/** Whether one of them holds; unknown when none does for sure. */
function anyOf(results: readonly TaskResult[], name: string): Value {
  const values = results.map((result) => bare(result.values.get(name) ?? false));
  return values.includes(true) || (values.find((value) => value instanceof Unknown) ?? false);
}

function allSkipped(results: readonly TaskResult[]): Value {
  const values = results.map((result) => bare(result.values.get('skipped') ?? false));
  return values.includes(false) ? false : (values.find((value) => value instanceof Unknown) ?? false);
}
