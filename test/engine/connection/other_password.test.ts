// A shell that one task opened with its password is no way in for a task that brings another.
import * as assert from 'uvu/assert';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type { Connected, Shell } from '../../../engine/connection/contract.ts';
import { fakeSudo } from '../../support/fake_sudo.ts';
import { describe } from '../../support/suite.ts';
import { openHere } from '../../support/use_here.ts';

describe('connection/other password', ({ test }) => {
  test('a wrong password fails after the right one, a right one shares the shell', async () => {
    const sudo = fakeSudo();
    const connections = makeConnections();
    try {
      const here = await openHere(connections);
      const become = (password: string): Promise<Connected<Shell>> =>
        here.shell({ method: 'sudo', user: 'root', executable: sudo.path, password: () => password });
      assert.is((await become('right')).ok, true);
      const calls = sudo.calls();
      assert.is((await become('right')).ok, true);
      assert.is(sudo.calls(), calls);
      const refused = await become('wrong');
      assert.is(refused.ok ? 'opened' : refused.failure.stage, 'become');
      assert.is((await become('right')).ok, true);
      assert.is(sudo.calls(), calls + 1);
    } finally {
      await connections.closeAll();
      sudo.remove();
    }
  });
});
