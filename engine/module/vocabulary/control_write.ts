// Files that a task keeps on the control machine.
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Content } from '../content.ts';
import type { Effect, Probe, ProbeKind, Step, StepKind } from '../contract.ts';
import { effect, probe, step } from '../probe_identity.ts';

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

export interface KeepFile extends ControlPath {
  readonly content: Content;
}

const kept: Effect<KeepFile> = effect(keptFileKind, {
  touches: (step, asked) => step.path === asked.path,
  predict: ({ content }) => ({ sha256: content.sha256 }),
});

export const keepFileKind: StepKind<KeepFile, void> = {
  name: 'keep file',
  target: 'control',
  act: async ({ path: place, content }) => {
    const unfinished = path.join(path.dirname(place), `.${path.basename(place)}.${process.pid}.hardway`);
    try {
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(unfinished, content.open());
      await rename(unfinished, place);
      return undefined;
    } catch (error) {
      await rm(unfinished, { force: true });
      return { failed: `Cannot write ${place} on the control machine: ${(error as Error).message}` };
    }
  },
  describe: ({ path: place }) => `keep ${place} on the control machine`,
  effects: [kept],
};

export function keepFile(args: KeepFile): Step<void> {
  return step(keepFileKind, args);
}
