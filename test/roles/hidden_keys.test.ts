// What --diff of our roles must not show: keys, kubeconfigs and the key for secrets at rest, wherever they are copied to.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { parseYaml } from '../../engine/document/yaml.ts';
import { toData } from '../../engine/module/data.ts';
import { describe } from '../support/suite.ts';
import type { Fields } from '../support/yaml_data.ts';

const roles = path.resolve(import.meta.dirname, '../../roles');
const taskFiles = readdirSync(roles, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\/tasks\/.*\.yml$/.test(name))
  .map((name) => path.join(roles, name));

/** With those of its blocks. */
function tasksOf(list: readonly Fields[]): Fields[] {
  return list.flatMap((task) => [
    task,
    ...['block', 'rescue', 'always'].flatMap((part) => tasksOf((task[part] ?? []) as never)),
  ]);
}

describe('roles: what is secret is in no diff', ({ test }) => {
  test('a task that copies keys or kubeconfigs says so', () => {
    const copies = taskFiles.flatMap((file) => {
      const list = toData(parseYaml(readFileSync(file, 'utf8'), file).documents[0] ?? null);
      return tasksOf(list as never).filter((task) => {
        const text = JSON.stringify([task['copy'] ?? task['template'], task['loop'], task['vars']]);
        return (
          (task['copy'] ?? task['template']) !== undefined &&
          /\.key\b|kubeconfig"|\.kubeconfig|\.secret\b|encryption/.test(text)
        );
      });
    });
    assert.ok(copies.length >= 8, `${copies.length}`);
    const shown = copies.filter((task) => task['diff'] !== false && task['no_log'] !== true);
    assert.equal(
      shown.map(({ name }) => name),
      [],
    );
  });
});
