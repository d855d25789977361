// Broken inputs that were written down, each with what is told of it first: exit code, place, sentence, nearest name.
import * as assert from 'uvu/assert';
import { describe } from '../../support/suite.ts';
import { argumentCases } from './args_cases.ts';
import { inventoryCases } from './inventory_cases.ts';
import { answerTo, headline } from './place.ts';
import { settingCases } from './settings_cases.ts';
import { templateCases } from './templates_cases.ts';
import { vaultCases } from './vault_cases.ts';
import { yamlCases } from './yaml_cases.ts';

const groups = {
  'YAML of playbooks and variables': yamlCases,
  inventory: inventoryCases,
  'vault text or password': vaultCases,
  template: templateCases,
  argument: argumentCases,
  'setting, role or file of variables': settingCases,
};

describe('a broken input', ({ test, teardown }) => {
  const times: (readonly [milliseconds: number, what: string])[] = [];
  teardown(() => {
    const slowest = times.toSorted(([one], [other]) => other - one).slice(0, 3);
    const shown = slowest.map(([milliseconds, what]) => `${what} ${milliseconds.toFixed(0)} ms`);
    console.log(`  ${times.length} broken inputs; the slowest: ${shown.join(', ')}`);
  });

  test('is told apart from a sound one: that one connects, and the connection is seen', async () => {
    const { code, wrongs } = await answerTo({ run: 'playbook play.yml -i hosts --limit one' });
    assert.is(code, 4);
    assert.equal(wrongs, ['connects to a host']);
  });

  test('that changes a file, or tells of its inside, is seen', async () => {
    const files = {
      'play.yml':
        '- hosts: localhost\n  gather_facts: false\n  tasks:\n    - {local_action: {module: copy, content: x, dest: made}}\n    - fail: {msg: "[object Object]"}\n',
    };
    const { wrongs } = await answerTo({ run: 'playbook play.yml', files });
    assert.equal(wrongs, ['says a word of the inside', 'changes the file made']);
  });

  test('has more than two hundred kinds here', () => {
    assert.ok(Object.values(groups).flat().length > 200);
  });

  for (const [group, cases] of Object.entries(groups))
    test(`(${group}) is told with its place and the right name, without a connection or a file: ${cases.length} of ${cases.length}`, async () => {
      const misses: string[] = [];
      for (const one of cases) {
        const answer = await answerTo(one);
        times.push([answer.milliseconds, one.what]);
        const told = headline(answer);
        if (told !== one.told) misses.push(`${one.what}: ${told}, not ${one.told}`);
        for (const wrong of answer.wrongs) misses.push(`${one.what}: ${wrong}`);
      }
      assert.equal(misses, []);
    });
});
