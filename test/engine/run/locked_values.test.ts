// Vault values that no given password opens: defined, and an error that names their place wherever they are needed.
import * as assert from 'uvu/assert';
import { encryptVault } from '../../../engine/document/vault.ts';
import { describe } from '../../support/suite.ts';
import { play } from '../../support/play_here.ts';

const secret = (password: string) => ({ id: 'default', password: Buffer.from(password) });
const locked = encryptVault(Buffer.from('hello'), secret('theirs')).replaceAll(/^(?=.)/gm, '      ');

/** Each task by the name `task`: what it ends with, the place of the value replaced by `(place)`. */
async function endOf(task: string, more: readonly string[] = []): Promise<string> {
  const { result, said, events } = await play(
    `
- hosts: all
  gather_facts: false
  vars:
    held: !vault |
${locked}
    deep: {a: [1, "{{ held }}"]}
    plain: 1
  tasks:
    - name: task
      ${[task, ...more].join('\n      ')}
`,
    { vault: [secret('ours')] },
  );
  const ended = events.find(({ type }) => type === 'result');
  if (ended === undefined) return 'never came';
  const { status, message } = result('one', 'task');
  if (status !== 'failed') return said[0] ?? status;
  return (message ?? '').replace(
    /No vault password given fits: the vault value at \S+play\.yml:5:18/,
    '(place)',
  );
}

const fails = '(place) cannot be decrypted';

describe('run/locked values', ({ test }) => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['debug: {msg: "{{ held }}"}', [], fails],
    ['debug: {msg: "and {{ held | upper }}"}', [], fails],
    ['debug: {msg: "{{ held | default(\'d\') }}"}', [], fails],
    ['debug: {msg: "{{ held[0] | default(\'d\') }}"}', [], fails],
    ['debug: {msg: "{{ deep.a[0] }}"}', [], fails],
    ['debug: {msg: "{{ vars[\'held\'] }}"}', [], fails],
    [
      'debug: {msg: a}',
      ['when: deep is defined'],
      `The conditional check 'deep is defined' failed: ${fails}`,
    ],
    ['debug: {msg: a}', ['loop: ["{{ held }}"]'], fails],
    ['command: echo', ['environment: {A: "{{ held }}"}'], fails],
    ['set_fact: {other: "{{ held }}"}', [], fails],
    ['debug: {msg: defined}', ['when: held is defined and held is vault_encrypted'], 'defined'],
    ['debug: {msg: "none {{ held is undefined }}"}', [], 'none False'],
    ['debug: {msg: "not read {{ plain }}"}', ['vars: {other: "{{ held }}"}'], 'not read 1'],
  ];
  for (const [task, more, end] of cases)
    test(`${[task, ...more].join(' ')} ends: ${end}`, async () => {
      assert.is(await endOf(task, more), end);
    });

  test('debug of one fails, too, alone or in what holds it', async () => {
    for (const shown of ['held', 'deep', 'vars.held'])
      assert.match(await endOf(`debug: {var: ${shown}}`), fails);
  });
});
