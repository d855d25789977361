// Files that are no files: what the kernel tells in them may be another after any step that is not done to files alone.
import type { Step } from '../contract.ts';
import { isInside } from './paths.ts';

/** Where the kernel tells what there is now. */
const places = ['/proc', '/sys', '/dev'];
/** Where files come and go with what it has; those of processes and the links to them stay for a step's sake. */
const comingAndGoing = ['/proc/sys', '/sys', '/dev'];

/** Steps that leave the kernel, its devices and what runs as they are. */
const ofFiles = new Set([
  ...['write file', 'copy on host', 'touch file', 'make directory', 'make link', 'remove file'],
  ...['change ownership', 'download', 'http to file', 'temporary file', 'keep file', 'unpack'],
  ...['git checkout', 'issue certificate', 'make secret', 'make ssh key', 'write crontab', 'daemon reload'],
  ...['apt lists', 'select package', 'set debconf', 'user', 'group'],
]);

function mayTellOtherwise(step: Step): boolean {
  const isRead = step.kind.readsOnly === true || step.kind.opaque === true;
  return !isRead && !ofFiles.has(step.kind.name);
}

const isBelow = (path: string, tops: readonly string[]): boolean =>
  tops.some((top) => path !== top && isInside(path, top));

/** Whether what a file there holds may be another. */
export function isToldByKernel(step: Step, path: string): boolean {
  return isBelow(path, places) && mayTellOtherwise(step);
}

/** Whether a file may come or go there. */
export function isKeptByKernel(step: Step, path: string): boolean {
  return isBelow(path, comingAndGoing) && mayTellOtherwise(step);
}
