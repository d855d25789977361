// What is in a folder, in lines that can be compared.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** Path, type and mode, names of the file, and content or target of all that is there. */
export function treeOf(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((entry) => {
      const full = path.join(root, entry);
      const what = lstatSync(full);
      const content = what.isSymbolicLink()
        ? readlinkSync(full)
        : what.isFile()
          ? createHash('sha256').update(readFileSync(full)).digest('hex').slice(0, 12)
          : '';
      return `${entry} ${what.mode.toString(8)} ${what.isFile() ? what.nlink : ''} ${content}`;
    });
}
