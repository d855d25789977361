// Whether a shell still lives while it says nothing: asked on its control channel, as a long command is silent as well.
import type { Output, Script } from '../module/contract.ts';
import { sh } from '../module/quote.ts';
import type { Agent } from './agent.ts';

export type Pulse = 'alive' | 'stopped' | 'gone' | 'silent';

const stoppedCode = 4;
const goneCode = 3;

/** An agent whose directory was swept away has no number there, which says nothing about it. */
export function pulseScript(directory: string): Script {
  return {
    script: sh`exec 2>/dev/null
p=$(cat ${`${directory}/pid`}) || exit 0
kill -0 "$p" || exit ${goneCode}
case $(cat "/proc/$p/stat") in *') T '* | *') t '*) exit ${stoppedCode} ;; esac
exit 0`.text,
  };
}

export function readPulse(output: Output | undefined): Pulse {
  if (output?.rc === stoppedCode) return 'stopped';
  return output?.rc === goneCode ? 'gone' : 'alive';
}

/** An answer may take this many intervals: the host may be busy. */
const patience = 2;

/**
 * Asks after every `seconds` in which the agent said nothing, and gives the agent up when it cannot go on. So a host that
 * is frozen while its connection is up is told within three intervals. Returns what ends the watch.
 */
export function watchPulse(agent: Agent, seconds: number, ask: () => Promise<Pulse>): () => void {
  if (seconds <= 0) return () => undefined;
  let isAsking = false;
  let isOver = false;
  const look = async (): Promise<void> => {
    const quiet = performance.now() - agent.lastHeard;
    if (isAsking || quiet < seconds * 1000) return;
    isAsking = true;
    const pulse = await within(seconds * patience, ask());
    isAsking = false;
    // Late words of the agent itself count for more than a control channel that did not come to be.
    if (isOver || pulse === 'alive' || performance.now() - agent.lastHeard < quiet) return;
    agent.giveUp(reasons[pulse](Math.round((performance.now() - agent.lastHeard) / 1000)));
  };
  const timer = setInterval(() => void look(), (seconds * 1000) / 2);
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}

const reasons: Readonly<Record<Exclude<Pulse, 'alive'>, (quietSeconds: number) => string>> = {
  silent: (quiet) => `The host has not answered for ${quiet} s, although its connection is up`,
  stopped: () =>
    'The shell on the host was stopped from outside (SIGSTOP, or a frozen group) and does not go on',
  gone: () => 'The shell on the host is gone, although its connection is up',
};

/** `silent` when there is no answer in time. */
async function within(seconds: number, asked: Promise<Pulse>): Promise<Pulse> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Pulse>((resolve) => {
    timer = setTimeout(() => resolve('silent'), seconds * 1000);
  });
  const pulse = await Promise.race([asked, late]);
  clearTimeout(timer);
  return pulse;
}
