// All variable files that a run may read, looked at before it begins.
import type { Diagnostic } from '../document/diagnostic.ts';
import type { VariableFiles } from '../inventory/variable_files.ts';
import { foldersBeside } from './inventory_layers.ts';

interface FilesToCheck {
  readonly files: VariableFiles;
  readonly sources: readonly string[];
  /** Those of the playbooks. */
  readonly folders: readonly string[];
  /** What is wrong with files of hosts of the run, where a play of this folder runs. */
  readonly problemsIn: (folder: string | undefined) => readonly Diagnostic[];
}

function unneeded({ detail }: Diagnostic): string {
  const why = 'It belongs to no host of this run';
  return detail === undefined ? why : `${detail}. ${why}`;
}

/**
 * Reads every group_vars and host_vars file, so that all problems are known before a run. As in Ansible, what is wrong
 * with files of none of its hosts hinders nobody: it is a warning.
 */
export function checkVariableFiles({
  files,
  sources,
  folders,
  problemsIn,
}: FilesToCheck): readonly Diagnostic[] {
  for (const folder of new Set([...foldersBeside(sources), ...folders])) files.checkFolder(folder);
  if (files.diagnostics.length === 0) return [];
  const needed =
    folders.length === 0 ? problemsIn(undefined) : folders.flatMap((folder) => problemsIn(folder));
  const places = new Set(needed.map(({ position }) => position?.file));
  return files.diagnostics.map((problem) =>
    problem.severity === 'warning' || places.has(problem.position?.file)
      ? problem
      : { ...problem, severity: 'warning', detail: unneeded(problem) },
  );
}
