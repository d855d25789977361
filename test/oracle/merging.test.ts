// hash_behaviour=merge by ansible-playbook and by us: what every level makes of a dict.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { withEnvironment } from '../support/environment.ts';
import { describe } from '../support/suite.ts';
import { writeFiles } from './files.ts';
import { ranByBoth } from './ran_by_both.ts';
import { oracleMissing } from './venv.ts';

const keep = (name: string): string =>
  `- copy: {content: "{{ [d, e, g] | to_json }}\\n", dest: "{{ out }}/{{ inventory_hostname }}_${name}"}`;

const files = {
  hosts: 'h1 g={"line":1}\n[web]\nh1\nh2\n[all:vars]\nansible_connection=local\ng={"all_line":1}\n',
  'group_vars/all/a.yml': 'd: {all: 1, l: [1]}\ne: {all: 1}\ng: {all_file: 1}\n',
  'group_vars/all/b.yml': 'd: {all_b: 1, sub: {b: 1, same: b}}\n',
  'group_vars/web.yml': 'd: {web: 1, sub: {web: {deep: 1}}}\ne: {web: 1}\n',
  'host_vars/h1.yml': 'd: {h1: 1, l: [2]}\ne: text\ng: {h1_file: 1}\n',
  'vars.yml': 'd: {vars_file: 1}\n',
  'one.yml': 'e: {one: 1, in: {x: 1}}\n',
  'two.yml': 'e: {two: 1, in: {y: 1}}\n',
  'roles/r/defaults/main.yml': 'd: {default: 1, all: 0}\n',
  'roles/r/vars/main.yml': 'd: {role: 1, sub: {same: role}}\n',
  'roles/r/meta/main.yml': 'dependencies: [dep]\n',
  'roles/dep/vars/main.yml': 'd: {dep: 1}\n',
  'roles/r/tasks/main.yml': keep('role'),
  'play.yml': `
- hosts: all
  gather_facts: false
  vars: {d: {play: 1, sub: {same: play}}}
  vars_files: [vars.yml]
  roles: [{role: r, d: {param: 1}}]
  tasks:
    - ${keep('task').slice(2)}
      vars: {d: {task: 1, all: {was: number}}}
    - vars: {d: {block: 1}}
      block:
        - ${keep('block').slice(2)}
        - ${keep('inner').slice(2)}
          vars: {d: {inner: 1}}
    - set_fact: {d: {fact: 1}}
    - set_fact: {d: {fact_two: 1}}
    - ${keep('facts').slice(2)}
    - include_vars: one.yml
    - include_vars: two.yml
    - ${keep('included').slice(2)}
    - copy: {content: "{{ hostvars.h1.d | to_json }}\\n", dest: "{{ out }}/{{ inventory_hostname }}_hostvars"}
`,
};

const names = ['role', 'task', 'block', 'inner', 'facts', 'included', 'hostvars'];

describe(
  'oracle/merging',
  ({ test, setup, teardown }) => {
    let folder = '';
    let undo: () => void;
    setup(() => {
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hardway-merging-')));
      writeFiles(folder, files);
      undo = withEnvironment({ ANSIBLE_HASH_BEHAVIOUR: 'merge', ANSIBLE_PIPELINING: '1' });
    });
    teardown(() => {
      undo();
      rmSync(folder, { recursive: true, force: true });
    });

    test('dicts of all levels become one as under ansible-playbook', async () => {
      const outs = [path.join(folder, 'theirs'), path.join(folder, 'ours')] as const;
      for (const out of outs) mkdirSync(out);
      const extra = ['-i', path.join(folder, 'hosts'), '-e', '{"e": {"x": 1}}', '-e', '{"e": {"y": 1}}'];
      const [theirs, ours] = await ranByBoth(folder, 'play.yml', outs, ...extra);
      assert.equal([theirs.code, ours.code], [0, 0], theirs.output + ours.stderr);
      for (const name of names)
        for (const host of ['h1', 'h2']) {
          const [expected, made] = outs.map((out) => readFileSync(path.join(out, `${host}_${name}`), 'utf8'));
          assert.is(made, expected, `${host} ${name}`);
        }
    });
  },
  { unless: oracleMissing() },
);
