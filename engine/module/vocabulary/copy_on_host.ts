// Copies a file of the host to another place on it: beside it first, then renamed over it.
import type { Output, Step, StepFailure, StepKind } from '../contract.ts';
import { step } from '../probe_identity.ts';
import { lines, sh } from '../quote.ts';
import { groupOfCreator, ownersAreThere } from './account_needs.ts';
import type { FileContent } from './content.ts';
import { fileEffects } from './file_effects.ts';
import { folderOf } from './folder_needs.ts';
import { inherited, ownedBy, setOwnership, withOwnership, type Ownership } from './ownership.ts';
import { baseName, directoryOf } from './paths.ts';
import type { ExistingFile } from './stat.ts';
import { newFile } from './write_file.ts';

export interface CopyOnHost extends Ownership {
  readonly from: string;
  readonly path: string;
  /** What `from` was seen to be, with its sha256. */
  readonly source: ExistingFile;
  /** Its sha1, where somebody may ask for that. */
  readonly sha1?: string | undefined;
  readonly backup?: boolean | undefined;
  readonly creator: string;
  /** Check mode: what is in it, where that is short enough to be kept. */
  readonly pictured?: FileContent | undefined;
}

function parse({ rc, stdout, stderr }: Output, { from, path }: CopyOnHost): Copied | StepFailure {
  if (rc !== 0)
    return {
      failed: `Cannot copy ${from} to ${path}: ${stderr.toString('utf8').trim() || `exit code ${rc}`}`,
    };
  const backup = /^backup (.*)$/m.exec(stdout.toString('utf8'))?.[1];
  return backup === undefined ? {} : { backupFile: backup };
}

export interface Copied {
  readonly backupFile?: string;
}

export const copyOnHostKind: StepKind<CopyOnHost, Copied> = {
  name: 'copy on host',
  target: 'host',
  joins: () => true,
  perform: (args) => {
    const own = setOwnership('"$t"', args, { follow: true });
    return {
      script: lines(
        sh`p=${args.path}
t=$(mktemp ${`${directoryOf(args.path)}/.${baseName(args.path)}.hardway.XXXXXX`}) || exit 1
trap 'rm -f -- "$t"' EXIT
cat -- ${args.from} > "$t" || exit 1
if [ -f "$p" ]; then m=$(stat -L -c %a -- "$p"); else m=0644; fi
chmod "$m" "$t" || exit 1`,
        own.text === '' ? undefined : sh`{ ${own}; } || exit 1`,
        args.backup
          ? sh`if [ -e "$p" ]; then b="$p.$$.$(date +%Y-%m-%d@%H:%M:%S)~"; cp -p -- "$p" "$b" || exit 1; printf 'backup %s\n' "$b"; fi`
          : undefined,
        sh`sync "$t" 2>/dev/null
mv -f -- "$t" "$p"`,
      ).text,
    };
  },
  parse,
  describe: ({ from, path }) => `copy ${from} to ${path}`,
  needs: (args) => [folderOf(args.path), ...ownersAreThere(args), ...groupOfCreator(args.creator)],
  placed: (args, lead) => ({ ...args, path: lead(args.path, 'itself') }),
  effects: fileEffects<CopyOnHost>({
    path: ({ path }) => path,
    stat: (args, before, question, told) => {
      const old: { digest?: string } & ExistingFile =
        before?.exists && before.type === 'file' ? { ...before } : newFile(args.creator, args.source);
      delete old.digest;
      const digest =
        question.digest === 'sha1'
          ? args.sha1
          : question.digest === 'sha256'
            ? args.source.digest
            : undefined;
      const copied = inherited({ ...old, ...ownedBy(args.creator), size: args.source.size }, told);
      return withOwnership(digest === undefined ? copied : { ...copied, digest }, args);
    },
    content: ({ pictured }) => (pictured?.found === 'file' ? pictured : undefined),
  }),
};

export function copyOnHost(args: CopyOnHost): Step<Copied> {
  return step(copyOnHostKind, args);
}
