// Files of the control machine as templates see them. Check mode puts others in their place, which see what earlier
// tasks would have done.
import { readdirSync, realpathSync, type Stats } from 'node:fs';
import path from 'node:path';
import { whatStands } from '../document/file_kind.ts';

export type LocalType = 'file' | 'directory' | 'link' | 'other';

export interface LocalFiles {
  /** What stands at the path: a link itself, or what it leads to. Undefined when nothing does. */
  typeOf(place: string, how: 'itself' | 'end'): LocalType | undefined;
  /** The names in a folder; none when there is no such folder. */
  names(folder: string): readonly string[];
  /** Where the path leads, as far as it is there. */
  realPath(place: string): string;
  /**
   * Called before anything else is asked of a path, or of anything at all. Check mode ends the evaluation where an
   * earlier task may change it.
   */
  settled(place?: string): void;
}

export function localType(stats: Stats): LocalType {
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'link';
  return stats.isFile() ? 'file' : 'other';
}

function realPath(place: string): string {
  try {
    return realpathSync(place);
  } catch {
    // A path that is not there is resolved as far as it exists.
    const whole = path.resolve(place);
    const parent = path.dirname(whole);
    return parent === whole ? parent : path.join(realPath(parent), path.basename(whole));
  }
}

export const localFiles: LocalFiles = {
  typeOf: (place, how) => {
    const stats = whatStands(place, how);
    return stats && localType(stats);
  },
  names: (folder) => {
    try {
      return readdirSync(folder === '' ? '.' : folder);
    } catch {
      return [];
    }
  },
  realPath,
  settled: () => undefined,
};
