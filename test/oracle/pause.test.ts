// `pause` at a terminal, by ansible-core and by us: the same keys, the same end.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { atTerminal, hardwayWords } from '../support/pseudo_terminal.ts';
import { describe } from '../support/suite.ts';
import { oracleCommand, oracleMissing } from './venv.ts';

const breaking = ["'A' = abort)", '\u0003'] as const;
const cases: Readonly<Record<string, readonly [string, readonly (readonly [string, string])[]]>> = {
  'a time, and on': ['seconds: 600', [breaking, ['to abort', 'xc']]],
  'a time, given up': ['minutes: 10', [breaking, ['to abort', 'xA']]],
  'a time that ends': ['seconds: 1', [["'A' = abort)", 'abc\r']]],
  'a time with a prompt': ['prompt: Sure, seconds: 1', [['Sure:', 'abc\r']]],
  'a prompt': ['prompt: Sure', [['Sure:', 'hek\u007fllo\r']]],
  'a prompt, hidden': ['prompt: Sure, echo: false', [['Sure (output is hidden):', 'hello\r']]],
  'nothing asked': ['', [['Press enter to continue, Ctrl+C to interrupt:', '\r']]],
  'a prompt, given up': [
    'prompt: Sure',
    [
      ['Sure:', 'x\u0003'],
      ['to abort', 'A'],
    ],
  ],
  'a prompt, and on': [
    'prompt: Sure',
    [
      ['Sure:', 'x\u0003'],
      ['to abort', 'c'],
    ],
  ],
};

describe(
  'oracle: pause at a terminal',
  ({ test, setup, teardown }) => {
    let folder = '';
    setup(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'hardway-pause-'));
    });
    teardown(() => rmSync(folder, { recursive: true, force: true }));

    for (const [name, [args, typed]] of Object.entries(cases))
      test(`${name}: code, result and counts are Ansible’s`, async () => {
        const file = `${name.replaceAll(/\W/g, '_')}.yml`;
        const tasks = [
          `{name: it, pause: {${args}}, register: r}`,
          '{debug: {msg: "=({{ r.user_input }}|{{ r.delta < 5 }}|{{ r.echo }}|{{ r.stdout.split() | last }}|{{ r.keys() | sort | join(\' \') }})="}, run_once: true}',
        ].map((task) => `  - ${task}\n`);
        const head = '- hosts: all\n  gather_facts: false\n  connection: local\n  tasks:\n';
        writeFileSync(path.join(folder, file), head + tasks.join(''));
        const [theirs, ours] = await Promise.all(
          [oracleCommand('playbook'), hardwayWords('playbook')].map(async (words) => {
            const env = { ANSIBLE_NOCOLOR: '1', NO_COLOR: '1' };
            const { code, output } = await atTerminal([...words, '-i', 'a,b,', file], folder, typed, env);
            const said = /"=\((.*)\)="/.exec(output)?.[1];
            const recap = [...output.matchAll(/^[ab] +: ok=.*?(?= *\r?$)/gm)].map(([line]) =>
              line.split(/\s+/),
            );
            return { code, said, recap, isAborted: output.includes('user requested abort!') };
          }),
        );
        assert.equal(ours, theirs);
        assert.is(ours?.said === undefined, name.endsWith('given up'));
      });
  },
  { unless: oracleMissing() },
);
