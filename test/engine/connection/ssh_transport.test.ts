// Channels by ssh2: what a server sends along with its consent is heard.
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Client } from 'ssh2';
import * as assert from 'uvu/assert';
import type { ChannelEnd } from '../../../engine/connection/channel.ts';
import { sshTransport } from '../../../engine/connection/ssh_transport.ts';
import { describe } from '../../support/suite.ts';

describe('connection/ssh_transport', ({ test }) => {
  test('a command that ends at once, its end in the packet of its beginning, is told by its exit code', async () => {
    const channel = Object.assign(new PassThrough(), { stderr: new PassThrough() });
    const client = Object.assign(new EventEmitter(), {
      // As ssh2 reads one packet: all in one turn.
      exec: (_command: string, _options: object, opened: (error: undefined, stream: unknown) => void) => {
        opened(undefined, channel);
        channel.stderr.write('unknown user');
        channel.emit('exit', 1);
        channel.end();
        channel.resume();
      },
    });
    const said: string[] = [];
    const end = await new Promise<ChannelEnd>((resolve) => {
      void sshTransport({ client: client as unknown as Client, hostKey: '' }, 0).openChannel('sudo', {
        stdout: () => undefined,
        stderr: (chunk) => said.push(chunk.toString('utf8')),
        closed: resolve,
      });
    });
    assert.equal(end, { rc: 1 });
    assert.equal(said, ['unknown user']);
  });
});
