// What steps on files do to the picture of files that are sent from the control machine, or kept on it, when that is a
// host of the run as well.
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { TextContent } from '../content.ts';
import type { Effect, Uncertain } from '../contract.ts';
import { effect } from '../probe_identity.ts';
import { controlFileKind, type ControlEntry, type ControlFile } from './control_files.ts';
import { type FileContent } from './content.ts';
import type { PathChange } from './file_effects.ts';
import { keptFileKind } from './kept_file.ts';
import { baseName, isInside, normalPath, samePath } from './paths.ts';
import { absent } from './stat.ts';

type Change<Args> = Pick<PathChange<Args>, 'path' | 'stat' | 'content' | 'inside'>;

const unknownContent = (name: string): Uncertain<never> => ({
  uncertain: [],
  waitsFor: `the content of ${name}`,
});

/** What a step leaves of a file; undefined where that cannot be told. */
function contentAfter<Args>(
  change: Change<Args>,
  args: Args,
  old: TextContent | undefined,
): FileContent | undefined {
  return change.content?.(args, old ? { found: 'file', content: old } : { found: 'nothing' });
}

function inMemory(file: { readonly content: object } | undefined): TextContent | undefined {
  return file && 'bytes' in file.content ? (file.content as TextContent) : undefined;
}

function sentFile<Args>(change: Change<Args>): Effect<Args> {
  return effect(controlFileKind, {
    touches: (args, { name }) => {
      const changed = normalPath(change.path(args));
      return (
        samePath(changed, name) || changed.split('/').includes(baseName(name)) || isInside(name, changed)
      );
    },
    predict: (args, { name }, before) => {
      const changed = change.path(args);
      const place = before?.path ?? name;
      if (before?.type === 'directory' && isInside(changed, place) && !samePath(changed, place))
        return folderAfter(change, args, before) ?? unknownContent(name);
      if (isInside(place, changed) && !samePath(place, changed))
        return change.inside === 'gone' ? unknownContent(name) : before;
      if (!samePath(changed, place)) return before;
      const old = before?.type === 'file' ? before : undefined;
      const file = change.stat(args, absent, { path: name });
      const found = contentAfter(change, args, inMemory(old));
      if (found?.found !== 'file') return change.content ? unknownContent(name) : before;
      return { type: 'file', path: place, mode: file?.exists ? file.mode : '0644', content: found.content };
    },
  });
}

/** A folder that is sent, with a file that a step writes into it. */
function folderAfter<Args>(
  change: Change<Args>,
  args: Args,
  before: Extract<ControlFile, { readonly type: 'directory' }>,
): ControlFile | undefined {
  const name = normalPath(change.path(args)).slice(normalPath(before.path).length + 1);
  // A file in a folder that is new as well, or in the place of something else, is not told.
  const above = name.slice(0, Math.max(0, name.lastIndexOf('/')));
  const hasFolder =
    above === '' || before.entries.some((one) => one.name === above && one.type === 'directory');
  const old = before.entries.find((one) => one.name === name);
  const file = change.stat(args, absent, { path: change.path(args) });
  const found = contentAfter(change, args, old?.type === 'file' ? inMemory(old) : undefined);
  if (!hasFolder || (old && old.type !== 'file') || found?.found !== 'file' || !file?.exists)
    return undefined;
  const entry: ControlEntry = { name, type: 'file', mode: file.mode, content: found.content };
  const others = before.entries.filter((one) => one !== old);
  const at = old ? before.entries.indexOf(old) : others.length;
  return { ...before, entries: [...others.slice(0, at), entry, ...others.slice(at)] };
}

/** A path of the control machine may be written from the folder that the run was begun in. */
function keptFile<Args>(change: Change<Args>): Effect<Args> {
  return effect(keptFileKind, {
    touches: (args, { path }) => isInside(resolve(path), change.path(args)),
    predict: (args, { path }, before) => {
      if (!samePath(resolve(path), change.path(args)))
        return change.inside === 'gone' ? { sha256: undefined } : before;
      const found = contentAfter(change, args, undefined);
      if (found?.found === 'nothing' || found?.found === 'not-a-file') return { sha256: undefined };
      if (found?.found === 'file')
        return { sha256: createHash('sha256').update(found.content.bytes).digest('hex') };
      const file = change.stat(args, absent, { path, digest: 'sha256' });
      if (file?.exists && file.digest !== undefined) return { sha256: file.digest };
      return change.content ? unknownContent(path) : before;
    },
  });
}

export function controlFileEffects<Args>(change: Change<Args>): readonly Effect<Args>[] {
  return [sentFile(change), keptFile(change)];
}
