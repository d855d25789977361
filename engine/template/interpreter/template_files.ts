// Where a template that another one names is sought: as Jinja2's loader does, in folders and below them only.
import { isDirectory } from '../../document/file_kind.ts';
import path from 'node:path';

/** What a file's own templates are sought in: the task's folders, and the one that the file stands in. */
export function besideFile(folder: string): readonly string[] {
  return [path.join(folder, 'templates'), folder];
}

/** `find` gives the place of a whole path, or undefined. A name begins at a folder even when it begins with `/`. */
export function findTemplate(
  name: string,
  folders: readonly string[],
  find: (place: string) => string | undefined,
): string | undefined {
  const steps = name.split('/').filter((step) => step !== '' && step !== '.');
  if (steps.includes('..')) return undefined;
  for (const folder of folders) {
    const found = find(path.join(folder, ...steps));
    if (found !== undefined && !isDirectory(found)) return found;
  }
  return undefined;
}
