// This machine behind a fence: a process sees all of its files and may write them, but what it writes lands in a layer
// of its own, empty at first. So the layer is a listing of all that the process changed, whatever others do meanwhile.
import { mkdir, readFile } from 'node:fs/promises';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { stateFolder } from '../../lab/places.ts';
import { unmountBelow } from '../../lab/mounts.ts';
import { mustRun } from '../../lab/run_program.ts';
import { listFiles, notListed, type ListedFile } from './host_listing.ts';

export interface WriteFence {
  /** Words before a command that make it run behind the fence, in the folder where it was called. */
  readonly command: readonly string[];
  /** What was written since the fence stands. A folder is there when something in it came, went or was written. */
  readonly written: () => ListedFile[];
  readonly release: () => Promise<void>;
}

/** Not fenced: where no disk stands behind, and what is not listed either. `/run` also holds sockets that must be alive. */
const open = ['/proc', '/sys', '/dev', '/run'];

// The layer is a tmpfs, as a layer may not stand on the file system that it covers. Further file systems have a layer
// each; where the kernel refuses one, they can be read only, and who would write there fails.
const script = String.raw`
set -e
fence=$1; shift
mount --make-rprivate /
cover() {
  mkdir -p "$fence/upper/$2" "$fence/work/$2"
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$fence/upper/$2,workdir=$fence/work/$2" "$fence/root$1"
}
cover / 0
number=0
while [ "$1" != -- ]; do
  number=$((number + 1))
  if [ ! -d "$1" ] || ! cover "$1" $number 2>/dev/null; then
    mount --bind "$1" "$fence/root$1"
    mount -o remount,bind,ro "$fence/root$1"
  fi
  shift
done
shift
for folder in ${open.join(' ')}; do mount --rbind "$folder" "$fence/root$folder"; done
exec chroot "$fence/root" sh -c 'cd "$1"; shift; exec "$@"' sh "$PWD" "$@"`;

/** Raises the fence's layer in a folder that is empty or missing. Needs what a lab needs. */
export async function raiseFence(folder: string): Promise<WriteFence> {
  await mkdir(folder, { recursive: true });
  await mustRun(['mount', '-t', 'tmpfs', '-o', 'mode=0700', 'fence', folder]);
  for (const name of ['upper', 'work', 'root']) await mkdir(path.join(folder, name));
  const more = await otherFileSystems();
  const layers = ['', ...more].map((point, number) => ({
    point,
    top: path.join(folder, 'upper', String(number)),
  }));
  return {
    command: ['unshare', '--mount', 'sh', '-c', script, 'fence', folder, ...more, '--'],
    written: () =>
      layers
        .filter(({ top }) => existsSync(top))
        .flatMap(({ point, top }) => listFiles(top, []).map((file) => ({ ...file, path: point + file.path })))
        .filter(({ path: place }) => !isBelow(place, notListed)),
    release: () => unmountBelow(folder),
  };
}

/** Mount points beside `/` that a process could write to, but for the roots of lab hosts. */
async function otherFileSystems(): Promise<string[]> {
  const points = (await readFile('/proc/self/mountinfo', 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '/')
    .filter((point) => point !== '/' && !isBelow(point, [...open, stateFolder()]))
    .filter((point) => !point.includes('\\') && statSync(point, { throwIfNoEntry: false }) !== undefined);
  return [...new Set(points)].sort();
}

function isBelow(place: string, folders: readonly string[]): boolean {
  return folders.some((folder) => place === folder || place.startsWith(`${folder}/`));
}
