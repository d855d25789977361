// Makes a temporary file or folder; a new one each time.
import type { Output, StepKind } from '../engine/module/contract.ts';
import { defineModule } from '../engine/module/define.ts';
import { oneOf, optional, path, str } from '../engine/module/kinds.ts';
import { step } from '../engine/module/probe_identity.ts';
import { sh } from '../engine/module/quote.ts';
import { anyFileMayChange } from '../engine/module/vocabulary/file_effects.ts';

interface TempFile {
  readonly state: 'file' | 'directory';
  readonly folder: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** The name is made when the step runs, so nobody can say it before. */
const tempFileKind: StepKind<TempFile, string> = {
  name: 'temporary file',
  target: 'host',
  perform: ({ state, folder, prefix, suffix }) => ({
    script: sh`t=$(mktemp ${state === 'directory' ? ['-d'] : []} ${`${folder}/${prefix}XXXXXXXX`}) || exit 1
n="$t"${suffix}
if [ "$n" != "$t" ]; then mv -n -- "$t" "$n" || exit 1; fi
printf %s "$n"`.text,
  }),
  parse: ({ rc, stdout, stderr }: Output) =>
    rc === 0
      ? stdout.toString('utf8')
      : { failed: `Cannot make a temporary file: ${stderr.toString('utf8').trim()}` },
  describe: ({ state, folder }) => `make a temporary ${state} in ${folder}`,
  effects: anyFileMayChange<TempFile>(),
};

export const tempfile = defineModule({
  name: 'tempfile',
  fullNames: ['ansible.builtin.tempfile'],
  summary: 'Make a temporary file or folder',
  reach: ({ path }) => ({ files: [path] }),
  params: {
    state: optional(oneOf('file', 'directory'), 'file'),
    path: optional(path(), '/tmp'),
    prefix: optional(str(), 'ansible.'),
    suffix: optional(str(), ''),
  },
  returns: { path: str() },
  plan: ({ state, path: folder, prefix, suffix }) => ({
    steps: [step(tempFileKind, { state, folder, prefix, suffix })],
  }),
  result: ({ state }, _, outcomes, __, { user }) => ({
    path: outcomes.one(tempFileKind).trim(),
    state,
    mode: state === 'file' ? '0600' : '0700',
    owner: user,
    group: user,
    ...(user === 'root' ? { uid: 0, gid: 0 } : {}),
    ...(state === 'file' ? { size: 0 } : {}),
  }),
});
