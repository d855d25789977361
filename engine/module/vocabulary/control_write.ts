// Writes files that a task keeps on the control machine.
import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { Content, TextContent } from '../content.ts';
import type { Step, StepKind } from '../contract.ts';
import { octal } from '../mode.ts';
import { step } from '../probe_identity.ts';
import { fileEffects } from './file_effects.ts';
import type { ControlPath } from './kept_file.ts';
import { newDirectory } from './make_directory.ts';
import type { ExistingFile } from './stat.ts';
import { unitAgeKind } from './unit_age.ts';
import { newFile } from './write_file.ts';

export interface KeepFile extends ControlPath {
  readonly content: Content;
  /** Default: what the umask leaves. */
  readonly mode?: string;
}

/** What this process takes from the modes of new files. */
function umask(): number {
  try {
    const [, own = '022'] = /^Umask:\s*(\d+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return parseInt(own, 8);
  } catch {
    return 0o022;
  }
}

/** A new file of the user who runs this, with the mode that the umask leaves. */
function predicted({ content, mode = octal(0o666 & ~umask()) }: KeepFile): ExistingFile {
  return { ...newFile(userInfo().username, content), mode };
}

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
      await rm(unfinished, { force: true }).catch(() => undefined);
      return { failed: `Cannot write ${place} on the control machine: ${(error as Error).message}` };
    }
  },
  describe: ({ path: place }) => `keep ${place} on the control machine`,
  effects: fileEffects<KeepFile>({
    path: ({ path: place }) => path.resolve(place),
    stat: (args, _, { digest }) =>
      digest === 'sha256' ? { ...predicted(args), digest: args.content.sha256 } : predicted(args),
    content: ({ content }) =>
      'bytes' in content ? { found: 'file', content: content as TextContent } : undefined,
    above: () => newDirectory(userInfo().username),
    // Units of the control machine have no part in a run.
  }).filter(({ probe }) => probe.name !== unitAgeKind.name),
};

export function keepFile(args: KeepFile): Step<void> {
  return step(keepFileKind, args);
}
