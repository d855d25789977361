// A context for template tests: variables from a plain record, no files unless given.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { existsSync, readFileSync } from 'node:fs';
import { success } from '../../../engine/document/diagnostic.ts';
import type { Value } from '../../../engine/document/value.ts';
import type { TemplateContext } from '../../../engine/template/api.ts';

interface Extras {
  /** The folder that files and templates are found in. */
  readonly folder?: string;
  readonly onImpure?: (what: string) => void;
  readonly onRead?: (name: string) => void;
}

export function contextOf(variables: ReadonlyMap<string, Value>, extras: Extras = {}): TemplateContext {
  const folder = extras.folder ?? '/nonexistent';
  return {
    scope: { get: (name) => variables.get(name), names: () => variables.keys() },
    host: {
      find: (_, name) => {
        const place = path.resolve(folder, name);
        return existsSync(place) ? place : undefined;
      },
      searchPath: () => [folder],
      readFile: (place) => readFileSync(place),
      decrypt: (text) => success(text),
    },
    ...(extras.onImpure ? { onImpure: extras.onImpure } : {}),
    ...(extras.onRead ? { onRead: extras.onRead } : {}),
  };
}

/** Makes a folder with files for the time of a test. */
export function withFiles<T>(files: Readonly<Record<string, string>>, body: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-template-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
