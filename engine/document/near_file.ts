// The file that a misspelt name means, for "did you mean".
import { type Dirent, readdirSync } from 'node:fs';
import path from 'node:path';
import { nearestName } from './nearest.ts';

/** The name as it would be right, its folders too, below the first of these folders that has something near it. */
export function nearFile(name: string, folders: readonly string[]): string | undefined {
  if (/^~|^$|\/$/.test(name)) return undefined;
  // Of an absolute name the last part alone: a whole file system holds something near to anything.
  if (path.isAbsolute(name)) {
    const near = walk(path.dirname(name), [path.basename(name)]);
    return near && path.join(path.dirname(name), near);
  }
  for (const folder of folders) {
    const near = walk(folder, path.normalize(name).split('/'));
    if (near !== undefined) return near;
  }
  return undefined;
}

function walk(start: string, parts: readonly string[]): string | undefined {
  const right: string[] = [];
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const names = namesIn(path.join(start, ...right), isLast);
    const near = part === '..' || names.includes(part) ? part : nearName(part, names, isLast);
    if (near === undefined) return undefined;
    right.push(near);
  }
  return right.join('/');
}

/** A name without its `.yml` is meant sooner than one with a slip. */
function nearName(part: string, names: readonly string[], isFile: boolean): string | undefined {
  const whole = isFile ? names.find((name) => path.parse(name).name === part) : undefined;
  return whole ?? nearestName(part, names);
}

function namesIn(folder: string, areFiles: boolean): string[] {
  const fits = (entry: Dirent): boolean =>
    entry.isSymbolicLink() || (areFiles ? entry.isFile() : entry.isDirectory());
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(fits)
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}
