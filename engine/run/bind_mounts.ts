// Check mode: folders that a step would mount in a second place. What is done to a file in one of the two places is done
// in the other one, too, and there nothing is known of it any more.
import type { Step } from '../module/contract.ts';
import { isBind, mountActKind, type MountAct } from '../module/vocabulary/mounts.ts';
import { isInside, normalPath } from '../module/vocabulary/paths.ts';
import { unforeseen, type Unforeseen, unforeseenKind } from '../module/vocabulary/unforeseen.ts';

/** The paths that a step changes, or may change. */
function pathsOf({ kind, args }: Step): readonly string[] {
  if (kind.name === unforeseenKind.name) {
    const { what } = args as Unforeseen;
    const files = typeof what === 'string' ? [] : (what.files ?? []);
    return files.flatMap((file) => (typeof file === 'string' ? [normalPath(file)] : []));
  }
  const paths: string[] = [];
  kind.placed?.(args as never, (path) => {
    paths.push(normalPath(path));
    return path;
  });
  return paths;
}

/** The same files by the other name: those of a folder, or the folder itself for a path above it. */
function otherName(path: string, from: string, to: string): string[] {
  if (isInside(path, from)) return [normalPath(`${to}${path.slice(from === '/' ? 0 : from.length)}`)];
  return isInside(from, path) ? [to] : [];
}

export class BindMounts {
  /** The folder by the place where it is mounted as well. */
  readonly #sources = new Map<string, string>();

  /** Notes a mount; an unmounted place shows what stood there before. */
  take({ kind, args }: Step, lead: (path: string) => string): void {
    if (kind.name !== mountActKind.name) return;
    const act = args as MountAct;
    const place = normalPath(act.path);
    if (act.act === 'unmount') this.#sources.delete(place);
    else if (act.act === 'mount' && isBind(act)) this.#sources.set(place, normalPath(lead(act.source ?? '')));
  }

  /** What becomes of the other names of the files that a step changes. */
  mirrored(step: Step): readonly Step[] {
    if (this.#sources.size === 0 || step.kind.name === mountActKind.name) return [];
    const paths = pathsOf(step);
    const files = [...this.#sources].flatMap(([place, source]) =>
      paths.flatMap((path) => [...otherName(path, place, source), ...otherName(path, source, place)]),
    );
    if (files.length === 0) return [];
    return [unforeseen({ files: [...new Set(files)] }, step.kind.describe(step.args as never))];
  }
}
