// Why a program of a user's could not be started, in words instead of the system's codes.
import { closeSync, openSync, readSync } from 'node:fs';

/** The interpreter that the first line names. */
function interpreterOf(file: string): string | undefined {
  const start = Buffer.alloc(256);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, start, 0, start.length, 0);
  } finally {
    closeSync(handle);
  }
  return /^#!\s*(\S+)/.exec(start.toString('latin1'))?.[1];
}

/** `code` is the system's, as errors of Node carry it; undefined when it says nothing of the start. */
export function whyNotStarted(file: string, code: string | undefined): string | undefined {
  if (code === 'EACCES') return `${file} may not be executed: give it the right (chmod +x), or a plain text`;
  if (code === 'ENOEXEC') return `${file} is no program: its first line must be #! and an interpreter`;
  if (code !== 'ENOENT') return undefined;
  try {
    const interpreter = interpreterOf(file);
    return interpreter === undefined ? undefined : `Its interpreter ${interpreter} is not there`;
  } catch {
    return undefined;
  }
}
