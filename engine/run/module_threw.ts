// What a module throws. In a user's own module that is a failure of its task, told at its line; else it is a bug of ours.
import { fileURLToPath } from 'node:url';
import type { Position } from '../document/value.ts';
import type { Module } from '../module/define.ts';
import { type Execution, nothingTold } from './execution.ts';

/** The end of a task whose module threw: failed in any case, so that what bears failures bears it. */
export function threw(module: Module, error: unknown): Execution & { readonly end: 'failed' } {
  const { message, stack } = error instanceof Error ? error : { message: String(error) };
  const { file } = module;
  if (file === undefined) return failed(bugMessage(error));
  const position = placeIn(file, stack ?? '') ?? { file, line: 1, column: 1 };
  const summary = `module ${module.name} failed: ${message}`;
  return {
    ...failed(summary),
    problem: { code: 'module-failed', severity: 'error', summary, position },
    ...(stack === undefined ? {} : { more: { exception: stack } }),
  };
}

function failed(message: string): Execution & { readonly end: 'failed' } {
  return { end: 'failed', message, changed: false, ...nothingTold };
}

export function bugMessage(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `Internal error of hardway: ${text}`;
}

/** The first frame of a stack that stands in the file. */
function placeIn(file: string, stack: string): Position | undefined {
  for (const [, place = '', line, column] of stack.matchAll(/^\s+at (?:.*\()?(\S.*?):(\d+):(\d+)\)?$/gm)) {
    const name = place.startsWith('file://') ? fileURLToPath(place) : place;
    if (name === file) return { file, line: Number(line), column: Number(column) };
  }
  return undefined;
}
