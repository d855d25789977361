// Counts: connections, round trips, scripts. Never times.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../../support/suite.ts';
import { play } from '../../support/play_here.ts';

describe('run/round trips', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-trips-'));
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string, more = ''): string => `
- hosts: all
  gather_facts: false
  tasks:
    - {name: write, copy: {content: "text", dest: ${folder}/${name}, mode: "0644"}${more}}
`;

  test('a task that needs nothing of its host does not connect to it', async () => {
    const { fake } = await play(`
- hosts: all
  gather_facts: false
  tasks:
    - {debug: {msg: x}}
    - {set_fact: {a: 1}}
    - {assert: {that: a == 1}}
    - {fail: {msg: x}, when: false}
`);
    assert.equal(fake.opened, []);
    assert.is(fake.trips.length, 0);
  });

  test('a task costs two round trips when it changes something and one when not', async () => {
    const first = await play(file('once'));
    assert.is(first.result('one', 'write').status, 'changed');
    assert.is(first.fake.trips.length, 2);
    const second = await play(file('once'));
    assert.is(second.result('one', 'write').status, 'ok');
    assert.is(second.fake.trips.length, 1);
  });

  test('a host is connected to once, whatever the number of tasks', async () => {
    const { fake } = await play(`
- hosts: all
  gather_facts: false
  tasks:
    - {command: "true"}
    - {command: "true"}
    - {command: "true", loop: [1, 2]}
`);
    assert.equal(fake.opened, ['one']);
    assert.is(fake.trips.length, 4);
  });

  test('check mode asks and does not do', async () => {
    const { result } = await play(file('never'), { options: { checkMode: true } });
    assert.is(result('one', 'write').status, 'changed');
    assert.throws(() => readFileSync(path.join(folder, 'never')));
  });

  test('check mode shows a later task what an earlier one would have done', async () => {
    const { lines } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - {name: write, copy: {content: "text", dest: ${folder}/picture, mode: "0644"}}
    - {name: look, stat: {path: ${folder}/picture}, register: found}
    - {name: same, copy: {content: "text", dest: ${folder}/picture, mode: "0644"}}
    - {name: told, debug: {msg: x}, when: found.stat.exists}
`,
      { options: { checkMode: true } },
    );
    assert.equal(lines, ['one write changed', 'one look ok', 'one same ok', 'one told ok']);
  });

  test('check mode: what depends on the output of a command is unknown, and says for what it waits', async () => {
    const { lines, result, recap } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - {name: ask, command: echo hi, register: said}
    - {name: depends, debug: {msg: x}, when: said.stdout == 'hi'}
    - {name: shows, debug: {msg: "{{ said.stdout }}"}}
    - {name: known, debug: {msg: x}, when: said is changed}
`,
      { options: { checkMode: true } },
    );
    assert.equal(lines, ['one ask changed', 'one depends unknown', 'one shows unknown', 'one known ok']);
    assert.match(result('one', 'depends').waitsFor ?? '', 'echo hi');
    assert.is(recap.get('one')?.unknown, 2);
  });

  test('a connection lost in a step is made again, and the task is planned again', async () => {
    let losses = 0;
    const { result, fake } = await play(file('lost'), {
      fake: {
        onTrip: ({ scripts }) => {
          if (losses > 0 || !scripts.some(({ script }) => script.includes('mktemp'))) return undefined;
          losses += 1;
          return { stage: 'lost', message: 'gone', outcomeUnknown: true };
        },
      },
    });
    assert.is(result('one', 'write').status, 'changed');
    assert.equal(fake.opened, ['one', 'one']);
  });

  test('a command whose connection was lost is not repeated: its outcome is unknown', async () => {
    const { result, fake } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - {name: act, command: "true"}
`,
      { fake: { onTrip: () => ({ stage: 'lost', message: 'gone', outcomeUnknown: true }) } },
    );
    assert.is(result('one', 'act').status, 'unreachable');
    assert.match(result('one', 'act').message ?? '', 'outcome unknown');
    assert.is(fake.trips.length, 1);
  });

  test('an unreachable host is lost, and told once', async () => {
    const { lines, recap } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - {name: first, command: "true"}
    - {name: second, command: "true"}
`,
      { hosts: 'a,b,', fake: { unreachable: ['a'] } },
    );
    assert.equal([...lines].sort(), ['a first unreachable', 'b first changed', 'b second changed']);
    assert.is(recap.get('a')?.unreachable, 1);
  });

  test('later plays tell a host that was lost: it is one of all their hosts, and none of those that take part', async () => {
    const { said } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - {name: first, command: "true"}
- hosts: all
  gather_facts: false
  tasks:
    - debug: {msg: "{{ ansible_play_hosts | join(' ') }} of {{ ansible_play_hosts_all | join(' ') }}"}
`,
      { hosts: 'a,b,c,', fake: { unreachable: ['b'] } },
    );
    assert.equal(said, ['a c of a b c', 'a c of a b c']);
  });

  test('become asks for a shell of its own, and delegation reaches the other host', async () => {
    writeFileSync(path.join(folder, 'x'), '');
    const { fake } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - {command: "true", become: true, become_user: app}
    - {command: "true", delegate_to: two}
`,
    );
    assert.equal(
      fake.trips.map(({ host, user }) => `${host} ${user}`),
      ['one app', 'two root'],
    );
  });
});
