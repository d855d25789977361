// Check mode: files of the control machine as they will be after what earlier tasks would do there. Templates ask and
// must be answered at once, so nothing of this goes through a shell.
import { lstatSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { whatStands } from '../document/file_kind.ts';
import { Unknown } from '../document/value.ts';
import { textContent } from '../module/content.ts';
import type { Probe } from '../module/contract.ts';
import { octal } from '../module/mode.ts';
import { isUncertain } from '../module/picture.ts';
import { content } from '../module/vocabulary/content.ts';
import { normalPath } from '../module/vocabulary/paths.ts';
import { listing, type Listing } from '../module/vocabulary/listing.ts';
import { newDirectory } from '../module/vocabulary/make_directory.ts';
import { absent, stat, type ExistingFile, type FileType, type Stat } from '../module/vocabulary/stat.ts';
import type { Way } from '../module/vocabulary/way.ts';
import { UnknownReached } from '../template/failure.ts';
import { localFiles, type LocalFiles, type LocalType } from '../template/local_files.ts';
import type { HostView } from './host_view.ts';
import { wayAlong } from './real_places.ts';

/** The text of the link at a place; undefined where none can be seen. */
function linkText(place: string): string | undefined {
  try {
    return whatStands(place, 'itself')?.isSymbolicLink() === true ? readlinkSync(place) : undefined;
  } catch {
    return undefined;
  }
}

/** The links on the way along a path of this machine. */
export function wayNow(asked: string): Way {
  return wayAlong(asked, linkText);
}

function fileOfType(type: LocalType): ExistingFile {
  return { ...newDirectory('root'), type: type === 'other' ? 'fifo' : type };
}

function statNow(place: string, how: 'itself' | 'end'): Stat {
  const type = localFiles.typeOf(place, how);
  if (type === undefined) return absent;
  const { mode } = how === 'end' ? statSync(place) : lstatSync(place);
  return { ...fileOfType(type), mode: octal(mode & 0o7777) };
}

function listingNow(folder: string): Listing {
  if (localFiles.typeOf(folder, 'end') !== 'directory') return { exists: false, entries: [] };
  const entries = [...localFiles.names(folder)].sort().map((name) => {
    const type = localFiles.typeOf(path.join(folder, name), 'itself') ?? 'other';
    return { name, file: fileOfType(type) };
  });
  return { exists: true, entries };
}

function toType(type: FileType): LocalType {
  return type === 'file' || type === 'directory' || type === 'link' ? type : 'other';
}

function unknown(waitsFor: string): never {
  throw new UnknownReached(new Unknown(waitsFor));
}

/** The one answer that all possible ones come to. */
function agreed<Answer, T>(answer: unknown, read: (one: Answer) => T): T {
  if (!isUncertain(answer)) return read(answer as Answer);
  const told = answer.uncertain.map((one) => read(one as Answer));
  const [first] = told;
  if (told.length === 0 || told.some((one) => JSON.stringify(one) !== JSON.stringify(first)))
    unknown(answer.waitsFor);
  return first as T;
}

/** Why a file, or a folder and what is in it, may be another than now. */
export function whatTouches(view: HostView, place: string): string | undefined {
  if (!view.hasPredictions) return undefined;
  const path = normalPath(place);
  const folder: Listing = { exists: true, entries: [] };
  const answers: readonly (readonly [Probe<unknown>, unknown])[] = [
    [stat({ path }), fileOfType('file')],
    [stat({ path }), absent],
    [content(path), { found: 'nothing' }],
    [content(path), { found: 'file', content: textContent('') }],
    [listing({ path, recurse: true }), folder],
  ];
  for (const [probe, now] of answers) {
    const after = view.foreseeHere(probe, () => now);
    if (after !== now) return isUncertain(after) ? after.waitsFor : `what an earlier task makes of ${place}`;
  }
  return undefined;
}

export function foreseenFiles(view: HostView): LocalFiles {
  return {
    typeOf: (place, how) => {
      if (!view.hasPredictions) return localFiles.typeOf(place, how);
      const asked = stat({ path: normalPath(place), follow: how === 'end' });
      const answer = view.foreseeHere(asked, (at) => statNow(at, how));
      return agreed(answer, (file: Stat) => (file.exists ? toType(file.type) : undefined));
    },
    names: (folder) => {
      if (!view.hasPredictions) return localFiles.names(folder);
      const answer = view.foreseeHere(listing({ path: folder }), listingNow);
      return agreed(answer, ({ entries }: Listing) => entries.map(({ name }) => name));
    },
    realPath: (place) => {
      const whole = path.resolve(place);
      if (!view.hasPredictions) return localFiles.realPath(place);
      return view.leadsTo(whole) ?? unknown(`where ${place} leads`);
    },
    settled: (place) => {
      const why = place === undefined ? view.whatHappens() : whatTouches(view, place);
      if (why !== undefined) unknown(why);
    },
  };
}

/** The mode that a file will have; it is one that will be there. */
export function foreseenMode(view: HostView, place: string): string {
  const answer = view.foreseeHere(stat({ path: normalPath(place), follow: true }), (at) =>
    statNow(at, 'end'),
  );
  return agreed(answer, (file: Stat) => (file.exists ? file.mode : '0644'));
}
