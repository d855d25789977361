// A folder of files as data: mode and text of each by its path.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** Modes as four octal digits; a character of the text is a byte. */
export type Tree = Record<string, readonly [mode: string, text: string]>;

export function writeTree(folder: string, tree: Readonly<Tree>): void {
  for (const [name, [mode, text]] of Object.entries(tree)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, 'latin1');
    chmodSync(file, Number.parseInt(mode, 8));
  }
}

/** Empty when there is no such folder. */
export function listTree(folder: string): Tree {
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ name, file: path.join(folder, name) }))
    .filter(({ file }) => statSync(file).isFile());
  return Object.fromEntries(
    files.map(({ name, file }) => [
      name,
      [(statSync(file).mode & 0o7777).toString(8).padStart(4, '0'), readFileSync(file, 'latin1')],
    ]),
  );
}
