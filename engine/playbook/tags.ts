// Which tasks run: --tags and --skip-tags, with the special tags always, never, tagged, untagged and all.
import { isList, type Value } from '../document/value.ts';
import { scalarText } from './problem.ts';

export interface TagSelection {
  /** Empty: all. */
  readonly only: ReadonlySet<string>;
  readonly skip: ReadonlySet<string>;
}

/** Options as given on the command line: several, each with commas. */
export function tagSelection(only: readonly string[], skip: readonly string[]): TagSelection {
  return { only: split(only), skip: split(skip) };
}

function split(options: readonly string[]): Set<string> {
  const tags = options.flatMap((option) => option.split(',')).map((tag) => tag.trim());
  return new Set(tags.filter((tag) => tag !== ''));
}

/** Evaluated tags as names. A template may have yielded a list. */
export function tagNames(values: readonly Value[]): Set<string> {
  const names = values.flatMap((value): Value[] => (isList(value) ? value : [value]));
  return new Set(names.map(scalarText));
}

function meets(tags: ReadonlySet<string>, asked: ReadonlySet<string>): boolean {
  for (const tag of tags) if (asked.has(tag)) return true;
  return false;
}

/** Whether a task with these tags (its own and inherited) runs. */
export function isSelected(tags: ReadonlySet<string>, { only, skip }: TagSelection): boolean {
  const isUntagged = tags.size === 0;
  const seen = isUntagged ? new Set(['untagged']) : tags;
  return isAsked(seen, isUntagged, only) && !isSkipped(seen, isUntagged, skip);
}

function isAsked(tags: ReadonlySet<string>, isUntagged: boolean, only: ReadonlySet<string>): boolean {
  const asked = only.size === 0 ? new Set(['all']) : only;
  if (tags.has('always') || meets(tags, asked)) return true;
  if (tags.has('never')) return false;
  return asked.has('all') || (asked.has('tagged') && !isUntagged);
}

function isSkipped(tags: ReadonlySet<string>, isUntagged: boolean, skip: ReadonlySet<string>): boolean {
  if (skip.has('all')) return !tags.has('always') || skip.has('always');
  return meets(tags, skip) || (skip.has('tagged') && !isUntagged);
}
