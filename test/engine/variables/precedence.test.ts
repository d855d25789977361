// Every level of precedence against every other (S3 issue: Ansible's precedence). One site gives every level a source;
// a test picks two of them to set the variable, and the higher one must be seen.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { pythonStr } from '../../../engine/document/python_text.ts';
import { dict, type Dict, type Value } from '../../../engine/document/value.ts';
import { loadInventory } from '../../../engine/inventory/load.ts';
import type { Host } from '../../../engine/inventory/model.ts';
import type { Scope } from '../../../engine/template/api.ts';
import { RunVariables } from '../../../engine/variables/run_variables.ts';
import { describe } from '../../support/suite.ts';
import { makeBlock, makePlay, makeRole, makeTask } from './fixtures.ts';

/** Lowest first: Ansible's list, with each level that we tell apart. */
const levels = [
  'defaults of another role of the play',
  'defaults of a dependency',
  'defaults of the role that uses it',
  'role defaults',
  'inventory group all',
  'inventory parent group',
  'inventory group',
  'inventory group_vars/all',
  'playbook group_vars/all',
  'inventory group_vars',
  'playbook group_vars',
  'inventory host',
  'inventory host_vars',
  'playbook host_vars',
  'facts',
  'play vars',
  'vars of import_playbook',
  'vars_prompt',
  'vars_files',
  'vars of another role of the play',
  'vars of the role that uses it',
  'vars of a dependency',
  'role vars',
  'vars beside the role',
  'outer block vars',
  'block vars',
  'task vars',
  'include_vars',
  'set_fact',
  'role params',
  'include params',
  'extra vars',
  'loop variables',
] as const;
type Level = (typeof levels)[number];

async function siteWith(folder: string, chosen: readonly Level[]): Promise<Scope> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const has = (level: Level): boolean => chosen.includes(level);
  const vars = (level: Level): Dict => (has(level) ? dict({ v: level }) : dict({}));
  const file = (name: string, level: Level): void => {
    if (!has(level)) return;
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), `v: ${level}\n`);
  };
  const line = (level: Level): string => (has(level) ? `v='${level}'` : '');
  mkdirSync(path.join(folder, 'inv'), { recursive: true });
  writeFileSync(
    path.join(folder, 'inv', 'hosts'),
    [
      `[web]\nh1 ${line('inventory host')}`,
      `[web:vars]\n${line('inventory group')}`,
      `[parent:children]\nweb`,
      `[parent:vars]\n${line('inventory parent group')}`,
      `[all:vars]\n${line('inventory group all')}\n`,
    ].join('\n'),
  );
  file('inv/group_vars/all.yml', 'inventory group_vars/all');
  file('inv/group_vars/web.yml', 'inventory group_vars');
  file('inv/host_vars/h1.yml', 'inventory host_vars');
  file('group_vars/all.yml', 'playbook group_vars/all');
  file('group_vars/web.yml', 'playbook group_vars');
  file('host_vars/h1.yml', 'playbook host_vars');
  file('vars/extra.yml', 'vars_files');

  const inventory = await loadInventory(['inv/hosts'], { folder });
  const host = inventory.findHost('h1') as Host;
  const variables = new RunVariables({ inventory, extraVars: vars('extra vars') });
  variables.playbookFolder = folder;

  const position = { file: 'site.yml', line: 1, column: 1 };
  const imported: Value = vars('vars of import_playbook');
  const play = makePlay(
    { vars: vars('play vars'), vars_files: ['extra.yml'] },
    path.join(folder, 'site.yml'),
    [{ keywords: new Map([['vars', { value: imported, position }]]), position }],
  );
  const other = makeRole(play, {
    name: 'other',
    defaults: vars('defaults of another role of the play'),
    vars: vars('vars of another role of the play'),
  });
  const user = makeRole(play, {
    name: 'user',
    defaults: vars('defaults of the role that uses it'),
    vars: vars('vars of the role that uses it'),
  });
  const role = makeRole(user, {
    name: 'inner',
    defaults: vars('role defaults'),
    vars: vars('role vars'),
    params: vars('role params'),
    keywords: { vars: vars('vars beside the role') },
  });
  const dependency = makeRole(role, {
    name: 'below',
    defaults: vars('defaults of a dependency'),
    vars: vars('vars of a dependency'),
  });
  role.dependencies = [dependency];
  user.dependencies = [role];
  play.roles = [other];

  const include = makeTask(role, { vars: vars('include params') }, 'include_tasks');
  const outer = makeBlock(include, { vars: vars('outer block vars') });
  const block = makeBlock(outer, { vars: vars('block vars') });
  const task = makeTask(block, { vars: vars('task vars') });

  if (has('vars_prompt')) variables.set(play, vars('vars_prompt'));
  variables.setFacts(host, vars('facts'));
  variables.includeVars(host, vars('include_vars'));
  if (has('set_fact')) variables.setHostVariable(host, 'v', 'set_fact');
  return variables.scope({ play, host, node: task, local: vars('loop variables') });
}

const pairs = levels.flatMap((lower, at) =>
  levels.slice(at + 1).map((higher): [Level, Level] => [lower, higher]),
);

describe('variables/precedence', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-precedence-'));
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  for (const level of levels)
    test(`${level} alone gives the variable`, async () => {
      const scope = await siteWith(path.join(folder, 'one'), [level]);
      assert.is(scope.get('v'), level);
      assert.ok([...scope.names()].includes('v'));
    });

  test(`of any two levels the higher one counts (${pairs.length} pairs)`, async () => {
    const wrong: string[] = [];
    for (const pair of pairs) {
      const scope = await siteWith(path.join(folder, 'two'), pair);
      if (scope.get('v') !== pair[1]) wrong.push(`${pair.join(' < ')}: ${pythonStr(scope.get('v') ?? null)}`);
    }
    assert.equal(wrong, []);
  });

  test('a variable that nobody sets is not defined, and is no name', async () => {
    const scope = await siteWith(path.join(folder, 'none'), []);
    assert.is(scope.get('v'), undefined);
    assert.not([...scope.names()].includes('v'));
  });
});
