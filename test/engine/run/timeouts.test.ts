// The keyword `timeout` and what else a registered result has of a command's end.
import * as assert from 'uvu/assert';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type { Connections } from '../../../engine/connection/contract.ts';
import { toData } from '../../../engine/module/data.ts';
import { type Played, play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

describe('run/timeouts', ({ test, setup, teardown }) => {
  let connections: Connections;
  setup(() => {
    connections = makeConnections();
  });
  teardown(() => connections.closeAll());

  const played = (tasks: string, files: Readonly<Record<string, string>> = {}): Promise<Played> =>
    play(
      `- hosts: all\n  gather_facts: false\n  connection: local\n  tasks:\n${tasks.replaceAll(/^(?=.)/gm, '    ')}`,
      {
        connections,
        files,
      },
    );

  test('a task whose time is up registers timedout, is tried no more, and no failed_when is asked', async () => {
    const ran = await played(`
- {name: late, command: sleep 60, timeout: 1, until: false, retries: 5, delay: 0, failed_when: false, ignore_errors: true}
`);
    const { status, ignored, values } = ran.result('one', 'late');
    assert.equal([status, ignored], ['failed', true]);
    const message = 'The command action failed to execute in the expected time frame (1) and was terminated';
    assert.equal(toData(values), { changed: false, failed: true, msg: message, timedout: { period: 1 } });
  });

  test('each item has its own time, and those after a late one are done', async () => {
    const ran = await played(`
- {name: items, command: "sleep {{ item }}", loop: [0, 60, 0], timeout: 1, ignore_errors: true, register: all}
- {debug: {msg: "{{ all.results | map(attribute='failed') | list }} {{ all.results | map(attribute='timedout', default='-') | list }}"}}
- {name: well, command: "true", timeout: 60, register: it}
- {debug: {msg: "x {{ it.timedout is defined }}"}}
`);
    assert.equal(ran.said, ["[False, True, False] ['-', {'period': 1}, '-']", 'x False']);
  });

  test('a script finds its own name in $0, and nothing of it is left', async () => {
    const ran = await played(
      `
- {name: runs, script: tell.sh one}
- {debug: {msg: "{{ it.stdout | regex_replace('^.*/', '') }} {{ (it.stdout.split(' ')[0]) is exists }}"}}
`.replace('script: tell.sh one', 'script: tell.sh one, register: it'),
      { 'tell.sh': '#!/bin/sh\nprintf %s "$0 $1"\n' },
    );
    assert.equal(ran.said, ['tell.sh one False']);
  });

  test('a command that a signal killed has the code that a shell gives it, and no result has an invocation', async () => {
    const ran = await played(`
- {name: killed, shell: "kill -9 $$", ignore_errors: true, register: it}
- {debug: {msg: "{{ it.rc }} {{ it.msg }} {{ it.invocation is defined }}"}}
`);
    assert.equal(ran.said, ['137 non-zero return code False']);
  });

  test('with_random_choice chooses one of its list', async () => {
    const ran = await played('- {debug: {msg: "{{ item }}"}, with_random_choice: [b, b, b]}\n');
    assert.equal(ran.said, ['b']);
  });
});
