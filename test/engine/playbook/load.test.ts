import * as assert from 'node:assert/strict';
import path from 'node:path';
import { dict, type Value } from '../../../engine/document/value.ts';
import { argumentNames, specOfUse } from '../../../engine/playbook/arguments.ts';
import type { Action, Play, Task } from '../../../engine/playbook/model.ts';
import { tasksOf } from '../../../engine/playbook/handlers.ts';
import { loadRole, loadTaskFile } from '../../../engine/playbook/nodes.ts';
import { describe } from '../../support/suite.ts';
import { type LoadedForTest, loadAndCheck } from './support/load.ts';
import { outline, outlineOfPlay } from './support/outline.ts';
import { project } from './support/project.ts';

/** Loads `site.yml` of a project; there must be no problem. */
function load(files: Readonly<Record<string, string>>, extraVars: Record<string, Value> = {}): LoadedForTest {
  const folder = project(files);
  const loaded = loadAndCheck(path.join(folder, 'site.yml'), { extraVars: dict(extraVars) });
  assert.deepEqual(
    loaded.problems.map(({ summary, position }) => `${position?.line ?? 0}: ${summary}`),
    [],
  );
  return loaded;
}

function onlyPlay({ plays }: LoadedForTest): Play {
  const [play] = plays;
  assert.ok(play && plays.length === 1);
  return play;
}

/** The tasks of a play's `tasks:`, written as a list below it. */
function tasks(text: string): readonly Task[] {
  const playbook = `- hosts: all\n  tasks:\n${text.replace(/^/gm, '    ')}`;
  const play = onlyPlay(load({ 'site.yml': playbook, 'files/a': '' }));
  return tasksOf(play.tasks);
}

function actions(text: string): readonly Action[] {
  return tasks(text).map(({ action }) => action);
}

const shown = ({ module, args, freeForm }: Action): unknown => [
  module,
  Object.fromEntries(args),
  freeForm?.value ?? null,
];

describe('a playbook', ({ test }) => {
  test('becomes plays with their lists of tasks in order', () => {
    const loaded = load({
      'site.yml': `
- name: First
  hosts: [web, db]
  user: ann
  pre_tasks: [{ping: }]
  tasks: [{debug: {msg: a}, name: Say}]
  post_tasks: [{ping: , tags: [late]}]
  handlers: [{debug: {msg: h}, name: h}]
- hosts: web,db
`,
    });
    const [first, second] = loaded.plays;
    assert.ok(first && second);
    assert.equal(first.name, 'First');
    assert.equal(second.name, 'web,db');
    assert.deepEqual([...first.keywords.keys()], ['remote_user']);
    assert.deepEqual(outlineOfPlay(first), ['ping', 'debug "Say"', 'ping [tags]', 'debug "h" (handler)']);
  });

  test('imports other playbooks with their variables and tags, outermost first', () => {
    const { plays } = load(
      {
        'site.yml': "- import_playbook: 'sub/{{ which }}.yml'\n  tags: outer\n",
        'sub/one.yml': '- import_playbook: two.yml\n  vars: {a: 1}\n',
        'sub/two.yml': '- hosts: all\n',
      },
      { which: 'one' },
    );
    assert.deepEqual(
      plays[0]?.importedWith.map(({ keywords }) => [...keywords.keys()]),
      [['tags'], ['vars']],
    );
    assert.ok(plays[0].file.endsWith('sub/two.yml'));
  });
});

describe('a task', ({ test }) => {
  test('takes arguments as a dict, as key=value, by action and by local_action', () => {
    const [asDict, asText, byAction, byDict, local] = tasks(`
- copy: {src: a, dest: /b}
- copy: src=a dest="/b c"
- action: copy src=a dest=/b
- action: {module: copy, src: a, dest: /b}
- local_action: command echo hi
`);
    assert.ok(asDict && asText && byAction && byDict && local);
    const expected = ['copy', { src: 'a', dest: '/b' }, null];
    assert.deepEqual(shown(asDict.action), expected);
    assert.deepEqual(shown(asText.action), ['copy', { src: 'a', dest: '/b c' }, null]);
    assert.deepEqual(shown(byAction.action), expected);
    assert.deepEqual(shown(byDict.action), expected);
    assert.deepEqual(shown(local.action), ['command', {}, 'echo hi']);
    assert.equal(local.keywords.get('delegate_to')?.value, 'localhost');
  });

  test('joins args below the arguments beside the module, and keeps free text apart', () => {
    const found = actions(`
- command: ls -l "a b" chdir=/tmp
  args: {chdir: /home, creates: /x}
- shell: |
    echo one
    echo two=2
- include_vars: file.yml
- set_fact: a=1 b='two words'
`);
    assert.deepEqual(found.map(shown), [
      ['command', { chdir: '/tmp', creates: '/x' }, 'ls -l "a b"'],
      ['shell', {}, 'echo one\necho two=2\n'],
      ['include_vars', {}, 'file.yml'],
      ['set_fact', { a: '1', b: 'two words' }, null],
    ]);
  });

  test('may take all arguments from a variable', () => {
    const [byArgs, byText] = actions(`
- copy: {dest: /b}
  args: "{{ options }}"
- copy: "{{ options }}"
`);
    assert.equal(byArgs?.variableArgs?.value, '{{ options }}');
    assert.equal(byText?.variableArgs?.value, '{{ options }}');
  });

  test('finds its module by full name and in the collections of the play', () => {
    const found = actions(`
- ansible.builtin.copy: {dest: /b, src: a}
- ansible.legacy.copy: {dest: /b, src: a}
- test.tools.ping:
`);
    assert.deepEqual(
      found.map(({ written, module }) => [written, module]),
      [
        ['ansible.builtin.copy', 'copy'],
        ['ansible.legacy.copy', 'copy'],
        ['test.tools.ping', 'ping'],
      ],
    );
  });

  test('keeps its loop apart from its keywords', () => {
    const [loop, items] = tasks(`
- debug: {msg: "{{ item }}"}
  loop: [1, 2]
- debug: {msg: "{{ item }}"}
  with_items: [1, 2]
`);
    assert.equal(loop?.loop?.kind, 'loop');
    assert.equal(items?.loop?.lookup, 'items');
    assert.equal(items.keywords.size, 0);
  });

  test('knows where it, its module and its arguments stand', () => {
    const [task] = tasks('- name: x\n  copy:\n    src: a\n    dest: /b');
    assert.deepEqual([task?.position.line, task?.position.column], [3, 7]);
    assert.deepEqual([task?.action.position.line, task?.action.position.column], [4, 7]);
    assert.match(task?.id ?? '', /site\.yml:3$/);
  });
});

describe('blocks and imports', ({ test }) => {
  test('nest, and an import becomes a block with the keywords of the import', () => {
    const play = onlyPlay(
      load({
        'site.yml': `
- hosts: all
  tasks:
    - name: Outer
      when: a is defined
      block:
        - import_tasks: tasks/one.yml
          tags: [t]
      rescue:
        - debug: {msg: no}
      always:
        - debug: {msg: yes}
`,
        'tasks/one.yml': '- import_tasks: two.yml\n- ping:\n',
        'tasks/two.yml': '- debug: {msg: two}\n',
      }),
    );
    assert.deepEqual(outline(play.tasks), [
      'block [when]',
      '  import [tags]',
      '    import',
      '      debug',
      '    ping',
      'rescue [when]',
      '  debug',
      'always [when]',
      '  debug',
    ]);
  });

  test('evaluate the name of an import with variables that are known before the run', () => {
    const files = {
      'site.yml':
        '- hosts: all\n  vars: {a: one}\n  vars_files: [v.yml]\n  tasks:\n' +
        '    - import_tasks: "{{ a }}{{ b }}{{ c }}.yml"\n      vars: {c: three}\n',
      'v.yml': 'b: two\n',
      'onetwothree.yml': '- ping:\n',
    };
    assert.deepEqual(outline(onlyPlay(load(files)).tasks), ['import [vars]', '  ping']);
  });
});

describe('a role', ({ test }) => {
  const files = {
    'site.yml':
      '- hosts: all\n  roles:\n    - web\n    - {role: base, tags: [b], color: red}\n' +
      '  tasks:\n    - import_role: {name: web, tasks_from: extra}\n      when: x is defined\n',
    'roles/web/meta/main.yml': 'dependencies: [{role: base, size: 3}]\nallow_duplicates: true\n',
    'roles/web/tasks/main.yml': '- import_tasks: sub/a.yml\n- include_tasks: b.yml\n',
    'roles/web/tasks/sub/a.yml': '- import_tasks: c.yml\n- import_tasks: b.yml\n',
    'roles/web/tasks/sub/c.yml': '- debug: {msg: c}\n',
    'roles/web/tasks/b.yml': '- debug: {msg: b}\n',
    'roles/web/tasks/extra.yaml': '- debug: {msg: extra}\n',
    'roles/web/handlers/main.yml': '- name: reload\n  ping:\n',
    'roles/web/defaults/main/a.yml': 'a: 1\n',
    'roles/web/defaults/main/b.json': '{"b": 2}\n',
    'roles/web/vars/main.yaml': 'c: 3\n',
    'roles/base/tasks/main': '- ping:\n',
    'roles/base/meta/argument_specs.yml': 'argument_specs: {main: {options: {color: {}, size: {}}}}\n',
  };

  test('brings dependencies, tasks and handlers, each use its own', () => {
    const play = onlyPlay(load(files));
    const web = [
      '  role base(size)',
      '    ping',
      '  import',
      '    import',
      '      debug',
      '    import',
      '      debug',
      '  include_tasks',
      '  ping "reload" (handler)',
    ];
    assert.deepEqual(outline(play.roles), ['role web', ...web, 'role base(color) [tags]', '  ping']);
    assert.deepEqual(outline(play.tasks), [
      'role web [when]',
      '  role base(size)',
      '    ping',
      '  debug',
      '  ping "reload" (handler)',
    ]);
  });

  test('has its variables from files and folders, and its argument spec', () => {
    const [web, base] = onlyPlay(load(files)).roles;
    assert.deepEqual(
      [...(web?.role.defaults ?? [])],
      [
        ['a', 1],
        ['b', 2],
      ],
    );
    assert.deepEqual([...(web?.role.vars ?? [])], [['c', 3]]);
    assert.equal(web?.role.allowDuplicates, true);
    assert.ok(base);
    assert.deepEqual(argumentNames(specOfUse(base)?.options ?? new Map<string, Value>()), ['color', 'size']);
    assert.equal(base.role.allowDuplicates, false);
  });

  test('used twice with equal parameters has one identity, with others another', () => {
    const play = onlyPlay(
      load({
        'site.yml': '- hosts: all\n  roles: [a, a, {role: a, x: 1}, {role: a, tags: t}]\n',
        'roles/a/tasks/main.yml': '- ping:\n',
      }),
    );
    const [first, second, third, fourth] = play.roles.map(({ identity }) => identity);
    assert.equal(first, second);
    assert.equal(new Set([second, third, fourth]).size, 3);
  });

  test('is found in roles_path, in a collection and beside the role that depends on it', () => {
    const elsewhere = project({
      'paths/one/tasks/main.yml': '- ping:\n',
      'paths/one/meta/main.yml': 'dependencies: [two]\n',
      'paths/two/tasks/main.yml': '- ping:\n',
      'ansible_collections/my/tools/roles/three/tasks/main.yml': '- ping:\n',
    });
    const folder = project({
      'site.yml': '- hosts: all\n  collections: [my.tools]\n  roles: [one, my.tools.three, three]\n',
    });
    const { plays, problems } = loadAndCheck(path.join(folder, 'site.yml'), {
      rolesPath: [path.join(elsewhere, 'paths')],
      collectionsPath: [elsewhere],
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      plays[0]?.roles.map(({ role }) => role.fullName),
      ['one', 'my.tools.three', 'my.tools.three'],
    );
  });

  test('is called as it was asked for, and by its last name where that is a path from the folder of the call', () => {
    const elsewhere = project({ 'loose/tasks/main.yml': '- ping:\n' });
    const kept = path.resolve(import.meta.dirname, '../../oracle/corpus/site/roles/shelf/kept');
    const away = path.relative(process.cwd(), kept);
    const folder = project({
      'site.yml':
        `- hosts: all\n  roles: [web/front, ./roles/web/front, ${elsewhere}/loose, ${away}]\n` +
        '  tasks: [{command: "true", notify: "web/front : again"}]\n',
      'roles/web/front/tasks/main.yml': '- ping:\n',
      'roles/web/front/handlers/main.yml': '- {name: again, ping: }\n',
    });
    const { plays, problems } = loadAndCheck(path.join(folder, 'site.yml'));
    assert.deepEqual(problems, []);
    assert.deepEqual(
      plays[0]?.roles.map(({ role }) => [role.name, role.fullName]),
      ['web/front', './roles/web/front', `${elsewhere}/loose`, 'kept'].map((name) => [name, name]),
    );
    const identities = plays.flatMap(({ roles }) => roles.map(({ identity }) => identity));
    assert.equal(new Set(identities).size, 4);
  });

  test('and a task file are loaded late for a dynamic include, with what stands under apply', () => {
    const loaded = load({
      ...files,
      'site.yml': `
- hosts: all
  tasks:
    - include_role: {name: "{{ r }}", apply: {tags: [x]}, public: true}
    - include_tasks: "{{ f }}"
`,
      'late.yml': '- ping:\n',
    });
    const [byRole, byFile] = tasksOf(onlyPlay(loaded).tasks);
    assert.ok(byRole && byFile);
    const role = loadRole({ task: byRole, name: 'base' }, loaded.loading);
    assert.ok(role?.kind === 'block');
    assert.deepEqual(outline([role]), ['import [tags]', '  role base', '    ping']);
    assert.deepEqual(outline(loadTaskFile({ task: byFile, name: 'late.yml' }, loaded.loading) ?? []), [
      'ping',
    ]);
    assert.equal(loadTaskFile({ task: byFile, name: 'none.yml' }, loaded.loading), undefined);
    assert.deepEqual(
      loaded.loading.takeProblems().map(({ code, position }) => [code, position?.line]),
      [['file-not-found', 5]],
    );
  });

  test('that is broken tells its mistakes every time it is loaded late', () => {
    const loaded = load({
      'site.yml':
        '- hosts: all\n  tasks:\n    - include_tasks: "{{ f }}"\n    - include_role: {name: "{{ r }}"}\n',
      'syntax.yml': '- ping: [\n',
      'keyword.yml': '- ping:\n  whne: x\n',
      'roles/bad/vars/main.yml': '- a\n',
    });
    const [byFile, byRole] = tasksOf(onlyPlay(loaded).tasks);
    assert.ok(byFile && byRole);
    const { loading } = loaded;
    const codes = (): string[] => loading.takeProblems().map(({ code }) => code);
    for (const time of ['first', 'second']) {
      assert.equal(loadTaskFile({ task: byFile, name: 'syntax.yml' }, loading), undefined, time);
      assert.deepEqual(codes(), ['yaml-syntax'], time);
      loadTaskFile({ task: byFile, name: 'keyword.yml' }, loading);
      assert.deepEqual(codes(), ['unknown-keyword'], time);
      loadRole({ task: byRole, name: 'bad' }, loading);
      assert.deepEqual(codes(), ['wrong-type'], time);
    }
  });
});
