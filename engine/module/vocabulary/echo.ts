// A text said back by the host: it can be reached and runs scripts.
import type { Probe, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { sh } from '../quote.ts';

export const echoKind: ProbeKind<{ readonly text: string }, string> = {
  name: 'echo',
  stability: 'volatile',
  target: 'host',
  ask: ({ text }) => ({ script: sh`printf %s ${text}`.text }),
  parse: ({ stdout }) => stdout.toString('utf8'),
};

export function echo(text: string): Probe<string> {
  return probe(echoKind, { text });
}
