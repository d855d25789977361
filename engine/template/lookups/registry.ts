// All lookups by name.
import { shortName } from '../filters/registry.ts';
import type { Lookup, Table } from '../interpreter/tools.ts';
import { fileLookups } from './files.ts';
import { treeLookups } from './filetree.ts';
import { listLookups } from './lists.ts';
import { passwordLookups } from './password.ts';
import { tableLookups } from './tables.ts';
import { urlLookups } from './url.ts';
import { variableLookups } from './variables.ts';

const tables: readonly Table<Lookup>[] = [
  listLookups,
  fileLookups,
  variableLookups,
  tableLookups,
  passwordLookups,
  urlLookups,
  treeLookups,
];
const all = new Map(tables.flatMap((table) => Object.entries(table)));

export function findLookup(name: string): Lookup | undefined {
  return all.get(shortName(name));
}

export function lookupNames(): Iterable<string> {
  return all.keys();
}
