// Inventories in INI form: sections of hosts, of variables and of child groups.
import { strayByteAt } from '../document/byte_text.ts';
import type { Diagnostic, DiagnosticCode } from '../document/diagnostic.ts';
import { nearestName } from '../document/nearest.ts';
import { parsePythonLiteral } from '../document/python_literal.ts';
import { type Dict, type Position, setPosition, type Value } from '../document/value.ts';
import { expandHosts } from './address.ts';
import { splitWords } from './ini_words.ts';
import { setGroupVariable } from './populate.ts';
import type { InventoryTable } from './table.ts';

const sectionPattern = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/;
const groupPattern = /^([^:\]\s]+)\s*(?:#.*)?$/;

interface Reading {
  readonly table: InventoryTable;
  readonly file: string;
  /** Groups named by `[x:vars]` or as a child, and no section of their own so far. */
  readonly pending: Map<string, { readonly position: Position; readonly kind: 'vars' | 'child' }>;
  readonly declared: Set<string>;
}

interface Section {
  readonly group: string;
  readonly kind: string;
}

/** Reads the text of an INI inventory into the table. Problems go to the table's diagnostics. */
export function readIni(table: InventoryTable, text: string, file: string): void {
  const reading: Reading = { table, file, pending: new Map(), declared: new Set() };
  let section: Section = { group: 'ungrouped', kind: 'hosts' };
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const place: Place = { line: index + 1, indent: raw.length - raw.trimStart().length, text: line };
    const header = sectionPattern.exec(line);
    if (isNoText(reading, place)) continue;
    if (header) section = openSection(reading, place, header[1] ?? '', header[2] ?? 'hosts') ?? section;
    else if (line.startsWith('[') && line.endsWith(']'))
      problem(
        reading,
        place,
        'Section header cannot be read',
        'It is [group], [group:vars] or [group:children], without spaces',
      );
    else if (/^\[[^\]:]*$/.test(line))
      problem(reading, place, 'Section header is not closed', 'A ] is missing at its end');
    else if (section.kind === 'vars') readVariable(reading, place, section.group);
    else if (section.kind === 'children') readChild(reading, place, section.group);
    else readHosts(reading, place, section.group);
  }
  for (const [name, { position, kind }] of reading.pending) reportUndeclared(reading, name, position, kind);
}

/** Bytes that are no UTF-8, and characters that no name or value has, are told once a line. */
function isNoText(reading: Reading, place: Place): boolean {
  const stray = strayByteAt(place.text);
  // eslint-disable-next-line no-control-regex
  const at = stray ?? place.text.search(/[\u0000-\u0008\u000b-\u001f\u007f]/);
  if (at < 0) return false;
  const code = place.text.charCodeAt(at);
  const summary =
    stray === undefined
      ? `Character U+${code.toString(16).toUpperCase().padStart(4, '0')} cannot stand in an inventory`
      : `The text is not UTF-8: byte 0x${(code & 0xff).toString(16)} cannot stand here`;
  problem(reading, place, summary, stray === undefined ? 'Remove it' : 'Save the file as UTF-8', [
    at,
    at + 1,
  ]);
  return true;
}

interface Place {
  readonly line: number;
  readonly indent: number;
  readonly text: string;
}

function positionOfText(
  reading: Reading,
  { line, indent, text }: Place,
  from = 0,
  to = text.length,
): Position {
  return { file: reading.file, line, column: indent + from + 1, endLine: line, endColumn: indent + to + 1 };
}

function problem(
  reading: Reading,
  place: Place,
  summary: string,
  detail: string,
  [from, to]: readonly [number?, number?] = [],
  code: DiagnosticCode = 'inventory-syntax',
): void {
  const position = positionOfText(reading, place, from, to);
  const diagnostic: Diagnostic = { code, severity: 'error', summary, detail, position };
  reading.table.diagnostics.push(diagnostic);
}

function openSection(reading: Reading, place: Place, group: string, kind: string): Section | undefined {
  if (kind !== 'hosts' && kind !== 'vars' && kind !== 'children') {
    const meant = nearestName(kind, ['hosts', 'vars', 'children']);
    problem(
      reading,
      place,
      `Section kind ${kind} is not known`,
      `Known are hosts, vars and children${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    );
    return undefined;
  }
  if (kind === 'vars') {
    if (!reading.table.groups.has(group) && !reading.pending.has(group))
      reading.pending.set(group, { position: positionOfText(reading, place), kind: 'vars' });
  } else {
    reading.declared.add(group);
    reading.pending.delete(group);
  }
  reading.table.addGroup(group);
  return { group, kind };
}

function reportUndeclared(reading: Reading, name: string, position: Position, kind: 'vars' | 'child'): void {
  const meant = nearestName(name, reading.declared);
  reading.table.diagnostics.push({
    code: 'unknown-group',
    severity: 'error',
    summary:
      kind === 'vars'
        ? `Variables are given to group ${name}, which does not exist`
        : `Child group ${name} does not exist`,
    detail: `Add a section [${name}]${meant === undefined ? '' : `, or did you mean ${meant}?`}`,
    position,
  });
}

function readChild(reading: Reading, place: Place, parent: string): void {
  const name = groupPattern.exec(place.text)?.[1];
  if (name === undefined) {
    problem(
      reading,
      place,
      `Line is no group name: ${place.text}`,
      'A section of children holds one group name a line',
    );
    return;
  }
  const position = positionOfText(reading, place, 0, name.length);
  if (!reading.table.groups.has(name)) reading.pending.set(name, { position, kind: 'child' });
  const added = reading.table.addChildGroup(parent, name);
  if (!added.ok) reading.table.diagnostics.push({ ...added.problem, position });
}

function readVariable(reading: Reading, place: Place, group: string): void {
  const equals = place.text.indexOf('=');
  if (equals === -1) {
    problem(
      reading,
      place,
      `Line is no variable: ${place.text}`,
      'A section of variables holds one name=value a line',
    );
    return;
  }
  const name = place.text.slice(0, equals).trim();
  const after = place.text.slice(equals + 1);
  const valueAt = equals + 1 + after.length - after.trimStart().length;
  const written = setGroupVariable(
    reading.table,
    reading.table.addGroup(group),
    name,
    iniValue(after.trim()),
    {
      key: positionOfText(reading, place, 0, name.length),
      value: positionOfText(reading, place, valueAt),
    },
  );
  if (written !== undefined) problem(reading, place, written, 'Write a whole number', [valueAt]);
}

function readHosts(reading: Reading, place: Place, group: string): void {
  const words = splitWords(place.text);
  if ('wrong' in words) {
    problem(reading, place, words.wrong, 'Quotes work as in a shell', [words.at, words.at + 1]);
    return;
  }
  const [first, ...rest] = words;
  if (!first) return;
  const expanded = first.text === '---' ? 'This is the start of a YAML file' : expandHosts(first.text);
  if (typeof expanded === 'string') {
    problem(
      reading,
      place,
      `Host ${first.text} cannot be read: ${expanded}`,
      'Write name, name:port or name[01:20]',
      [first.at, first.end],
    );
    return;
  }
  const vars: Dict = new Map(expanded.port === undefined ? [] : [['ansible_port', expanded.port]]);
  for (const word of rest) {
    const equals = word.text.indexOf('=');
    if (equals === -1) {
      problem(
        reading,
        place,
        `Host variable ${word.text} has no =`,
        'Behind the host stand name=value pairs',
        [word.at, word.end],
      );
      continue;
    }
    const name = word.text.slice(0, equals);
    vars.set(name, iniValue(word.text.slice(equals + 1)));
    setPosition(
      vars,
      name,
      positionOfText(reading, place, word.at + equals + 1, word.end),
      positionOfText(reading, place, word.at, word.at + equals),
    );
  }
  reading.table.addHosts(expanded.names, group, vars, reading.file);
}

/** A Python literal, else the text itself. */
function iniValue(text: string): Value {
  const value = parsePythonLiteral(text);
  return value === undefined ? text : value;
}
