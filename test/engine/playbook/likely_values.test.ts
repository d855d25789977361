// Arguments by variables that the playbooks set: a wrong one is warned of at its use, with the place where it was set.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { catalogOf } from '../../../engine/module/catalog.ts';
import { modules } from '../../../modules/registry.ts';
import { writeFiles } from '../../oracle/files.ts';
import { describe } from '../../support/suite.ts';
import { loadAndCheck } from './support/load.ts';

const catalog = catalogOf(modules);

/** `file:line value set at file:line, ...` of each problem; `more` are further files. */
function told(tasks: string, more: Readonly<Record<string, string>> = {}, inInventory = 'none'): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-likely-'));
  try {
    const site = `- hosts: all\n  vars: {s: directoy, t: "{{ s }}", ok: directory}\n  tasks:\n${tasks.trim().replaceAll(/^/gm, '    ')}\n`;
    writeFiles(folder, { 'site.yml': site, ...more });
    const isInInventory = (name: string): boolean => name === inInventory;
    const { problems } = loadAndCheck(path.join(folder, 'site.yml'), { catalog, isInInventory });
    const place = (at?: { readonly file: string; readonly line: number }): string =>
      `${path.basename(at?.file ?? '')}:${at?.line ?? 0}`;
    return problems.map(({ severity, position, detail = '', related = [] }) => {
      const set = related.map(({ message, position: at }) => `${message} ${place(at)}`).join(', ');
      return `${severity} ${place(position)} ${detail} ${set}`.trim();
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const file = (state: string, more = ''): string => `- file: {path: /x, state: "{{ ${state} }}"}${more}\n`;
const found = 'Found the text "directoy". Did you mean directory?';

describe('likely values of arguments', ({ test }) => {
  test('are told where they are used and set, also through another variable', () => {
    assert.equal(told(file('s') + file('ok') + file("t | default('x')")), [
      `warning site.yml:4 ${found} s is set here site.yml:2`,
      `warning site.yml:6 ${found} t is set here site.yml:2, s is set here site.yml:2`,
    ]);
  });

  test('are errors where no variable is read', () => {
    assert.equal(told(file("'directoy'")), [`error site.yml:4 ${found}`]);
  });

  const silent: Readonly<Record<string, string>> = {
    'a task sets it': `${file('s')}- set_fact: {s: directory}`,
    'a task registers it': `${file('s')}- {command: x, register: s}`,
    'a file of variables is included': `${file('s')}- include_vars: x.yml`,
    'an include is known in the run only': `${file('s')}- include_tasks: "{{ x }}.yml"`,
    'a nearer variable goes before it': file('s', '\n  vars: {s: directory}'),
    'a condition looks at it': file('s', "\n  when: s != 'directoy'"),
    'a condition is never met': file('s', '\n  when: false'),
    'it is the item of a loop': file('s', '\n  loop: [directory]\n  loop_control: {loop_var: s}'),
    'something else is read with it': file('s ~ other'),
    'a lookup may read it': file("lookup('vars', 's')"),
  };
  for (const [reason, tasks] of Object.entries(silent))
    test(`are not told where ${reason}`, () => {
      const more = { 'x.yml': 's: directory\n', 'vars/x.yml': 's: directory\n' };
      assert.equal(
        told(tasks, more).filter((text) => text.includes('directoy')),
        [],
      );
    });

  test('of a role are its own, and those of its defaults only where the inventory has none', () => {
    const role = {
      'roles/web/tasks/main.yml': file('kind') + file('fixed'),
      'roles/web/defaults/main.yml': 'kind: directoy\n',
      'roles/web/vars/main.yml': 'fixed: directoy\n',
    };
    const fixed = `warning main.yml:2 ${found} fixed is set here main.yml:1`;
    const web = '- import_role: {name: web}';
    assert.equal(told(web, role), [`warning main.yml:1 ${found} kind is set here main.yml:1`, fixed]);
    assert.equal(told(web, role, 'kind'), [fixed]);
    const other = { ...role, 'roles/other/vars/main.yml': 'kind: file\n', 'roles/other/tasks/main.yml': '' };
    assert.equal(told(`${web}\n- import_role: {name: other}`, other), [fixed]);
  });
});
