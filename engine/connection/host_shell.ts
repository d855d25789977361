// A Shell that stays the same object while the agents behind it come and go: closed for room, lost, opened again.
import type { Output, Script } from '../module/contract.ts';
import type { Agent, Counters } from './agent.ts';
import { eraseScript, pollScript, readPoll, startScripts } from './async_jobs.ts';
import type { Occupant } from './channel_budget.ts';
import type { Capabilities, Connected, JobState, RunScriptsOptions, Shell, Traffic } from './contract.ts';
import { connected, failed } from './failures.ts';
import { type Pulse, pulseScript, readPulse, watchPulse } from './pulse.ts';
import { stopScript } from './stop_script.ts';

/** Opens an agent within the connection's budget; `occupant` is told to leave when room is needed. */
export type OpenAgent = (occupant: Occupant) => Promise<Connected<Agent>>;

export interface ShellHost {
  readonly open: OpenAgent;
  /** An occupant is idle or gone. */
  readonly released: (occupant: Occupant, isGone: boolean) => void;
  /** Whether one more channel could be opened now. */
  readonly hasRoom: () => boolean;
  /** After how much silence a shell that runs something is asked whether it lives; 0 never. */
  readonly pulseSeconds: () => number;
  /** How long the control channel may take to stop something. */
  readonly stopSeconds: number;
}

let clock = 0;

/** An agent that is opened when needed, and one request at a time. */
class Lane implements Occupant {
  readonly isLasting: boolean;
  readonly #host: ShellHost;
  #agent: Agent | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #queued = 0;
  lastUsed = 0;

  constructor(host: ShellHost, isLasting: boolean) {
    this.#host = host;
    this.isLasting = isLasting;
  }

  get isIdle(): boolean {
    return this.#queued === 0;
  }

  get isOpen(): boolean {
    return this.#agent?.isOpen === true;
  }

  async leave(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    if (agent !== undefined) this.#host.released(this, true);
    agent?.close();
    await agent?.ended;
  }

  /** The agent, opened when there is none; only inside `inTurn`. */
  async agent(): Promise<Connected<Agent>> {
    if (this.#agent?.isOpen === true) return connected(this.#agent);
    if (this.#agent !== undefined) this.#host.released(this, true);
    this.#agent = undefined;
    const opened = await this.#host.open(this);
    if (opened.ok) this.#agent = opened.value;
    return opened;
  }

  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#queued += 1;
    const turn = this.#tail.then(work);
    this.#tail = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#queued -= 1;
      clock += 1;
      this.lastUsed = clock;
      if (this.#queued === 0) this.#host.released(this, false);
    }
  }
}

export class HostShell implements Shell {
  readonly #main: Lane;
  readonly #control: Lane;
  readonly #host: ShellHost;
  readonly #counters: Counters;
  #capabilities: Capabilities | undefined;
  #mayDiffer = false;

  constructor(host: ShellHost, counters: Counters, isLasting: boolean) {
    this.#main = new Lane(host, isLasting);
    this.#control = new Lane(host, false);
    this.#host = host;
    this.#counters = counters;
  }

  get capabilities(): Capabilities {
    if (this.#capabilities === undefined) throw new Error('A shell was used before it was opened');
    return this.#capabilities;
  }

  get traffic(): Traffic {
    return { ...this.#counters };
  }

  /** Opens the agent if there is none. */
  open(): Promise<Connected<Shell>> {
    return this.#main.inTurn(async () => {
      const agent = await this.#ready();
      return agent.ok ? connected(this) : agent;
    });
  }

  run(scripts: readonly Script[], options: RunScriptsOptions = {}): Promise<Connected<readonly Output[]>> {
    return this.#main.inTurn(async () => {
      if (options.signal?.aborted === true) return connected([]);
      const agent = await this.#ready();
      if (!agent.ok) return agent;
      const unwatch = watchPulse(agent.value, this.#host.pulseSeconds(), () => this.#pulse(agent.value));
      try {
        return await agent.value.run(scripts, {
          stopOnFailure: options.stopOnFailure,
          signal: options.signal,
          ahead: options.ahead,
          stop: (group, all) => this.#stop(agent.value, group, all),
        });
      } finally {
        unwatch();
      }
    });
  }

  async start(
    scripts: readonly Script[],
    id: string,
    options: { readonly timeoutSeconds?: number } = {},
  ): Promise<Connected<{ readonly directory: string }>> {
    const ran = await this.run(startScripts(scripts, id, options.timeoutSeconds ?? 0), {
      stopOnFailure: true,
    });
    if (!ran.ok) return ran;
    const last = ran.value.at(-1);
    const directory = last?.stdout.toString('utf8').trim() ?? '';
    if (last?.rc === 0 && ran.value.length === scripts.length) return connected({ directory });
    return failed('agent', `The job could not be started: ${last?.stderr.toString('utf8').trim() ?? ''}`);
  }

  async poll(id: string): Promise<Connected<JobState>> {
    const ran = await this.#runOne(pollScript(id));
    if (!ran.ok) return ran;
    const state = readPoll(ran.value);
    if (state !== undefined) return connected(state);
    return failed('agent', `The job cannot be asked: ${ran.value.stderr.toString('utf8').trim()}`);
  }

  async erase(id: string, options: { readonly kill?: boolean } = {}): Promise<Connected<boolean>> {
    const ran = await this.#runOne(eraseScript(id, options.kill === true));
    return ran.ok ? connected(ran.value.rc === 0) : ran;
  }

  /** Ends its programs on the host once they are idle; what is told of the user may be another afterwards. */
  async leave(): Promise<void> {
    await this.#main.inTurn(() => this.#main.leave());
    await this.#control.inTurn(() => this.#control.leave());
    this.#mayDiffer = true;
  }

  close(): void {
    void this.#main.leave();
    void this.#control.leave();
  }

  async #ready(): Promise<Connected<Agent>> {
    const agent = await this.#main.agent();
    if (agent.ok && (this.#mayDiffer || !this.#capabilities)) {
      this.#capabilities = capabilitiesOf(agent.value);
      this.#mayDiffer = false;
    }
    return agent;
  }

  async #runOne(script: Script): Promise<Connected<Output>> {
    const ran = await this.run([script]);
    if (!ran.ok) return ran;
    const [output] = ran.value;
    return output === undefined ? failed('agent', 'The host gave no answer') : connected(output);
  }

  /** True when the control channel did what it could, in time. */
  async #stop(agent: Agent, group: number | undefined, all: boolean): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), this.#host.stopSeconds * 1000);
    });
    const stopping = this.#onControl(stopScript(agent.hello.directory, group, all));
    const stopped = await Promise.race([stopping.then((output) => output !== undefined), late]);
    clearTimeout(timer);
    return stopped;
  }

  async #pulse(agent: Agent): Promise<Pulse> {
    // No channel to ask on says nothing about the host.
    if (!this.#control.isOpen && !this.#host.hasRoom()) return 'alive';
    const output = await this.#onControl(pulseScript(agent.hello.directory));
    return output === undefined ? 'silent' : readPulse(output);
  }

  /** Undefined when the control channel cannot be had or breaks. */
  #onControl(script: Script): Promise<Output | undefined> {
    return this.#control.inTurn(async () => {
      const control = await this.#control.agent();
      if (!control.ok) return undefined;
      const ran = await control.value.run([script], { stop: () => Promise.resolve(false) });
      return ran.ok ? ran.value[0] : undefined;
    });
  }
}

function capabilitiesOf(agent: Agent): Capabilities {
  const { names, user, uid, home, system, machine } = agent.hello;
  return { names: new Set(names), user, uid, home, system, machine };
}
