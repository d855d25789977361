// Makes a folder and those above it that are missing; all new ones get the owner, group and mode.
import type { Step, StepKind } from '../contract.ts';
import { isOctal } from '../mode.ts';
import { openNumber } from './open_number.ts';
import { step } from '../probe_identity.ts';
import { sh, ShellText } from '../quote.ts';
import { groupOfCreator, ownersAreThere } from './account_needs.ts';
import { fileEffects } from './file_effects.ts';
import { folderHandsOn, foldersAbove } from './folder_needs.ts';
import { inherited, ofCreator, ownedBy, setOwnership, withOwnership, type Ownership } from './ownership.ts';
import { normalPath } from './paths.ts';
import { type ExistingFile } from './stat.ts';

export interface MakeDirectory extends Ownership {
  readonly path: string;
  /** The user who will own it when no owner is given. */
  readonly creator: string;
}

export function newDirectory(user: string): ExistingFile {
  return {
    exists: true,
    type: 'directory',
    mode: '0755',
    ...ownedBy(user),
    size: openNumber,
    mtime: openNumber,
    atime: openNumber,
    ctime: openNumber,
    inode: openNumber,
    device: '',
    links: openNumber,
  };
}

function predicted(args: MakeDirectory, told?: unknown): ExistingFile {
  return withOwnership(ofCreator(newDirectory(args.creator), told), args);
}

/** In a setgid folder what is new has its group, and folders hand that on. */
function madeIn(args: MakeDirectory, told: unknown): ExistingFile {
  return withOwnership(inherited(newDirectory(args.creator), told), args);
}

/** The path without its last name, by sh itself. */
const above = new ShellText('${1%/*}');

export const makeDirectoryKind: StepKind<MakeDirectory, void> = {
  name: 'make directory',
  target: 'host',
  joins: () => true,
  // One that cannot get its owner is taken away again. From the top down, so that a kill leaves folders that the next
  // run goes on from. Somebody else may make one between look and mkdir: two names of one machine in the inventory do.
  perform: (args) => {
    const own = setOwnership('"$d"', args, { follow: true });
    return {
      script: sh`make() {
  if [ -d "$1" ]; then return 0; fi
  case $1 in */*) [ -d "${above}/" ] || ( make "${above}" ) || return 1 ;; esac
  d=$1; e=$(mkdir -- "$d" 2>&1) || [ -d "$d" ] || { printf '%s\n' "$e" >&2; return 1; }
  ${own.text === '' ? sh`:` : sh`{ ${own}; } || { rmdir -- "$d"; return 1; }`}
}
make ${args.path}`.text,
    };
  },
  describe: ({ path, mode }) => `make the directory ${path}${mode === undefined ? '' : ` (${mode})`}`,
  needs: (args) => [
    ...foldersAbove(args.path),
    ...ownersAreThere(args),
    folderHandsOn(args.path),
    ...groupOfCreator(args.creator),
  ],
  placed: (args, lead) => ({ ...args, path: lead(args.path, 'end') }),
  effects: fileEffects<MakeDirectory>({
    path: ({ path }) => path,
    stat: (args, before, _, told) =>
      before?.exists && before.type === 'directory' ? before : madeIn(args, told),
    above: predicted,
    content: (_, before) => (before?.found === 'nothing' ? { found: 'not-a-file' } : before),
  }),
};

export function makeDirectory(args: MakeDirectory): Step<void> {
  const { mode } = args;
  // A symbolic mode counts from what umask 022 leaves.
  return step(makeDirectoryKind, {
    ...args,
    path: normalPath(args.path),
    ...(isOctal(mode ?? '') ? { mode } : {}),
  });
}
