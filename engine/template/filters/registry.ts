// All filters by name. A fully qualified name means the filter of that collection; a short one means the same.
import type { Filter, Table } from '../interpreter/tools.ts';
import { communityFilters } from './community.ts';
import { dateFilters } from './dates.ts';
import { addressFilters } from './ipaddr.ts';
import { networkFilters } from './ip_networks.ts';
import { mathFilters } from './math.ts';
import { passwordFilters } from './passwords.ts';
import { randomFilters } from './random.ts';
import { dataFilters } from './data.ts';
import { dictFilters } from './dicts.ts';
import { encodingFilters } from './encoding.ts';
import { keyFilters } from './key_lists.ts';
import { listFilters } from './lists.ts';
import { pathFilters } from './paths.ts';
import { regexFilters } from './regex.ts';
import { setFilters } from './sets.ts';
import { stringFilters } from './strings.ts';
import { valueFilters } from './values.ts';
import { vaultFilters } from './vault.ts';

const tables: readonly Table<Filter>[] = [
  valueFilters,
  stringFilters,
  listFilters,
  setFilters,
  dictFilters,
  keyFilters,
  dataFilters,
  pathFilters,
  encodingFilters,
  regexFilters,
  dateFilters,
  mathFilters,
  randomFilters,
  passwordFilters,
  vaultFilters,
  addressFilters,
  networkFilters,
  communityFilters,
];

const all = new Map(tables.flatMap((table) => Object.entries(table)));
const collections = [
  'ansible.builtin',
  'ansible.legacy',
  'ansible.utils',
  'ansible.netcommon',
  'ansible.posix',
  'community.general',
  'community.crypto',
];
const collectionPrefix = new RegExp(`^(?:${collections.join('|').replaceAll('.', '\\.')})\\.`);

/** The name without its collection, when it is one that we have. */
export function shortName(name: string): string {
  return name.replace(collectionPrefix, '');
}

/** The names with each collection before them, for the nearest right name of a full one. */
export function withCollections(names: Iterable<string>): string[] {
  return [...names].flatMap((name) => collections.map((collection) => `${collection}.${name}`));
}

export function findFilter(name: string): Filter | undefined {
  return all.get(name) ?? all.get(shortName(name));
}

/** Short names; where two collections mean different things by one, there is one of them. */
export function filterNames(): Iterable<string> {
  return [...all.keys()].filter((name) => !name.includes('.'));
}
