// One task as written: its module and arguments, its keywords, its loop.
import type { Dict, Position } from '../document/value.ts';
import { checkSyntax } from '../template/template.ts';
import { readAction } from './action.ts';
import { type Entry, readEntry, takeKeyword } from './entry.ts';
import { checkEngineAction } from './engine_arguments.ts';
import { collectionsOf, textsOf } from './inherit.ts';
import { keywords } from './keywords.ts';
import type { Loading } from './loading.ts';
import { modulePlaces } from './module_name.ts';
import type { Action, Located, Loop, Parent, Task } from './model.ts';
import { error } from './problem.ts';

export interface TaskPlace {
  readonly parent: Parent;
  readonly isHandler: boolean;
}

/** Reads a task; undefined when it calls no module, which is reported. */
export function readTask(
  dict: Dict,
  position: Position,
  { parent, isHandler }: TaskPlace,
  loading: Loading,
): Task | undefined {
  const entry = readEntry(dict, position, isHandler ? keywords.handler : keywords.task, loading);
  if (!isHandler) reportListen(entry, loading);
  const own = entry.keywords.get('collections');
  const collections = own ? textsOf(own.value) : collectionsOf(parent);
  const action = readAction(entry, modulePlaces(parent, collections, loading), loading);
  const loop = readLoop(entry, loading);
  if (!action) return undefined;
  takeKeyword(entry, 'args');
  takeKeyword(entry, 'action');
  delegateLocalAction(entry);
  const task: Task = {
    kind: 'task',
    id: `${position.file}:${position.line}`,
    name: takeKeyword(entry, 'name'),
    position,
    action: withoutTypedNames(action),
    keywords: entry.keywords,
    loop,
    parent,
    isHandler,
  };
  checkEngineAction(task, entry.keyPositions, loading);
  return task;
}

function reportListen(entry: Entry, loading: Loading): void {
  const listen = entry.others.find(({ name }) => name === 'listen');
  if (!listen) return;
  loading.report(
    error(
      'unknown-keyword',
      'listen stands in a task',
      listen.keyPosition,
      'Only a handler listens to a topic',
    ),
  );
}

function delegateLocalAction(entry: Entry): void {
  const local = takeKeyword(entry, 'local_action');
  if (local) entry.keywords.set('delegate_to', { value: 'localhost', position: local.position });
}

/** Keys of arguments are text for every module. */
function withoutTypedNames(action: Action): Action {
  if ([...action.args.keys()].every((key) => typeof key === 'string')) return action;
  return { ...action, args: new Map([...action.args].map(([key, value]) => [String(key), value])) };
}

function readLoop(entry: Entry, loading: Loading): Loop | undefined {
  const loops: { name: string; position: Position; loop: Loop }[] = [];
  const plain = takeKeyword(entry, 'loop');
  if (plain && plain.value !== null)
    loops.push({
      name: 'loop',
      position: entry.keyPositions.get('loop') ?? plain.position,
      loop: { kind: 'loop', lookup: undefined, items: plain },
    });
  for (const { name, located, keyPosition } of entry.others)
    if (name.startsWith('with_')) {
      const lookup = name.slice('with_'.length);
      checkWith(name, lookup, located, keyPosition, loading);
      loops.push({ name, position: keyPosition, loop: { kind: 'with', lookup, items: located } });
    }
  const [first, second] = loops;
  if (first && second)
    loading.report({
      ...error('conflicting-keywords', `Task loops twice: ${first.name} and ${second.name}`, second.position),
      related: [{ message: `${first.name} stands here`, position: first.position }],
    });
  return first?.loop;
}

function checkWith(
  name: string,
  lookup: string,
  located: Located,
  keyPosition: Position,
  loading: Loading,
): void {
  if (located.value === null)
    loading.report(error('wrong-type', `${name} has no value`, keyPosition, 'Give it what to loop over'));
  const unknown = checkSyntax(`lookup('${lookup}')`, 'expression').find(
    ({ code }) => code === 'unknown-lookup',
  );
  if (!unknown) return;
  const { detail, ...problem } = unknown;
  loading.report({
    ...problem,
    summary: `Unknown loop ${name}`,
    ...(detail === undefined ? {} : { detail: detail.replace(/'(\w+)'/, 'with_$1') }),
    position: keyPosition,
  });
}
