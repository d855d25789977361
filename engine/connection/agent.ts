// One agent on one channel: its greeting, and batches of scripts sent without waiting for the replies between.
import { bytesOfText } from '../document/byte_text.ts';
import type { Output, Script } from '../module/contract.ts';
import { isNotWhole } from './agent_script.ts';
import { type Bundle, bundled, unbundled } from './bundles.ts';
import type { Channel, ChannelEnd, ChannelEvents } from './channel.ts';
import type { AskedAhead, Connected, ConnectionFailure } from './contract.ts';
import { deferred } from './deferred.ts';
import { connected, failed } from './failures.ts';
import { encodeBody, encodeChunks, encodeEnd, encodeHeader, exitCode, FrameReader } from './frames.ts';
import type { Frame, Hello } from './frames.ts';
import { Heard } from './heard.ts';
import { inputOf } from './script_input.ts';

export const defaultMaxOutputBytes = 64 * 1024 * 1024;

/** Stops a process group on the host and, with `all`, what is left of the batch. False when that was not possible. */
export type Stop = (group: number | undefined, all: boolean) => Promise<boolean>;

export interface BatchOptions {
  readonly stopOnFailure?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly ahead?: AskedAhead | undefined;
  readonly stop: Stop;
}

export interface Counters {
  roundTrips: number;
  bytesSent: number;
  bytesReceived: number;
}

interface Batch {
  readonly firstId: number;
  readonly requests: readonly Bundle[];
  /** How many of the requests somebody waits for; those after them are asked ahead. */
  readonly needed: number;
  /** By position of the requests; those that were skipped leave theirs empty. */
  readonly outputs: (Output | undefined)[];
  readonly stop: Stop;
  /** Stops that are under way; the batch ends after them, so that none hits a later one. */
  readonly stopping: Promise<void>[];
  readonly finish: (result: Connected<undefined>) => void;
  replies: number;
  group: number | undefined;
  startedAt: string | undefined;
  timer: NodeJS.Timeout | undefined;
  timedOut: boolean;
  aborted: boolean;
  /** How many requests came to the host whole, when the next one was cut off on its way. */
  endsAt: number | undefined;
  /** True when the host may have begun to run something of this batch. */
  sent: boolean;
}

export class Agent {
  readonly hello: Hello;
  usesTerminal = false;
  /** Whether large bodies go by gzip; no longer after the host could not unpack one. */
  packs = false;
  /** When bytes last went one way or the other, as performance.now() tells it. */
  lastHeard = performance.now();
  readonly #ended = deferred<undefined>();
  readonly #channel: Channel;
  readonly #counters: Counters;
  #nextId = 1;
  #batch: Batch | undefined;
  #end: ConnectionFailure | undefined;

  constructor(hello: Hello, channel: Channel, counters: Counters) {
    this.hello = hello;
    this.#channel = channel;
    this.#counters = counters;
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /** Resolves when the channel is closed. */
  get ended(): Promise<undefined> {
    return this.#ended.promise;
  }

  close(): void {
    this.#end ??= { stage: 'lost', message: 'The connection was closed', outcomeUnknown: false };
    this.#channel.close();
  }

  /** For a host that does not go on: what is under way ends here, its outcome unknown. */
  giveUp(message: string): void {
    this.#fail({ stage: 'lost', message, outcomeUnknown: this.#batch?.sent === true });
    this.#channel.close();
  }

  /** Only one batch may be under way. */
  async run(scripts: readonly Script[], options: BatchOptions): Promise<Connected<readonly Output[]>> {
    if (this.#end !== undefined) return { ok: false, failure: this.#end };
    if (scripts.length === 0 || options.signal?.aborted === true) return connected([]);
    const { promise, resolve } = deferred<Connected<undefined>>();
    const ahead = options.ahead?.scripts ?? [];
    const requests = bundled([...scripts, ...ahead], scripts.length);
    const needed = requests.findIndex(({ first }) => first >= scripts.length);
    const batch: Batch = {
      ...{
        firstId: this.#nextId,
        requests,
        needed: needed < 0 ? requests.length : needed,
        outputs: [],
        stop: options.stop,
      },
      ...{ stopping: [], finish: resolve, replies: 0, group: undefined, startedAt: undefined },
      ...{ timer: undefined, timedOut: false, aborted: false, sent: false, endsAt: undefined },
    };
    this.#nextId += requests.length;
    this.#batch = batch;
    this.lastHeard = performance.now();
    this.#counters.roundTrips += 1;
    const abort = (): void => {
      batch.aborted = true;
      this.#stop(batch);
    };
    options.signal?.addEventListener('abort', abort, { once: true });
    const sending = this.#send(batch, options.stopOnFailure === true);
    const result = await promise;
    options.signal?.removeEventListener('abort', abort);
    clearTimeout(batch.timer);
    await Promise.all([sending, ...batch.stopping]);
    this.#batch = undefined;
    if (!result.ok) return result;
    const outputs = requests.flatMap((request, index) => unbundled(request, batch.outputs[index]));
    options.ahead?.take(ahead.map((_, index) => outputs[scripts.length + index]));
    const own = outputs.slice(0, scripts.length);
    if (!batch.aborted && own.includes(undefined) && options.stopOnFailure !== true)
      return this.#askAlone(scripts, own, options);
    return connected(own.filter((output) => output !== undefined));
  }

  /** A bundle broke off (too much was printed, its sh ended): what it did not answer is asked one by one. */
  async #askAlone(
    scripts: readonly Script[],
    outputs: readonly (Output | undefined)[],
    { signal, stop }: BatchOptions,
  ): Promise<Connected<readonly Output[]>> {
    const left = scripts.filter((_, index) => outputs[index] === undefined);
    const alone = left.map((script): Script => ({ ...script, shares: undefined }));
    const asked = await this.run(alone, { signal, stop });
    if (!asked.ok) return asked;
    const answers = [...asked.value];
    return connected(outputs.flatMap((output) => output ?? answers.shift() ?? []));
  }

  async #send(batch: Batch, skipAfterFailure: boolean): Promise<void> {
    try {
      for (const [index, request] of batch.requests.entries()) {
        const [script] = request.scripts;
        if (!this.isOpen || !script) return;
        const program = bytesOfText(request.program);
        const stdin = await inputOf(script, this.packs);
        const id = batch.firstId + index;
        const header = encodeHeader({
          id,
          firstOfBatch: index === 0,
          lastOfBatch: index === batch.requests.length - 1,
          skipAfterFailure: index < batch.needed ? skipAfterFailure : script.onlyAfter === true,
          scriptBytes: program.length,
          stdinBytes: stdin.size,
          stdinIsPacked: stdin.isPacked,
          answerMayBePacked: this.packs,
          maxOutputBytes: request.maxOutputBytes ?? defaultMaxOutputBytes,
        });
        await this.#write(header);
        await this.#writeBody(batch, encodeBody(this.hello.reader, [program]));
        const encode = stdin.isPacked ? encodeChunks : encodeBody;
        if (stdin.size > 0) await this.#writeBody(batch, encode(this.hello.reader, stdin.chunks));
        if (batch.aborted) {
          await this.#cutOff(batch, index);
          return;
        }
        batch.sent = true;
        await this.#write(encodeEnd(id));
      }
    } catch (error) {
      // The rest of a promised body cannot be made up, so this agent is of no more use.
      const message = `Cannot read what is to be sent: ${error instanceof Error ? error.message : String(error)}`;
      this.#fail({ stage: 'agent', message, outcomeUnknown: batch.sent });
      this.#channel.close();
    }
  }

  /**
   * Stopped while a body was on its way. The host waits for the rest of it and would run nothing before that came, so
   * the agent ends here; what it runs of this batch was stopped by the control channel.
   */
  async #cutOff(batch: Batch, whole: number): Promise<void> {
    await Promise.all(batch.stopping);
    batch.endsAt = whole;
    this.#endIfCutOff(batch);
  }

  /** What came to the host whole is answered first. */
  #endIfCutOff(batch: Batch): void {
    if (batch.endsAt === undefined || batch.replies < batch.endsAt) return;
    batch.finish(connected(undefined));
    this.close();
  }

  async #writeBody(batch: Batch, encoded: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of encoded) {
      if (!this.isOpen || batch.aborted) return;
      await this.#write(chunk);
    }
  }

  async #write(bytes: Uint8Array | string): Promise<void> {
    this.#counters.bytesSent += typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
    await this.#channel.write(bytes);
    this.lastHeard = performance.now();
  }

  #stop(batch: Batch): void {
    const stopped = batch.stop(batch.group, batch.aborted).then((done) => {
      if (done || !this.isOpen) return;
      const message = 'The running command could not be stopped on the host';
      this.#fail({ stage: 'lost', message, outcomeUnknown: true });
      this.#channel.close();
    });
    batch.stopping.push(stopped);
  }

  take(frame: Frame): void {
    const batch = this.#batch;
    if (frame.kind === 'broken') {
      const message = `The agent on the host gave up: ${frame.message}`;
      this.#fail({ stage: 'agent', message, outcomeUnknown: batch?.sent === true });
      this.#channel.close();
      return;
    }
    if (batch === undefined || frame.kind === 'hello') return;
    const request = batch.requests[batch.replies];
    if (request === undefined || frame.id !== batch.firstId + batch.replies) return;
    if (frame.kind === 'started') this.#started(batch, request, frame.group);
    else this.#replied(batch, frame);
  }

  #started(batch: Batch, { timeoutSeconds }: Bundle, group: number): void {
    batch.group = group;
    batch.startedAt = new Date().toISOString();
    batch.timedOut = false;
    // It began just before the host learned of the abort.
    if (batch.aborted) this.#stop(batch);
    if (timeoutSeconds === undefined || timeoutSeconds <= 0) return;
    batch.timer = setTimeout(() => {
      batch.timedOut = true;
      this.#stop(batch);
    }, timeoutSeconds * 1000);
  }

  #replied(batch: Batch, frame: Frame & { kind: 'done' | 'skipped' }): void {
    clearTimeout(batch.timer);
    batch.group = undefined;
    if (frame.kind === 'done' && isNotWhole(frame)) this.packs = false;
    if (frame.kind === 'done')
      batch.outputs[batch.replies] = {
        rc: batch.timedOut ? 124 : exitCode(frame.rc),
        stdout: frame.stdout,
        stderr: frame.stderr,
        ...(batch.timedOut ? { timedOut: true } : {}),
        ...(batch.startedAt === undefined ? {} : { start: batch.startedAt }),
        end: new Date().toISOString(),
      };
    batch.replies += 1;
    if (batch.replies === batch.requests.length) batch.finish(connected(undefined));
    this.#endIfCutOff(batch);
  }

  closed(end: ChannelEnd, said: string): void {
    this.#ended.resolve(undefined);
    const why = end.error ?? (said === '' ? undefined : said);
    const message = `The connection to the host was lost${why === undefined ? '' : `: ${why}`}`;
    this.#fail({ stage: 'lost', message, outcomeUnknown: this.#batch?.sent === true });
  }

  #fail(failure: ConnectionFailure): void {
    this.#end ??= failure;
    const batch = this.#batch;
    // All that somebody waits for was answered: the next request will learn of the loss.
    const isAnswered = batch !== undefined && batch.needed > 0 && batch.replies >= batch.needed;
    batch?.finish(isAnswered ? connected(undefined) : { ok: false, failure });
  }
}

export interface AgentChannel {
  readonly events: ChannelEvents;
  /** The agent, once its greeting came over `channel`; bounded by `timeoutSeconds`. */
  greeted(channel: Channel, timeoutSeconds: number): Promise<Connected<Agent>>;
}

/** Listens for an agent. `overhear` sees what comes before the greeting (prompts) until it says that it is done. */
export function listenForAgent(
  marker: string,
  counters: Counters,
  overhear?: (chunk: Buffer) => ConnectionFailure | undefined,
): AgentChannel {
  const frames = new FrameReader(marker);
  const heard = new Heard();
  const greeting = deferred<Connected<Hello>>();
  let agent: Agent | undefined;
  let early: ChannelEnd | undefined;
  const refuse = (failure: ConnectionFailure): void => greeting.resolve({ ok: false, failure });
  let greetingSeen = false;

  const listen = (chunk: Buffer): void => {
    heard.add(chunk);
    if (greetingSeen) return;
    const failure = overhear?.(chunk);
    if (failure !== undefined) refuse(failure);
  };
  const take = (frame: Frame): void => {
    if (frame.kind === 'hello') {
      greetingSeen = true;
      heard.clear();
      greeting.resolve(connected(frame));
    } else if (agent !== undefined) agent.take(frame);
    else if (frame.kind === 'broken')
      refuse({ stage: 'agent', message: explain(frame.message), outcomeUnknown: false });
  };
  const events: ChannelEvents = {
    stdout: (chunk) => {
      counters.bytesReceived += chunk.length;
      if (!greetingSeen) listen(chunk);
      if (agent !== undefined) agent.lastHeard = performance.now();
      for (const frame of frames.read(chunk)) take(frame);
    },
    stderr: listen,
    closed: (end) => {
      early = end;
      const said = heard.summary;
      refuse({ stage: 'agent', message: noGreeting(end, said), outcomeUnknown: false });
      agent?.closed(end, said);
    },
  };
  return {
    events,
    async greeted(channel, timeoutSeconds) {
      const timer = setTimeout(() => {
        const said = heard.summary;
        const message = `No shell answered within ${timeoutSeconds} s${said === '' ? '' : `; the host said: ${said}`}`;
        refuse({ stage: 'agent', message, outcomeUnknown: false });
      }, timeoutSeconds * 1000);
      const hello = await greeting.promise;
      clearTimeout(timer);
      if (!hello.ok) {
        channel.close();
        return hello;
      }
      agent = new Agent(hello.value, channel, counters);
      return early === undefined ? connected(agent) : failed('lost', noGreeting(early, heard.summary));
    },
  };
}

function noGreeting(end: ChannelEnd, said: string): string {
  const how = end.error ?? (end.rc === undefined ? 'the channel was closed' : `exit code ${end.rc}`);
  return `No shell could be started on the host (${how})${said === '' ? '' : `: ${said}`}`;
}

function explain(message: string): string {
  const tools = /^missing (.*)/.exec(message)?.[1];
  return tools === undefined
    ? `The host cannot be worked on: ${message}`
    : `The host lacks what every task needs: ${tools}. It must have a POSIX sh with coreutils, findutils and util-linux, or busybox`;
}
