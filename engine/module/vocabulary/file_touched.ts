// Whether a step may make another of a file, or of what is in a folder, whatever stands there now.
import { textContent } from '../content.ts';
import type { Probe, Step } from '../contract.ts';
import { overlay, spoils } from '../picture.ts';
import { content, type FileContent } from './content.ts';
import { listing, type Listing } from './listing.ts';
import { newDirectory } from './make_directory.ts';
import { absent, stat } from './stat.ts';

const nothing: FileContent = { found: 'nothing' };
const something: FileContent = { found: 'file', content: textContent('') };
const empty: Listing = { exists: true, entries: [] };

/** `path`: a file, or a folder with what is in it. */
export function isFileTouched(step: Step, path: string): boolean {
  const answers: readonly (readonly [Probe<unknown>, unknown])[] = [
    [content(path), nothing],
    [content(path), something],
    [stat({ path }), newDirectory('root')],
    [stat({ path }), absent],
    [listing({ path, recurse: true }), empty],
  ];
  return answers.some(([probe, now]) => spoils(step, probe) || overlay(probe, now, [step]) !== now);
}
