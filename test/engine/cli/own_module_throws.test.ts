import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import { called, type Called } from '../../support/called.ts';
import { describe } from '../../support/suite.ts';

const javaScript = `
import { defineModule, str } from 'hardway';
const boom = () => {
  throw new Error('boom');
};
export const bad = defineModule({
  name: 'bad',
  summary: 'Throws where it is told to',
  params: { where: str() },
  probes: ({ where }) => (where === 'probes' ? boom() : {}),
  plan: ({ where }) => (where === 'plan' ? boom() : { steps: [] }),
  result: ({ where }) => (where === 'result' ? boom() : where === 'odd' ? { many: [{ made: new Date() }] } : {}),
});
`;

const typeScript = `
import { defineModule } from 'hardway';

interface Unused {
  readonly one: string;
}

export const typed = defineModule({
  name: 'typed',
  summary: 'Throws',
  params: {},
  plan: () => {
    const names: readonly Unused[] | undefined = undefined;
    throw new TypeError('no ' + String(names));
  },
});
`;

async function played(tasks: string, ...options: readonly string[]): Promise<Called> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-own-'));
  try {
    mkdirSync(path.join(folder, 'modules'));
    writeFileSync(path.join(folder, 'modules/bad.js'), javaScript);
    writeFileSync(path.join(folder, 'modules/typed.ts'), typeScript);
    writeFileSync(path.join(folder, 'play.yml'), `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`);
    const given = ['play.yml', '-i', 'one,', '-c', 'local', ...options];
    return await called(() => playbookCommand(given), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('own modules that throw', ({ test }) => {
  for (const where of ['probes', 'plan', 'result'])
    test(`what ${where} throws fails the task at the line of the module`, async () => {
      const { code, stdout } = await played(`    - bad: {where: ${where}}\n    - debug: {msg: after}\n`);
      assert.is(code, 2);
      assert.match(stdout, 'fatal: [one]: FAILED! => module bad failed: boom\n');
      assert.match(stdout, 'modules/bad.js:4:9');
      assert.not.match(stdout, 'Internal error');
      assert.not.match(stdout, /^\s+at /m);
      assert.not.match(stdout, 'after');
    });

  test('a result that is no data fails the task, and says where it stands', async () => {
    const { code, stdout } = await played('    - bad: {where: odd}\n');
    assert.is(code, 2);
    assert.match(
      stdout,
      'module bad failed: result.many.0.made is a Date: a result holds text, numbers, lists',
    );
  });

  test('its frames are shown with -vvv', async () => {
    const { stdout } = await played('    - bad: {where: plan}\n', '-vvv');
    assert.match(stdout, /^Error: boom\n\s+at boom .*modules\/bad\.js:4:9\)$/m);
  });

  test('TypeScript is told at the line that was written', async () => {
    const { stdout } = await played('    - typed: {}\n');
    assert.match(stdout, 'module typed failed: no undefined');
    assert.match(stdout, 'modules/typed.ts:14:11');
  });

  test('ignore_errors, rescue, register, items and the background have it as any failure', async () => {
    const { code, stdout } = await played(`
    - bad: {where: plan}
      ignore_errors: true
      register: one
    - debug: {msg: "one {{ one is failed }} {{ one.msg }}"}
    - block:
        - bad: {where: result}
      rescue:
        - debug: {msg: "two {{ ansible_failed_result.msg }}"}
    - bad: {where: "{{ item }}"}
      loop: [probes, nowhere]
      ignore_errors: true
      register: three
    - debug: {msg: "three {{ three.results | map(attribute='failed') | list }}"}
    - bad: {where: result}
      async: 5
      poll: 1
      ignore_errors: true
      register: four
    - debug: {msg: "four {{ four.msg }}"}
`);
    assert.is(code, 0);
    assert.match(stdout, 'one True module bad failed: boom');
    assert.match(stdout, 'two module bad failed: boom');
    assert.match(stdout, 'three [True, False]');
    assert.match(stdout, 'four module bad failed: boom');
    assert.match(stdout, /rescued=1 .*ignored=3/);
  });

  test('check mode tells it too', async () => {
    const { code, stdout } = await played('    - bad: {where: plan}\n', '--check');
    assert.is(code, 2);
    assert.match(stdout, 'module bad failed: boom');
  });
});
