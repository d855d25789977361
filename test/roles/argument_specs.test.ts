// A role's argument spec names each of its defaults, and no default that is not there: what a user may set is listed in
// one place, and a value of a wrong type is told before anything is done.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { dict, isDict, textOf, type Dict, type Value } from '../../engine/document/value.ts';
import { parseYaml } from '../../engine/document/yaml.ts';
import { describe } from '../support/suite.ts';

const folder = path.resolve(import.meta.dirname, '../../roles');
const roles = readdirSync(folder);

/** Variables that no default can hold: hosts have them or not, and what is asked is whether they are there. */
const withoutDefault: readonly string[] = ['client: kubernetes_api_endpoint'];

function inside(file: string, ...keys: readonly string[]): Dict {
  const place = path.join(folder, file);
  let value: Value = existsSync(place)
    ? (parseYaml(readFileSync(place, 'utf8'), file).documents[0] ?? null)
    : null;
  for (const key of keys) value = isDict(value) ? (value.get(key) ?? null) : null;
  return isDict(value) ? value : dict({});
}

function named(role: string, names: Iterable<unknown>): string[] {
  return [...names].map((name) => `${role}: ${String(name)}`);
}

const defaultsOf = (role: string): Dict => inside(`${role}/defaults/main.yml`);
const optionsOf = (role: string): Dict =>
  inside(`${role}/meta/argument_specs.yml`, 'argument_specs', 'main', 'options');

describe('argument specs of roles', ({ test }) => {
  test('every role has defaults and an argument spec', () => {
    assert.ok(roles.length > 10, String(roles.length));
    for (const role of roles) {
      assert.ok(defaultsOf(role).size > 0, `${role} has no defaults`);
      assert.ok(optionsOf(role).size > 0, `${role} has no argument spec`);
    }
  });

  test('a spec names each default of its role', () => {
    const missing = roles.flatMap((role) => {
      const options = optionsOf(role);
      return named(
        role,
        [...defaultsOf(role).keys()].filter((name) => !options.has(name)),
      );
    });
    assert.equal(missing, []);
  });

  test('what a spec names has a default, or must be given', () => {
    const missing = roles.flatMap((role) => {
      const defaults = defaultsOf(role);
      const open = [...optionsOf(role)].filter(
        ([name, option]) => !defaults.has(name) && !(isDict(option) && option.get('required') === true),
      );
      return named(
        role,
        open.map(([name]) => name),
      );
    });
    assert.equal(missing, withoutDefault);
  });

  test('every option of a spec has a type, and no default of its own beside the role’s', () => {
    const wrong = roles.flatMap((role) =>
      named(
        role,
        [...optionsOf(role)]
          .filter(
            ([, option]) =>
              !isDict(option) || textOf(option.get('type') ?? null) === undefined || option.has('default'),
          )
          .map(([name]) => name),
      ),
    );
    assert.equal(wrong, []);
  });
});
