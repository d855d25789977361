// Looks entries of a name service database up: passwd, group, hosts, services ... The host must have getent.
import type { ResultData } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, optional, str } from '../engine/module/kinds.ts';
import { getentLookup, type Entries } from '../engine/module/vocabulary/getent.ts';

const colonSeparated = ['passwd', 'shadow', 'group', 'gshadow'];

/** By the first field; an entry of several lines is a list of lists, as in Ansible. */
function byKey(
  database: string,
  split: string | undefined,
  { lines }: Entries,
): { readonly [key: string]: ResultData } {
  const found: { [key: string]: ResultData } = {};
  const separator = split ?? (colonSeparated.includes(database) ? ':' : undefined);
  for (const line of lines) {
    const [key = '', ...fields] = separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
    found[key] = fields;
  }
  return found;
}

export const getent = defineModule({
  name: 'getent',
  fullNames: ['ansible.builtin.getent'],
  summary: 'Look entries of the host’s databases up',
  reach: 'nothing',
  facts: ({ database }) => (typeof database === 'string' ? [`getent_${database}`] : []),
  params: {
    database: str(),
    key: optional(str(), ''),
    split: optional(str()),
    service: optional(str()),
    fail_key: optional(bool({ doc: 'Fail when the key is not there.' }), true),
  },
  seen: answers<{ readonly entries: Entries }>(),
  probes: ({ database, key, service }) => ({ entries: getentLookup({ database, key, service }) }),
  plan: ({ database, key, split, fail_key: mustExist }, { entries }) => {
    if (!entries.found && mustExist)
      return { steps: [], fail: 'One or more supplied key could not be found in the database.' };
    const found = entries.found ? byKey(database, split, entries) : { [key]: null };
    return { steps: [], effects: { facts: { [`getent_${database}`]: found } } };
  },
  result: ({ database, key, split }, { entries }) => ({
    changed: false,
    ansible_facts: {
      [`getent_${database}`]: entries.found ? byKey(database, split, entries) : { [key]: null },
    },
  }),
});
