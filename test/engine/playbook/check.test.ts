import * as assert from 'node:assert/strict';
import type { Value } from '../../../engine/document/value.ts';
import { catalogOf } from '../../../engine/module/catalog.ts';
import { modules } from '../../../modules/registry.ts';
import { checkIncluded } from '../../../engine/playbook/check/check.ts';
import { unknownTags } from '../../../engine/playbook/check/tag_options.ts';
import { tasksOf } from '../../../engine/playbook/handlers.ts';
import { listPlays } from '../../../engine/playbook/listing.ts';
import { loadTaskFile } from '../../../engine/playbook/nodes.ts';
import { tagSelection } from '../../../engine/playbook/tags.ts';
import { describe } from '../../support/suite.ts';
import { loadFiles as load, loadTasks, told } from './support/told.ts';

type Files = Readonly<Record<string, string>>;

/** Problems of a play whose `tasks:` these are; the first task stands in line 3, column 5. */
function check(tasks: string, extraVars: Record<string, Value> = {}): string[] {
  return told(
    load({ 'site.yml': `- hosts: all\n  tasks:\n${tasks.trim().replace(/^/gm, '  ')}\n` }, extraVars),
  );
}

describe('arguments', ({ test }) => {
  test('with templates are checked when only constants and the command line decide them', () => {
    const task = '- wait_for: {port: "{{ port }}", timeout: "{{ 1 + 1 }}", delay: "{{ \'x\' }}"}';
    const wrongDelay = ['error 3:67 wait_for: Argument delay must be of type int'];
    assert.deepEqual(check(task), wrongDelay);
    assert.deepEqual(check(task, { port: 80 }), wrongDelay);
    assert.deepEqual(check(task, { port: 'web' }), [
      'error 3:22 wait_for: Argument port must be of type int',
      ...wrongDelay,
    ]);
  });

  test('may come from module_defaults or a variable, so that none is missing', () => {
    assert.deepEqual(check('- copy: {content: a}\n  module_defaults: {copy: {dest: /b}}'), []);
    assert.deepEqual(check('- copy: {content: a}\n  module_defaults: {group/files: {dest: /b}}'), []);
    assert.deepEqual(check('- copy: {content: a}\n  args: "{{ more }}"'), []);
    assert.deepEqual(check('- copy: {content: a}\n  module_defaults: {file: {mode: "0644"}}'), [
      'error 3:5 copy: Argument dest is required',
    ]);
  });

  test('in key=value text are told at the word', () => {
    assert.deepEqual(check('- file: path=/x  mood=0644 state=file'), [
      'error 3:20 file: Argument mood is unknown',
    ]);
  });

  test('that the module does not know are a warning where the run may omit them', () => {
    const task = (value: string): string => `- file: {path: /x, mood: "${value}"}`;
    assert.deepEqual(check(task('{{ item.mood | d(omit) }}')), [
      'warning 3:22 file: Argument mood is unknown',
    ]);
    assert.deepEqual(check(task('{{ item.mood }}')), ['error 3:22 file: Argument mood is unknown']);
    assert.deepEqual(check(task('omit')), ['error 3:22 file: Argument mood is unknown']);
  });

  test('that set labels of SELinux are known and not built, where a file has them', () => {
    const options = { catalog: catalogOf(modules) };
    assert.deepEqual(told(loadTasks('- copy: {content: a, dest: /x, setype: t, serole: r}', options)), [
      'warning 3:34 copy: setype is not built in, as labels of SELinux are set by nothing of ours',
      'warning 3:45 copy: serole is not built in, as labels of SELinux are set by nothing of ours',
    ]);
    assert.deepEqual(told(loadTasks('- stat: {path: /x, setype: t}', options)), [
      'error 3:22 stat has no parameter setype',
    ]);
  });

  test('that are expressions are checked as such', () => {
    assert.deepEqual(check('- assert: {that: ["a ==", b]}').length, 1);
    assert.deepEqual(check('- debug: {var: "a.b[0"}').length, 1);
    assert.deepEqual(check('- debug: {var: "a.b[0]"}'), []);
  });

  test('marked unsafe are text and no template', () => {
    assert.deepEqual(check('- debug: {msg: !unsafe "{{ never closed"}'), []);
  });
});

describe('conditions', ({ test }) => {
  test('may be booleans and lists, and braces in them are a warning', () => {
    assert.deepEqual(check('- ping:\n  when: [true, a is defined, "b"]\n  failed_when: false'), []);
    assert.deepEqual(check('- ping:\n  when: "{{ a }} == 1"'), ['warning 4:11 when holds template braces']);
  });
});

describe('a module that is not built in', ({ test }) => {
  test('is a warning when it is known or of a collection, else an error', () => {
    assert.deepEqual(check('- zypper: {name: x}\n- my.own.thing: {}\n- ansible.builtin.thing: {}'), [
      'warning 3:5 Module community.general.zypper is not built in',
      'warning 4:5 Module my.own.thing is of a collection that is not built in',
      'error 5:5 Unknown module ansible.builtin.thing',
    ]);
  });

  test('is a warning when its Python file lies in library or action_plugins beside the playbook', () => {
    for (const folder of ['library', 'action_plugins']) {
      const files = {
        'site.yml': '- hosts: all\n  tasks:\n    - own_thing: {a: 1}\n',
        [`${folder}/own_thing.py`]: '',
      };
      assert.deepEqual(told(load(files)), ['warning 3:7 Module own_thing (own_thing.py) is not built in']);
    }
  });

  test('is a warning where ansible.builtin sends on to the collection that has it now', () => {
    assert.deepEqual(check('- ansible.builtin.seboolean: {name: x, state: true}'), [
      'warning 3:5 Module ansible.posix.seboolean is not built in',
    ]);
  });
});

describe('dynamic includes', ({ test }) => {
  const broken = '- ping:\n  whne: x\n';

  test('with a literal name are checked ahead', () => {
    const files = { 'site.yml': '- hosts: all\n  tasks:\n    - include_tasks: a.yml\n', 'a.yml': broken };
    assert.deepEqual(told(load(files)), ['error 2:3 Unknown keyword whne in a task']);
  });

  test('that a condition, a loop or a rescue may pass by only warn', () => {
    for (const lines of [
      '    - include_tasks: a.yml\n      when: x\n',
      '    - include_tasks: a.yml\n      loop: "{{ x }}"\n',
      '    - block: [{ping: }]\n      rescue:\n        - include_tasks: a.yml\n',
      '    - when: x\n      block:\n        - include_tasks: a.yml\n',
    ]) {
      const files = { 'site.yml': `- hosts: all\n  tasks:\n${lines}`, 'a.yml': broken };
      assert.deepEqual(told(load(files)), ['warning 2:3 Unknown keyword whne in a task'], lines);
    }
  });

  test('over a list that is written down are not passed by', () => {
    const site = '- hosts: all\n  tasks:\n    - include_tasks: a.yml\n      loop: [1]\n';
    assert.deepEqual(told(load({ 'site.yml': site, 'a.yml': broken })), [
      'error 2:3 Unknown keyword whne in a task',
    ]);
  });

  test('that include themselves are checked once', () => {
    const files = {
      'site.yml': '- hosts: all\n  tasks:\n    - include_tasks: a.yml\n',
      'a.yml': '- include_tasks: a.yml\n  when: more\n',
    };
    assert.deepEqual(told(load(files)), []);
  });

  test('with a templated name are checked when the run has read them', () => {
    const { plays, loading, problems } = load({
      'site.yml': '- hosts: all\n  tasks:\n    - include_tasks: "{{ f }}"\n',
      'a.yml': `${broken}  notify: nobody\n`,
    });
    assert.deepEqual(problems, []);
    const [task] = tasksOf(plays[0]?.tasks ?? []);
    assert.ok(task);
    checkIncluded(loadTaskFile({ task, name: 'a.yml' }, loading) ?? [], loading);
    assert.deepEqual(told({ problems: loading.takeProblems() }), [
      'error 2:3 Unknown keyword whne in a task',
      'warning 3:11 Unknown handler nobody',
    ]);
  });
});

describe('arguments of a role', ({ test }) => {
  const role = {
    'roles/web/meta/argument_specs.yml':
      'argument_specs: {main: {options: {size: {type: int, required: true}, sites: {type: list, elements: dict, options: {name: {required: true}}}}}}\n',
    'roles/free/defaults/main.yml': 'taggs: 1\n',
  };
  const use = (roles: string): string[] =>
    told(load({ 'site.yml': `- hosts: all\n  roles:\n    - ${roles}\n`, ...role }));

  test('are checked where they are written, none is missing yet', () => {
    assert.deepEqual(use('web'), []);
    assert.deepEqual(use('{role: web, size: "80"}'), []);
    assert.deepEqual(use('{role: web, size: "{{ p }}"}'), []);
    assert.deepEqual(use('{role: web, size: http}'), ['error 3:25 Argument size must be of type int']);
    assert.deepEqual(use('{role: web, vars: {sites: [{nme: a}]}}'), [
      'error 3:35 Argument nme is unknown',
      'error 3:34 Argument name is required in sites.0',
    ]);
  });

  test('are only warned of when a condition may skip the role', () => {
    assert.deepEqual(use('{role: web, size: http, when: x}'), [
      'warning 3:25 Argument size must be of type int',
    ]);
  });

  test('that the spec does not know are refused, as ansible-core refuses them', () => {
    assert.deepEqual(use('{role: web, colour: red}'), ['error 3:19 Argument colour is unknown']);
  });

  test('that look like misspelt keywords are warned of, but not those that the role knows', () => {
    assert.deepEqual(use('{role: free, tagz: [a], taggs: 2}'), [
      'warning 3:20 tagz is taken as a variable for role free',
    ]);
  });
});

describe('notify', ({ test }) => {
  const role = {
    'roles/web/handlers/main.yml': '- name: "restart {{ web_name }}"\n  ping:\n  listen: web changed\n',
    'roles/web/defaults/main.yml': 'web_name: nginx\n',
  };
  const play = (notify: string, more = ''): Files => ({
    'site.yml': `- hosts: all\n  roles: [web]\n  tasks:\n    - ping:\n      notify: ${notify}\n${more}`,
    ...role,
  });

  test('reaches handlers by name, by role and name, and by topic', () => {
    for (const name of ['restart nginx', '"web : restart nginx"', 'web changed', '"web : web changed"'])
      assert.deepEqual(told(load(play(name))), [], name);
    assert.deepEqual(told(load(play('restart ngnix'))), ['error 5:15 Unknown handler restart ngnix']);
  });

  test('of an unknown handler is a warning where the task may be passed by', () => {
    for (const more of ['when: x', 'loop: "{{ y }}"', 'ignore_errors: true'])
      assert.deepEqual(check(`- ping:\n  notify: nobody\n  ${more}`), [
        'warning 4:13 Unknown handler nobody',
      ]);
  });

  test('of an unknown handler is a warning when an include may bring it', () => {
    const include = '    - include_role: {name: "{{ r }}"}\n';
    assert.deepEqual(told(load(play('nobody', include))), ['warning 5:15 Unknown handler nobody']);
  });

  test('in a task of one play does not reach the handlers of another', () => {
    const files = {
      'site.yml':
        '- hosts: all\n  handlers: [{name: h, ping: }]\n- hosts: all\n  tasks: [{ping: , notify: h}]\n',
    };
    assert.deepEqual(told(load(files)), ['error 4:28 Unknown handler h']);
  });
});

describe('problems', ({ test }) => {
  test('of a file that is used several times are told once', () => {
    const files = {
      'site.yml': '- hosts: all\n  tasks:\n    - import_tasks: a.yml\n    - import_tasks: a.yml\n',
      'a.yml': '- png:\n',
    };
    assert.equal(load(files).problems.length, 1);
  });

  test('in an encrypted file are told without its text', () => {
    const files = {
      'site.yml': '- hosts: all\n  vars_files: [secret.yml]\n',
      'secret.yml': '$ANSIBLE_VAULT;1.1;AES256\n6162\n',
    };
    assert.deepEqual(told(load(files)), [
      'error 1:1 File secret.yml is encrypted and no vault secret was given',
    ]);
  });
});

describe('tags of the command line', ({ test }) => {
  test('that no task bears are a warning with the nearest name', () => {
    const { plays, loading } = load({
      'site.yml': '- hosts: all\n  tags: base\n  tasks: [{ping: , tags: "worker, {{ t }}"}]\n',
    });
    const listed = listPlays(plays, tagSelection([], []), loading);
    const found = unknownTags(listed, tagSelection(['wroker,all', 'base'], ['never']));
    assert.deepEqual(
      found.map(({ summary, detail }) => [summary, detail]),
      [['No task has the tag wroker', 'Did you mean worker?']],
    );
  });
});
