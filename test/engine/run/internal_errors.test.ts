// A bug of a module that hardway brings along is told as ours, and borne as any failure of its task.
import * as assert from 'uvu/assert';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

const tasks = `
- hosts: all
  gather_facts: false
  tasks:
    - {name: Borne, ping: {}, ignore_errors: true, register: one}
    - debug: {msg: "failed {{ one is failed }}"}
    - name: Block
      block:
        - {name: Rescued, ping: {}}
      rescue:
        - debug: {msg: rescued}
`;

describe('run/internal errors', ({ test }) => {
  test('of a module are failures of its task', async () => {
    const played = await play(tasks, {
      hosts: 'one,',
      replaceModule: (module) =>
        module.name === 'ping'
          ? {
              ...module,
              plan: () => {
                throw new Error('broken');
              },
            }
          : module,
    });
    assert.equal(played.said, ['failed True', 'rescued']);
    assert.match(played.result('one', 'Borne').message ?? '', /^Internal error of hardway: Error: broken\n/);
    assert.is(played.recap.get('one')?.ignored, 1);
    assert.is(played.recap.get('one')?.rescued, 1);
    assert.is(played.recap.get('one')?.failed, 0);
  });
});
