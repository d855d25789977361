// The texts of the files in a folder, asked once the folder's listing names them.
import type { Probe } from '../../engine/module/contract.ts';
import { content, textIn, type FileContent } from '../../engine/module/vocabulary/content.ts';
import { listing, type Listing } from '../../engine/module/vocabulary/listing.ts';
import { joinPath } from '../../engine/module/vocabulary/paths.ts';

/** The texts stand beside it, as `text NAME`. */
export interface FolderSeen {
  readonly folder: Listing;
}

export function folderProbe(path: string): Probe<never> {
  return listing({ path }) as Probe<never>;
}

/** Names of plain files, also through links, in order. */
export function fileNames({ entries }: Listing, isWanted: (name: string) => boolean): string[] {
  return entries
    .filter(({ name, file }) => (file.type === 'file' || file.type === 'link') && isWanted(name))
    .map(({ name }) => name);
}

export function textProbes(
  folder: string,
  names: readonly string[],
): { readonly [name: string]: Probe<never> } {
  return Object.fromEntries(
    names.map((name) => [`text ${name}`, content(joinPath(folder, name)) as Probe<never>]),
  );
}

export function textOf(seen: FolderSeen, name: string): string {
  return textIn(
    (seen as unknown as Readonly<Record<string, FileContent>>)[`text ${name}`] ?? { found: 'nothing' },
  );
}
