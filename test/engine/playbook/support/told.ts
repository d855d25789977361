// Problems of small playbooks as lines of text, for tests.
import path from 'node:path';
import { dict, type Value } from '../../../../engine/document/value.ts';
import type { LoadOptions } from '../../../../engine/playbook/loading.ts';
import { type LoadedForTest, loadAndCheck } from './load.ts';
import { project } from './project.ts';

type Files = Readonly<Record<string, string>>;

export function loadFiles(
  files: Files,
  extraVars: Record<string, Value> = {},
  options: Partial<LoadOptions> = {},
): LoadedForTest {
  return loadAndCheck(path.join(project(files), 'site.yml'), { extraVars: dict(extraVars), ...options });
}

/** A play of these tasks; the first one stands in line 3, column 5. */
export function loadTasks(
  tasks: string,
  options: Partial<LoadOptions> = {},
  files: Files = {},
): LoadedForTest {
  const play = `- hosts: all\n  tasks:\n${tasks.trim().replace(/^/gm, '  ')}\n`;
  return loadFiles({ 'site.yml': play, ...files }, {}, options);
}

/** `error 3:7 summary` for each problem, in the order of the files. */
export function told({ problems }: Pick<LoadedForTest, 'problems'>): string[] {
  return problems.map(
    ({ severity, position, summary }) =>
      `${severity} ${position?.line ?? 0}:${position?.column ?? 0} ${summary.replace(/\/\S+\//g, '')}`,
  );
}

/** The source line of each problem, trimmed, with a mark where the caret would stand, and its severity and reason. */
export function toldWithCaret({ problems, loading }: LoadedForTest): string[] {
  return problems.map(({ severity, position, summary }) => {
    const { file = '', line = 0, column = 0 } = position ?? {};
    const text = loading.options.sources.line(file, line) ?? '';
    const marked = `${text.slice(0, column - 1)}▸${text.slice(column - 1)}`;
    return `${severity} ${marked.trim()} | ${summary.replace(/\/\S+\//g, '')}`;
  });
}
