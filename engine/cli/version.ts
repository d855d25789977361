import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readSettings } from './settings.ts';

/** From the package's own file: beside dist/ for the bundle, two folders up for the source. */
export function version(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const read = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as {
        readonly version?: string;
      };
      if (read.version !== undefined) return read.version;
    } catch {
      // The other place.
    }
  }
  return 'unknown';
}

/** What `--version` of a command prints, by whatever name it was called. */
export function versionText(): string {
  const called = basename(process.argv[1] ?? '');
  const as = called.startsWith('ansible') ? ` (as ${called}, in the language of ansible-core 2.18)` : '';
  const { file } = readSettings(process.env, process.cwd());
  return `hardway ${version()}${as}\n  config file = ${file ?? 'None'}\n`;
}
