// Owner, group and mode: the script that sets them and what becomes of a known file.
import { isOctal, resolveMode } from '../mode.ts';
import { quote, ShellText } from '../quote.ts';
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
    if (mode !== file.mode) missing.mode = isOctal(wish.mode) ? mode : wish.mode;
  }
  return Object.keys(missing).length > 0 ? missing : undefined;
}

/** The file as it is after the wish was set. The id of a new name is not known: -1. */
export function withOwnership(file: ExistingFile, wish: Ownership): ExistingFile {
  const owner =
    wish.owner === undefined || hasOwner(file, wish.owner) ? {} : namedOrId(wish.owner, 'owner', 'uid');
  const group =
    wish.group === undefined || hasGroup(file, wish.group) ? {} : namedOrId(wish.group, 'group', 'gid');
  const mode =
    wish.mode === undefined ? {} : { mode: resolveMode(wish.mode, file.mode, file.type === 'directory') };
  return { ...file, ...owner, ...group, ...mode };
}

/** A wish is a name or a number; the other half stays unknown (-1, or empty). */
function namedOrId(wish: string, name: 'owner' | 'group', id: 'uid' | 'gid'): Partial<ExistingFile> {
  return /^\d+$/.test(wish) ? { [name]: '', [id]: Number(wish) } : { [name]: wish, [id]: -1 };
}

/** The ids of a new file of this user. */
export function ownedBy(user: string): Pick<ExistingFile, 'owner' | 'group' | 'uid' | 'gid'> {
  const id = user === 'root' ? 0 : -1;
  return { owner: user, group: user, uid: id, gid: id };
}
