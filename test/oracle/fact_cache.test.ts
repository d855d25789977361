// The fact cache: what one engine keeps, the other reads, and both ask a host again in the same plays.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../support/suite.ts';
import { runHardway } from '../support/hardway.ts';
import { ranByAnsible } from './ran_by_both.ts';
import { oracleMissing } from './venv.ts';

const settings = `[defaults]
fact_caching = jsonfile
fact_caching_connection = kept
fact_caching_prefix = of_
gathering = smart
inventory = hosts
`;
const inventory = 'one ansible_connection=local\ntwo ansible_connection=local\n';

const keeps = `
- hosts: one
  gather_subset: [min]
  tasks:
    - set_fact: { whole: 12345678901234567890, part: 1.0, never: "{{ '{{ x }}' }}", d: { 1: two }, cacheable: true }
    - set_fact: { passing: 1 }
`;
const asks = `
- hosts: all
  gather_facts: false
  tasks:
    - copy:
        dest: "{{ out }}/{{ inventory_hostname }}"
        content: |
          {{ whole | default('-') }} {{ part | default('-') }} {{ never | default('-') }} {{ d | default('-') }}
          {{ passing | default('-') }} {{ ansible_facts.whole | default('-') }} {{ hostvars.one.part }}
          {{ ansible_facts._ansible_facts_gathered | default('-') }} {{ ansible_distribution is defined }}
- hosts: one
  gather_facts: true
  gather_subset: [min]
  tasks:
    - meta: clear_facts
- hosts: one
  gather_subset: [min]
  tasks:
    - debug:
`;

/** Both write the same words here: the task, then the host that it reached. */
function gathered(output: string): string[] {
  const tasks = output.split('\nTASK [').filter((part) => part.startsWith('Gathering Facts'));
  return tasks.map((part) => [...part.matchAll(/^ok: \[(\w+)\]/gm)].map(([, host]) => host).join());
}

describe(
  'oracle: fact cache',
  ({ test, setup, teardown }) => {
    let folder = '';
    setup(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'hardway-facts-'));
      for (const [name, text] of [
        ['ansible.cfg', settings],
        ['hosts', inventory],
        ['keeps.yml', keeps],
        ['asks.yml', asks],
      ] as const)
        writeFileSync(path.join(folder, name), text);
      process.env['ANSIBLE_CONFIG'] = path.join(folder, 'ansible.cfg');
    });
    teardown(() => {
      delete process.env['ANSIBLE_CONFIG'];
      rmSync(folder, { recursive: true, force: true });
    });

    const engines = {
      ansible: async (name: string, out: string): Promise<string> =>
        (await ranByAnsible(folder, name, '-e', `out=${out}`)).output,
      hardway: async (name: string, out: string): Promise<string> =>
        (await runHardway('playbook', path.join(folder, name), '-e', `out=${out}`)).stdout,
    };
    type Engine = keyof typeof engines;
    const read = (out: string): string =>
      ['one', 'two'].map((host) => readFileSync(path.join(out, host), 'utf8')).join('');

    async function keptThenAsked(first: Engine, second: Engine): Promise<[string, string[]]> {
      rmSync(path.join(folder, 'kept'), { recursive: true, force: true });
      const out = path.join(folder, `${first}-${second}`);
      mkdirSync(out);
      await engines[first]('keeps.yml', out);
      const said = await engines[second]('asks.yml', out);
      return [read(out), gathered(said)];
    }

    test('either reads what the other kept; smart gathering asks once, and again after clear_facts', async () => {
      const told = await keptThenAsked('ansible', 'ansible');
      assert.match(told[0], '12345678901234567890 1.0 {{ x }}');
      assert.equal(told[1], ['one']);
      assert.equal(await keptThenAsked('ansible', 'hardway'), told);
      assert.equal(await keptThenAsked('hardway', 'hardway'), told);
      assert.equal(await keptThenAsked('hardway', 'ansible'), told);
    });
  },
  { unless: oracleMissing() },
);
