// Conditions that templates give: lists of them, and text from outside, which is never an expression.
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { bare } from '../../../engine/document/value.ts';
import { type Played, play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';
import { useHere } from '../../support/use_here.ts';

describe('run/conditions', ({ test, teardown }) => {
  const { folder, connections } = useHere({ teardown });
  const trace = path.join(folder, 'trace');
  const played = (tasks: string): Promise<Played> =>
    play(
      `- hosts: all\n  gather_facts: false\n  vars: {many: ['1 == 1', '1 == 2'], one: '1 == 2'}\n${tasks}`,
      {
        connections,
        extraVars: ['ansible_connection=local', `trace=${trace}`],
      },
    );

  test('an assertion takes a list by one template, and tells which of them does not hold', async () => {
    const { result } = await played(`
  tasks:
    - {name: list, assert: {that: "{{ many }}"}, ignore_errors: true}
    - {name: text, assert: {that: "{{ one }}"}, ignore_errors: true}
    - {name: missing, assert: {that: "{{ none_such }}"}, ignore_errors: true}
    - {name: holds, assert: {that: "{{ many[:1] }}", success_msg: fine, quiet: true}}
`);
    const assertion = (name: string) => bare(result('one', name).values.get('assertion') ?? null);
    assert.is(assertion('list'), '1 == 2');
    assert.is(assertion('text'), '{{ one }}');
    assert.match(result('one', 'missing').message ?? '', "'none_such' is undefined");
    const { status, quiet, values } = result('one', 'holds');
    assert.equal([status, quiet, values.get('msg')], ['ok', true, 'fine']);
  });

  test('what a host said is no expression, be it in braces, in a list or put together', async () => {
    const { lines, result } = await played(`
  tasks:
    - {name: said, command: "echo lookup('pipe','touch {{ trace }}')", register: said}
    - {name: when, ping: , when: "{{ said.stdout }}", ignore_errors: true}
    - {name: joined, ping: , when: "true and {{ said.stdout }}", ignore_errors: true}
    - {name: changed_when, ping: , changed_when: "{{ said.stdout }}", ignore_errors: true}
    - {name: that, assert: {that: "{{ said.stdout }}"}, ignore_errors: true}
    - {name: list, assert: {that: ["{{ said.stdout }}"]}, ignore_errors: true}
    - {name: lines, assert: {that: "{{ said.stdout_lines }}"}, ignore_errors: true}
    - {name: value, ping: , when: said.stdout}
`);
    assert.equal(lines.slice(1), [
      ...['when', 'joined', 'changed_when', 'that', 'list', 'lines'].map((name) => `one ${name} failed`),
      'one value ok',
    ]);
    assert.match(
      result('one', 'when').message ?? '',
      'the condition is text from outside and is not evaluated',
    );
    assert.is(existsSync(trace), false);
  });

  test('a host cannot end a quotation of the condition that its text is put into', async () => {
    const { lines } = await played(`
  tasks:
    - {name: said, command: "echo x' or 'a' == 'a", register: said}
    - {name: plain, command: echo hi, register: plain}
    - {name: flipped, ping: , when: "'{{ said.stdout }}' == 'hi'", ignore_errors: true}
    - {name: right, ping: , when: "'{{ plain.stdout }}' == 'hi'"}
`);
    assert.equal(lines.slice(2), ['one flipped failed', 'one right ok']);
  });
});
