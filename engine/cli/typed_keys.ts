// Keys as they are typed at the terminal, one by one, while a task waits: Ctrl-C is a key among others then.
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { emitKeypressEvents } from 'node:readline';
import type { KeyWait, Typed } from '../run/services.ts';

interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

/** Whether this process may read the terminal: one behind `&` would be stopped for it. */
function isForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    return true;
  }
}

/** What was typed before anybody was asked is no answer. */
function dropTypedAhead(): void {
  try {
    const terminal = openSync('/dev/tty', constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      while (readSync(terminal, Buffer.alloc(256)) > 0);
    } finally {
      closeSync(terminal);
    }
  } catch {
    // There is no more of it.
  }
}

/** Undefined when nobody can type. */
export async function typedKeys(
  question: string,
  wait: KeyWait,
  signal: AbortSignal,
): Promise<Typed | undefined> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !isForeground()) return undefined;
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  dropTypedAhead();
  stderr.write(`${question}\n`);
  try {
    return await read(wait, signal);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
  }
}

function read(wait: KeyWait, signal: AbortSignal): Promise<Typed> {
  const { stdin, stderr } = process;
  const show = (text: string): void => {
    if (!wait.hidden) stderr.write(text);
  };
  let typed: string[] = [];
  return new Promise((resolve) => {
    const finish = (end: Typed['end']): void => {
      clearTimeout(timer);
      stdin.off('keypress', take);
      signal.removeEventListener('abort', cut);
      if (typed.length > 0) show('\n');
      resolve({ end, text: typed.join('') });
    };
    const cut = (): void => finish('cut');
    const take = (text: string | undefined, key: Key): void => {
      const letter = text?.toLowerCase();
      const isEnd = key.name === 'return' || key.name === 'enter' || (key.ctrl === true && key.name === 'd');
      if (wait.brokenBy === 'ctrl-c' && key.ctrl === true && key.name === 'c') finish('broken');
      else if (wait.brokenBy === 'letter a' && letter === 'a') finish('broken');
      else if (wait.until === 'letter c' && letter === 'c') finish('done');
      else if (wait.until === 'enter' && isEnd) finish('done');
      else if (key.name === 'backspace') {
        if (typed.length > 0) show('\b \b');
        typed = typed.slice(0, -1);
      } else if (text !== undefined && /^\P{Cc}+$/u.test(text)) {
        typed.push(text);
        show(text);
      }
    };
    const timer =
      wait.seconds === undefined ? undefined : setTimeout(() => finish('time'), wait.seconds * 1000);
    stdin.on('keypress', take);
    signal.addEventListener('abort', cut);
    if (signal.aborted) cut();
    else stdin.resume();
  });
}
