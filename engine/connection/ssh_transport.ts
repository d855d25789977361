// Channels over one ssh2 connection, and streams from its host to others (for jumps).
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel, PseudoTtyOptions } from 'ssh2';
import type { Channel, ChannelEnd, ChannelEvents, Transport } from './channel.ts';
import type { Connected } from './contract.ts';
import { connected, failed } from './failures.ts';

const closeGraceMilliseconds = 1000;

/** Raw and without echo from its first byte (RFC 4254, 8); a terminal would change bytes otherwise. */
const rawTerminal: PseudoTtyOptions = {
  term: 'dumb',
  modes: { ECHO: 0, ICANON: 0, ISIG: 0, IXON: 0, IXOFF: 0, ICRNL: 0, INLCR: 0, IGNCR: 0, OPOST: 0, ONLCR: 0 },
};

export interface SshTransport extends Transport {
  /** A stream to a port that the host can reach. */
  forward(hostName: string, port: number): Promise<Connected<Duplex>>;
}

export function sshTransport(client: Client): SshTransport {
  const channels = new Set<ClientChannel>();
  const streams = new Set<Duplex>();
  let isOpen = true;
  let reason: string | undefined;
  client.on('error', (error) => (reason ??= error.message));
  client.on('close', () => (isOpen = false));
  client.on('end', () => (isOpen = false));

  return {
    get isOpen() {
      return isOpen;
    },
    async openChannel(command, events, options) {
      const stream = await new Promise<Connected<ClientChannel>>((resolve) => {
        // A connection that breaks now would leave the callback waiting for ever.
        const onClose = (): void =>
          resolve(failed('lost', `The connection was lost: ${reason ?? 'closed by the host'}`));
        if (!isOpen) {
          onClose();
          return;
        }
        client.once('close', onClose);
        client.exec(command, options?.terminal === true ? { pty: rawTerminal } : {}, (error, channel) => {
          client.off('close', onClose);
          resolve(
            error === undefined
              ? connected(channel)
              : failed('agent', `The host opened no channel: ${error.message}`),
          );
        });
      });
      if (!stream.ok) return stream;
      channels.add(stream.value);
      stream.value.once('close', () => channels.delete(stream.value));
      return connected(streamChannel(stream.value, events, () => reason));
    },
    async forward(hostName, port) {
      const stream = await new Promise<Connected<Duplex>>((resolve) => {
        const onClose = (): void =>
          resolve(failed('connect', `The way was lost: ${reason ?? 'closed by the host'}`));
        if (!isOpen) {
          onClose();
          return;
        }
        client.once('close', onClose);
        client.forwardOut('127.0.0.1', 0, hostName, port, (error, channel) => {
          client.off('close', onClose);
          resolve(
            error === undefined
              ? connected(channel)
              : failed('connect', `It cannot reach ${hostName} port ${port}: ${error.message}`),
          );
        });
      });
      if (stream.ok) {
        streams.add(stream.value);
        stream.value.once('close', () => streams.delete(stream.value));
      }
      return stream;
    },
    async close() {
      for (const channel of channels) channel.end();
      await allGone(channels);
      isOpen = false;
      client.end();
    },
  };
}

/** The agents end by themselves when their input ends, and clean up; the connection waits a moment for that. */
async function allGone(channels: ReadonlySet<ClientChannel>): Promise<void> {
  const closing = [...channels].map(
    (channel) => new Promise<void>((resolve) => channel.once('close', resolve)),
  );
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, closeGraceMilliseconds)));
  await Promise.race([Promise.all(closing), patience]);
  clearTimeout(timer);
}

function streamChannel(
  stream: ClientChannel,
  events: ChannelEvents,
  reason: () => string | undefined,
): Channel {
  let end: ChannelEnd = {};
  let isClosed = false;
  stream.on('data', events.stdout);
  stream.stderr.on('data', events.stderr);
  stream.on('exit', (code: number | null, signal?: string) => {
    end = code === null ? { error: `ended by ${signal ?? 'a signal'}` } : { rc: code };
  });
  stream.on('error', () => undefined);
  stream.on('close', () => {
    isClosed = true;
    const why = reason();
    events.closed(
      end.rc === undefined && end.error === undefined && why !== undefined ? { error: why } : end,
    );
  });
  return {
    async write(bytes) {
      if (isClosed || !stream.writable || stream.write(bytes)) return;
      await new Promise<void>((resolve) => {
        const resume = (): void => {
          stream.off('drain', resume);
          stream.off('close', resume);
          resolve();
        };
        stream.once('drain', resume);
        stream.once('close', resume);
      });
    },
    close() {
      stream.end();
      setTimeout(() => {
        if (!isClosed) stream.close();
      }, closeGraceMilliseconds).unref();
    },
  };
}
