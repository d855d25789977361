import { mkdir, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { mustRun, runProgram } from './run_program.ts';

/** Mount points at `folder` and below it, the deepest and latest first. */
export async function mountsBelow(folder: string): Promise<string[]> {
  const points = (await readFile('/proc/self/mountinfo', 'utf8'))
    .trim()
    .split('\n')
    .map((line) => unescape(line.split(' ')[4] ?? ''));
  return points.filter((point) => point === folder || point.startsWith(`${folder}/`)).reverse();
}

/** The kernel writes blanks and backslashes of a path as octal numbers. */
function unescape(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

export interface Overlay {
  /** Read-only trees, the uppermost first. */
  readonly lower: readonly string[];
  readonly upper: string;
  readonly work: string;
}

export async function ensureOverlay(point: string, { lower, upper, work }: Overlay): Promise<void> {
  if ((await mountsBelow(point)).includes(point)) return;
  for (const folder of [point, upper, work]) await mkdir(folder, { recursive: true });
  const options = `lowerdir=${lower.join(':')},upperdir=${upper},workdir=${work}`;
  await mustRun(['mount', '-t', 'overlay', 'overlay', '-o', options, point]);
}

/** Unmounts all below a folder; what is still busy after a second is detached. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const point of await mountsBelow(folder)) {
    let done = await runProgram(['umount', point]);
    for (let attempt = 0; attempt < 10 && done.code !== 0; attempt += 1) {
      await sleep(100);
      done = await runProgram(['umount', point]);
    }
    if (done.code !== 0) await mustRun(['umount', '--lazy', point]);
  }
}

/** Removes a tree after unmounting all in it; never reaches through a mount. */
export async function removeTree(folder: string): Promise<void> {
  await unmountBelow(folder);
  const left = await mountsBelow(folder);
  if (left.length > 0) throw new Error(`still mounted, so not removed: ${left.join(', ')}`);
  await rm(folder, { recursive: true, force: true });
}
