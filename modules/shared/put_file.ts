// What copy, template and the editing modules share: bring one file to this content, owner and mode.
import { Unknown } from '../../engine/document/value.ts';
import { md5Of, sha1Of, type Content } from '../../engine/module/content.ts';
import type { Difference, PlanContext, ResultData, Step, StepKind } from '../../engine/module/contract.ts';
import type { Outcomes } from '../../engine/module/outcomes.ts';
import { toldMode } from '../../engine/module/mode.ts';
import { bool, int, mode, optional, str } from '../../engine/module/kinds.ts';
import { changeOwnership } from '../../engine/module/vocabulary/change_ownership.ts';
import { sharedFile } from '../../engine/module/vocabulary/file_effects.ts';
import type { FileContent } from '../../engine/module/vocabulary/content.ts';
import { missingOwnership, type Ownership } from '../../engine/module/vocabulary/ownership.ts';
import type { Stat } from '../../engine/module/vocabulary/stat.ts';
import { toldNumber } from '../../engine/module/vocabulary/open_number.ts';
import { writeFile, writeFileKind } from '../../engine/module/vocabulary/write_file.ts';

/** Parameters that Ansible gives to every module that keeps a file. */
export const keptFileParams = {
  owner: optional(str({ doc: 'Name or number.' })),
  group: optional(str({ doc: 'Name or number.' })),
  mode: optional(mode()),
  backup: optional(bool({ doc: 'Keep the old file beside the new one.' }), false),
  unsafe_writes: optional(bool({ doc: 'Write into the existing file instead of renaming over it.' }), false),
};

/** The same for those that know its content beforehand. */
export const fileParams = {
  ...keptFileParams,
  validate: optional(str({ doc: 'A command with %s for the new file; when it fails, nothing is changed.' })),
};

/** What is told of a file or folder that stands. */
export const standingReturns = {
  owner: str(),
  group: str(),
  uid: int(),
  gid: int(),
  mode: str(),
  size: int(),
  state: str({ doc: 'Its type' }),
};

/** What every module tells that keeps a file. */
export const fileStateReturns = {
  backup_file: str({ doc: 'With backup: where the old file is now' }),
  ...standingReturns,
};

/** What every module tells that keeps a file equal to a content. */
export const fileReturns = {
  dest: str({ doc: 'The file' }),
  checksum: str({ doc: 'SHA-1 of its content' }),
  md5sum: str({ doc: 'MD5 of it, where it was sent; null where there is no MD5 (FIPS)' }),
  ...fileStateReturns,
};

export interface Put extends Ownership {
  readonly path: string;
  readonly content: Content;
  readonly validate?: string | undefined;
  readonly backup?: boolean | undefined;
  readonly unsafe_writes?: boolean | undefined;
}

/** Steps from what is there (asked with digest sha256) to the wish. */
export function putFile(wish: Put, at: Stat, context: PlanContext): Step[] {
  if (at.exists && at.type === 'file' && at.digest === wish.content.sha256) {
    const missing = missingOwnership(at, wish);
    return missing ? [changeOwnership({ path: wish.path, ...missing, pictured: sharedFile(at) })] : [];
  }
  const { path, content, owner, group, mode, validate, backup } = wish;
  return [
    writeFile({
      path,
      content,
      owner,
      group,
      mode,
      validate,
      backup: backup && at.exists,
      creator: context.user,
      inPlace: wish.unsafe_writes,
    }),
  ];
}

/** The change of one file for `--diff`. `before` is asked only in diff mode. */
export function fileDifference(
  path: string,
  before: FileContent | undefined,
  after: Content | null,
): Difference[] {
  if (!before) return [];
  const old = before.found === 'file' ? before.content : null;
  if (old?.sha256 === after?.sha256) return [];
  return [{ header: path, before: old, after }];
}

/** Result fields that Ansible gives for a file that a task keeps. */
export function fileResult(path: string, file: Stat): { readonly [name: string]: ResultData } {
  return shown(path, file, file.exists ? file.digest : undefined);
}

/** What Ansible adds to every result that names a `path`: what stands there, its type in place of a `state`. */
export function pathResult(file: Stat | undefined): { readonly [name: string]: ResultData } {
  if (!file?.exists) return {};
  const { mode, owner, group, uid, gid, size, type } = file;
  const numbers = { uid: toldNumber(uid), gid: toldNumber(gid), size: toldNumber(size) };
  return { mode: toldMode(mode), owner, group, ...numbers, state: type };
}

/**
 * The same for a file that was kept equal to a content: the checksum is sha1. What was sent has its MD5 besides, and
 * `path` says that nothing was.
 */
export function keptResult(
  path: string,
  file: Stat,
  content: Content | undefined,
  isSent: boolean,
): { readonly [name: string]: ResultData } {
  const isEqual = file.exists && content !== undefined && file.digest === content.sha256;
  const kept = shown(path, file, isEqual ? sha1Of(content) : undefined);
  if (!isSent) return { ...kept, path };
  const md5 = content && md5Of(content);
  return md5 === undefined ? kept : { ...kept, md5sum: md5 };
}

function shown(
  path: string,
  file: Stat,
  checksum: string | undefined,
): { readonly [name: string]: ResultData } {
  if (!file.exists) return { dest: path, state: 'absent' };
  const { mode, owner, group, uid, gid, size, type } = file;
  const numbers = { uid: toldNumber(uid), gid: toldNumber(gid), size: toldNumber(size) };
  const sum = checksum === undefined ? {} : { checksum };
  return { dest: path, mode: toldMode(mode), owner, group, ...numbers, state: type, ...sum };
}

/** A change of owner or mode alone sends nothing. */
export function isWritten(outcomes: Outcomes): boolean {
  return outcomes.of(writeFileKind).length + outcomes.planned(writeFileKind).length > 0;
}

/** The name of the backup that one of the steps made. */
export function backupResult(
  outcomes: Outcomes,
  kind: StepKind<never, { readonly backupFile?: string }> = writeFileKind,
): { readonly [name: string]: ResultData } {
  const files = outcomes.of(kind).flatMap(({ backupFile }) => backupFile ?? []);
  if (files[0] !== undefined) return { backup_file: files[0] };
  // Its name holds the time and the number of a process.
  const isPlanned = outcomes.planned(kind).some((args) => (args as { readonly backup?: boolean }).backup);
  return isPlanned ? { backup_file: new Unknown('the name of the backup') } : {};
}
