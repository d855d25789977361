// What the mirror serves, by path: the files of the entries, and for each of them its checksum in the forms in which
// the projects publish theirs.
import path from 'node:path';
import type { Entry, Image } from './entry.ts';

export type Content =
  | {
      readonly kind: 'slice';
      readonly file: string;
      readonly offset: number;
      readonly size: number;
      readonly sha256: string;
      readonly mediaType: string;
    }
  | { readonly kind: 'text'; readonly text: string; readonly mediaType: string };

export interface Catalog {
  readonly files: ReadonlyMap<string, Content>;
  readonly images: readonly { readonly image: Image; readonly archive: string }[];
}

/** SHA-256 by path below the mirror's address, which is also the path below `https://` of the official place. */
export function checksumsOf(entries: readonly Entry[]): Record<string, string> {
  const pairs = entries.flatMap((entry) =>
    entry.files.flatMap((file) => file.paths.map((one) => [one, file.sha256] as const)),
  );
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** When two entries have the same path, the later one wins. */
export function buildCatalog(entries: readonly Entry[]): Catalog {
  const files = new Map<string, Content>();
  for (const entry of entries)
    for (const { file, paths, sha256, size } of entry.files)
      for (const served of paths) {
        const name = path.posix.basename(served);
        files.set(served, {
          kind: 'slice',
          file: path.join(entry.directory, file),
          offset: 0,
          size,
          sha256,
          mediaType: 'application/octet-stream',
        });
        files.set(`${served}.sha256`, text(`${sha256}\n`));
        files.set(`${served}.sha256sum`, text(`${sha256}  ${name}\n`));
      }
  const checksums = checksumsOf(entries);
  const lines = Object.entries(checksums).map(([name, sum]) => `${sum}  ${name}\n`);
  files.set('checksums.json', text(`${JSON.stringify(checksums, null, 1)}\n`, 'application/json'));
  files.set('SHA256SUMS', text(lines.join('')));
  files.set('', text(Object.keys(checksums).join('\n').concat('\n')));
  const images = entries.flatMap(({ image, directory }) =>
    image === undefined ? [] : [{ image, archive: path.join(directory, image.archive) }],
  );
  return { files, images };
}

function text(content: string, mediaType = 'text/plain'): Content {
  return { kind: 'text', text: content, mediaType };
}
