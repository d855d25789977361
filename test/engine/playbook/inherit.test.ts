import * as assert from 'node:assert/strict';
import path from 'node:path';
import { isDict, type Value } from '../../../engine/document/value.ts';
import { handlersOf, tasksOf } from '../../../engine/playbook/handlers.ts';
import {
  conditionsOf,
  effectiveKeyword,
  environmentOf,
  moduleDefaultsOf,
  roleOf,
  tagsOf,
} from '../../../engine/playbook/inherit.ts';
import { listPlays, tagsOfNode, writtenName } from '../../../engine/playbook/listing.ts';
import type { Located, Play, Task } from '../../../engine/playbook/model.ts';
import { loadTaskFile } from '../../../engine/playbook/nodes.ts';
import { tagSelection } from '../../../engine/playbook/tags.ts';
import { describe } from '../../support/suite.ts';
import { type LoadedForTest, loadAndCheck } from './support/load.ts';
import { loadFiles } from './support/told.ts';
import { project } from './support/project.ts';

const files = {
  'site.yml': '- import_playbook: play.yml\n  when: imported\n  tags: [outer]\n',
  'play.yml': `
- hosts: all
  become: true
  become_user: ann
  tags: play
  environment: {A: play}
  module_defaults: {ping: {data: play}}
  roles:
    - role: web
      tags: [web]
      when: is_web
      become_user: bob
  tasks:
    - name: Block
      when: [one, two]
      environment: [{B: block}, "{{ c }}"]
      tags: "b1, b2"
      block:
        - name: In a block
          ping:
          when: three
          become_user: eve
          environment: {A: task}
          tags: [t]
        - name: Include
          include_tasks: late.yml
          when: four
          tags: [inc]
  handlers:
    - name: own
      ping:
`,
  'late.yml': '- name: Late\n  ping:\n  module_defaults: {ping: {data: late}}\n',
  'roles/web/tasks/main.yml': '- name: Web\n  ping:\n- import_role: {name: sub}\n',
  'roles/web/meta/main.yml': 'dependencies: [{role: base, when: is_base}]\n',
  'roles/web/handlers/main.yml': '- name: web\n  ping:\n',
  'roles/base/tasks/main.yml': '- name: Base\n  ping:\n  become_user: carl\n',
  'roles/base/handlers/main.yml': '- name: base\n  ping:\n',
  'roles/sub/tasks/main.yml': '- name: "Sub {{ x }}"\n  ping:\n  tags: ["{{ more }}"]\n',
  'roles/sub/vars/main.yml': 'more: [m1, m2]\n',
  'roles/sub/handlers/main.yml': '- name: sub\n  ping:\n',
};

function load(): LoadedForTest & { readonly play: Play; readonly named: (name: string) => Task } {
  const loaded = loadAndCheck(path.join(project(files), 'site.yml'));
  const [play] = loaded.plays;
  assert.ok(play);
  const tasks = tasksOf([...play.roles, ...play.tasks]);
  const named = (name: string): Task => {
    const found = tasks.find((task) => writtenName(task) === name);
    assert.ok(found, name);
    return found;
  };
  return { ...loaded, play, named };
}

const values = (located: readonly Located[]): Value[] => located.map(({ value }) => value);
const plain = (located: readonly Located[]): unknown[] =>
  values(located).map((value) => (isDict(value) ? (Object.fromEntries(value) as unknown) : value));

describe('a task inherits', ({ test }) => {
  test('the nearest value of a keyword', () => {
    const { named } = load();
    const user = (name: string): Value | undefined => effectiveKeyword(named(name), 'become_user')?.value;
    assert.deepEqual(
      [user('In a block'), user('Include'), user('Web'), user('Base')],
      ['eve', 'ann', 'bob', 'carl'],
    );
    assert.equal(effectiveKeyword(named('Web'), 'become')?.value, true);
    assert.equal(effectiveKeyword(named('Web'), 'register'), undefined);
  });

  test('all conditions, outermost first, of the import of its play and of the role that depends on its role', () => {
    const { named } = load();
    assert.deepEqual(values(conditionsOf(named('In a block'))), ['imported', 'one', 'two', 'three']);
    assert.deepEqual(values(conditionsOf(named('Base'))), ['imported', 'is_web', 'is_base']);
  });

  test('tags, split at commas', () => {
    const { named } = load();
    assert.deepEqual(values(tagsOf(named('In a block'))), ['outer', 'play', 'b1', 'b2', 't']);
  });

  test('environments and module defaults, outermost first', () => {
    const { named } = load();
    assert.deepEqual(plain(environmentOf(named('In a block'))), [
      { A: 'play' },
      { B: 'block' },
      '{{ c }}',
      { A: 'task' },
    ]);
    assert.equal(moduleDefaultsOf(named('In a block')).length, 1);
  });

  test('from where its dynamic include stands, but not from the include', () => {
    const { named, loading } = load();
    const [late] = tasksOf(loadTaskFile({ task: named('Include'), name: 'late.yml' }, loading) ?? []);
    assert.ok(late);
    assert.deepEqual(values(conditionsOf(late)), ['imported', 'one', 'two']);
    assert.deepEqual(values(tagsOf(late)), ['outer', 'play', 'b1', 'b2']);
    assert.equal(moduleDefaultsOf(late).length, 2);
  });

  test('its role', () => {
    const { named } = load();
    assert.equal(roleOf(named('Sub {{ x }}'))?.role.name, 'sub');
    assert.equal(roleOf(named('In a block')), undefined);
  });
});

describe('a play', ({ test }) => {
  test('has the handlers of its roles, its own, and those of imported roles, in this order', () => {
    const { play } = load();
    assert.deepEqual(handlersOf(play).map(writtenName), ['base', 'web', 'sub', 'own']);
  });

  test('lists its tasks with roles and tags, and only those that are selected', () => {
    const { play, plays, loading, named } = load();
    const list = (only: string[], skip: string[] = []): string[] =>
      listPlays(plays, tagSelection(only, skip), loading).flatMap(({ tasks }) =>
        tasks.map(({ name }) => name),
      );
    assert.deepEqual(list([]), ['base : Base', 'web : Web', 'sub : Sub {{ x }}', 'In a block', 'Include']);
    assert.deepEqual(list(['m2']), ['sub : Sub {{ x }}']);
    assert.deepEqual(list(['web'], ['m1']), ['base : Base', 'web : Web']);
    assert.deepEqual(tagsOfNode(named('Sub {{ x }}'), loading), ['m1', 'm2', 'outer', 'play', 'web']);
    assert.deepEqual(tagsOfNode(play, loading), ['outer', 'play']);
  });

  test('lists hosts and names of plays with their templates evaluated, where no host is needed for that', () => {
    const { plays, loading } = loadFiles({
      'site.yml': `
- hosts: ["{{ where | default('web') }}", "!old"]
  name: For {{ where | default('web') }}
- hosts: "{{ elsewhere }}"
`,
    });
    assert.deepEqual(
      listPlays(plays, tagSelection([], []), loading).map(({ patterns, name }) => [patterns, name]),
      [
        [['web', '!old'], 'For web'],
        [['{{ elsewhere }}'], '{{ elsewhere }}'],
      ],
    );
  });

  test("lists the check of a role's arguments after the roles that it depends on, unless it is told not to be", () => {
    const specs = 'argument_specs:\n  main: {options: {a: {}}}\n  other: {short_description: More}\n';
    const { plays, loading } = loadFiles({
      'site.yml': `
- hosts: all
  roles: [{role: web, tags: w}]
  tasks:
    - import_role: {name: web, tasks_from: other}
    - import_role: {name: web, rolespec_validate: false}
`,
      'roles/web/meta/main.yml': 'dependencies: [dep]\n',
      'roles/web/meta/argument_specs.yml': specs,
      'roles/web/tasks/main.yml': '- debug:\n',
      'roles/web/tasks/other.yml': '- debug:\n',
      'roles/dep/meta/argument_specs.yml': specs,
      'roles/dep/tasks/main.yml': '- debug:\n',
    });
    const list = (only: string[], skip: string[] = []): string[] =>
      listPlays(plays, tagSelection(only, skip), loading).flatMap(({ tasks }) =>
        tasks.map(({ name, tags }) => `${name} [${tags.join(', ')}]`),
      );
    const checkOf = (role: string, entry: string): string =>
      `${role} : Validating arguments against arg spec '${entry.replace(/^\w+/, "$&'")}`;
    const shared = checkOf('dep', 'main');
    const [main, other] = [checkOf('web', 'main'), checkOf('web', 'other - More')];
    assert.deepEqual(list(['w']), [
      `${shared} [always, w]`,
      'debug [w]',
      `${main} [always, w]`,
      'debug [w]',
      `${shared} [always]`,
      `${other} [always]`,
      `${shared} [always]`,
    ]);
    assert.deepEqual(list([], ['always']), ['debug [w]', 'debug [w]', ...Array<string>(4).fill('debug []')]);
  });
});
