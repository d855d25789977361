// What `hardway doc` says that a module registers, held against what it does register.
import * as assert from 'uvu/assert';
import { makeConnections } from '../../engine/connection/connections.ts';
import type { Connections } from '../../engine/connection/contract.ts';
import { toData } from '../../engine/module/data.ts';
import type { Kind } from '../../engine/module/kinds.ts';
import { modules } from '../../modules/registry.ts';
import { play } from '../support/play_here.ts';
import { describe } from '../support/suite.ts';

type Declared = Readonly<Record<string, Kind<unknown>>>;

/** The engine's own. */
const ofEngine = new Set(['changed', 'failed', 'warnings', 'diff']);

/** Names that are registered and not declared, at any depth that is declared. */
function undeclared(told: unknown, declared: Declared, above = ''): string[] {
  return Object.entries(told as object).flatMap(([name, value]) => {
    const kind = declared[name];
    if (kind === undefined) return above === '' && ofEngine.has(name) ? [] : [`${above}${name}`];
    const inside = kind.options ?? kind.elements?.options;
    if (inside === undefined) return [];
    return [value].flat().flatMap((one) => undeclared(one, inside, `${above}${name}.`));
  });
}

const prepared = `
- hosts: all
  gather_facts: false
  tasks:
    - {tempfile: {state: directory}, register: f}
    - {file: {path: "{{ f.path }}/out", state: directory}}
    - {copy: {content: x, dest: "{{ f.path }}/x"}}
    - {file: {src: x, dest: "{{ f.path }}/link", state: link}}
    - {command: "tar -cf {{ f.path }}/a.tar -C {{ f.path }} x"}
`;
const shown: readonly (readonly [name: string, params: string, expected: readonly string[]])[] = [
  [
    'get_url',
    '{url: "http://127.0.0.1:1/x", dest: "{{ f.path }}/x"}',
    ['status_code', 'msg', 'elapsed', 'dest', 'url'],
  ],
  [
    'unarchive',
    '{src: "{{ f.path }}/a.tar", dest: "{{ f.path }}/out", remote_src: true, list_files: true}',
    ['handler', 'files'],
  ],
  ['stat', '{path: "{{ f.path }}/x"}', ['stat']],
  ['stat', '{path: "{{ f.path }}/link"}', ['stat']],
  ['slurp', '{src: "{{ f.path }}/x"}', ['content', 'encoding', 'source']],
  ['user', '{name: root}', ['uid', 'group', 'home', 'shell', 'move_home']],
  ['user', '{name: hardway_nobody, state: absent}', ['name', 'state', 'force', 'remove']],
  ['group', '{name: root}', ['gid', 'name', 'state', 'system']],
  ['ping', '{}', ['ping']],
  ['find', '{paths: "{{ f.path }}"}', ['files', 'matched', 'examined', 'skipped_paths', 'msg']],
  ['pause', '{seconds: 0}', ['user_input', 'start', 'stop', 'delta', 'stdout', 'echo']],
];

describe('modules/declared_returns', ({ test, setup, teardown }) => {
  let connections: Connections;
  setup(() => {
    connections = makeConnections();
  });
  teardown(() => connections.closeAll());

  test('hardway doc tells each name that these modules register', async () => {
    const tasks = shown.map(([name, params], index) => `    - {name: "task ${index}", ${name}: ${params}}\n`);
    const last = '    - {file: {path: "{{ f.path }}", state: absent}}\n';
    const { result } = await play(`${prepared}${tasks.join('')}${last}`, {
      connections,
      extraVars: ['ansible_connection=local'],
    });
    for (const [index, [name, , expected]] of shown.entries()) {
      const { values } = result('one', `task ${index}`);
      const declared = modules.find((module) => module.name === name)?.returns ?? {};
      assert.equal(undeclared(toData(values), declared), [], name);
      assert.equal(
        expected.filter((one) => !values.has(one)),
        [],
        name,
      );
    }
  });
});
