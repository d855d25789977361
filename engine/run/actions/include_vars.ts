// include_vars: variables of a file, or of all files of a folder, for the rest of the play.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../../document/diagnostic.ts';
import { bare, type Dict, isDict, Unknown, type Value } from '../../document/value.ts';
import { defineModule } from '../../module/define.ts';
import { bool, dict, int, list, oneOf, optional, path as pathKind, str } from '../../module/kinds.ts';
import type { AttemptRequest } from '../attempt_request.ts';
import type { Execution } from '../execution.ts';
import { expandHome, findFile, searchFolders } from '../../playbook/file_search.ts';
import { whatTouches } from '../foreseen_files.ts';
import { doneAction, type EngineAction, failedAction } from './engine_action.ts';

const declaration = defineModule({
  name: 'include_vars',
  fullNames: ['ansible.builtin.include_vars'],
  summary: 'Read variables from files while the play runs',
  reach: 'nothing',
  actsOnRun: true,
  params: {
    file: optional(pathKind({ local: 'vars', aliases: ['_raw_params', 'free_form'] })),
    dir: optional(pathKind()),
    name: optional(str()),
    depth: optional(int(), 0),
    files_matching: optional(str()),
    ignore_files: optional(list(str()), []),
    ignore_unknown_extensions: optional(bool(), false),
    extensions: optional(list(str()), ['json', 'yaml', 'yml']),
    hash_behaviour: optional(oneOf('replace', 'merge')),
  },
  freeForm: 'file',
  constraints: { mutuallyExclusive: [['file', 'dir']], requiredOneOf: [['file', 'dir']] },
  returns: { ansible_included_var_files: list(), ansible_facts: dict() },
  plan: () => ({ steps: [] }),
});

interface Wanted {
  readonly file?: string;
  readonly dir?: string;
  readonly name?: string;
  readonly depth: number;
  readonly files_matching?: string;
  readonly ignore_files: readonly string[];
  readonly ignore_unknown_extensions: boolean;
  readonly extensions: readonly string[];
  readonly hash_behaviour?: 'replace' | 'merge';
}

function filesBelow(folder: string, wanted: Wanted, level = 1): string[] {
  const paths = readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name));
  const isFolder = (full: string): boolean => statSync(full).isDirectory();
  const isWanted = (full: string): boolean => {
    const name = path.basename(full);
    if (wanted.ignore_files.some((pattern) => new RegExp(pattern).test(name))) return false;
    return wanted.files_matching === undefined || new RegExp(wanted.files_matching).test(name);
  };
  const found = paths.filter((full) => !isFolder(full) && isWanted(full));
  if (wanted.depth === 0 || level < wanted.depth)
    for (const full of paths.filter(isFolder)) found.push(...filesBelow(full, wanted, level + 1));
  return found;
}

/** Dicts join those that the host has by their names; among the files the last one counts all the same. */
function joinWithKnown(vars: Dict, { scope }: AttemptRequest['job']): void {
  const known = scope.scope(new Map());
  for (const [key, value] of vars) {
    const before = known.get(String(key));
    const inner = before === undefined ? undefined : bare(before);
    if (inner === undefined || !isDict(inner) || !isDict(value)) continue;
    const joined: Dict = new Map(inner);
    mergeInto(joined, value);
    vars.set(key, joined);
  }
}

function mergeInto(target: Dict, more: Dict): void {
  for (const [key, value] of more) {
    const before = target.get(key);
    if (before !== undefined && isDict(before) && isDict(value)) {
      const joined: Dict = new Map(before);
      mergeInto(joined, value);
      target.set(key, joined);
    } else target.set(key, value);
  }
}

function namedFiles({ job }: AttemptRequest, wanted: Wanted): string[] | Execution {
  if (wanted.file !== undefined) {
    const file = findFile(job.task, 'vars', wanted.file);
    if (file !== undefined) return [file];
    const tried = searchFolders(job.task, 'vars').join(', ');
    return failedAction(`Could not find or access '${wanted.file}'; looked in ${tried}`);
  }
  const name = wanted.dir ?? '';
  const folder = findFile(job.task, 'vars', name);
  if (folder === undefined || !statSync(folder).isDirectory())
    return failedAction(`${name} directory does not exist`);
  const files = filesBelow(folder, wanted);
  const hasExtension = (file: string): boolean => wanted.extensions.includes(path.extname(file).slice(1));
  const odd = files.find((file) => !hasExtension(file));
  if (odd !== undefined && !wanted.ignore_unknown_extensions)
    return failedAction(`${odd} does not have a valid extension: ${wanted.extensions.join(', ')}`);
  return files.filter(hasExtension);
}

/** Check mode: a file that earlier tasks would write, remove, or may bring: what it will hold is not read from here. */
function waitsFor({ job }: AttemptRequest, { file, dir }: Wanted): string | undefined {
  const { run } = job.playRun;
  if (!job.settings.checkMode || !run.options.checkMode) return undefined;
  const name = file ?? dir ?? '';
  const places = searchFolders(job.task, 'vars').map((folder) => path.resolve(folder, expandHome(name)));
  const isOther = places.some((place) => whatTouches(run.controlView, place) !== undefined);
  return isOther ? `variables of ${name}` : undefined;
}

/** Under a name only that variable is unknown; else no variable of the host is sure. */
function unknownVariables({ job }: AttemptRequest, { name }: Wanted, why: string): Execution {
  if (name === undefined) job.host.blind ??= why;
  else
    job.playRun.run.services.variables.includeVars(
      job.host.host,
      new Map<string, Value>([[name, new Unknown(why)]]),
    );
  const unknownNames = ['ansible_facts', 'ansible_included_var_files'];
  return { end: 'unknown', changed: false, waitsFor: why, unknownNames, differences: [], warnings: [] };
}

/** The place within the file, where one is known. */
function failedFile(file: string, problem: Diagnostic): Execution {
  const { summary, position } = problem;
  const place = position ? `${position.file}:${position.line}:${position.column}` : file;
  return { ...failedAction(`${place}: ${summary}`), ...(position ? { problem } : {}) };
}

function includeFiles(request: AttemptRequest): Execution {
  const wanted = request.params as unknown as Wanted;
  const { job } = request;
  const { loader, variables } = job.playRun.run.services;
  const files = namedFiles(request, wanted);
  const why = waitsFor(request, wanted);
  if (why !== undefined) return unknownVariables(request, wanted, why);
  if (!Array.isArray(files)) return files;
  const found: Dict = new Map<string, Value>();
  for (const file of files) {
    const read = loader.variableFile(file);
    if (!read.ok) return failedFile(file, read.problem);
    for (const [key, value] of read.value) found.set(key, value);
  }
  const vars: Dict = wanted.name === undefined ? found : new Map<string, Value>([[wanted.name, found]]);
  if (wanted.hash_behaviour === 'merge') joinWithKnown(vars, job);
  for (const { host } of [job.host, ...job.followers]) variables.includeVars(host, vars);
  return doneAction({ ansible_facts: vars, ansible_included_var_files: files });
}

export const includeVars: EngineAction = {
  module: declaration,
  perform: (request) => Promise.resolve(includeFiles(request)),
};
