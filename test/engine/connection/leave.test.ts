// Shells of become users that are ended on purpose: no process of the user is left, and the shell opens again.
import { existsSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type { Shell } from '../../../engine/connection/contract.ts';
import { describe } from '../../support/suite.ts';
import { openHere } from '../../support/use_here.ts';

async function said(shell: Shell, script: string): Promise<string> {
  const ran = await shell.run([{ script }]);
  if (!ran.ok) throw new Error(ran.failure.message);
  return ran.value[0]?.stdout.toString().trim() ?? '';
}

describe(
  'connection/leave',
  ({ test }) => {
    test('the shells of one user end, those of others stay, and it can be used again', async () => {
      const connections = makeConnections();
      try {
        const here = await openHere(connections);
        const become = async (user: string): Promise<Shell> => {
          const shell = await here.shell({ method: 'su', user, flags: '-s /bin/sh' });
          if (!shell.ok) throw new Error(shell.failure.message);
          return shell.value;
        };
        const [daemon, games] = [await become('daemon'), await become('games')];
        const before = [await said(daemon, 'echo $PPID'), await said(games, 'echo $PPID')];
        const isRunning = (): boolean[] => before.map((id) => existsSync(`/proc/${id}`));
        assert.equal(isRunning(), [true, true]);
        await here.leave?.('daemon');
        assert.equal(isRunning(), [false, true]);
        assert.is(await said(daemon, 'id -un'), 'daemon');
        assert.is.not(await said(daemon, 'echo $PPID'), before[0]);
        assert.is(await said(games, 'echo $PPID'), before[1]);
      } finally {
        await connections.closeAll();
      }
    });
  },
  { unless: process.getuid?.() === 0 ? undefined : 'su needs root to ask for no password' },
);
