// Variables and templates together: names are looked up lazily, values of other hosts are evaluated for those hosts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { LazyDict } from '../../../engine/document/lazy_dict.ts';
import { dict, type Dict, textOf, type Value } from '../../../engine/document/value.ts';
import { loadInventory } from '../../../engine/inventory/load.ts';
import type { Host, Inventory } from '../../../engine/inventory/model.ts';
import type { Scope, TemplateHost } from '../../../engine/template/api.ts';
import { evaluate } from '../../../engine/template/template.ts';
import { RunVariables } from '../../../engine/variables/run_variables.ts';
import { describe } from '../../support/suite.ts';
import { makePlay } from './fixtures.ts';

const templateHost: TemplateHost = {
  find: () => undefined,
  searchPath: () => [],
  readFile: () => new Uint8Array(),
  decrypt: () => ({ ok: false, problem: { code: 'vault', severity: 'error', summary: 'no vault' } }),
};

describe('variables with templates', ({ test, setup, teardown }) => {
  let folder = '';
  let inventory: Inventory;
  let evaluations = 0;
  let reads: string[] = [];
  const answer = (value: Value, scope: Scope): ReturnType<typeof evaluate> =>
    evaluate(value, { scope, host: templateHost, onRead: (name) => void reads.push(name) });
  const counted = (value: Value, scope: Scope): ReturnType<typeof evaluate> => {
    evaluations += 1;
    return answer(value, scope);
  };

  setup(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-templates-'));
    const hosts = Array.from({ length: 2000 }, (_, index) => `web${index} color=c${index}`);
    writeFileSync(
      path.join(folder, 'hosts'),
      ['[web]', ...hosts, '[web:vars]', 'paint="{{ color }}!"'].join('\n'),
    );
    inventory = await loadInventory(['hosts'], { folder });
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  function told(template: string, vars: Readonly<Record<string, Value>> = {}): string {
    evaluations = 0;
    reads = [];
    const variables = new RunVariables({ inventory, evaluate: counted });
    const scope = variables.scope({
      play: makePlay({ vars: dict(vars) }),
      host: inventory.findHost('web7') as Host,
    });
    const outcome = answer(template, scope);
    return outcome.ok ? (textOf(outcome.value) ?? JSON.stringify(outcome.value)) : outcome.problem.summary;
  }

  test('only the names that a template reads are looked up', () => {
    assert.is(told('{{ a }}', { a: '{{ b }}', b: 'x', c: '{{ nothing }}' }), 'x');
    assert.equal(reads, ['a', 'b']);
  });

  test('hostvars evaluates what is asked of the host that is asked, for that host', () => {
    assert.is(
      told("{{ hostvars['web1999'].paint }} {{ hostvars.web3['color'] }} {{ paint }}"),
      'c1999! c3 c7!',
    );
    assert.is(evaluations, 2);
    assert.is(told("{{ hostvars['web5'].nothing | default('none') }}"), 'none');
    assert.is(told("{{ 'nobody' in hostvars }} {{ 'web1' in hostvars }}"), 'False True');
    assert.is(told("{{ groups['web'] | map('extract', hostvars, 'color') | first }}"), 'c0');
    assert.is(told('{{ groups.web | length }}'), '2000');
    assert.is(told('{{ hostvars | length }}'), '2000');
  });

  test('what is taken out of a lazy dict can be looked at, and nothing else is', () => {
    const variables = new RunVariables({ inventory, evaluate: counted });
    const scope = variables.scope({ play: makePlay(), host: inventory.findHost('web1') as Host });
    const seen: Value[] = [];
    const look = (value: Value): Value => {
      if (value instanceof LazyDict) return value.watched(look);
      seen.push(value);
      return value;
    };
    const hostvars = (scope.get('hostvars') as LazyDict).watched(look);
    assert.is((hostvars.get('web9') as Dict).get('paint'), 'c9!');
    assert.equal(seen, ['c9!']);
  });

  test('vars gives evaluated values by name', () => {
    assert.is(told("{{ vars['a'] }} {{ vars[name] }}", { a: '{{ paint }}', name: 'color' }), 'c7! c7');
  });
});
