// Inventories and patterns against ansible-core's own: hosts, order, groups and matches.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { loadInventory } from '../../engine/inventory/load.ts';
import type { Inventory } from '../../engine/inventory/model.ts';
import { RunVariables } from '../../engine/variables/run_variables.ts';
import { pythonRepr } from '../../engine/document/python_text.ts';
import { describe } from '../support/suite.ts';
import { type InventoryCase, inventoryCases } from './inventory_texts.ts';
import { writeFiles } from './files.ts';
import { askOracle, oracleMissing } from './venv.ts';

interface Answer {
  readonly hosts: Readonly<
    Record<
      string,
      { readonly groups: string[]; readonly vars: Record<string, string>; readonly short: string }
    >
  >;
  readonly groups: Readonly<Record<string, string[]>>;
  readonly matches: string[][];
}

/** Not compared: the engine's own, and what ansible-core says of its Python. */
const magic = new Set(
  `groups group_names inventory_hostname inventory_hostname_short playbook_dir omit vars ansible_playbook_python
ansible_config_file hostvars ansible_facts ansible_local ansible_python_interpreter environment ansible_version
ansible_run_tags ansible_skip_tags ansible_verbosity ansible_inventory_sources ansible_check_mode
ansible_diff_mode`.split(/\s+/),
);

function hostAnswer(inventory: Inventory, variables: RunVariables, name: string): Answer['hosts'][string] {
  const host = inventory.findHost(name);
  if (!host) throw new Error(`No host ${name}`);
  const seen = variables.hostvars(host);
  const vars = [...seen]
    .filter(([key]) => !magic.has(String(key)))
    .map(([key, value]) => [key, pythonRepr(value)]);
  const groups = inventory.groupsOf(host).map((group) => group.name);
  return {
    groups: groups.filter((group) => group !== 'all'),
    vars: Object.fromEntries(vars.sort()) as Record<string, string>,
    short: pythonRepr(seen.get('inventory_hostname_short') ?? null).slice(1, -1),
  };
}

function ourAnswer(inventory: Inventory, folder: string, { patterns }: InventoryCase): Answer {
  const names = [...inventory.hosts.keys(), 'localhost'];
  const variables = new RunVariables({ inventory });
  variables.playbookFolder = folder;
  return {
    hosts: Object.fromEntries(names.map((name) => [name, hostAnswer(inventory, variables, name)])),
    groups: Object.fromEntries(
      [...inventory.groups].map(([name, group]) => [name, inventory.hostsOf(group).map((host) => host.name)]),
    ),
    matches: patterns.map((pattern) => {
      const [main, limit] = typeof pattern === 'string' ? [pattern] : pattern;
      const found = inventory.match(main, limit);
      return found.ok ? found.value.map((host) => host.name) : ['error'];
    }),
  };
}

describe(
  'oracle/inventory',
  ({ test, setup, teardown }) => {
    let folder = '';
    setup(() => {
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hardway-inventory-')));
    });
    teardown(() => rmSync(folder, { recursive: true, force: true }));

    for (const [index, one] of inventoryCases.entries())
      test(`${one.name}: the same hosts, groups, variables and matches`, async () => {
        const place = path.join(folder, String(index));
        mkdirSync(place);
        writeFiles(place, one.files);
        const sources = one.sources.map((source) =>
          source.includes(',') ? source : path.join(place, source),
        );
        const inventory = await loadInventory(sources, { folder: place });
        const theirs = askOracle('inventory_oracle.py', {
          sources,
          patterns: one.patterns,
          folder: place,
        }) as Answer;
        const ours = ourAnswer(inventory, place, one);
        assert.equal(
          inventory.diagnostics.filter(({ severity }) => severity === 'error'),
          [],
        );
        assert.equal(ours.groups, theirs.groups);
        for (const [at, pattern] of one.patterns.entries())
          assert.equal(ours.matches[at], theirs.matches[at], `pattern ${JSON.stringify(pattern)}`);
        // ansible-core gives hosts of a list the text None as their folder.
        for (const { vars } of Object.values(theirs.hosts))
          if (vars['inventory_dir'] === "'None'") vars['inventory_dir'] = 'None';
        assert.equal(ours.hosts, theirs.hosts);
      });
  },
  { unless: oracleMissing() },
);
