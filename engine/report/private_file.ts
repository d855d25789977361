// A file that its owner alone may read, also where one stood there that others could.
import { closeSync, fchmodSync, fstatSync, openSync, writeFileSync } from 'node:fs';

export function writePrivate(file: string, text: string): void {
  const descriptor = openSync(file, 'w', 0o600);
  try {
    // A device or a pipe is left as it is.
    if (fstatSync(descriptor).isFile()) fchmodSync(descriptor, 0o600);
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}
