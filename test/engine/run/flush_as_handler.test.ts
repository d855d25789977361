import * as assert from 'uvu/assert';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

describe('run/flush as handler', ({ test }) => {
  test('a handler that flushes handlers fails, and only when it is notified', async () => {
    const run = (task: string): ReturnType<typeof play> =>
      play(`
- hosts: all
  gather_facts: false
  tasks: [{name: first, ${task}}]
  handlers:
    - {name: flush, meta: flush_handlers}
    - {name: later, debug: {msg: later}}
`);
    const quiet = await run('command: "true"');
    assert.equal(quiet.lines, ['one first changed']);
    const notified = await run('command: "true", notify: [later, flush]');
    assert.equal(notified.lines, ['one first changed', 'one flush failed']);
    assert.is(notified.result('one', 'flush').message, 'flush_handlers cannot be used as a handler');
  });
});
