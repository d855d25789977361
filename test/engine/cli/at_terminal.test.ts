// Questions at a real terminal: what is typed is the answer, and the lines that say what runs wipe no question.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { type AtTerminal, atTerminal, hardwayWords, terminalMissing } from '../../support/pseudo_terminal.ts';
import { describe } from '../../support/suite.ts';

const playbooks = {
  timed: '[{name: wait, pause: {seconds: 600}}, {debug: {msg: went on}}]',
  asked: '[{name: ask, pause: {prompt: Sure}, register: r}, {debug: {msg: "got {{ r.user_input }}."}}]',
  hidden:
    '[{name: ask, pause: {prompt: Sure, echo: false}, register: r}, {debug: {msg: "{{ r.user_input | length }} keys"}}]',
  short: '[{name: ask, pause: {prompt: Sure}}, {name: wait, pause: {seconds: 0.1}}]',
};

describe(
  'questions at a terminal',
  ({ test, setup, teardown }) => {
    let folder = '';
    setup(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'hardway-terminal-'));
      const head = '{hosts: localhost, gather_facts: false, connection: local';
      for (const [name, tasks] of Object.entries(playbooks))
        writeFileSync(
          path.join(folder, `${name}.yml`),
          `- ${head}, tasks: ${tasks}}\n`.replaceAll('}, {', '},\n  {'),
        );
      const prompt = '[{name: word, prompt: Which word, private: false}, {name: pin, prompt: Pin}]';
      const tasks = '[{debug: {msg: "{{ word }} {{ pin | length }}"}}, {name: later, debug: }]';
      const play = `- ${head}, vars_prompt: ${prompt}, tasks: ${tasks}}\n`;
      const questions =
        '[{name: pin, prompt: Pin, confirm: true}, {name: b, prompt: Second}, {name: c, prompt: Third}]';
      writeFileSync(
        path.join(folder, 'confirmed.yml'),
        `- ${head}, vars_prompt: ${questions}, tasks: [{debug: }]}\n`,
      );
      writeFileSync(path.join(folder, 'prompted.yml'), `- ${head}, tasks: [{debug: }]}\n${play}`);
    });
    teardown(() => rmSync(folder, { recursive: true, force: true }));

    const run = (typed: Parameters<typeof atTerminal>[2], ...words: readonly string[]): Promise<AtTerminal> =>
      atTerminal(hardwayWords('playbook', ...words), folder, typed, { NO_COLOR: '1' });

    test('a timed pause goes on by Ctrl-C and C, and fails by Ctrl-C and A', async () => {
      const keys: (last: string) => [string, string][] = (last) => [
        ["'A' = abort)", '\r\u0003'],
        ["or 'A' to abort", `x${last}`],
      ];
      const on = await run(keys('c'), 'timed.yml');
      assert.equal([on.code, on.output.includes('"msg": "went on"')], [0, true]);
      assert.match(on.output, /Pausing for 600 seconds\r\n\(ctrl\+C then 'C' = continue early, ctrl\+C then/);
      const off = await run(keys('A'), 'timed.yml');
      assert.equal([off.code, off.output.includes('went on')], [2, false]);
      assert.match(off.output, 'fatal: [localhost]: FAILED! => user requested abort!');
    });

    test('a prompt stands as long as it takes: no line that says what runs is drawn on it', async () => {
      const slowly: [string, string][] = Array.from({ length: 10 }, (_none, at) => [
        at === 0 ? 'Sure:' : String(at - 1),
        String(at),
      ]);
      const { code, output } = await run([...slowly, ['9', '\u007f!\r']], 'asked.yml');
      const asked = output.slice(output.indexOf('[ask]\r'), output.indexOf('ok: ['));
      assert.is(asked, '[ask]\r\nSure:\r\n0123456789\b \b!\r\n');
      assert.equal([code, output.includes('"msg": "got 012345678!."')], [0, true]);
    });

    test('with echo: no nothing of the answer is seen', async () => {
      const { code, output } = await run([['(output is hidden):', 'geheim\r']], 'hidden.yml');
      assert.equal([code, output.includes('geheim'), output.includes('6 keys')], [0, false, true]);
    });

    test('vars_prompt and --step ask after all that was told before, at the foot of the terminal', async () => {
      const typed: [string, string][] = [
        ['Perform task: debug', 'y\r'],
        ['Which word: ', 'tree\r'],
        ['Pin: ', '4711\r'],
        ['ontinue: ', 'n\r'],
        ['Perform task: later', 'c\r'],
      ];
      const { code, output } = await run(typed, 'prompted.yml', '--step');
      assert.equal([code, output.includes('4711'), output.includes('tree 4')], [0, false, false]);
      assert.ok(output.indexOf('Hello world!') < output.indexOf('Which word'));
      assert.match(output, 'TASK [later]');
    });

    test('where --step is answered by the end of the input, the run ends there and says so', async () => {
      const typed: [string, string][] = [['Perform task: wait', '\u0004']];
      const { code, output } = await run(typed, 'timed.yml', '--step');
      assert.equal([code, output.includes('TASK [')], [2, false]);
      assert.match(output, 'warning[not-asked]: --step got no answer: the run ends before wait');
    });

    test('answers that differ are told and asked for again, and Ctrl-C is no answer to any other question', async () => {
      const typed: [string, string][] = [
        ...(['1', '2', '3', '3'] as const).map((digit, at): [string, string] => [
          at % 2 === 0 ? 'Pin: ' : 'confirm Pin: ',
          `${digit}\r`,
        ]),
        ['Second: ', '\u0003'],
      ];
      const { code, output } = await run(typed, 'confirmed.yml');
      assert.is(output.split('***** VALUES ENTERED DO NOT MATCH ****').length, 2);
      assert.equal([code, output.includes('Third'), output.includes('PLAY [')], [130, false, false]);
    });

    test('a signal ends a pause, and the terminal is as it was', async () => {
      const words = hardwayWords('playbook', 'timed.yml').map((word) => `'${word}'`);
      const script = [
        'trap : TERM',
        'stty -a >before',
        words.join(' '),
        'code=$?; stty -a >after; cmp before after && exit $code',
      ].join('\n');
      const { code, output } = await atTerminal(['sh', '-c', script], folder, [['= abort)', 'SIGTERM']]);
      assert.equal([code, output.includes('went on')], [130, false]);
    });

    test('without a terminal a prompt is warned of, and a time is waited for', () => {
      const [program = '', ...argv] = hardwayWords('playbook', 'short.yml');
      const { status, stdout } = spawnSync(program, argv, { cwd: folder, input: '', encoding: 'utf8' });
      assert.is(status, 0);
      assert.match(stdout, 'Not waiting for response to prompt as stdin is not interactive');
      assert.match(stdout, 'Pausing for 0.1 seconds');
    });
  },
  { unless: terminalMissing() },
);
