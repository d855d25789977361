// A file of the control machine that a task keeps there, by its digest.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Probe, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';

export interface ControlPath {
  readonly path: string;
}

/** sha256 of the file at a path of the control machine; undefined when there is none. */
export interface KeptFile {
  readonly sha256: string | undefined;
}

async function digestOf(place: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(place) as AsyncIterable<Buffer>) hash.update(chunk);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

export const keptFileKind: ProbeKind<ControlPath, KeptFile> = {
  name: 'kept file',
  stability: 'stable',
  target: 'control',
  answer: async ({ path: place }) => ({ sha256: await digestOf(place) }),
};

export function keptFile(place: string): Probe<KeptFile> {
  return probe(keptFileKind, { path: place });
}
