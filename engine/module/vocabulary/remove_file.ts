// Removes a file, a link, or a folder with all that is in it.
import type { Step, StepKind } from '../contract.ts';
import { step } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import { fileEffects } from './file_effects.ts';
import { nothingMountedIn, refuseMounts } from './mounts_inside.ts';
import { absent } from './stat.ts';

export interface RemoveFile {
  readonly path: string;
  /** A folder, and only when nothing is in it. */
  readonly onlyEmpty?: boolean;
}

export const removeFileKind: StepKind<RemoveFile, void> = {
  name: 'remove file',
  target: 'host',
  joins: () => true,
  perform: ({ path, onlyEmpty }) => ({
    script: (onlyEmpty
      ? sh`rmdir -- ${path}`
      : sh`p=${path.startsWith('/') ? path : `./${path}`}
${refuseMounts}
rm -rf -- ${path}`
    ).text,
  }),
  describe: ({ path }) => `remove ${path}`,
  needs: ({ path, onlyEmpty }) => (onlyEmpty ? [] : [nothingMountedIn(path)]),
  placed: (args, lead) => ({ ...args, path: lead(args.path, 'itself') }),
  effects: [
    ...fileEffects<RemoveFile>({
      path: ({ path }) => path,
      wide: true,
      inside: 'gone',
      newer: () => 'unknown',
      stat: () => absent,
      content: () => ({ found: 'nothing' }),
    }),
  ],
};

export function removeFile(path: string): Step<void> {
  return step(removeFileKind, { path });
}

export function removeEmptyFolder(path: string): Step<void> {
  return step(removeFileKind, { path, onlyEmpty: true });
}
