// All facts of a host in one round trip: a script prints the texts of files and tools in sections, parsers read them.
import type { ResultData } from '../../contract.ts';
import type { Output, Probe, ProbeFailure, ProbeKind } from '../../contract.ts';
import { probe } from '../../probe_identity.ts';
import { hardwareFacts } from './hardware.ts';
import { identityFacts } from './identity.ts';
import { localFacts } from './local.ts';
import { networkFacts } from './network.ts';
import { platformFacts } from './platform.ts';
import { factsScript } from './script.ts';

export interface FactsQuestion {
  /** `hardware`, `network`, `virtual`, `facter` ...; the smallest set comes always. */
  readonly subsets: readonly string[];
  /** Folder of the host with the facts of its own. */
  readonly factPath: string;
}

/** Names without `ansible_`. */
export type Facts = { readonly [name: string]: ResultData };
/** The script's output by section. */
export type Sections = ReadonlyMap<string, string>;

export function sectionsOf(text: string): Sections {
  const sections = new Map<string, string>();
  for (const part of `\n${text}`.split('\n\u0001').slice(1)) {
    const end = part.indexOf('\n');
    sections.set(part.slice(0, end), part.slice(end + 1));
  }
  return sections;
}

export function factsFrom(sections: Sections): Facts {
  return {
    ...platformFacts(sections),
    ...identityFacts(sections),
    ...hardwareFacts(sections),
    ...networkFacts(sections),
    ...localFacts(sections),
    module_setup: true,
  };
}

function parse({ rc, stdout, stderr }: Output): Facts | ProbeFailure {
  if (rc !== 0) return { failed: `Cannot gather facts: ${stderr.toString('utf8').trim()}` };
  return factsFrom(sectionsOf(stdout.toString('utf8')));
}

export const factsKind: ProbeKind<FactsQuestion, Facts> = {
  name: 'facts',
  stability: 'volatile',
  target: 'host',
  ask: (question) => ({ script: factsScript(question), userEnvironment: true }),
  parse,
};

export function facts(question: FactsQuestion): Probe<Facts> {
  return probe(factsKind, question);
}
