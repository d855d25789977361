// File names by pattern, as Include needs them: `*`, `?` and `[a-z]` within a name, sorted.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { shellPattern } from '../document/shell_pattern.ts';

export function globSync(pattern: string): string[] {
  let found = [''];
  for (const part of pattern.split('/').slice(1)) {
    if (!/[*?[]/.test(part)) found = found.map((folder) => `${folder}/${part}`);
    else found = found.flatMap((folder) => namesIn(folder, part).map((name) => path.join(folder, name)));
  }
  return found;
}

function namesIn(folder: string, part: string): string[] {
  const expression = shellPattern(part);
  try {
    return readdirSync(folder === '' ? '/' : folder)
      .filter((name) => expression.test(name) && (part.startsWith('.') || !name.startsWith('.')))
      .sort();
  } catch {
    return [];
  }
}
