// script, run on this machine: its line is for the shell, and what it says of its folder has no path of the session.
import * as assert from 'uvu/assert';
import { makeConnections } from '../../engine/connection/connections.ts';
import type { Connections } from '../../engine/connection/contract.ts';
import { toData } from '../../engine/module/data.ts';
import { play } from '../support/play_here.ts';
import { describe } from '../support/suite.ts';

describe('modules/script on this machine', ({ test, setup, teardown }) => {
  let connections: Connections;
  setup(() => {
    connections = makeConnections();
  });
  teardown(() => connections.closeAll());

  async function told(script: Readonly<Record<string, string>>): Promise<unknown[]> {
    const text = JSON.stringify([
      {
        ...{ hosts: 'all', gather_facts: false },
        tasks: [{ name: 'script', script, ignore_errors: true }],
      },
    ]);
    const { result } = await play(text, {
      ...{ connections, extraVars: ['ansible_connection=local'] },
      files: { 'files/kept it.sh': 'echo "$1 $2"\n' },
    });
    const { status, values } = result('one', 'script');
    return [status, ...['rc', 'msg', 'stderr', 'stdout'].map((name) => toData(values.get(name) ?? null))];
  }

  test('what stands behind its name is for the shell', async () => {
    assert.equal(await told({ cmd: `'kept it.sh' "a  b" '$PWD' ; pwd | tr / _`, chdir: '/' }), [
      ...['changed', 0, null, '', 'a  b $PWD\n_\n'],
    ]);
    assert.equal(await told({ cmd: String.raw`kept\ it.sh $((1 + 2))`, executable: 'sh -e' }), [
      ...['changed', 0, null, '', '3 \n'],
    ]);
  });

  test('a folder that is not there is told as the shell tells it', async () => {
    assert.equal(await told({ cmd: "'kept it.sh'", chdir: '/no/folder' }), [
      ...['failed', 2, 'non-zero return code', "cd: can't cd to /no/folder\n", ''],
    ]);
  });

  test('a line that is too long for the system is told without a path of the session', async () => {
    assert.equal(await told({ cmd: `'kept it.sh' ${'x'.repeat(140_000)}` }), [
      ...['failed', 126, 'non-zero return code', '/bin/sh: Argument list too long\n', ''],
    ]);
  });

  test('it is skipped for a path that is there, which is no pattern, whatever its folder', async () => {
    const skipped = await told({ cmd: "'kept it.sh'", creates: '/etc', chdir: '/no/folder' });
    assert.equal(skipped.slice(0, 3), ['skipped', null, '/etc exists, matching creates option']);
    assert.is((await told({ cmd: "'kept it.sh'", creates: '/et*' }))[0], 'changed');
    const removes = await told({ cmd: "'kept it.sh'", removes: '/no/file' });
    assert.is(removes[2], '/no/file does not exist, matching removes option');
  });
});
