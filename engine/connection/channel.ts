// What a transport gives: channels, each a command on the host with its byte streams.
import type { Connected } from './contract.ts';

export interface ChannelEvents {
  readonly stdout: (chunk: Buffer) => void;
  readonly stderr: (chunk: Buffer) => void;
  /** Once. After it nothing else comes. */
  readonly closed: (end: ChannelEnd) => void;
}

export interface ChannelEnd {
  readonly rc?: number;
  /** Why the channel itself broke, when it did. */
  readonly error?: string;
  /** The way to the host ended, whatever ran on it. */
  readonly wayLost?: boolean;
}

export interface Channel {
  /** Resolves when more may be written, also when the channel is closed. */
  write(bytes: Uint8Array | string): Promise<void>;
  close(): void;
}

export interface ChannelOptions {
  /** Asks for a terminal; both outputs are then one. */
  readonly terminal?: boolean;
}

export interface Transport {
  /** Runs a command line in the login user's shell. */
  openChannel(command: string, events: ChannelEvents, options?: ChannelOptions): Promise<Connected<Channel>>;
  readonly isOpen: boolean;
  /** How often it is made sure that the other side is there; 0 never. */
  readonly keepaliveSeconds?: number;
  /** Of ssh: type and fingerprint of the key that the host showed. */
  readonly hostKey?: string;
  close(): Promise<void>;
}
