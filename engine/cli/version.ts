import { readFileSync } from 'node:fs';

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
