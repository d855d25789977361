// Shell patterns on files of the control machine, as Python's glob: `*` and `?` never match a leading dot.
import path from 'node:path';
import type { LocalFiles } from '../local_files.ts';

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

/** Every path that a pattern matches. */
export function glob(pattern: string, files: LocalFiles): string[] {
  const exists = (place: string): boolean => files.typeOf(path.resolve(place), 'end') !== undefined;
  let found = [pattern.startsWith('/') ? '/' : ''];
  for (const segment of pattern.split('/').filter((part) => part !== '')) {
    const regex = /[*?[]/.test(segment) ? segmentPattern(segment) : undefined;
    found = found.flatMap((folder) => {
      const candidates = regex
        ? files.names(path.resolve(folder)).filter((name) => regex.test(name))
        : [segment];
      return candidates.map((name) => path.join(folder, name)).filter(exists);
    });
  }
  return found;
}

/** The regular files that a pattern matches. */
export function globFiles(pattern: string, files: LocalFiles): string[] {
  return glob(pattern, files).filter((place) => files.typeOf(path.resolve(place), 'end') === 'file');
}
