// A folder of the control machine brought to the host, file by file; what else is in the host's folder stays.
import type { Plan, PlanContext, Step } from '../../engine/module/contract.ts';
import type { ControlEntry } from '../../engine/module/vocabulary/control_files.ts';
import type { Listing } from '../../engine/module/vocabulary/listing.ts';
import { makeDirectory } from '../../engine/module/vocabulary/make_directory.ts';
import { makeLink } from '../../engine/module/vocabulary/make_link.ts';
import type { Ownership } from '../../engine/module/vocabulary/ownership.ts';
import { joinPath } from '../../engine/module/vocabulary/paths.ts';
import { absent, type Stat } from '../../engine/module/vocabulary/stat.ts';
import { putFile } from './put_file.ts';

export interface TreeWish extends Ownership {
  readonly root: string;
  readonly directory_mode?: string | undefined;
  readonly backup?: boolean | undefined;
  readonly validate?: string | undefined;
  readonly force: boolean;
}

function stepsFor(wish: TreeWish, entry: ControlEntry, at: Stat, context: PlanContext): Step[] {
  const path = joinPath(wish.root, entry.name);
  const { owner, group } = wish;
  if (entry.type === 'directory') {
    const mode = wish.directory_mode === 'preserve' ? entry.mode : wish.directory_mode;
    return at.exists ? [] : [makeDirectory({ path, creator: context.user, owner, group, mode })];
  }
  if (entry.type === 'link') {
    const isRight = at.exists && at.target === entry.target;
    return isRight ? [] : [makeLink({ path, target: entry.target, kind: 'symbolic', creator: context.user })];
  }
  if (at.exists && !wish.force) return [];
  const mode = wish.mode === 'preserve' ? entry.mode : wish.mode;
  return putFile({ ...wish, mode, path, content: entry.content }, at, context);
}

export function copyTree(
  wish: TreeWish,
  entries: readonly ControlEntry[],
  tree: Listing,
  context: PlanContext,
): Plan {
  const there = new Map(tree.entries.map(({ name, file }) => [name, file]));
  const { root, owner, group, directory_mode: mode } = wish;
  const made = tree.exists ? [] : [makeDirectory({ path: root, creator: context.user, owner, group, mode })];
  const steps = entries.flatMap((entry) => stepsFor(wish, entry, there.get(entry.name) ?? absent, context));
  return { steps: [...made, ...steps] };
}
