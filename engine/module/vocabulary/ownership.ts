// Owner, group and mode: the script that sets them and what becomes of a known file.
import { isOctal, octal, resolveMode } from '../mode.ts';
import { quote, ShellText } from '../quote.ts';
import type { HandedOn } from './folder_needs.ts';
import { openNumber } from './open_number.ts';
import type { ExistingFile } from './stat.ts';

export interface Ownership {
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
  readonly mode?: string | undefined;
}

/** GNU's chmod leaves a folder's setuid and setgid bits alone unless a number has five digits. */
function exactMode(mode: string): string {
  return isOctal(mode) ? mode.padStart(5, '0') : mode;
}

/** `follow: false` leaves a link's target alone. */
export function setOwnership(
  path: string,
  wish: Ownership,
  options: { readonly follow: boolean },
): ShellText {
  const link = options.follow ? '' : '-h ';
  const commands: string[] = [];
  if (wish.owner !== undefined || wish.group !== undefined) {
    const whom = `${wish.owner ?? ''}${wish.group === undefined ? '' : `:${wish.group}`}`;
    commands.push(`chown ${link}-- ${quote(whom)} ${path}`);
  }
  if (wish.mode !== undefined) commands.push(`chmod -- ${quote(exactMode(wish.mode))} ${path}`);
  return new ShellText(commands.join(' && '));
}

function hasOwner(file: ExistingFile, owner: string): boolean {
  return file.owner === owner || String(file.uid) === owner;
}

function hasGroup(file: ExistingFile, group: string): boolean {
  return file.group === group || String(file.gid) === group;
}

/** What of the wish the file does not have yet; undefined when it has all. */
export function missingOwnership(file: ExistingFile, wish: Ownership): Ownership | undefined {
  const missing: { owner?: string; group?: string; mode?: string } = {};
  if (wish.owner !== undefined && !hasOwner(file, wish.owner)) missing.owner = wish.owner;
  if (wish.group !== undefined && !hasGroup(file, wish.group)) missing.group = wish.group;
  if (wish.mode !== undefined && file.type !== 'link') {
    const mode = resolveMode(wish.mode, file.mode, file.type === 'directory');
    // A chown before it takes bits away that the wish has.
    if (mode !== file.mode || mode !== withoutSetIds(file, missing))
      missing.mode = isOctal(wish.mode) ? mode : wish.mode;
  }
  return Object.keys(missing).length > 0 ? missing : undefined;
}

/** The mode that chown leaves: the kernel takes setuid away, and setgid where the group may run the file. */
function withoutSetIds({ type, mode }: ExistingFile, { owner, group }: Ownership): string {
  if (type !== 'file' || (owner === undefined && group === undefined)) return mode;
  const bits = parseInt(mode, 8);
  return octal(bits & ~0o4000 & ((bits & 0o010) === 0 ? ~0 : ~0o2000));
}

/** The file as it is after the wish was set. The id of a new name is not known: -1. */
export function withOwnership(file: ExistingFile, wish: Ownership): ExistingFile {
  const owner =
    wish.owner === undefined || hasOwner(file, wish.owner) ? {} : namedOrId(wish.owner, 'owner', 'uid');
  const group =
    wish.group === undefined || hasGroup(file, wish.group) ? {} : namedOrId(wish.group, 'group', 'gid');
  const left = withoutSetIds(file, wish);
  const mode = wish.mode === undefined ? left : resolveMode(wish.mode, left, file.type === 'directory');
  return { ...file, ...owner, ...group, mode };
}

/** A wish is a name or a number; the other half stays unknown (-1, or empty). */
function namedOrId(wish: string, name: 'owner' | 'group', id: 'uid' | 'gid'): Partial<ExistingFile> {
  return /^\d+$/.test(wish) ? { [name]: '', [id]: Number(wish) } : { [name]: wish, [id]: -1 };
}

/** A new file of a folder that hands on its group. `told` is what a step's needs foretell, or a step's own outcome. */
export function inherited(made: ExistingFile, told: unknown): ExistingFile {
  const file = ofCreator(made, told);
  if (typeof told !== 'object' || told === null || !('handsOn' in told)) return file;
  const { handsOn } = told as HandedOn;
  if (!handsOn) return file;
  const mode = octal(parseInt(file.mode, 8) | 0o2000);
  return { ...file, ...handsOn, ...(file.type === 'directory' ? { mode } : {}) };
}

/** What a step's needs tell of the user who does it; `open`: it is not known. */
export interface ToldCreator {
  readonly creator: Pick<ExistingFile, 'uid' | 'gid' | 'group'> | 'open';
}

/** A file that somebody made, with that user's primary group as far as it is told. */
export function ofCreator(file: ExistingFile, told: unknown): ExistingFile {
  if (typeof told !== 'object' || told === null || !('creator' in told)) return file;
  const { creator } = told as ToldCreator;
  return { ...file, ...(creator === 'open' ? openGroup : creator) };
}

const openGroup = { group: '', gid: openNumber };

/** Whether nobody knows of which group it is. */
export function hasOpenGroup(file: ExistingFile): boolean {
  return file.group === '' && file.gid === openNumber;
}

/** The ids of a new file of this user. */
export function ownedBy(user: string): Pick<ExistingFile, 'owner' | 'group' | 'uid' | 'gid'> {
  const id = user === 'root' ? 0 : -1;
  return { owner: user, group: user, uid: id, gid: id };
}
