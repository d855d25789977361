import * as assert from 'node:assert/strict';
import { type Dict, dict, Unknown, Undefined, type Value } from '../../../engine/document/value.ts';
import { parseYaml } from '../../../engine/document/yaml.ts';
import { checkArguments, entryPointOf } from '../../../engine/playbook/arguments.ts';
import type { Role } from '../../../engine/playbook/model.ts';
import { describe } from '../../support/suite.ts';

const options = parseYaml(
  `
name: {type: str, required: true}
count: {type: int, default: 1}
share: {type: float}
enabled: {type: bool}
mode: {choices: [fast, slow]}
names: {type: list, elements: str, choices: [a, b]}
sizes: {type: list, elements: int}
place: {type: dict, options: {path: {type: path, required: true}, keep: {type: bool}}}
users: {type: list, elements: dict, options: {name: {required: true}, uid: {type: int}}}
old: {type: int, aliases: [former]}
anything: {type: raw}
`,
  'spec',
).documents[0] as Dict;

function complaints(values: Readonly<Record<string, Value>>): string[] {
  return checkArguments(options, dict({ name: 'x', ...values })).map(
    ({ summary, path }) => `${path.join('/')}: ${summary}`,
  );
}

describe('an argument spec', ({ test }) => {
  test('accepts arguments that convert to their types', () => {
    const right = {
      count: '3',
      share: '0.5',
      enabled: 'yes',
      mode: 'slow',
      names: 'a,b',
      sizes: [1, '2'],
      place: dict({ path: '/tmp', keep: 'no' }),
      users: [dict({ name: 'ann', uid: '10' })],
      former: 4,
      anything: [1],
    };
    assert.deepEqual(complaints(right), []);
  });

  test('refuses what does not convert, with the path to it', () => {
    assert.deepEqual(complaints({ count: 'three', enabled: 'maybe', sizes: [1, 'x'] }), [
      'count: Argument count must be of type int',
      'enabled: Argument enabled must be of type bool',
      'sizes/1: Argument sizes.1 must be of type int',
    ]);
  });

  test('refuses values that are no choice, also in a list', () => {
    assert.deepEqual(complaints({ mode: 'fats', names: ['a', 'c'] }), [
      'mode: Argument mode cannot be fats',
      'names/1: Argument names.1 cannot be c',
    ]);
  });

  test('names what is missing and what is unknown, also inside dicts', () => {
    assert.deepEqual(complaints({ place: dict({ keeep: true }), users: [dict({ uid: 1 })], nam: 1 }), [
      'place/keeep: Argument keeep is unknown',
      'place: Argument path is required in place',
      'users/0: Argument name is required in users.0',
      'nam: Argument nam is unknown',
    ]);
  });

  test('asks for required arguments', () => {
    const [problem] = checkArguments(options, new Map());
    assert.equal(problem?.summary, 'Argument name is required');
  });

  test('takes a value that only the run will know, and refuses one that is undefined', () => {
    assert.deepEqual(complaints({ count: new Unknown('a task') }), []);
    assert.deepEqual(complaints({ count: new Undefined('n') }), ['count: Argument count has no value']);
  });

  test('of a role is found by its entry point, with or without a file ending', () => {
    const specs = parseYaml('main: {options: {a: {}}}\nother: {short_description: Other}', 's')
      .documents[0] as Dict;
    const role: Role = {
      name: 'r',
      fullName: 'r',
      path: '/r',
      defaults: new Map(),
      vars: new Map(),
      allowDuplicates: false,
      argumentSpecs: specs,
      collections: [],
    };
    assert.deepEqual([...(entryPointOf(role, 'main')?.options.keys() ?? [])], ['a']);
    assert.equal(entryPointOf(role, 'other.yml')?.shortDescription, 'Other');
    assert.equal(entryPointOf(role, 'third'), undefined);
  });
});
