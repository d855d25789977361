// The texts of the files in a folder, asked once the folder's listing names them.
import type { Probe } from '../../engine/module/contract.ts';
import { content, textIn, type FileContent } from '../../engine/module/vocabulary/content.ts';
import type { Listing } from '../../engine/module/vocabulary/listing.ts';
import { joinPath } from '../../engine/module/vocabulary/paths.ts';

interface Texts {
  readonly [name: `text ${string}`]: FileContent;
}

export interface FolderSeen extends Texts {
  readonly folder: Listing;
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
): { readonly [name: `text ${string}`]: Probe<FileContent> } {
  return Object.fromEntries(names.map((name) => [`text ${name}`, content(joinPath(folder, name))]));
}

export function textOf(seen: Texts, name: string): string {
  return textIn(seen[`text ${name}`] ?? { found: 'nothing' });
}
