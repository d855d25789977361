// What stands at a path of the control machine.
import { lstatSync, statSync, type Stats } from 'node:fs';

/** Undefined where nothing can stand or be seen: no such path, one that is too long or holds NUL, a closed folder. */
export function whatStands(place: string, how: 'itself' | 'end' = 'end'): Stats | undefined {
  try {
    return how === 'end' ? statSync(place) : lstatSync(place);
  } catch {
    return undefined;
  }
}

export function isFile(place: string): boolean {
  return whatStands(place)?.isFile() ?? false;
}

export function isDirectory(place: string): boolean {
  return whatStands(place)?.isDirectory() ?? false;
}
