// What steps on files need of the folders above them.
import type { Need } from '../contract.ts';
import { directoryOf, joinPath, normalPath } from './paths.ts';
import { isFolder, stat, type Stat } from './stat.ts';

/** The folder of a file is there. */
export function folderOf(path: string): Need {
  const folder = directoryOf(path);
  return {
    probe: stat({ path: folder, follow: true }),
    unmet: (found: Stat) => (isFolder(found) ? undefined : `there is no folder ${folder}`),
    foretells: handedOn,
    doubt: (found: Stat, user) =>
      mayWrite(found, user) ? undefined : `whether ${user} may write in ${folder}`,
  };
}

/** What a setgid folder gives to what is made in it. */
export interface HandedOn {
  readonly handsOn: { readonly group: string; readonly gid: number } | undefined;
}

function handedOn(folder: Stat): HandedOn {
  const isSetgid = folder.exists && (parseInt(folder.mode, 8) & 0o2000) !== 0;
  return { handsOn: isSetgid ? { group: folder.group, gid: folder.gid } : undefined };
}

/** For a step that makes the folder itself as well; nothing is told where it is not there yet. */
export function folderHandsOn(path: string): Need {
  return {
    probe: stat({ path: directoryOf(path), follow: true }),
    unmet: () => undefined,
    foretells: handedOn,
  };
}

/** By owner and mode alone; groups and access lists may let more users in. */
function mayWrite(folder: Stat, user: string): boolean {
  if (user === 'root' || !folder.exists) return true;
  const mode = parseInt(folder.mode, 8);
  return folder.owner === user ? (mode & 0o200) !== 0 : (mode & 0o002) !== 0;
}

/** There is a file, by whatever links. */
export function fileIsThere(path: string): Need {
  return {
    probe: stat({ path, follow: true }),
    unmet: (found: Stat) => (found.exists && !isFolder(found) ? undefined : `there is no file ${path}`),
  };
}

/** The path is no link that leads to itself, which no file can be made through (ELOOP). */
export function noLinkToItself(path: string): Need {
  const leadsTo = (target: string): string =>
    target.startsWith('/') ? normalPath(target) : joinPath(directoryOf(path), target);
  return {
    probe: stat({ path }),
    unmet: (found: Stat) =>
      found.exists && found.type === 'link' && leadsTo(found.target ?? '') === normalPath(path)
        ? `${path} is a link to itself`
        : undefined,
  };
}

/** Nothing but a link stands there. */
export function noFileAt(path: string): Need {
  return {
    probe: stat({ path }),
    unmet: (found: Stat) => (found.exists && found.type !== 'link' ? `${path} is there already` : undefined),
  };
}

/** What stands at a path is a folder, or nothing, and so is all above it. */
export function folderOrNothing(path: string): Need[] {
  const need: Need = {
    probe: stat({ path, follow: true }),
    unmet: (found: Stat) => (!found.exists || isFolder(found) ? undefined : `${path} is no folder`),
  };
  return [need, ...foldersAbove(path)];
}

/** What stands above a folder that is to be made is a folder, or not there. */
export function foldersAbove(path: string): Need[] {
  const above = directoryOf(path);
  return above === '/' || above === '.' ? [] : folderOrNothing(above);
}
