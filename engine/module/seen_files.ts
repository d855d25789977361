// Answers of `stat` as module cases write them: only what matters in the case is said.
import { textContent } from './content.ts';
import type { FileContent } from './vocabulary/content.ts';
import type { ExistingFile } from './vocabulary/stat.ts';

const base: ExistingFile = {
  exists: true,
  type: 'file',
  mode: '0644',
  owner: 'root',
  group: 'root',
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 1_700_000_000,
  atime: 1_700_000_000,
  ctime: 1_700_000_000,
  inode: 42,
  device: '1',
  links: 1,
};

/** A regular file; `text` gives size and sha256. */
export function seenFile(given: Partial<ExistingFile> & { readonly text?: string } = {}): ExistingFile {
  const { text, ...rest } = given;
  if (text === undefined) return { ...base, ...rest };
  const { sha256, size } = textContent(text);
  return { ...base, size, digest: sha256, ...rest };
}

export function seenDirectory(given: Partial<ExistingFile> = {}): ExistingFile {
  return { ...base, type: 'directory', mode: '0755', links: 2, ...given };
}

export function seenLink(target: string, given: Partial<ExistingFile> = {}): ExistingFile {
  return { ...base, type: 'link', mode: '0777', target, resolved: target, ...given };
}

export function seenContent(text: string): FileContent {
  return { found: 'file', content: textContent(text) };
}
