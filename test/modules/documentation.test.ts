import * as assert from 'uvu/assert';
import { Ajv } from 'ajv';
import { moduleSchema, moduleText } from '../../engine/module/documentation.ts';
import { modules } from '../../modules/registry.ts';
import { describe } from '../support/suite.ts';

describe('documentation of modules', ({ test }) => {
  test('every module has a text with all its parameters, and a schema that a validator takes', () => {
    const ajv = new Ajv({ strict: false });
    for (const module of modules) {
      const text = moduleText(module);
      for (const name of Object.keys(module.params)) assert.match(text, new RegExp(`^  ${name}\\b`, 'm'));
      ajv.compile(moduleSchema(module));
    }
    assert.ok(modules.length > 40);
  });

  test('no two modules have one name', () => {
    const names = modules.flatMap(({ name, fullNames }) => [name, ...(fullNames ?? [])]);
    assert.is(new Set(names).size, names.length);
  });

  test('the schema takes what is right or templated and refuses what is wrong', () => {
    const file = modules.find(({ name }) => name === 'file');
    const validate = new Ajv({ strict: false }).compile(
      moduleSchema(file ?? (modules[0] as (typeof modules)[0])),
    );
    assert.is(validate({ dest: '/x', state: 'directory', mode: '0755' }), true);
    assert.is(validate({ path: '/x', state: '{{ state }}' }), true);
    assert.is(validate({ path: '/x', state: 'dir' }), false);
    assert.is(validate({ path: '/x', ownr: 'x' }), false);
  });
});
