// Keywords of a task whose templates read the item of its loop: each item has its own (the corpus holds the rest).
import * as assert from 'uvu/assert';
import { jsonLines } from '../../../engine/report/json_lines.ts';
import { describe } from '../../support/suite.ts';
import { play } from '../../support/play_here.ts';

describe('run/keywords of items', ({ test }) => {
  test('an item that is not to be logged is not, and hides the results of the whole', async () => {
    const { result, events } = await play(
      `- hosts: one
  gather_facts: false
  tasks:
    - name: told
      debug: {msg: "said {{ item.word }}"}
      no_log: "{{ item.quiet }}"
      loop: [{word: hushed, quiet: true}, {word: aloud, quiet: false}]
`,
    );
    assert.is(result('one', 'told').noLog, true);
    const written: string[] = [];
    const report = jsonLines((text) => written.push(text));
    for (const event of events) report.take(event);
    await report.close();
    const told = written.join('');
    assert.match(told, 'said aloud');
    assert.not.match(told, 'said hushed');
  });

  test('an item is in check mode by itself', async () => {
    const { result } = await play(
      `- hosts: one
  gather_facts: false
  tasks:
    - name: some
      command: echo {{ item.word }}
      check_mode: "{{ item.dry }}"
      loop: [{word: dry, dry: true}, {word: wet, dry: false}]
`,
    );
    const results = result('one', 'some').values.get('results') as readonly ReadonlyMap<string, unknown>[];
    assert.equal(
      results.map((one) => [one.get('skipped') ?? false, one.get('stdout')]),
      [
        [true, ''],
        [false, 'wet'],
      ],
    );
  });
});
