// All lookups by name.
import { shortName } from '../filters/registry.ts';
import type { Lookup, Table } from '../interpreter/tools.ts';
import { fileLookups } from './files.ts';
import { listLookups } from './lists.ts';
import { variableLookups } from './variables.ts';

const tables: readonly Table<Lookup>[] = [listLookups, fileLookups, variableLookups];
const all = new Map(tables.flatMap((table) => Object.entries(table)));

export function findLookup(name: string): Lookup | undefined {
  return all.get(shortName(name));
}

export function lookupNames(): Iterable<string> {
  return all.keys();
}
