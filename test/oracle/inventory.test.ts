// Inventories and patterns against ansible-core's own: hosts, order, groups and matches.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { loadInventory } from '../../engine/inventory/load.ts';
import type { Inventory } from '../../engine/inventory/model.ts';
import { describe } from '../support/suite.ts';
import { type InventoryCase, inventoryCases } from './inventory_texts.ts';
import { askOracle, oracleMissing } from './venv.ts';

interface Answer {
  readonly hosts: Readonly<Record<string, { readonly groups: string[] }>>;
  readonly groups: Readonly<Record<string, string[]>>;
  readonly matches: string[][];
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const place = path.join(folder, name);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, text);
    if (text.startsWith('#!')) chmodSync(place, 0o755);
  }
}

function ourAnswer(inventory: Inventory, { patterns }: InventoryCase): Answer {
  const names = [...inventory.hosts.keys(), 'localhost'];
  return {
    hosts: Object.fromEntries(
      names.map((name) => {
        const host = inventory.findHost(name);
        const groups = host ? inventory.groupsOf(host).map((group) => group.name) : [];
        return [name, { groups: groups.filter((group) => group !== 'all') }];
      }),
    ),
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
      test(`${one.name}: the same hosts, groups and matches`, async () => {
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
        const ours = ourAnswer(inventory, one);
        assert.equal(
          inventory.diagnostics.filter(({ severity }) => severity === 'error'),
          [],
        );
        assert.equal(ours.groups, theirs.groups);
        for (const [at, pattern] of one.patterns.entries())
          assert.equal(ours.matches[at], theirs.matches[at], `pattern ${JSON.stringify(pattern)}`);
        assert.equal(
          ours.hosts,
          Object.fromEntries(Object.entries(theirs.hosts).map(([name, { groups }]) => [name, { groups }])),
        );
      });
  },
  { unless: oracleMissing() },
);
