// Makes an empty file, or sets the times of one that is there.
import { textContent } from '../content.ts';
import type { Probe, ProbeKind, Step, StepKind } from '../contract.ts';
import { probe, step } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import { fileEffects } from './file_effects.ts';
import { groupOfCreator } from './account_needs.ts';
import { folderOf, noLinkToItself } from './folder_needs.ts';
import { inherited } from './ownership.ts';
import type { ExistingFile } from './stat.ts';
import { openNumber } from './open_number.ts';
import { newFile } from './write_file.ts';

export interface TouchFile {
  readonly path: string;
  readonly creator: string;
  /** Text as `touch -d` takes it (YYYY-MM-DD hh:mm:ss), `now`, or undefined to keep the time. */
  readonly modified?: string | undefined;
  readonly accessed?: string | undefined;
}

function touched(file: ExistingFile, { modified, accessed }: TouchFile): ExistingFile {
  const seconds = (text: string): number =>
    text === 'now' ? openNumber : Math.floor(Date.parse(text.replace(' ', 'T')) / 1000);
  return {
    ...file,
    ...(modified === undefined ? {} : { mtime: seconds(modified) }),
    ...(accessed === undefined ? {} : { atime: seconds(accessed) }),
  };
}

export const touchFileKind: StepKind<TouchFile, void> = {
  name: 'touch file',
  target: 'host',
  joins: () => true,
  perform: ({ path, modified, accessed }) => {
    const time = (letter: string, at: string | undefined): string[] =>
      at === undefined ? [] : at === 'now' ? [letter] : [letter, '-d', at];
    return {
      script: sh`if [ ! -e ${path} ]; then : > ${path} || exit 1; fi
${modified === undefined ? sh`:` : sh`touch ${time('-m', modified)} -- ${path}`} || exit 1
${accessed === undefined ? sh`:` : sh`touch ${time('-a', accessed)} -- ${path}`}`.text,
    };
  },
  describe: ({ path }) => `touch ${path}`,
  needs: ({ path, creator }) => [folderOf(path), noLinkToItself(path), ...groupOfCreator(creator)],
  placed: (args, lead) => ({ ...args, path: lead(args.path, 'end') }),
  effects: fileEffects<TouchFile>({
    path: ({ path }) => path,
    stat: (args, before, _, told) =>
      touched(before?.exists ? before : inherited(newFile(args.creator, textContent('')), told), args),
    content: (_, before) =>
      before?.found === 'nothing' ? { found: 'file', content: textContent('') } : before,
    isSameFile: true,
    newer: ({ modified }) => (modified === 'now' ? 'yes' : modified === undefined ? 'no' : 'unknown'),
  }),
};

export function touchFile(args: TouchFile): Step<void> {
  return step(touchFileKind, args);
}

/** Seconds since 1970 of a time of the host's own zone, written YYYY-MM-DD hh:mm:ss; undefined when it is none. */
const hostTimeKind: ProbeKind<{ readonly text: string }, { readonly seconds: number | undefined }> = {
  name: 'time of the host',
  stability: 'volatile',
  target: 'host',
  ask: ({ text }) => ({ script: sh`date -d ${text} +%s`.text }),
  parse: ({ rc, stdout }) => ({ seconds: rc === 0 ? Number(stdout.toString('utf8')) : undefined }),
};

export function hostTime(text: string): Probe<{ readonly seconds: number | undefined }> {
  return probe(hostTimeKind, { text });
}

/** A playbook's time (`now`, `preserve`, or text by a strftime format) as `touch` takes it; undefined keeps the time. */
export function touchTime(text: string | undefined, format: string): string | undefined {
  if (text === undefined || text === 'now' || text === 'preserve')
    return text === 'preserve' ? undefined : 'now';
  const parts: Record<string, string> = {};
  let rest = text;
  for (const [, letter = '', between = ''] of format.matchAll(/%(.)([^%]*)/g)) {
    const length = letter === 'Y' ? 4 : 2;
    parts[letter] = rest.slice(0, length);
    rest = rest.slice(length + between.length);
  }
  const { Y = '1970', m = '01', d = '01', H = '00', M = '00', S = '00' } = parts;
  return `${Y}-${m}-${d} ${H}:${M}:${S}`;
}
