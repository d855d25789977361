// A folder of the host copied to another place of it, file by file; what else is in the other folder stays.
import type { Plan, PlanContext, Step } from '../../engine/module/contract.ts';
import { changeOwnership } from '../../engine/module/vocabulary/change_ownership.ts';
import { sharedFile } from '../../engine/module/vocabulary/file_effects.ts';
import { copyOnHost } from '../../engine/module/vocabulary/copy_on_host.ts';
import type { Listing, ListingEntry } from '../../engine/module/vocabulary/listing.ts';
import { makeDirectory } from '../../engine/module/vocabulary/make_directory.ts';
import { makeLink } from '../../engine/module/vocabulary/make_link.ts';
import { missingOwnership, type Ownership } from '../../engine/module/vocabulary/ownership.ts';
import { joinPath } from '../../engine/module/vocabulary/paths.ts';
import { absent, type Stat } from '../../engine/module/vocabulary/stat.ts';

export interface TreeOnHost extends Ownership {
  readonly from: string;
  readonly root: string;
  readonly directory_mode?: string | undefined;
  readonly force: boolean;
}

function stepsFor(wish: TreeOnHost, { name, file }: ListingEntry, at: Stat, creator: string): Step[] {
  const path = joinPath(wish.root, name);
  const { owner, group } = wish;
  if (file.type === 'directory')
    return at.exists
      ? []
      : [makeDirectory({ path, creator, owner, group, mode: wish.directory_mode ?? file.mode })];
  if (file.type === 'link') {
    const target = file.target ?? '';
    const isRight = at.exists && at.target === target;
    return isRight ? [] : [makeLink({ path, target, kind: 'symbolic', creator })];
  }
  const own = { owner, group, mode: wish.mode === 'preserve' ? file.mode : wish.mode };
  if (at.exists && (!wish.force || at.digest === file.digest)) {
    const missing = missingOwnership(at, own);
    return missing ? [changeOwnership({ path, ...missing, pictured: sharedFile(at) })] : [];
  }
  const mode = own.mode ?? (at.exists ? undefined : file.mode);
  return [copyOnHost({ from: joinPath(wish.from, name), path, source: file, creator, ...own, mode })];
}

/** `entries` are those of the source; new files have the mode of the source unless one is given. */
export function copyTreeOnHost(
  wish: TreeOnHost,
  entries: readonly ListingEntry[],
  tree: Listing,
  { user }: PlanContext,
): Plan {
  const there = new Map(tree.entries.map(({ name, file }) => [name, file]));
  const { root, owner, group, directory_mode: mode } = wish;
  const made = tree.exists ? [] : [makeDirectory({ path: root, creator: user, owner, group, mode })];
  return {
    steps: [
      ...made,
      ...entries.flatMap((entry) => stepsFor(wish, entry, there.get(entry.name) ?? absent, user)),
    ],
  };
}
