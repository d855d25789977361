// requirements.yml: a list of roles, or roles and collections by these names. All its problems are found before anything
// is fetched.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../document/diagnostic.ts';
import { isFile } from '../document/file_kind.ts';
import { pythonStr } from '../document/python_text.ts';
import type { Sources } from '../document/source.ts';
import {
  bare,
  type Dict,
  isDict,
  isList,
  type List,
  type Position,
  textOf,
  type Value,
} from '../document/value.ts';
import { parseYaml } from '../document/yaml.ts';
import { error, keyPlace, kindOfValue, suggestion, valuePlace, warning } from '../playbook/problem.ts';
import { linesWithoutSecrets } from './address.ts';
import { isCollectionName, type Kind, type Request } from './request.ts';
import {
  collectionOfWord,
  collectionRequest,
  collectionTypes,
  type CollectionType,
  type Place,
  type Read,
  roleOfWord,
  roleRequest,
  typeOfSource,
} from './words.ts';

export interface Requirements {
  readonly requests: readonly Request[];
  readonly problems: readonly Diagnostic[];
}

interface Reading {
  readonly sources: Sources;
  readonly file: string;
  readonly place: Place;
  readonly requests: Request[];
  readonly problems: Diagnostic[];
  /** An included file includes no other. */
  readonly mayInclude: boolean;
}

const roleKeys = ['name', 'src', 'version', 'scm', 'role', 'include'];
const collectionKeys = ['name', 'source', 'type', 'version', 'signatures'];

/** The first document of a file and where it stands; what is wrong with the file goes to `problems`. */
export function readYamlFile(
  file: string,
  sources: Sources,
  problems: Diagnostic[],
  shownAs = file,
): { readonly value: Value; readonly start: Position } | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    problems.push({ code: 'file-not-found', severity: 'error', summary: `Cannot read ${file}`, detail });
    return undefined;
  }
  sources.add(shownAs, linesWithoutSecrets(text));
  const parsed = parseYaml(text, shownAs);
  problems.push(...parsed.diagnostics);
  const start = parsed.starts[0] ?? { file: shownAs, line: 1, column: 1 };
  return parsed.diagnostics.some(({ severity }) => severity === 'error')
    ? undefined
    : { value: parsed.documents[0] ?? null, start };
}

/** A misspelt key is an error. One that means nothing here is passed over by Ansible, and told here. */
export function checkKeys(
  entry: Dict,
  known: readonly string[],
  position: Position,
  problems: Diagnostic[],
): void {
  for (const key of entry.keys()) {
    const word = String(key);
    if (known.includes(word)) continue;
    const near = suggestion(word, known);
    const place = keyPlace(entry, key, position);
    const detail = near ?? `Known are ${known.join(', ')}`;
    problems.push(
      (near === undefined ? warning : error)('unknown-keyword', `Unknown key ${word}`, place, detail),
    );
  }
}

/** The text of a key. A number is taken as Ansible prints it, which is not always what was meant. */
function textAt(entry: Dict, key: string, position: Position, problems: Diagnostic[]): string | undefined {
  const value = bare(entry.get(key) ?? null);
  if (value === null) return undefined;
  const text = textOf(value);
  if (text !== undefined) return text.trim();
  const place = valuePlace(entry, key, position);
  if (isDict(value) || isList(value)) {
    problems.push(error('wrong-type', `${key} must be text, not ${kindOfValue(value)}`, place));
    return undefined;
  }
  if (typeof value === 'object')
    problems.push(
      warning(
        'wrong-type',
        `${key} is a number here: ${pythonStr(value)}`,
        place,
        'Put quotes around it: 1.10 is 1.1 as a number',
      ),
    );
  return pythonStr(value);
}

function take(read: Read, position: Position, reading: Reading): void {
  if ('wrong' in read) reading.problems.push(error('requirement', read.wrong, position, read.advice));
  else reading.requests.push({ ...read.request, position });
}

/** Ansible takes web pages of this host as repositories, and of no other. */
const repositoryPage = /^https?:.*\bgithub\.com\b(?!.*\.tar\.gz$)/;

function readRole(item: Value, position: Position, reading: Reading): void {
  const word = textOf(bare(item));
  if (word !== undefined) {
    take(roleOfWord(word, reading.place), position, reading);
    return;
  }
  if (!isDict(item)) {
    reading.problems.push(
      error('wrong-type', `A role must be text or a dict, not ${kindOfValue(item)}`, position),
    );
    return;
  }
  const { problems } = reading;
  checkKeys(item, roleKeys, position, problems);
  const get = (key: string): string | undefined => textAt(item, key, position, problems);
  const included = get('include');
  if (included !== undefined) {
    include(included, valuePlace(item, 'include', position), reading);
    return;
  }
  const [written, name, version] = [get('src'), get('name') ?? get('role'), get('version')];
  const src = written ?? name;
  if (src === undefined) {
    problems.push(
      error('missing-keyword', 'A role needs src or name', position, 'src says where it is to be had'),
    );
    return;
  }
  const [, before, address] = /^(\w+)\+(.*)$/.exec(src) ?? [];
  const scm = get('scm') ?? before ?? (repositoryPage.test(src) ? 'git' : undefined);
  const parts = { src: address ?? src, scm, name, version };
  const place = valuePlace(item, written === undefined ? 'name' : 'src', position);
  take(roleRequest(parts, reading.place), place, reading);
}

function include(written: string, position: Position, reading: Reading): void {
  const file = reading.place.map((folder) => path.resolve(folder, written)).find(isFile);
  if (!reading.mayInclude || file === undefined) {
    const [summary, detail] = reading.mayInclude
      ? [`${written} is not there`, `Sought in ${[...new Set(reading.place)].join(', ')}`]
      : [`An included file includes ${written}`, 'Include it in the first file'];
    reading.problems.push(error('file-not-found', summary, position, detail));
    return;
  }
  const parsed = readYamlFile(file, reading.sources, reading.problems);
  if (!parsed) return;
  const place = [reading.place[0] ?? '', path.dirname(file)];
  readList(parsed.value, 'role', parsed.start, { ...reading, file, place, mayInclude: false });
}

function readCollection(item: Value, position: Position, reading: Reading): void {
  const { problems, place } = reading;
  const word = textOf(bare(item));
  if (word !== undefined) {
    take(collectionOfWord(word, place), position, reading);
    return;
  }
  if (!isDict(item)) {
    problems.push(
      error('wrong-type', `A collection must be text or a dict, not ${kindOfValue(item)}`, position),
    );
    return;
  }
  checkKeys(item, collectionKeys, position, problems);
  const get = (key: string): string | undefined => textAt(item, key, position, problems);
  const [name, source, type, version] = [get('name'), get('source'), get('type'), get('version')];
  if (bare(item.get('signatures') ?? null) !== null) {
    const at = keyPlace(item, 'signatures', position);
    const advice = 'The lock file holds the sums of what was once taken: take the key out';
    problems.push(error('unsupported', 'Signatures are not verified here', at, advice));
  }
  if (type !== undefined && !collectionTypes.includes(type as CollectionType)) {
    const advice = suggestion(type, collectionTypes, `It is one of ${collectionTypes.join(', ')}`);
    problems.push(error('requirement', `type cannot be ${type}`, valuePlace(item, 'type', position), advice));
    return;
  }
  if (name === undefined && source === undefined) {
    problems.push(error('missing-keyword', 'A collection needs name or source', position));
    return;
  }
  const parts = { version, ...(name !== undefined && isCollectionName(name) ? { name } : {}) };
  const at = valuePlace(item, source === undefined ? 'name' : 'source', position);
  const isPointer = name !== undefined && parts.name === undefined;
  if (type === undefined && (isPointer || source === undefined)) {
    take(collectionOfWord(name ?? '', place, version), at, reading);
    return;
  }
  const text = source ?? name ?? '';
  const meant = (type as CollectionType | undefined) ?? sourceType(text, parts.name !== undefined, place);
  const read =
    meant === undefined
      ? collectionOfWord(text, place, version)
      : collectionRequest(meant, text, place, parts);
  take(read, at, reading);
}

/** Beside a name and without a type, a source that is no repository, archive or folder is the address of a server. */
function sourceType(text: string, isNamed: boolean, place: Place): CollectionType | undefined {
  const type = typeOfSource(text, place);
  const isServer = type === undefined || (type === 'url' && !/\.t(?:ar\.)?gz(?:[?#]|$)/.test(text));
  return isNamed && isServer ? 'galaxy' : type;
}

function readList(value: Value, kind: Kind, position: Position, reading: Reading): void {
  const items = bare(value);
  if (items === null) return;
  if (!isList(items)) {
    reading.problems.push(
      error('wrong-type', `${kind}s must be a list, not ${kindOfValue(items)}`, position),
    );
    return;
  }
  const list: List = items;
  const read = kind === 'role' ? readRole : readCollection;
  list.forEach((item, index) => read(item, valuePlace(list, index, position), reading));
}

/** What a role's meta/requirements.yml asks for. */
export function readRoleList(file: string, shownAs: string, sources: Sources, place: Place): Requirements {
  const reading: Reading = { sources, file, place, requests: [], problems: [], mayInclude: false };
  const parsed = readYamlFile(file, sources, reading.problems, shownAs);
  if (parsed) readList(parsed.value, 'role', parsed.start, reading);
  return reading;
}

export function readRequirements(file: string, sources: Sources, folder: string): Requirements {
  const place = [folder, path.dirname(file)];
  const reading: Reading = { sources, file, place, requests: [], problems: [], mayInclude: true };
  const parsed = readYamlFile(file, sources, reading.problems);
  if (!parsed) return reading;
  const { value, start } = parsed;
  if (isList(value)) readList(value, 'role', start, reading);
  else if (isDict(value)) {
    for (const key of value.keys())
      if (key !== 'roles' && key !== 'collections')
        reading.problems.push(
          error(
            'unknown-keyword',
            `Unknown key ${String(key)}`,
            keyPlace(value, key, start),
            suggestion(String(key), ['roles', 'collections'], 'Known are roles and collections'),
          ),
        );
    readList(value.get('roles') ?? null, 'role', valuePlace(value, 'roles', start), reading);
    readList(
      value.get('collections') ?? null,
      'collection',
      valuePlace(value, 'collections', start),
      reading,
    );
  } else
    reading.problems.push(
      error(
        'wrong-type',
        `The requirements must be a list or a dict, not ${kindOfValue(value)}`,
        start,
        'Write roles: and collections:, each with a list below it',
      ),
    );
  return reading;
}
