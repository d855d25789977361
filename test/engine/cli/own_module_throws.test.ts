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

/** Each gives one thing of a wrong type, as `wrong` says. */
const loose = `
import { defineModule, effect, probe, sh, step, str } from 'hardway';
const asked = {
  name: 'own question', stability: 'stable', target: 'host',
  ask: (how) => (how === 'text' ? 'true' : how === 'throws' ? null.script : { script: 'true' }),
  parse: () => 1,
};
const done = { name: 'own step', target: 'host', describe: () => 'do it', effects: [], perform: () => ({ script: 'true' }) };
const loop = {};
loop.loop = loop;
const given = {
  probes: {
    'probes a list': [],
    'probes later': Promise.resolve({}),
    'a probe of text': { now: 'uname' },
    'a probe without a parser': { now: { kind: { ...asked, parse: undefined }, args: 1 } },
    'a probe of no stability': { now: { kind: { ...asked, stability: 'always' }, args: 1 } },
    'a script of text': { now: probe(asked, 'text') },
    'a script that throws': { now: probe(asked, 'throws') },
  },
  plan: {
    'no plan': undefined,
    'a plan later': Promise.resolve({ steps: [] }),
    'a plan without steps': {},
    'steps of text': { steps: 'touch /tmp/x' },
    'a step of text': { steps: [step(done, 1), 'touch /tmp/x'] },
    'a step that does nothing': { steps: [step({ ...done, perform: undefined }, 1)] },
    'a step without effects': { steps: [step({ ...done, effects: undefined }, 1)] },
    'a step’s script of text': { steps: [step({ ...done, perform: () => 'true' }, 1)] },
    'a failure that is a flag': { steps: [], fail: true },
    'a change in words': { steps: [], changed: 'no' },
    'a warning alone': { steps: [], warnings: 'careful' },
    'a difference without a header': { steps: [], differences: [{ before: '', after: 'x' }] },
    'a difference of numbers': { steps: [], differences: [{ header: 'x', before: 1, after: 2 }] },
  },
  result: {
    'a result later': Promise.resolve({ made: 1 }),
    'a result of text': 'made',
    'a result in words': { changed: 'no' },
    'a failure in words': { failed: 'false' },
    'a pattern': { made: /x/ },
    'a circle': { loop },
  },
};
export const loose = defineModule({
  name: 'loose',
  summary: 'Gives what it must not',
  params: { wrong: str() },
  probes: ({ wrong }) => given.probes[wrong] ?? {},
  plan: ({ wrong }) => (wrong in given.plan ? given.plan[wrong] : { steps: [] }),
  result: ({ wrong }) => given.result[wrong] ?? {},
});
`;

const told: Readonly<Record<string, string>> = {
  'probes a list': 'probes is a list: it gives a dict of probes, or done',
  'probes later': 'probes gives a Promise: it is a pure function',
  'a probe of text': 'probes.now is text: a probe is made by probe(kind, args)',
  'a probe without a parser': 'probes.now.kind.parse is missing: a probe of a host has one',
  'a probe of no stability': 'probes.now.kind.stability is text: it is stable or volatile',
  'a script of text': 'ask of probe own question is text: it gives a dict with a script',
  'a script that throws': 'Cannot read properties of null',
  'no plan': 'plan is missing: it gives a dict with steps',
  'a plan later': 'plan gives a Promise: it is a pure function',
  'a plan without steps': 'plan.steps is missing: it is a list of steps',
  'steps of text': 'plan.steps is text: it is a list of steps',
  'a step of text': 'plan.steps.1 is text: a step is made by step(kind, args)',
  'a step that does nothing': 'plan.steps.0.kind.perform is missing: a step has a function perform or act',
  'a step without effects': 'plan.steps.0.kind.effects is missing: it is a list of what effect(…) gives',
  'a step’s script of text': 'perform of step own step is text: it gives a dict with a script',
  'a failure that is a flag': 'plan.fail is a boolean: it is a sentence',
  'a change in words': 'plan.changed is text: it is true or false',
  'a warning alone': 'plan.warnings is text: it is a list of sentences',
  'a difference without a header': 'plan.differences.0.header is missing: it is text',
  'a difference of numbers': 'plan.differences.0.before is a number: it is text, a content, or null',
  'a result later': 'result gives a Promise: it is a pure function',
  'a result of text': 'result is text: it gives a dict',
  'a result in words': 'result.changed is text: it is true or false',
  'a failure in words': 'result.failed is text: it is true or false',
  'a pattern': 'result.made is a RegExp: a result holds text',
  'a circle': 'result.loop.loop holds itself: a result holds text',
};

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
    writeFileSync(path.join(folder, 'modules/loose.js'), loose);
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

  test('what is of a wrong type fails the task by its place, and no task before it', async () => {
    const tasks = Object.keys(told).map(
      (wrong) =>
        `    - {name: "before ${wrong}", ping: {}}\n    - {name: "${wrong}", loose: {wrong: "${wrong}"}, register: r, ignore_errors: true}\n    - debug: {msg: "${wrong} -> {{ r.failed }} {{ r.msg | default('') }}"}\n`,
    );
    const { code, stdout } = await played(tasks.join(''));
    assert.is(code, 0, stdout);
    const open = Object.entries(told).filter(
      ([wrong, words]) => !stdout.includes(`${wrong} -> True module loose failed: ${words}`),
    );
    assert.equal(open, [], stdout);
    assert.not.match(stdout, 'Internal error');
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
