import type { ResultData } from '../../module/contract.ts';
import type { Module } from '../../module/define.ts';
import type { AttemptRequest } from '../attempt_request.ts';
import type { Execution } from '../execution.ts';

export interface EngineAction {
  readonly module: Module;
  perform(request: AttemptRequest): Promise<Execution>;
}

export function doneAction(result: { readonly [key: string]: ResultData }, changed = false): Execution {
  return { end: 'done', changed, result, differences: [], warnings: [] };
}

export function failedAction(message: string): Execution {
  return { end: 'failed', message, changed: false, differences: [], warnings: [] };
}
