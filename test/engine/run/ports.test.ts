// ansible_port and the keyword port: what is no port is told, and nothing is asked of port 22 instead.
import * as assert from 'uvu/assert';
import { describe } from '../../support/suite.ts';
import { play } from '../../support/play_here.ts';

async function endOf(port: string, connection = 'ssh'): Promise<string> {
  const { result } = await play('- hosts: all\n  gather_facts: false\n  tasks: [{name: task, raw: echo}]\n', {
    inventory: `all: {hosts: {one: {ansible_port: ${port}, ansible_connection: ${connection}}}}\n`,
  });
  const { status, message } = result('one', 'task');
  return status === 'failed' ? (message ?? '') : status;
}

describe('run/ports', ({ test }) => {
  for (const port of ['abc', '22x', '99999', '0', '22.5'])
    test(`${port} fails the task`, async () => {
      const why = `Port ${port} is no port (ansible_port of one). A port is a whole number from 1 to 65535`;
      assert.is(await endOf(port), why);
      assert.is(await endOf(`"${port}"`), why);
    });

  test('a number is taken, as text too, and a connection without a port does not look', async () => {
    const ends = await Promise.all(
      ['2222', '"2222"', '"{{ 22 }}"', '"{{ no | default(omit) }}"'].map((each) => endOf(each)),
    );
    assert.equal(
      [...ends, await endOf('abc', 'local')],
      Array.from({ length: 5 }, () => 'changed'),
    );
  });
});
