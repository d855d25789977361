// What all sources of an inventory do alike.
import {
  bare,
  type Dict,
  type Integer,
  isDict,
  keyPositionOf,
  type Position,
  positionOf,
  setPosition,
  type Value,
} from '../document/value.ts';
import type { Group, InventorySource } from './model.ts';
import type { InventoryTable } from './table.ts';

interface Places {
  readonly key: Position | undefined;
  readonly value: Position | undefined;
}

/** Sets a variable of a group, or its priority; says what is wrong when that is no number. */
export function setGroupVariable(
  table: InventoryTable,
  group: Group,
  name: string,
  value: Value,
  places?: Places,
): string | undefined {
  if (name === 'ansible_group_priority') {
    const priority = priorityOf(value);
    if (priority === undefined) return 'A group priority is a whole number';
    table.setPriority(group, priority);
    return undefined;
  }
  group.vars.set(name, value);
  if (places?.value) setPosition(group.vars, name, places.value, places.key);
  return undefined;
}

function priorityOf(value: Value): number | undefined {
  const inner = bare(value);
  const priority = typeof inner === 'string' ? Number(inner) : (inner as Integer);
  return typeof priority === 'number' && Number.isInteger(priority) ? priority : undefined;
}

/** Sets all variables of a dict on a group, with their positions. */
export function setGroupVariables(table: InventoryTable, group: Group, vars: Dict): string | undefined {
  let wrong: string | undefined;
  for (const [name, value] of vars) {
    const places = { key: keyPositionOf(vars, name), value: positionOf(vars, name) };
    wrong ??= setGroupVariable(table, group, String(name), value, places);
  }
  return wrong;
}

/** Adds what a dynamic source yielded. */
export function addSource(table: InventoryTable, source: InventorySource, origin: string): void {
  for (const [name, { hosts, children, vars }] of source.groups) {
    const group = table.addGroup(name);
    table.addHosts(hosts, name, undefined, origin);
    setGroupVariables(table, group, vars);
    for (const child of children) {
      const added = table.addChildGroup(name, child);
      if (!added.ok)
        table.diagnostics.push({ ...added.problem, position: { file: origin, line: 1, column: 1 } });
    }
  }
  for (const [name, vars] of source.hostVars) table.addHostWith(name, vars, origin);
  table.diagnostics.push(...(source.diagnostics ?? []));
}

/** The variables of a value that should be a dict; undefined when it is something else. */
export function variablesOf(value: Value | undefined): Dict | undefined {
  const inner = value === undefined ? null : bare(value);
  if (inner === null) return new Map();
  return isDict(inner) ? inner : undefined;
}
