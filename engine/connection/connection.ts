// One host: a transport that is opened again when it was lost, and the shells on it.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent, Counters } from './agent.ts';
import { ChannelBudget, type Occupant } from './channel_budget.ts';
import type { Transport } from './channel.ts';
import type { BecomeSpec, Connected, Connection, ConnectionSpec, Shell, Traffic } from './contract.ts';
import { connected, noChannel } from './failures.ts';
import { HostShell, type ShellHost } from './host_shell.ts';
import { openAgent } from './open_agent.ts';
import { graceSeconds } from './stop_script.ts';

const channelsPerConnection = 8;
const defaultPulseSeconds = 30;

/** What OpenSSH says when the other side hangs up before the keys are exchanged. */
const droppedBanner = /kex_exchange_identification|ssh_exchange_identification/;
const dropTries = 5;

/** The others start a program of this machine: packing would cost more than it spares. */
const throughNetwork: ReadonlySet<string> = new Set<ConnectionSpec['kind']>(['ssh', 'openssh']);

export interface ConnectionOptions {
  /** Opens the transport, with all tries that the spec allows. */
  readonly dial: () => Promise<Connected<Transport>>;
  /** The sh on the host. */
  readonly shell?: string | undefined;
}

function keyOf({ method, user, flags, executable }: BecomeSpec): string {
  return JSON.stringify([method, user, flags, executable]);
}

/** Who brings another password is asked for it: a shell of one task is none for the next that could not have opened it. */
function shellKeyOf(become: BecomeSpec): string {
  const password = become.password?.();
  const digest = password === undefined ? null : createHash('sha256').update(password).digest('hex');
  return JSON.stringify([keyOf(become), become.user, digest]);
}

function becomeUserOf(key: string): string {
  return (JSON.parse(key) as readonly string[])[1] ?? '';
}

export class HostConnection implements Connection {
  readonly spec: ConnectionSpec;
  readonly #options: ConnectionOptions;
  readonly #budget = new ChannelBudget(channelsPerConnection);
  readonly #shells = new Map<string, HostShell>();
  readonly #counters: Counters[] = [];
  /** Ways of becoming that turned out to need a terminal. */
  readonly #terminals = new Set<string>();
  #transport: Transport | undefined;
  #dialling: Promise<Connected<Transport>> | undefined;

  constructor(spec: ConnectionSpec, options: ConnectionOptions) {
    this.spec = spec;
    this.#options = options;
  }

  get hostKey(): string | undefined {
    return this.#transport?.hostKey;
  }

  get traffic(): Traffic {
    const sum = (name: keyof Counters): number => this.#counters.reduce((total, one) => total + one[name], 0);
    return {
      roundTrips: sum('roundTrips'),
      bytesSent: sum('bytesSent'),
      bytesReceived: sum('bytesReceived'),
    };
  }

  /** The open transport; a new one when the last was lost. */
  async transport(): Promise<Connected<Transport>> {
    if (this.#transport?.isOpen === true) return connected(this.#transport);
    this.#dialling ??= this.#options.dial();
    const dialled = await this.#dialling;
    this.#dialling = undefined;
    if (dialled.ok) this.#transport = dialled.value;
    return dialled;
  }

  async shell(become?: BecomeSpec): Promise<Connected<Shell>> {
    const key = become === undefined ? '' : shellKeyOf(become);
    let shell = this.#shells.get(key);
    if (shell === undefined) {
      const counters: Counters = { roundTrips: 0, bytesSent: 0, bytesReceived: 0 };
      this.#counters.push(counters);
      const open = (occupant: Occupant): Promise<Connected<Agent>> => this.#open(become, counters, occupant);
      const released = (occupant: Occupant, isGone: boolean): void => {
        if (isGone) this.#budget.remove(occupant);
        else this.#budget.freed();
      };
      const host: ShellHost = {
        ...{ open, released, hasRoom: () => this.#budget.hasRoom },
        pulseSeconds: () => this.#pulseSeconds,
        stopSeconds: graceSeconds + this.spec.connectTimeoutSeconds,
      };
      shell = new HostShell(host, counters, become === undefined);
      this.#shells.set(key, shell);
    }
    const opened = await shell.open();
    // The next one may come with another password.
    if (!opened.ok && opened.failure.stage === 'become' && this.#shells.get(key) === shell)
      this.#shells.delete(key);
    return opened;
  }

  async leave(user: string): Promise<void> {
    const ofUser = [...this.#shells].filter(([key]) => key !== '' && becomeUserOf(key) === user);
    await Promise.all(ofUser.map(([, shell]) => shell.leave()));
  }

  get #pulseSeconds(): number {
    return this.spec.keepaliveSeconds ?? this.#transport?.keepaliveSeconds ?? defaultPulseSeconds;
  }

  async close(): Promise<void> {
    for (const shell of this.#shells.values()) shell.close();
    await this.#transport?.close();
    this.#transport = undefined;
  }

  async #open(
    become: BecomeSpec | undefined,
    counters: Counters,
    occupant: Occupant,
    drops = 0,
  ): Promise<Connected<Agent>> {
    const transport = await this.transport();
    if (!transport.ok) return transport;
    const way = become === undefined ? '' : keyOf(become);
    await this.#budget.enter();
    const agent = await openAgent(
      transport.value,
      {
        become,
        timeoutSeconds: this.spec.connectTimeoutSeconds,
        shell: this.#options.shell,
        terminal: this.#terminals.has(way),
      },
      counters,
    );
    // The system's ssh logs in anew for each shell, and a busy sshd may drop it before it says a word.
    const isDropped = !agent.ok && droppedBanner.test(agent.failure.message) && drops < dropTries;
    const isRefused = !agent.ok && agent.failure.message.startsWith(noChannel);
    const mayRetry = isRefused && this.#budget.lower();
    this.#budget.entered(agent.ok ? occupant : undefined);
    // Others may use the same account: do with fewer.
    if (mayRetry) return this.#open(become, counters, occupant);
    if (isDropped) {
      await sleep(100 * 2 ** drops * (0.5 + Math.random()));
      return this.#open(become, counters, occupant, drops + 1);
    }
    if (agent.ok && agent.value.usesTerminal) this.#terminals.add(way);
    if (agent.ok && throughNetwork.has(this.spec.kind))
      agent.value.packs = agent.value.hello.names.includes('gzip-pipe');
    return agent;
  }
}
