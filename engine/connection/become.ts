// Becoming another user: the command that does it, and the talk about the password before the agent's greeting.
import { quote } from '../module/quote.ts';
import type { Channel } from './channel.ts';
import type { BecomeSpec, ConnectionFailure } from './contract.ts';

export interface BecomeTry {
  readonly become: BecomeSpec;
  readonly password: string | undefined;
  /** Random text: begins what is to be read, so that noise of profiles is not taken for a prompt. */
  readonly start: string;
  /** Random text: sudo's prompt. */
  readonly prompt: string;
  readonly terminal: boolean;
}

/** doas reads its password from the terminal alone. */
export function needsTerminal(become: BecomeSpec, password: string | undefined): boolean {
  return become.method === 'doas' && password !== undefined;
}

/** True when a try without a terminal failed because there was none. */
export function asksForTerminal(message: string): boolean {
  return /must have a tty|no tty present|a terminal is required|must be run from a terminal|a tty is required/i.test(
    message,
  );
}

/** The command line that starts `agent` (a command line as well) as the other user. */
export function becomeCommand(attempt: BecomeTry, agent: string): string {
  const { start } = attempt;
  // In two halves, so that a terminal's echo of the command is not taken for it.
  const begin = `printf %s%s ${start.slice(0, 8)} ${start.slice(8)}`;
  const terminal = attempt.terminal ? 'stty raw -echo; ' : '';
  return `${terminal}${begin}; exec ${words(attempt, agent)}`;
}

function words(attempt: BecomeTry, agent: string): string {
  const { become, password, prompt } = attempt;
  const program = quote(become.executable ?? become.method);
  const user = quote(become.user);
  const flags = (become.flags ?? defaultFlags[become.method])
    .split(/\s+/)
    .filter((flag) => flag !== '' && (password === undefined || flag !== '-n'))
    .join(' ');
  const command = agent.replace(/^exec /, '');
  switch (become.method) {
    case 'sudo':
      return `${program} ${flags} -S ${password === undefined ? '-n' : `-p ${prompt}`} -u ${user} ${command}`;
    case 'su':
      return `${program} ${flags} ${user} -c ${quote(agent)}`;
    case 'doas':
      return `${program} ${flags} ${password === undefined ? '-n ' : ''}-u ${user} ${command}`;
  }
}

const defaultFlags = { sudo: '-H', su: '', doas: '' };

/**
 * Answers one prompt with the password. A second prompt means that it was wrong; whatever were written then would be
 * taken for the next try.
 */
export class PasswordTalk {
  readonly #attempt: BecomeTry;
  #channel: Channel | undefined;
  #text = '';
  #started = false;
  #answered = false;
  #written = false;

  constructor(attempt: BecomeTry) {
    this.#attempt = attempt;
  }

  hear(chunk: Buffer): ConnectionFailure | undefined {
    this.#text += chunk.toString('utf8');
    if (!this.#started) {
      const at = this.#text.indexOf(this.#attempt.start);
      if (at < 0) return undefined;
      this.#started = true;
      this.#text = this.#text.slice(at + this.#attempt.start.length);
    }
    if (!this.#isPrompt()) return undefined;
    const { become, password } = this.#attempt;
    this.#text = '';
    if (password === undefined) return passwordFailure(wanted(become));
    if (this.#answered) return passwordFailure(refused(become));
    this.#answered = true;
    this.#writeDue();
    return undefined;
  }

  /** A prompt may come before the channel can be written to. */
  attach(channel: Channel): void {
    this.#channel = channel;
    this.#writeDue();
  }

  #writeDue(): void {
    const channel = this.#channel;
    if (!this.#answered || this.#written || channel === undefined) return;
    this.#written = true;
    void channel.write(`${this.#attempt.password ?? ''}\n`);
  }

  /** The login user's shell ran what becomes the other: what fails now is no failure of the way to the host. */
  get hasBegun(): boolean {
    return this.#started;
  }

  /** Says what a failure before the greeting means here. */
  explain(failure: ConnectionFailure): ConnectionFailure {
    const { become } = this.#attempt;
    const said = failure.message.replaceAll(this.#attempt.prompt, '').replaceAll(this.#attempt.start, '');
    if (this.#answered && /fail|incorrect|sorry|denied/i.test(said)) return passwordFailure(refused(become));
    if (
      this.#attempt.password === undefined &&
      /password is required|authorization required|authentication/i.test(said)
    )
      return passwordFailure(wanted(become));
    return { ...failure, stage: 'become', message: `${become.method} to ${become.user} failed. ${said}` };
  }

  /** su and doas word and translate their prompts freely: a line that ends with a colon. */
  #isPrompt(): boolean {
    if (this.#attempt.become.method === 'sudo') return this.#text.includes(this.#attempt.prompt);
    return /[:\uff1a]\s*$/.test(this.#text);
  }
}

function wanted(become: BecomeSpec): string {
  return `${become.method} to ${become.user} wants a password and none was given: -K asks for it, ansible_become_password holds it`;
}

function refused(become: BecomeSpec): string {
  return `${become.method} refused the password for ${become.user}`;
}

export function becomeFailure(message: string): ConnectionFailure {
  return { stage: 'become', message, outcomeUnknown: false };
}

function passwordFailure(message: string): ConnectionFailure {
  return { ...becomeFailure(message), ofPassword: true };
}
