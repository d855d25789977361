// vars_files of a play: names that may be templates, or lists of which the first that exists is read.
import path from 'node:path';
import { isList, type Position, positionOf, textOf, type Value } from '../document/value.ts';
import { expandHome } from '../playbook/file_search.ts';
import type { Play } from '../playbook/model.ts';

/** Whether a file stands there, or will. */
export type StandsAt = (file: string) => boolean;

/** A raw value with its templates evaluated; undefined when a variable it needs is not known (yet). */
export type EvaluateName = (value: Value) => Value | undefined;

/** A play's vars_files, highest first. A file whose name cannot be told, or that is missing, is left out. */
export function varsFilesOf(play: Play, evaluate: EvaluateName, standsAt: StandsAt): readonly string[] {
  const value = play.keywords.get('vars_files')?.value;
  if (value === undefined || value === null) return [];
  const found: string[] = [];
  for (const entry of isList(value) ? value : [value]) {
    const file = firstThatExists(isList(entry) ? entry : [entry], play, evaluate, standsAt);
    if (file !== undefined) found.unshift(file);
  }
  return found;
}

export interface MissingFile {
  readonly names: readonly string[];
  readonly position: Position | undefined;
}

/** Entries whose names can all be told and of which no file is there. */
export function missingVarsFiles(
  play: Play,
  evaluate: EvaluateName,
  standsAt: StandsAt,
): readonly MissingFile[] {
  const written = play.keywords.get('vars_files');
  const value = written?.value ?? [];
  const entries = isList(value) ? value : [value];
  return entries.flatMap((entry, index) => {
    const names = (isList(entry) ? entry : [entry]).map((raw) => textOf(evaluate(raw) ?? null));
    const known = names.filter((name) => name !== undefined);
    const isMissing =
      known.length === names.length &&
      known.every((name) => findVarsFile(name, play, standsAt) === undefined);
    const position = (isList(value) ? positionOf(value, index) : undefined) ?? written?.position;
    return isMissing ? [{ names: known, position }] : [];
  });
}

/** Whether the names hold no template, so that all hosts read the same files. */
export function hasFixedNames(play: Play): boolean {
  const value = play.keywords.get('vars_files')?.value ?? [];
  const names = isList(value) ? value.flatMap((entry) => (isList(entry) ? entry : [entry])) : [value];
  return names.every((name) => textOf(name)?.includes('{') !== true);
}

function firstThatExists(
  names: readonly Value[],
  play: Play,
  evaluate: EvaluateName,
  standsAt: StandsAt,
): string | undefined {
  for (const raw of names) {
    const name = textOf(evaluate(raw) ?? null);
    const file = name === undefined ? undefined : findVarsFile(name, play, standsAt);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** Beside the play's file: in `vars/` first, unless the name says so itself. */
function findVarsFile(name: string, play: Play, standsAt: StandsAt): string | undefined {
  const wanted = expandHome(name);
  if (path.isAbsolute(wanted)) return standsAt(wanted) ? wanted : undefined;
  const base = path.dirname(play.file);
  const folders = wanted.startsWith('vars/') ? [base] : [path.join(base, 'vars'), base];
  return folders.map((folder) => path.join(folder, wanted)).find((file) => standsAt(file));
}
