// Lists of tasks and blocks, with static imports in their places.
import {
  type Dict,
  isDict,
  isList,
  type Position,
  textOf,
  type Value,
  withMarks,
} from '../document/value.ts';
import { readEntry, reportUnknownKeywords, takeKeyword } from './entry.ts';
import { namedRole, namedTaskFile, roleOptions } from './engine_arguments.ts';
import { keywords } from './keywords.ts';
import type { Loading } from './loading.ts';
import type { Block, Keywords, Located, Node, Parent, RoleUse, Task } from './model.ts';
import { error, fileSuggestion, kindOfValue, valuePlace, warning } from './problem.ts';
import { type ReadNodes, useRole } from './role_use.ts';
import { evaluateStatically } from './static_scope.ts';
import { readTask } from './task.ts';
import { findTaskFile } from './task_path.ts';

/** Reads a list of tasks, blocks and imports below a parent. */
export function readNodes(list: Located, parent: Parent, isHandler: boolean, loading: Loading): Node[] {
  const { value, position } = list;
  if (value === null) return [];
  if (!isList(value)) {
    loading.report(error('wrong-type', `Tasks must be a list, not ${kindOfValue(value)}`, position));
    return [];
  }
  return value.flatMap((item, index) =>
    readNode({ value: item, position: valuePlace(value, index, position) }, parent, isHandler, loading),
  );
}

function readNode(
  { value, position }: Located,
  parent: Parent,
  isHandler: boolean,
  loading: Loading,
): Node[] {
  if (value === null) return [];
  if (!isDict(value)) {
    loading.report(error('wrong-type', `A task must be a dict, not ${kindOfValue(value)}`, position));
    return [];
  }
  if (['block', 'rescue', 'always'].some((key) => value.has(key)))
    return [readBlock({ value, position }, parent, isHandler, loading)];
  const task = readTask(value, position, { parent, isHandler }, loading);
  if (!task) return [];
  if (task.action.module === 'import_tasks') return importTasks(task, loading);
  if (task.action.module === 'import_role') return importRole(task, loading);
  return [task];
}

type Building = Block & { block: Node[]; rescue: Node[]; always: Node[] };

function newBlock(
  parent: Parent,
  position: Position,
  own: { readonly keywords: Keywords; readonly name?: string | undefined; readonly implicit: boolean },
): Building {
  return { kind: 'block', name: undefined, position, parent, block: [], rescue: [], always: [], ...own };
}

function readBlock(
  { value, position }: Located,
  parent: Parent,
  isHandler: boolean,
  loading: Loading,
): Block {
  const entry = readEntry(value as Map<string, Value>, position, keywords.block, loading);
  reportUnknownKeywords(entry, 'block', loading);
  const lists = (['block', 'rescue', 'always'] as const).map(
    (list) => [list, takeKeyword(entry, list)] as const,
  );
  const name = takeKeyword(entry, 'name');
  const block = newBlock(parent, position, {
    keywords: entry.keywords,
    name: name && textOf(name.value),
    implicit: false,
  });
  for (const [list, located] of lists)
    if (located) block[list].push(...readNodes(located, block, isHandler, loading));
  const [first, ...rest] = lists;
  const orphan = rest.find(([, located]) => located !== undefined);
  if (orphan && !first?.[1])
    loading.report(
      error(
        'missing-keyword',
        `${orphan[0]} stands without block`,
        entry.keyPositions.get(orphan[0]) ?? position,
        'Put the tasks that it belongs to under block',
      ),
    );
  return block;
}

function importTasks(task: Task, loading: Loading): Node[] {
  const named = namedTaskFile(task, loading);
  if (!named) return [];
  const evaluated = evaluateStatically(named.value, task, loading);
  const name = evaluated.ok ? textOf(evaluated.value) : undefined;
  if (name === undefined) {
    const reason = evaluated.ok ? `It yields ${kindOfValue(evaluated.value)}` : evaluated.problem.summary;
    loading.report(
      error(
        'template-undefined',
        'The name of an imported file is not known before the run',
        named.position,
        `${reason}. Facts and inventory variables are not known yet: use include_tasks`,
      ),
    );
    return [];
  }
  const file = soughtFile(name, task, named.position, loading);
  if (file === undefined) return [];
  const block = newBlock(task.parent, task.position, { keywords: task.keywords, implicit: true });
  block.block.push(...(readTaskFile(file, block, task.isHandler, named.position, loading) ?? []));
  return [block];
}

/** The file that an import or include names; its absence is reported. */
function soughtFile(name: string, task: Task, neededAt: Position, loading: Loading): string | undefined {
  const { found, tried, folders } = findTaskFile(name, task.position.file, task.parent, task.isHandler);
  if (found === undefined) {
    const detail = fileSuggestion(name, folders, `Looked for ${tried.join(', ')}`);
    loading.report(error('file-not-found', `File ${name} is not found`, neededAt, detail));
  }
  return found;
}

function readTaskFile(
  file: string,
  parent: Parent,
  isHandler: boolean,
  neededAt: Position,
  loading: Loading,
): Node[] | undefined {
  if (loading.isImporting(file)) {
    loading.report(error('recursion', `File ${file} imports itself`, neededAt));
    return undefined;
  }
  const read = loading.readYaml(file, neededAt);
  if (!read) return undefined;
  if (read.value === null)
    loading.report(warning('file-not-found', `File ${file} holds no tasks`, neededAt, 'It is empty'));
  return loading.importing(file, () =>
    readNodes({ value: read.value, position: read.start }, parent, isHandler, loading),
  );
}

function importRole(task: Task, loading: Loading): Node[] {
  const name = namedRole(task, loading);
  if (!name) return [];
  const args = evaluateStatically(task.action.args, task, loading);
  const evaluated = args.ok && isDict(args.value) ? args.value : task.action.args;
  const options = roleOptions(evaluated, task.action.args, task.action.position);
  const use = useRole(
    {
      name,
      position: task.position,
      parent: task.parent,
      keywords: task.keywords,
      params: new Map(),
      from: options.from,
      public: options.public ?? true,
      allowDuplicates: options.allowDuplicates,
      validates: options.validates,
    },
    readerFor(loading),
    loading,
  );
  return use ? [use] : [];
}

export function readerFor(loading: Loading): ReadNodes {
  return (list, parent, isHandler) => readNodes(list, parent, isHandler, loading);
}

/** What the run knows when it comes to an include: its arguments, evaluated. */
export interface IncludeRequest {
  readonly task: Task;
  /** Evaluated: the file's or the role's name. */
  readonly name: string;
  /** Evaluated arguments; of include_role's options. */
  readonly args?: Dict;
}

/** The tasks that an include_tasks brings, below it; undefined when the file cannot be had, which is reported. */
export function loadTaskFile({ task, name }: IncludeRequest, loading: Loading): Node[] | undefined {
  const neededAt = namedTaskFile(task, loading)?.position ?? task.position;
  const file = soughtFile(name, task, neededAt, loading);
  if (file === undefined) return undefined;
  const block = applyBlock(task, loading);
  const nodes = readTaskFile(file, block ?? task, task.isHandler, neededAt, loading);
  if (!nodes || !block) return nodes;
  block.block.push(...nodes);
  return [block];
}

/** The role that an include_role brings, below it; undefined when it cannot be had, which is reported. */
export function loadRole(
  { task, name, args }: IncludeRequest,
  loading: Loading,
): RoleUse | Block | undefined {
  const { action } = task;
  const options = roleOptions(args ?? action.args, action.args, action.position);
  const block = applyBlock(task, loading);
  const use = useRole(
    {
      // Evaluated already, perhaps from what a host said: never again.
      name: {
        value: withMarks(name, { unsafe: true }),
        position: namedRole(task, loading)?.position ?? task.position,
      },
      position: task.position,
      parent: block ?? task,
      keywords: new Map(),
      params: new Map(),
      from: options.from,
      public: options.public ?? false,
      allowDuplicates: options.allowDuplicates,
      validates: options.validates,
    },
    readerFor(loading),
    loading,
  );
  if (!use || !block) return use;
  block.block.push(use);
  return block;
}

/** A block that gives what stands under `apply` to the included tasks. */
function applyBlock(task: Task, loading: Loading): Building | undefined {
  const { args, position } = task.action;
  const apply = args.get('apply');
  if (apply === undefined || !isDict(apply)) return undefined;
  const entry = readEntry(apply, valuePlace(args, 'apply', position), keywords.block, loading);
  reportUnknownKeywords(entry, 'block', loading);
  return newBlock(task, task.position, { keywords: entry.keywords, implicit: true });
}
