import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { failure, success } from '../../../engine/document/diagnostic.ts';
import { Sources } from '../../../engine/document/source.ts';
import {
  dict,
  type Dict,
  type List,
  marksOf,
  textOf,
  Undefined,
  type Value,
} from '../../../engine/document/value.ts';
import { encryptVault } from '../../../engine/document/vault.ts';
import { loadInventory } from '../../../engine/inventory/load.ts';
import type { Host, Inventory } from '../../../engine/inventory/model.ts';
import { parseExtraVars } from '../../../engine/variables/extra_vars.ts';
import { RunVariables, type RunVariablesOptions } from '../../../engine/variables/run_variables.ts';
import { describe } from '../../support/suite.ts';
import { makePlay, makeRole, makeTask } from './fixtures.ts';

/** Stands for templates: text `{{ name }}` is the variable's value. */
const evaluate: RunVariablesOptions['evaluate'] = (value, scope) => {
  const name = /^\{\{ (\w+) \}\}$/.exec(textOf(value) ?? '')?.[1];
  if (name === undefined) return success(value);
  const found = scope.get(name);
  return found === undefined
    ? failure({ code: 'template-undefined', severity: 'error', summary: `'${name}' is undefined` })
    : success(found);
};

function hostOf(inventory: Inventory, name: string): Host {
  const host = inventory.findHost(name);
  if (!host) throw new Error(`No host ${name}`);
  return host;
}

describe('variables/scope', ({ test, setup, teardown }) => {
  let folder = '';
  let inventory: Inventory;
  setup(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-scope-'));
    writeFileSync(
      path.join(folder, 'hosts'),
      '[web]\nweb1.example.org color=red\nweb2 color=blue\n10.0.0.1\n[prod:children]\nweb\n[web:vars]\npaint="{{ color }}"\n',
    );
    inventory = await loadInventory(['hosts'], { folder });
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  const make = (options: Partial<RunVariablesOptions> = {}): RunVariables =>
    new RunVariables({ inventory, evaluate, ...options });

  test('magic variables say who the host is and what is around it', () => {
    const variables = make();
    variables.playbookFolder = '/book';
    const play = makePlay();
    const web1 = hostOf(inventory, 'web1.example.org');
    const scope = variables.scope({ play, host: web1 });
    assert.is(scope.get('inventory_hostname'), 'web1.example.org');
    assert.is(scope.get('inventory_hostname_short'), 'web1');
    assert.is(
      variables.scope({ play, host: hostOf(inventory, '10.0.0.1') }).get('inventory_hostname_short'),
      '10.0.0.1',
    );
    assert.equal(scope.get('group_names'), ['prod', 'web']);
    assert.equal((scope.get('groups') as Dict).get('prod'), ['web1.example.org', 'web2', '10.0.0.1']);
    assert.equal([...(scope.get('groups') as Dict).keys()], ['all', 'ungrouped', 'web', 'prod']);
    assert.is(scope.get('inventory_dir'), folder);
    assert.is(scope.get('inventory_file'), path.join(folder, 'hosts'));
    assert.is(scope.get('playbook_dir'), '/book');
    assert.is(scope.get('ansible_play_name'), 'a play');
    assert.equal((scope.get('ansible_version') as Dict).get('major'), 2);
    assert.is(scope.get('role_name'), undefined);
    assert.equal([...(scope.get('ansible_facts') as Dict)], []);
  });

  test('play and check mode are those of the running play', () => {
    const variables = make({ fixed: new Map<string, Value>([['ansible_run_tags', ['one']]]) });
    const play = makePlay();
    const host = hostOf(inventory, 'web2');
    assert.is(variables.scope({ play, host }).get('ansible_play_hosts'), undefined);
    variables.setPlayState({
      allHosts: ['a', 'b', 'c'],
      activeHosts: ['a', 'b'],
      batch: ['a'],
      checkMode: true,
      diffMode: false,
    });
    const scope = variables.scope({ play, host });
    assert.equal(scope.get('ansible_play_hosts_all'), ['a', 'b', 'c']);
    assert.equal(scope.get('ansible_play_hosts'), ['a', 'b']);
    assert.equal(scope.get('ansible_play_batch'), ['a']);
    assert.equal(scope.get('play_hosts'), ['a']);
    assert.is(scope.get('ansible_check_mode'), true);
    assert.is(scope.get('ansible_diff_mode'), false);
    assert.equal(scope.get('ansible_run_tags'), ['one']);
  });

  test('a task in a role knows the role, the roles that use it, and its environment', () => {
    const play = makePlay({ environment: dict({ A: '1' }) });
    const outer = makeRole(play, { name: 'outer' });
    const include = makeTask(outer, {}, 'include_role');
    const inner = makeRole(include, { name: 'acme.tools.inner', isPublic: false });
    const task = makeTask(inner, { environment: dict({ B: '2' }) });
    play.roles = [outer];
    const scope = make().scope({ play, host: hostOf(inventory, 'web2'), node: task });
    assert.is(scope.get('role_name'), 'acme.tools.inner');
    assert.is(scope.get('role_path'), '/book/roles/acme.tools.inner');
    assert.is(scope.get('ansible_collection_name'), 'acme.tools');
    const other = make().scope({ play, host: hostOf(inventory, 'web2'), node: include });
    assert.is(other.get('ansible_collection_name'), null);
    const noRole = make().scope({ play, host: hostOf(inventory, 'web2'), node: makeTask(play, {}) });
    assert.is(noRole.get('ansible_collection_name'), undefined);
    assert.equal(scope.get('ansible_parent_role_names'), ['outer']);
    assert.equal(scope.get('ansible_play_role_names'), ['outer', 'acme.tools.inner']);
    assert.equal(
      (scope.get('environment') as Dict[]).map((each) => [...each]),
      [[['A', '1']], [['B', '2']]],
    );
    assert.equal(scope.get('ansible_search_path'), [
      '/book/roles/acme.tools.inner',
      '/book/roles/outer',
      '/book',
    ]);
  });

  test('an included role is seen by the rest of the play when it is public, and only then', () => {
    const variables = make();
    const host = hostOf(inventory, 'web2');
    const play = makePlay();
    const include = makeTask(play, {}, 'include_role');
    const later = makeTask(play);
    for (const isPublic of [false, true]) {
      const role = makeRole(include, { name: `role-${isPublic}`, defaults: dict({ d: isPublic }), isPublic });
      assert.is(variables.scope({ play, host, node: makeTask(role) }).get('d'), isPublic);
      assert.is(variables.scope({ play, host, node: later }).get('d'), isPublic ? true : undefined);
    }
  });

  test('hostvars gives any host of the inventory, its templates evaluated for it', () => {
    const variables = make();
    const play = makePlay({ vars: dict({ only_play: 1 }) });
    variables.setHostVariable(hostOf(inventory, 'web2'), 'registered', [1]);
    const hostvars = variables
      .scope({ play, host: hostOf(inventory, 'web1.example.org') })
      .get('hostvars') as Dict;
    const web2 = hostvars.get('web2') as Dict;
    assert.is(web2.get('paint'), 'blue');
    assert.is(web2.get('inventory_hostname'), 'web2');
    assert.equal(web2.get('registered'), [1]);
    assert.is(web2.get('only_play'), undefined);
    assert.ok(web2.has('color'));
    assert.not(web2.has('nothing'));
    assert.is(hostvars.get('nobody'), undefined);
    assert.is((hostvars.get('localhost') as Dict).get('ansible_connection'), 'local');
    assert.equal([...hostvars.keys()], ['web1.example.org', 'web2', '10.0.0.1']);
    assert.instance((hostvars.get('10.0.0.1') as Dict).get('paint'), Undefined);
  });

  test('vars is every variable by name, evaluated when asked for', () => {
    const play = makePlay({ vars: dict({ a: 1, shade: '{{ paint }}' }) });
    const vars = make()
      .scope({ play, host: hostOf(inventory, 'web2') })
      .get('vars') as Dict;
    assert.is(vars.get('a'), 1);
    assert.is(vars.get('shade'), '{{ color }}');
    assert.ok([...vars.keys()].includes('inventory_hostname'));
    assert.not([...vars.keys()].includes('vars'));
  });

  test('facts are seen with and without their prefix until they are cleared', () => {
    const variables = make();
    const host = hostOf(inventory, 'web2');
    variables.setFacts(host, dict({ ansible_os_family: 'Debian', custom: 1 }));
    variables.setFacts(host, dict({ distribution: 'Debian', local: dict({ x: 1 }) }), { namespaced: true });
    const scope = variables.scope({ play: makePlay(), host });
    const facts = scope.get('ansible_facts') as Dict;
    assert.equal([...facts.keys()], ['os_family', 'distribution', 'ansible_local', 'custom']);
    for (const name of ['ansible_os_family', 'ansible_distribution', 'custom', 'ansible_local'])
      assert.not(scope.get(name) === undefined, name);
    assert.is(scope.get('os_family'), undefined);
    variables.setHostVariable(host, 'kept', 1);
    variables.setHostVariable(host, 'cached', 2, { cacheable: true });
    variables.clearFacts(host);
    assert.is(scope.get('ansible_os_family'), undefined);
    assert.is(scope.get('kept'), 1);
    assert.is(scope.get('cached'), 2);
  });

  test('vars_files: in vars/ first, the first that exists of a list, and names that read variables', () => {
    mkdirSync(path.join(folder, 'vars'), { recursive: true });
    writeFileSync(path.join(folder, 'vars', 'one.yml'), 'from: vars/one\n');
    writeFileSync(path.join(folder, 'one.yml'), 'from: one\n');
    writeFileSync(path.join(folder, 'red.yml'), 'shade: dark\n');
    const variables = make();
    const playWith = (files: Value): ReturnType<typeof makePlay> =>
      makePlay({ vars_files: files }, path.join(folder, 'site.yml'));
    const seen = (files: Value, name: string, host: string): Value | undefined =>
      variables.scope({ play: playWith(files), host: hostOf(inventory, host) }).get(name);
    assert.is(seen(['one.yml'], 'from', 'web2'), 'vars/one');
    assert.is(seen([['missing.yml', 'one.yml']], 'from', 'web2'), 'vars/one');
    assert.is(seen(['{{ file }}'], 'from', 'web2'), undefined);
    variables.setHostVariable(hostOf(inventory, 'web2'), 'file', 'red.yml');
    assert.is(seen(['{{ file }}'], 'shade', 'web2'), 'dark');
    assert.is(seen(['{{ file }}'], 'shade', '10.0.0.1'), undefined);
  });

  test('a scope costs nothing until it is asked, and asks no more than it must', () => {
    const many: Dict = new Map(Array.from({ length: 10_000 }, (_, index) => [`v${index}`, index]));
    let asked = 0;
    const play = makePlay({ vars: many });
    const variables = make({
      evaluate: (value) => {
        asked += 1;
        return success(value);
      },
    });
    for (let round = 0; round < 2000; round += 1) {
      const scope = variables.scope({ play, host: hostOf(inventory, 'web2'), node: makeTask(play) });
      assert.is(scope.get('v77'), 77);
    }
    assert.is(asked, 0);
  });

  test('a host keeps only what it learned', () => {
    const variables = make();
    const big: List = Array.from({ length: 1000 }, () => 'x');
    const shared = dict({ big });
    for (const host of inventory.hosts.values()) variables.includeVars(host, shared);
    const play = makePlay();
    const values = [...inventory.hosts.values()].map((host) => variables.scope({ play, host }).get('big'));
    assert.is(new Set(values).size, 1, 'hosts share the one list');
  });
});

describe('variables/extra_vars', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-extra-'));
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  test('name=value is text, YAML and JSON are typed, files are read, and the last one counts', () => {
    const vault = [{ id: 'default', password: Buffer.from('p') }];
    writeFileSync(path.join(folder, 'plain.yml'), 'a: from-file\nf: 1\n');
    writeFileSync(
      path.join(folder, 'closed.yml'),
      encryptVault(Buffer.from('s: hidden\n'), vault[0] as never),
    );
    const texts = new Sources();
    const { vars, diagnostics } = parseExtraVars(
      ['a=1 b="two words"', '{"c": 1, "a": 2}', '{d: yes}', '@plain.yml', '@closed.yml', 'empty='],
      { folder, vault, texts },
    );
    assert.equal(diagnostics, []);
    const secret = vars.get('s') ?? null;
    assert.is(textOf(secret), 'hidden');
    assert.equal(marksOf(secret), { secret: true });
    vars.delete('s');
    assert.equal(
      [...vars],
      [
        ['a', 'from-file'],
        ['b', 'two words'],
        ['c', 1],
        ['d', true],
        ['f', 1],
        ['empty', ''],
      ],
    );
  });

  test('what is no variable is an error that says how to write it', () => {
    const problems = ['word', './file.yml', '[1]', '@missing.yml', '{a: b: c}'].map((text) =>
      parseExtraVars([text], { folder }).diagnostics.map(({ code }) => code),
    );
    assert.equal(problems, [['bad-option'], ['bad-option'], ['bad-option'], ['bad-option'], ['yaml-syntax']]);
  });
});
