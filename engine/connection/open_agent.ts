// Starts an agent over a transport, as the login user or, through sudo, su or doas, as another one.
import { randomBytes } from 'node:crypto';
import { listenForAgent, type Agent, type Counters } from './agent.ts';
import { agentCommand, type Marker } from './agent_script.ts';
import { asksForTerminal, becomeCommand, becomeFailure, needsTerminal, PasswordTalk } from './become.ts';
import type { ChannelEvents, Transport } from './channel.ts';
import type { BecomeSpec, Connected } from './contract.ts';

export interface AgentOptions {
  readonly become?: BecomeSpec | undefined;
  readonly timeoutSeconds: number;
  /** The sh that runs the agent and its scripts. */
  readonly shell?: string | undefined;
  /** What earlier tries found: this kind of becoming needs a terminal. */
  readonly terminal?: boolean | undefined;
}

function random(): string {
  return randomBytes(16).toString('hex');
}

export async function openAgent(
  transport: Transport,
  options: AgentOptions,
  counters: Counters,
): Promise<Connected<Agent>> {
  const { become } = options;
  if (become === undefined) return openPlain(transport, options, counters);
  const password = become.password?.();
  if (password?.includes('\n') === true)
    return {
      ok: false,
      failure: becomeFailure('The become password holds a line break, which no prompt can take'),
    };
  const terminal = options.terminal === true || needsTerminal(become, password);
  const opened = await openAsOther(transport, options, counters, become, password, terminal);
  if (!opened.ok && !terminal && asksForTerminal(opened.failure.message))
    return openAsOther(transport, options, counters, become, password, true);
  return opened;
}

async function openPlain(
  transport: Transport,
  options: AgentOptions,
  counters: Counters,
): Promise<Connected<Agent>> {
  const marker: Marker = { first: random(), second: random() };
  const listener = listenForAgent(marker.first + marker.second, counters);
  const channel = await transport.openChannel(agentCommand(marker, options.shell), listener.events);
  return channel.ok ? listener.greeted(channel.value, options.timeoutSeconds) : channel;
}

async function openAsOther(
  transport: Transport,
  options: AgentOptions,
  counters: Counters,
  become: BecomeSpec,
  password: string | undefined,
  terminal: boolean,
): Promise<Connected<Agent>> {
  const marker: Marker = { first: random(), second: random() };
  const attempt = { become, password, terminal, start: random(), prompt: `[hardway-${random()}]` };
  const talk = new PasswordTalk(attempt);
  const listener = listenForAgent(marker.first + marker.second, counters, (chunk) => talk.hear(chunk));
  const command = becomeCommand(attempt, agentCommand(marker, options.shell));
  const way = { isLost: false };
  const events: ChannelEvents = {
    ...listener.events,
    closed: (end) => {
      // A channel of ssh that ends without a word was cut off.
      way.isLost = end.wayLost ?? (end.rc === undefined && end.error === undefined);
      listener.events.closed(end);
    },
  };
  const opened = await transport.openChannel(command, events, { terminal });
  if (!opened.ok) return opened;
  talk.attach(opened.value);
  const agent = await listener.greeted(opened.value, options.timeoutSeconds);
  if (agent.ok) agent.value.usesTerminal = terminal;
  if (agent.ok || agent.failure.stage !== 'agent' || way.isLost || !talk.hasBegun) return agent;
  return { ok: false, failure: talk.explain(agent.failure) };
}
