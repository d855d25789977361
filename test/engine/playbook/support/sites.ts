// Places of a valid project that a mutation may change, with the raw dicts that plays and tasks were read from.
import { readFileSync } from 'node:fs';
import {
  type Dict,
  isDict,
  isList,
  type Position,
  positionOf,
  textOf,
  type Value,
} from '../../../../engine/document/value.ts';
import { parseYaml } from '../../../../engine/document/yaml.ts';
import { childrenOf } from '../../../../engine/playbook/inherit.ts';
import type { Node, Play, Task } from '../../../../engine/playbook/model.ts';

export interface Site {
  readonly kind: 'play' | 'block' | 'task' | 'import' | 'loop_control';
  readonly dict: Dict;
  readonly position: Position;
  readonly task?: Task;
}

interface Placed {
  readonly dict: Dict;
  readonly position: Position;
}

/** All dicts of a file by where they begin. */
function dictsOf(file: string): Map<string, Placed> {
  const { documents, starts } = parseYaml(readFileSync(file, 'utf8'), file);
  const found = new Map<string, Placed>();
  const visit = (value: Value, position: Position): void => {
    if (isDict(value)) {
      found.set(`${position.line}:${position.column}`, { dict: value, position });
      for (const [key, item] of value) visit(item, positionOf(value, key) ?? position);
    } else if (isList(value))
      value.forEach((item, index) => visit(item, positionOf(value, index) ?? position));
  };
  const [start] = starts;
  if (start && documents[0] !== undefined) visit(documents[0], start);
  return found;
}

/** Every play, block, task and import of loaded plays; what is used twice is here once. */
export function sitesOf(plays: readonly Play[]): Site[] {
  const files = new Map<string, Map<string, Placed>>();
  const sites = new Map<string, Site>();
  const add = (node: Node | Play): void => {
    const { file, line, column } = node.position;
    const dicts = files.get(file) ?? dictsOf(file);
    files.set(file, dicts);
    const placed = dicts.get(`${line}:${column}`);
    if (!placed || sites.has(`${file}:${line}:${column}`)) return;
    const kind = kindOf(node, placed.dict);
    if (kind === undefined) return;
    sites.set(`${file}:${line}:${column}`, {
      kind,
      ...placed,
      ...(node.kind === 'task' ? { task: node } : {}),
    });
    const control = placed.dict.get('loop_control');
    const at = positionOf(placed.dict, 'loop_control');
    if (control !== undefined && isDict(control) && at)
      sites.set(`${file}:${at.line}:${at.column}`, { kind: 'loop_control', dict: control, position: at });
  };
  const visit = (node: Node): void => {
    add(node);
    for (const nodes of childrenOf(node)) nodes.forEach(visit);
    if (node.kind === 'role') node.handlers.forEach(visit);
  };
  for (const play of plays) {
    add(play);
    for (const nodes of [...childrenOf(play), play.handlers]) nodes.forEach(visit);
  }
  return [...sites.values()];
}

function kindOf(node: Node | Play, dict: Dict): Site['kind'] | undefined {
  if (node.kind === 'block' && !node.implicit) return 'block';
  if (node.kind === 'task' || node.kind === 'play') return node.kind;
  const isImport = [...dict.keys()].some((key) => typeof key === 'string' && key.includes('import_'));
  return isImport ? 'import' : undefined;
}

/** Text entries anywhere in a value, with where they stand. */
export function textsIn(value: Value, position: Position): { text: string; position: Position }[] {
  if (isDict(value))
    return [...value].flatMap(([key, item]) => textsIn(item, positionOf(value, key) ?? position));
  if (isList(value))
    return value.flatMap((item, index) => textsIn(item, positionOf(value, index) ?? position));
  const text = textOf(value);
  return text === undefined ? [] : [{ text, position }];
}
