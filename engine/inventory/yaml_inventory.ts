// Inventories in YAML form: groups with hosts, vars and children.
import type { Diagnostic } from '../document/diagnostic.ts';
import { nearestName } from '../document/nearest.ts';
import {
  bare,
  type Dict,
  isDict,
  type Key,
  keyPositionOf,
  positionOf,
  type Position,
  type Value,
} from '../document/value.ts';
import { expandHosts } from './address.ts';
import { setGroupVariables, variablesOf } from './populate.ts';
import type { InventoryTable } from './table.ts';

const sections = ['hosts', 'vars', 'children'];

/** Reads a YAML inventory's top dict into the table. `file` is the source that hosts say they come from. */
export function readYamlInventory(table: InventoryTable, top: Dict, file: string): void {
  for (const [name, body] of top) readGroup({ table, file }, name, body, top);
}

interface Reading {
  readonly table: InventoryTable;
  readonly file: string;
}

function tell(
  { table }: Reading,
  severity: Diagnostic['severity'],
  summary: string,
  detail: string,
  position: Position | undefined,
): void {
  table.diagnostics.push({
    code: 'inventory-syntax',
    severity,
    summary,
    detail,
    ...(position ? { position } : {}),
  });
}

function readGroup(reading: Reading, key: Key, body: Value, within: Dict): string | undefined {
  const at = keyPositionOf(within, key);
  if (typeof key !== 'string' || key === '') {
    tell(reading, 'error', `Group name ${String(key)} is no text`, 'Quote the name', at);
    return undefined;
  }
  const contents = variablesOf(body);
  if (!contents) {
    const found = positionOf(within, key);
    tell(
      reading,
      'error',
      `Group ${key} is no dict`,
      `A group holds ${sections.join(', ')}; an empty one nothing`,
      found,
    );
    return undefined;
  }
  reading.table.addGroup(key);
  for (const [section, value] of contents) readSection(reading, key, section, value, contents);
  return key;
}

function readSection(reading: Reading, group: string, section: Key, value: Value, contents: Dict): void {
  const name = String(section);
  if (!sections.includes(name)) {
    const meant = nearestName(name, sections);
    tell(
      reading,
      'warning',
      `Group ${group} has an unknown key ${name}`,
      `A group holds ${sections.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}; a host or group belongs below one of them`,
      keyPositionOf(contents, section),
    );
    return;
  }
  const inner = bare(value);
  // One name may stand alone for a dict with that key.
  const entries = typeof inner === 'string' ? new Map([[inner, null]]) : variablesOf(inner);
  if (!entries) {
    const at = positionOf(contents, section);
    tell(
      reading,
      'error',
      `${name} of group ${group} is no dict`,
      'Write each name as a key, with a colon and no dash',
      at,
    );
    return;
  }
  if (name === 'hosts') for (const [host, vars] of entries) readHost(reading, group, host, vars, entries);
  else if (name === 'children')
    for (const [child, body] of entries) addChild(reading, group, child, body, entries);
  else {
    const wrong = setGroupVariables(reading.table, reading.table.addGroup(group), entries);
    if (wrong !== undefined)
      tell(reading, 'error', wrong, `It is set for group ${group}`, positionOf(contents, section));
  }
}

function addChild(reading: Reading, parent: string, key: Key, body: Value, within: Dict): void {
  const child = readGroup(reading, key, body, within);
  if (child === undefined) return;
  const added = reading.table.addChildGroup(parent, child);
  const position = keyPositionOf(within, key);
  if (!added.ok) reading.table.diagnostics.push({ ...added.problem, ...(position ? { position } : {}) });
}

function readHost(reading: Reading, group: string, key: Key, body: Value, within: Dict): void {
  const at = keyPositionOf(within, key);
  if (typeof key !== 'string') {
    tell(reading, 'error', `Host name ${String(key)} is no text`, 'Enclose numbers in quotation marks', at);
    return;
  }
  const expanded = expandHosts(key);
  if (typeof expanded === 'string') {
    tell(
      reading,
      'error',
      `Host ${key} cannot be read: ${expanded}`,
      'Write name, name:port or name[01:20]',
      at,
    );
    return;
  }
  const vars = variablesOf(body);
  if (!vars) {
    tell(
      reading,
      'error',
      `Variables of host ${key} are no dict`,
      'Write name: value below the host',
      positionOf(within, key),
    );
    return;
  }
  if (expanded.port !== undefined) {
    const port: Dict = new Map([['ansible_port', expanded.port]]);
    reading.table.addHosts(expanded.names, group, port, reading.file);
  }
  reading.table.addHosts(expanded.names, group, vars, reading.file);
}

/** Whether a parsed file is a YAML inventory, the configuration of a dynamic source, or neither. */
export function yamlKind(value: Value | undefined): 'inventory' | 'source' | 'neither' {
  if (value === undefined || !isDict(value)) return 'neither';
  return value.has('plugin') ? 'source' : 'inventory';
}
