// A role's argument spec names each of its defaults, and no default that is not there: what a user may set is listed in
// one place, and a value of a wrong type is told before anything is done.
import { readdirSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { isDict, textOf } from '../../engine/document/value.ts';
import { defaultsOf, optionsOf, rolesFolder } from '../support/role_yaml.ts';
import { describe } from '../support/suite.ts';

const roles = readdirSync(rolesFolder);

/** Variables that no default can hold: hosts have them or not, and what is asked is whether they are there. */
const withoutDefault: readonly string[] = ['client: kubernetes_api_endpoint'];

function named(role: string, names: Iterable<unknown>): string[] {
  return [...names].map((name) => `${role}: ${String(name)}`);
}

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
