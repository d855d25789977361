import * as assert from 'node:assert/strict';
import { describe } from '../../support/suite.ts';
import { loadTasks, toldWithCaret } from './support/told.ts';

describe('the name of a variable that is none', ({ test }) => {
  const marked = (tasks: string): string[] =>
    toldWithCaret(loadTasks(tasks)).map((line) => line.replace(/ \| .*?(?=cannot|sets)/, ' | '));

  test('is refused in set_fact, as ansible-core refuses it when it comes there', () => {
    for (const name of ['my-var', '1x', 'class', 'é'])
      assert.deepEqual(marked(`- set_fact: {a: 1, ${name}: 1}`), [
        `error - set_fact: {a: 1, ▸${name}: 1} | cannot be the name of a variable`,
      ]);
    assert.deepEqual(marked('- set_fact: {"{{ x }}": 1, cacheable: true}'), []);
    assert.deepEqual(marked('- set_fact: {cacheable: true}'), [
      'error - ▸set_fact: {cacheable: true} | sets no variable',
    ]);
  });

  test('is refused as loop_var where the label reads it, and a warning where ansible-core can use it', () => {
    const loop = (control: string): string[] =>
      marked(`- debug:\n  loop: [1]\n  loop_control: ${control}`).map((line) => line.replace(/ .*\| /, ' '));
    assert.deepEqual(loop('{loop_var: my-var}'), ['error cannot be "my-var"']);
    assert.deepEqual(loop('{loop_var: my-var, label: ""}'), ['warning cannot be "my-var"']);
    assert.deepEqual(loop('{loop_var: class, index_var: 1x}'), [
      'warning cannot be "class"',
      'warning cannot be "1x"',
    ]);
  });
});
