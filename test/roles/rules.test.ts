// House rules of the roles, read from their files.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { isDict, isList, textOf, type Dict, type Value } from '../../engine/document/value.ts';
import { parseYaml } from '../../engine/document/yaml.ts';
import { describe } from '../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../..');
const roles = readdirSync(path.join(root, 'roles')).sort();

function tasksIn(value: Value | undefined): Dict[] {
  if (value === undefined || !isList(value)) return [];
  return value
    .filter(isDict)
    .flatMap((task) => [task, ...['block', 'rescue', 'always'].flatMap((part) => tasksIn(task.get(part)))]);
}

function tasksOf(role: string): Dict[] {
  return ['tasks', 'handlers'].flatMap((folder) => {
    const full = path.join(root, 'roles', role, folder);
    if (!existsSync(full)) return [];
    return readdirSync(full).flatMap((file) => {
      const name = path.join(full, file);
      return tasksIn(parseYaml(readFileSync(name, 'utf8'), name).documents[0]);
    });
  });
}

const opaque = ['command', 'shell', 'raw', 'script', 'expect'];

describe('roles', ({ test }) => {
  test('run commands only where docs/commands.md gives the reason, five at most', () => {
    const used = roles.flatMap((role) =>
      tasksOf(role)
        .filter((task) => opaque.some((name) => task.has(name) || task.has(`ansible.builtin.${name}`)))
        .map((task) => `${role}: ${textOf(task.get('name') ?? null) ?? ''}`),
    );
    const table = readFileSync(path.join(root, 'docs/commands.md'), 'utf8');
    const allowed = [...table.matchAll(/^\| (?!role|-)(.+?) \| (.+?) \| .+ \|$/gm)].map(
      ([, role = '', task = '']) => `${role}: ${task}`,
    );
    assert.equal(used.sort(), allowed.sort());
    assert.ok(used.length <= 5);
  });

  for (const role of roles)
    test(`${role} has defaults and an argument spec that names them`, () => {
      const read = (file: string): Value => {
        const name = path.join(root, 'roles', role, file);
        return parseYaml(readFileSync(name, 'utf8'), name).documents[0] ?? null;
      };
      const defaults = read('defaults/main.yml');
      assert.ok(isDict(defaults) && defaults.size > 0);
      const specs = read('meta/argument_specs.yml');
      const main = isDict(specs) ? specs.get('argument_specs') : undefined;
      const entry = main !== undefined && isDict(main) ? main.get('main') : undefined;
      const options = entry !== undefined && isDict(entry) ? entry.get('options') : undefined;
      assert.ok(options !== undefined && isDict(options) && options.size > 0);
    });

  test('every task has a name', () => {
    for (const role of roles)
      for (const task of tasksOf(role))
        assert.ok(textOf(task.get('name') ?? null), `a task of ${role} has none`);
  });
});
