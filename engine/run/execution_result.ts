// From the end of a module's execution to the task's result.
import { Unknown, type Dict, type Value } from '../document/value.ts';
import type { ResultData } from '../module/contract.ts';
import type { ConnectionFailure } from '../connection/contract.ts';
import type { TaskResult } from './events.ts';
import type { Execution, Told } from './execution.ts';
import type { Secrets } from './secrets.ts';
import { withHiddenLines } from './hidden_lines.ts';
import { registeredDiff } from './registered_diff.ts';
import {
  failedResult,
  fromOutside,
  makeResult,
  outputValues,
  resultDict,
  skippedResult,
  unknownResult,
  unreachableResult,
} from './result_values.ts';

interface Wanted {
  readonly diff: boolean;
  /** A failure is borne, so it may not be presumed away. */
  readonly mayFail?: boolean;
  /** The task alone is in check mode: values that cannot be told are not there, as nothing is going to tell them. */
  readonly isAmidRun?: boolean;
}

export function failureMessage(failure: ConnectionFailure): string {
  return failure.outcomeUnknown ? `${failure.message}: outcome unknown` : failure.message;
}

export function executionResult(execution: Execution, secrets: Secrets, wanted: Wanted): TaskResult {
  switch (execution.end) {
    case 'unreachable':
      return execution.failure.stage === 'become'
        ? failedResult(execution.failure.message, { isFinal: execution.failure.ofPassword === true })
        : unreachableResult(failureMessage(execution.failure));
    case 'unknown':
      return told(
        unknownResult(execution.waitsFor, execution.unknownNames, execution.changed === false),
        execution,
        wanted,
        secrets,
      );
    case 'skipped': {
      const result = skippedResult(execution.reason, { failed: false, msg: execution.reason });
      const values: Dict = new Map([...result.values, ...resultDict(execution.more ?? {}, secrets)]);
      return told({ ...result, values }, execution, wanted, secrets);
    }
    case 'failed': {
      const values: { [key: string]: ResultData } = {
        ...(execution.output ? outputValues(execution.output) : {}),
        changed: execution.changed,
        failed: true,
        msg: execution.message,
        ...execution.more,
      };
      const { problem } = execution;
      const failed = makeResult('failed', resultDict(values, secrets), problem ? { problem } : {});
      return told(failed, execution, wanted, secrets);
    }
    case 'predicted':
      return told(
        wanted.isAmidRun === true
          ? withoutUnknown(execution.changed)
          : predicted(execution.unknownNames, execution.changed, execution.waitsFor, wanted.mayFail === true),
        execution,
        wanted,
        secrets,
      );
    case 'done':
      return told(doneResult(execution, secrets), execution, wanted, secrets);
  }
}

function told(result: TaskResult, execution: Told, wanted: Wanted, secrets: Secrets): TaskResult {
  const differences = wanted.diff ? execution.differences.map((one) => withHiddenLines(one, secrets)) : [];
  const values: Dict =
    differences.length > 0
      ? new Map([...result.values, ['diff', registeredDiff(differences, secrets)]])
      : result.values;
  return {
    ...result,
    values,
    differences,
    warnings: execution.warnings,
    ...(execution.foreseen ? { foreseen: execution.foreseen } : {}),
  };
}

function predicted(
  names: readonly string[],
  changed: boolean,
  waitsFor: string,
  mayFail: boolean,
): TaskResult {
  const unknown = new Unknown(waitsFor);
  const values: Dict = new Map<string, Value>(names.map((name) => [name, unknown]));
  values.set('changed', changed);
  values.set('failed', mayFail ? unknown : false);
  return makeResult(changed ? 'changed' : 'ok', values, { open: waitsFor });
}

function withoutUnknown(changed: boolean): TaskResult {
  return makeResult(changed ? 'changed' : 'ok', new Map(Object.entries({ changed, failed: false })));
}

function doneResult(execution: Execution & { end: 'done' }, secrets: Secrets): TaskResult {
  const { result, effects } = execution;
  const values = resultDict({ ...result, ...execution.more }, secrets);
  const failed = result.failed === true;
  const skipped = result.skipped === true && !failed;
  values.set('changed', execution.changed);
  values.set('failed', failed);
  const facts = effects?.facts ?? effects?.hostVariables;
  if (facts && !values.has('ansible_facts'))
    values.set('ansible_facts', fromOutside(resultDict(facts, secrets), secrets));
  const status = failed ? 'failed' : skipped ? 'skipped' : execution.changed ? 'changed' : 'ok';
  return makeResult(status, values, effects?.quiet === true ? { quiet: true } : {});
}
