// What steps on files need of the folders above them.
import type { Need } from '../contract.ts';
import { directoryOf } from './paths.ts';
import { isFolder, stat, type Stat } from './stat.ts';

/** The folder of a file is there. */
export function folderOf(path: string): Need {
  const folder = directoryOf(path);
  return {
    probe: stat({ path: folder, follow: true }),
    unmet: (found: Stat) => (isFolder(found) ? undefined : `there is no folder ${folder}`),
  };
}

/** What stands above a folder that is to be made is a folder, or not there. */
export function foldersAbove(path: string): Need[] {
  const above = directoryOf(path);
  if (above === '/' || above === '.') return [];
  const need: Need = {
    probe: stat({ path: above, follow: true }),
    unmet: (found: Stat) => (!found.exists || isFolder(found) ? undefined : `${above} is no folder`),
  };
  return [need, ...foldersAbove(above)];
}
