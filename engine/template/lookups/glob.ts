// Shell patterns on files of the control machine, as Python's glob: `*` and `?` never match a leading dot.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

function segmentPattern(segment: string): RegExp {
  const body = segment.replace(
    /\[(!?)([^\]]*)\]|[*?]|[.+^${}()|[\]\\]/g,
    (sign: string, not: string | undefined, set: string | undefined) => {
      if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replaceAll('\\', '\\\\')}]`;
      if (sign === '*') return '[^/]*';
      return sign === '?' ? '[^/]' : `\\${sign}`;
    },
  );
  return new RegExp(`^${segment.startsWith('.') ? '' : '(?!\\.)'}${body}$`, 's');
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder === '' ? '.' : folder);
  } catch {
    return [];
  }
}

function exists(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false }) !== undefined;
}

/** Every path that a pattern matches. */
export function glob(pattern: string): string[] {
  let found = [pattern.startsWith('/') ? '/' : ''];
  for (const segment of pattern.split('/').filter((part) => part !== '')) {
    const regex = /[*?[]/.test(segment) ? segmentPattern(segment) : undefined;
    found = found.flatMap((folder) => {
      const candidates = regex ? names(folder).filter((name) => regex.test(name)) : [segment];
      return candidates.map((name) => path.join(folder, name)).filter(exists);
    });
  }
  return found;
}

/** The regular files that a pattern matches. */
export function globFiles(pattern: string): string[] {
  return glob(pattern).filter((place) => statSync(place, { throwIfNoEntry: false })?.isFile());
}
