// What lineinfile, blockinfile and replace share: read a file, make another text of it, put that in its place.
import { textContent } from '../../engine/module/content.ts';
import type { ModuleResult, Plan, PlanContext, Probe } from '../../engine/module/contract.ts';
import type { Outcomes } from '../../engine/module/outcomes.ts';
import { bool, oneOf, optional, path } from '../../engine/module/kinds.ts';
import { content, textIn, type FileContent } from '../../engine/module/vocabulary/content.ts';
import { makeDirectory } from '../../engine/module/vocabulary/make_directory.ts';
import { missingOwnership, type Ownership } from '../../engine/module/vocabulary/ownership.ts';
import { directoryOf } from '../../engine/module/vocabulary/paths.ts';
import { stat, type Stat } from '../../engine/module/vocabulary/stat.ts';
import { newFile } from '../../engine/module/vocabulary/write_file.ts';
import { backupResult, fileParams, putFile, type Put } from './put_file.ts';

export const editParams = {
  path: path({ aliases: ['dest', 'destfile', 'name'] }),
  ...fileParams,
  create: optional(bool({ doc: 'Make the file, and folders above it, when they are missing.' }), false),
  encoding: optional(oneOf('utf-8', 'UTF-8', 'utf8'), 'utf-8'),
};

export interface EditSeen {
  readonly at: Stat;
  readonly old: FileContent;
  /** Above a file that is to be made. */
  readonly folder?: Stat;
}

export type EditWish = Omit<Put, 'content'> & { readonly create?: boolean };

/** The text after, and what to say of it; the same text is no change, for which `note` may give the reason. */
export type Edited =
  { readonly text: string; readonly msg: string; readonly note?: string } | { readonly failed: string };

interface EditProbes {
  readonly at?: Probe<Stat>;
  readonly old?: Probe<FileContent>;
  readonly folder?: Probe<Stat>;
}

export function editProbes(
  { path, create, state }: { readonly path: string; readonly create?: boolean; readonly state?: string },
  { at }: Partial<EditSeen>,
): EditProbes {
  if (!at) return { at: stat({ path, digest: 'sha256', follow: true }), old: content(path) };
  const isMade = !at.exists && create === true && state !== 'absent';
  return isMade ? { folder: stat({ path: directoryOf(path), follow: true }) } : {};
}

/** `whenMissing`: there being no file, and none to be made, is fine or an error that calls the file so. */
export function planEdit(
  wish: EditWish,
  { at, old, folder }: EditSeen,
  context: PlanContext,
  edit: (text: string) => Edited,
  whenMissing: 'fine' | 'Path' | 'Destination' = 'Path',
): Plan {
  if (at.exists && at.type === 'directory') return { steps: [], fail: `Path ${wish.path} is a directory !` };
  if (!at.exists && !wish.create)
    return whenMissing === 'fine'
      ? { steps: [] }
      : { steps: [], fail: `${whenMissing} ${wish.path} does not exist !` };
  if (old.found === 'too-large')
    return { steps: [], fail: `${wish.path} is too large to edit (${old.size} bytes)` };
  const before = textIn(old);
  const edited = edit(before);
  if ('failed' in edited) return { steps: [], fail: edited.failed };
  const target = at.exists && at.resolved !== undefined && at.resolved !== '' ? at.resolved : wish.path;
  const same = at.exists && edited.text === before && old.found === 'file';
  const after = same ? old.content : textContent(edited.text);
  const differs = edited.text !== before || !at.exists;
  const made =
    folder?.exists === false ? [makeDirectory({ path: directoryOf(wish.path), creator: context.user })] : [];
  return {
    steps: [...made, ...putFile({ ...wish, path: target, content: after }, at, context)],
    differences: differs
      ? [{ header: wish.path, before: old.found === 'file' ? old.content : null, after }]
      : [],
  };
}

export function editResult(
  { at, old }: EditSeen,
  edit: (text: string) => Edited,
  outcomes: Outcomes,
): ModuleResult {
  const before = textIn(old);
  const edited = edit(before);
  if ('failed' in edited) return { msg: '' };
  const msg = edited.text === before && at.exists ? (edited.note ?? '') : edited.msg;
  return { msg, ...backupResult(outcomes) };
}

/** As Ansible words it when owner, group or mode changed, too. */
export function withOwnershipTold(
  result: ModuleResult,
  { at }: EditSeen,
  wish: Ownership,
  { user }: PlanContext,
): ModuleResult {
  const missing = missingOwnership(at.exists ? at : newFile(user, { size: 0 }), wish);
  if (missing === undefined) return result;
  const { msg } = result;
  const said = typeof msg === 'string' && msg !== '' ? `${msg} and ` : '';
  return { ...result, msg: `${said}ownership, perms or SE linux context changed` };
}
