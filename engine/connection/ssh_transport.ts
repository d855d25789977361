// Channels over one ssh2 connection, and streams from its host to others (for jumps).
import type { Duplex } from 'node:stream';
import type { ClientChannel, PseudoTtyOptions } from 'ssh2';
import type { Channel, ChannelEnd, ChannelEvents, Transport } from './channel.ts';
import type { Connected } from './contract.ts';
import { connected, failed, noChannel } from './failures.ts';
import type { LoggedIn } from './ssh_client.ts';

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

export function sshTransport({ client, hostKey }: LoggedIn, keepaliveSeconds: number): SshTransport {
  const channels = new Set<ClientChannel>();
  const failing = new Set<(reason?: string) => void>();
  let isOpen = true;
  let reason: string | undefined;
  // When the other side is silent, its channels never say that they are closed.
  const lost = (error?: Error): void => {
    reason ??= error?.message;
    isOpen = false;
    for (const fail of [...failing]) fail(reason);
  };
  client.on('error', lost);
  client.on('close', () => lost());
  // Over a jump host the stream may stay half open after the other side ended it.
  client.on('end', () => {
    lost();
    client.destroy();
  });

  return {
    keepaliveSeconds,
    hostKey,
    get isOpen() {
      return isOpen;
    },
    async openChannel(command, events, options) {
      return new Promise<Connected<Channel>>((resolve) => {
        // A connection that breaks now would leave the callback waiting for ever.
        const onClose = (): void =>
          resolve(failed('lost', `The connection was lost: ${reason ?? 'closed by the host'}`));
        if (!isOpen) {
          onClose();
          return;
        }
        failing.add(onClose);
        client.exec(command, options?.terminal === true ? { pty: rawTerminal } : {}, (error, channel) => {
          failing.delete(onClose);
          if (error !== undefined) {
            resolve(failed('agent', `${noChannel}: ${error.message}`));
            return;
          }
          channels.add(channel);
          channel.once('close', () => channels.delete(channel));
          // In this turn: how the command ended may stand in the packet that is being read.
          resolve(connected(streamChannel(channel, events, failing)));
        });
      });
    },
    async forward(hostName, port) {
      return new Promise<Connected<Duplex>>((resolve) => {
        const onClose = (): void =>
          resolve(failed('connect', `The way was lost: ${reason ?? 'closed by the host'}`));
        if (!isOpen) {
          onClose();
          return;
        }
        failing.add(onClose);
        client.forwardOut('127.0.0.1', 0, hostName, port, (error, channel) => {
          failing.delete(onClose);
          resolve(
            error === undefined
              ? connected(channel)
              : failed('connect', `It cannot reach ${hostName} port ${port}: ${error.message}`),
          );
        });
      });
    },
    async close() {
      for (const channel of channels) channel.end();
      await allGone(channels);
      isOpen = false;
      client.end();
      // A host that does not answer any more would keep our socket, and this process, open.
      setTimeout(() => client.destroy(), closeGraceMilliseconds).unref();
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
  failing: Set<(reason?: string) => void>,
): Channel {
  let end: ChannelEnd = {};
  let isClosed = false;
  let isClosing = false;
  stream.on('data', events.stdout);
  stream.stderr.on('data', events.stderr);
  stream.on('exit', (code: number | null, signal?: string) => {
    end = code === null ? { error: `ended by ${signal ?? 'a signal'}` } : { rc: code };
  });
  stream.on('error', () => undefined);
  const waiting = new Set<() => void>();
  const close = (why?: string): void => {
    if (isClosed) return;
    isClosed = true;
    failing.delete(close);
    for (const resume of waiting) resume();
    events.closed(
      end.rc === undefined && end.error === undefined && why !== undefined
        ? { error: why, wayLost: true }
        : end,
    );
  };
  failing.add(close);
  stream.on('close', () => close());
  return {
    async write(bytes) {
      if (isClosed || isClosing || !stream.writable || stream.write(bytes)) return;
      await new Promise<void>((resolve) => {
        const resume = (): void => {
          waiting.delete(resume);
          stream.off('drain', resume);
          resolve();
        };
        waiting.add(resume);
        stream.once('drain', resume);
      });
    },
    close() {
      // A host that takes no more bytes would keep a writer waiting.
      isClosing = true;
      for (const resume of waiting) resume();
      stream.end();
      setTimeout(() => {
        if (!isClosed) stream.close();
      }, closeGraceMilliseconds).unref();
    },
  };
}
