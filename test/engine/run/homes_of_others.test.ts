// `~name/` in paths: the homes of other users of the host.
import * as assert from 'uvu/assert';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type { Connections } from '../../../engine/connection/contract.ts';
import { toData } from '../../../engine/module/data.ts';
import { type Played, play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

describe('run/homes_of_others', ({ test, setup, teardown }) => {
  let connections: Connections;
  setup(() => {
    connections = makeConnections();
  });
  teardown(() => connections.closeAll());

  const played = (tasks: string, checkMode = false): Promise<Played> =>
    play(`- hosts: all\n  gather_facts: false\n  tasks:\n${tasks.trim().replaceAll(/^/gm, '    ')}\n`, {
      connections,
      extraVars: ['ansible_connection=local'],
      options: { checkMode },
    });
  const value = (ran: Played, task: string, name: string): unknown =>
    toData(ran.result('one', task).values.get(name) ?? null);

  test('paths get them, other texts do not, and a name that nobody has stays', async () => {
    const ran = await played(`
- {name: here, stat: {path: ~root/..}}
- {name: looped, stat: {path: "~{{ item }}"}, loop: [root, no_such_user]}
- {name: text, debug: {msg: ~root/x}}
- {name: nobody, file: {path: ~no_such_user/x, state: absent}}
`);
    assert.is((value(ran, 'here', 'stat') as { path: string }).path, '/root/..');
    const items = value(ran, 'looped', 'results') as { stat: { exists: boolean } }[];
    assert.equal(
      items.map(({ stat }) => stat.exists),
      [true, false],
    );
    assert.equal(ran.said, ['~root/x']);
    assert.is(value(ran, 'nobody', 'path'), '~no_such_user/x');
  });

  test('check mode knows the home of a user that an earlier task makes, and not one that it cannot tell', async () => {
    const ran = await played(
      `
- {name: fresh, user: {name: hardway_fresh, home: /srv, create_home: false}}
- {name: there, file: {path: ~hardway_fresh/hardway, state: directory}}
- {name: asked, command: "true"}
- {name: open, file: {path: ~hardway_other/x, state: absent}}
`,
      true,
    );
    assert.is(value(ran, 'there', 'path'), '/srv/hardway');
    assert.is(ran.result('one', 'open').status, 'unknown');
  });
});
