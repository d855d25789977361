// Transports that are processes of this machine: a shell here, in a container, or in a tree of files.
import { spawn, type ChildProcess } from 'node:child_process';
import type { Channel, ChannelEnd, ChannelEvents, Transport } from './channel.ts';
import type { Connected, ConnectionSpec } from './contract.ts';
import { connected, failed, messageOf } from './failures.ts';

const closeGraceMilliseconds = 2000;
const exitGraceMilliseconds = 200;

const ours = new Set<ChildProcess>();

/** Ends `child` at the latest with this process, for one that would not notice by itself. */
export function endWithUs(child: ChildProcess): void {
  if (ours.size === 0) process.on('exit', endAll);
  ours.add(child);
  child.once('exit', () => {
    ours.delete(child);
    if (ours.size === 0) process.off('exit', endAll);
  });
}

function endAll(): void {
  for (const child of ours) child.kill();
}

/** A channel over a process's standard streams. */
export function processChannel(child: ChildProcess, events: ChannelEvents): Channel {
  let isClosed = false;
  let isClosing = false;
  const waiting = new Set<() => void>();
  const close = (end: ChannelEnd): void => {
    if (isClosed) return;
    isClosed = true;
    for (const resume of waiting) resume();
    events.closed(end);
  };
  child.stdout?.on('data', events.stdout);
  child.stderr?.on('data', events.stderr);
  child.stdin?.on('error', () => undefined);
  child.on('error', (error) => close({ error: messageOf(error) }));
  // `exit` and not `close`: what the command left in the background may hold the pipes open.
  const ended = (code: number | null, signal: string | null): void =>
    close(code === null ? { error: `ended by ${signal ?? 'a signal'}` } : { rc: code });
  child.on('close', ended);
  // What the command left in the background may hold the pipes open for ever.
  child.on('exit', (code, signal) => setTimeout(() => ended(code, signal), exitGraceMilliseconds).unref());
  return {
    async write(bytes) {
      if (isClosed || isClosing || child.stdin === null || child.stdin.write(bytes)) return;
      await new Promise<void>((resolve) => {
        const resume = (): void => {
          waiting.delete(resume);
          child.stdin?.off('drain', resume);
          resolve();
        };
        waiting.add(resume);
        child.stdin?.once('drain', resume);
        if (isClosed) resume();
      });
    },
    close() {
      // A program that takes no more bytes would keep a writer waiting.
      isClosing = true;
      for (const resume of waiting) resume();
      child.stdin?.end();
      if (child.exitCode !== null || child.signalCode !== null) return;
      setTimeout(() => child.kill('SIGTERM'), closeGraceMilliseconds).unref();
    },
  };
}

/** A transport that starts `argv(command)` for each channel. */
export function processTransport(argv: (command: string) => readonly string[]): Transport {
  const open = new Set<Channel>();
  let isOpen = true;
  return {
    get isOpen() {
      return isOpen;
    },
    openChannel(command, events, options): Promise<Connected<Channel>> {
      if (options?.terminal === true)
        return Promise.resolve(failed('become', 'This kind of connection cannot give a terminal'));
      const [program = '', ...words] = argv(command);
      // In a session of its own, so that Ctrl-C in our terminal reaches the host only through the control channel.
      const child = spawn(program, words, { stdio: 'pipe', detached: true });
      const channel = processChannel(child, {
        ...events,
        closed: (end) => {
          open.delete(channel);
          events.closed(end);
        },
      });
      open.add(channel);
      return Promise.resolve(connected(channel));
    },
    close() {
      isOpen = false;
      for (const channel of open) channel.close();
      return Promise.resolve();
    },
  };
}

type ProcessKind = Exclude<ConnectionSpec['kind'], 'ssh' | 'openssh'>;

/** The argv by which each kind runs a command line; `address` is a container's name or a directory. */
export function processArgv(
  spec: ConnectionSpec & { readonly kind: ProcessKind },
  command: string,
): readonly string[] {
  const { address, user } = spec;
  // A name that begins with a hyphen would be an option of the program.
  const place = address.startsWith('-') ? ['--', address] : [address];
  switch (spec.kind) {
    case 'local':
      return ['/bin/sh', '-c', command];
    case 'docker':
    case 'podman':
      return [
        spec.kind,
        'exec',
        '-i',
        ...(user === undefined ? [] : ['-u', user]),
        ...place,
        '/bin/sh',
        '-c',
        command,
      ];
    case 'chroot':
      return [
        'chroot',
        ...(user === undefined ? [] : [`--userspec=${user}`]),
        ...place,
        '/bin/sh',
        '-c',
        command,
      ];
    case 'nspawn':
      return [
        ...['systemd-nspawn', '--quiet', '--pipe', '--register=no', `--directory=${address}`],
        ...(user === undefined ? [] : [`--user=${user}`]),
        ...['/bin/sh', '-c', command],
      ];
  }
}
