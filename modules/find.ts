// Finds files below folders by name, type, age, size, mode and what is in them. `contains` brings the files of right
// name to the control machine, as the pattern is Python's; of larger ones than 16 MiB it is said that nobody looked.
import { pythonRegex } from '../engine/module/python_regex.ts';
import type { Probe, ResultData } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import {
  bool,
  dict,
  int,
  list,
  listOf,
  mode,
  oneOf,
  optional,
  path,
  str,
  type Parameters,
} from '../engine/module/kinds.ts';
import { resolveMode } from '../engine/module/mode.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';
import { listing, type Listing, type ListingEntry } from '../engine/module/vocabulary/listing.ts';
import { baseName, joinPath } from '../engine/module/vocabulary/paths.ts';
import type { ExistingFile } from '../engine/module/vocabulary/stat.ts';
import { foundResult, foundReturns } from './shared/stat_result.ts';
import { linesOf } from './shared/lines.ts';
import { shellPattern } from '../engine/module/shell_pattern.ts';

const params = {
  paths: list(path(), { aliases: ['name', 'path'] }),
  patterns: optional(list(str(), { pattern: 'use_regex', aliases: ['pattern'] }), []),
  excludes: optional(list(str(), { pattern: 'use_regex', aliases: ['exclude'] }), []),
  contains: optional(str({ pattern: true, doc: 'A pattern that the start of a line matches.' })),
  read_whole_file: optional(bool({ doc: 'Look for contains anywhere in the file.' }), false),
  encoding: optional(oneOf('utf-8', 'UTF-8', 'utf8')),
  mode: optional(mode({ doc: 'Octal or symbolic.' })),
  exact_mode: optional(bool({ doc: 'False: at least these bits.' }), true),
  limit: optional(int({ minimum: 1 })),
  use_regex: optional(bool(), false),
  file_type: optional(oneOf('file', 'directory', 'link', 'any'), 'file'),
  recurse: optional(bool(), false),
  depth: optional(int()),
  hidden: optional(bool(), false),
  age: optional(str({ doc: 'Older than 2d, or younger with a minus: -1h.' })),
  age_stamp: optional(oneOf('atime', 'ctime', 'mtime'), 'mtime'),
  size: optional(str({ doc: 'At least 10m, or at most with a minus.' })),
  follow: optional(bool({ doc: 'Go into folders that links lead to.' }), false),
  get_checksum: optional(bool(), false),
  checksum_algorithm: optional(
    oneOf('md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', { aliases: ['checksum'] }),
    'sha1',
  ),
};

type Wish = Parameters<typeof params>;
interface Seen {
  readonly [folder: `folder ${number}`]: Listing;
  readonly [text: `text ${string}`]: FileContent;
}

function matcher(patterns: readonly string[], useRegex: boolean): (name: string) => boolean {
  const all = patterns.map((pattern) => {
    if (!useRegex) return shellPattern(pattern);
    const made = pythonRegex(pattern);
    return { test: (name: string): boolean => 'regex' in made && made.regex.matchStart(name) !== undefined };
  });
  return (name) => all.some((pattern) => pattern.test(name));
}

const seconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const sizes = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** A bound with a unit: at least, or at most when it has a minus. */
function isWithin(
  value: number,
  bound: string | undefined,
  units: Readonly<Record<string, number>>,
): boolean {
  if (bound === undefined) return true;
  const [, number = '0', unit = ''] = /^(-?\d+)\s*([a-z]?)/i.exec(bound.trim()) ?? [];
  const limit = Number(number) * (units[unit.toLowerCase()] ?? 1);
  return number.startsWith('-') ? value <= -limit : value >= limit;
}

function hasMode({ mode: wanted, exact_mode: isExact }: Wish, file: ExistingFile): boolean {
  if (wanted === undefined) return true;
  const bits = parseInt(resolveMode(wanted, '0000', file.type === 'directory'), 8);
  const own = parseInt(file.mode, 8);
  return isExact ? own === bits : (own & bits) === bits;
}

function isFound(wish: Wish, { name, file }: ListingEntry, now: number): boolean {
  const base = baseName(name);
  if (!wish.hidden && base.startsWith('.')) return false;
  if (wish.file_type !== 'any' && file.type !== wish.file_type) return false;
  if (wish.patterns.length > 0 && !matcher(wish.patterns, wish.use_regex)(base)) return false;
  if (matcher(wish.excludes, wish.use_regex)(base)) return false;
  return (
    hasMode(wish, file) &&
    isWithin(now - file[wish.age_stamp], wish.age, seconds) &&
    (file.type !== 'file' || isWithin(file.size, wish.size, sizes))
  );
}

function isWithinDepth({ depth }: Wish, { name }: ListingEntry): boolean {
  return depth === undefined || name.split('/').length <= depth;
}

interface Found {
  readonly path: string;
  readonly file: ExistingFile;
}

/** What all but `contains` lets through. */
function candidates(wish: Wish, seen: Partial<Seen>): Found[] {
  return wish.paths.flatMap((folder, index) =>
    (seen[`folder ${index}`]?.entries ?? [])
      .filter((entry) => isWithinDepth(wish, entry) && isFound(wish, entry, Date.now() / 1000))
      .map(({ name, file }) => ({ path: joinPath(folder, name), file })),
  );
}

/** As in Ansible, folders and links are not asked what they hold. */
function looksInside({ contains, file_type: type }: Wish): boolean {
  return contains !== undefined && type === 'file';
}

function holds({ contains, read_whole_file: isWhole }: Wish, text: string): boolean {
  const made = pythonRegex(contains ?? '');
  if ('failed' in made) return false;
  const { regex } = made;
  if (isWhole) return regex.search(text) !== undefined;
  return linesOf(text).some((line) => regex.matchStart(line) !== undefined);
}

function foundIn(wish: Wish, seen: Seen): Found[] {
  const all = candidates(wish, seen);
  const kept = !looksInside(wish)
    ? all
    : all.filter(({ path }) => holds(wish, textIn(seen[`text ${path}`] ?? { found: 'nothing' })));
  return kept.slice(0, wish.limit);
}

function folderProbes(wish: Wish): { readonly [folder: `folder ${number}`]: Probe<Listing> } {
  const { recurse, depth, follow, get_checksum: isSummed, checksum_algorithm: digest } = wish;
  // As in Ansible, what is in folders of the last depth is looked at and not found.
  const question = {
    recurse,
    ...(depth === undefined ? {} : { depth: depth + 1 }),
    ...(isSummed ? { digest } : {}),
    ...(follow && recurse ? { follow } : {}),
  };
  return Object.fromEntries(
    wish.paths.map((path, index) => [`folder ${index}`, listing({ path, ...question })]),
  );
}

function textProbes(files: readonly Found[]): { readonly [text: `text ${string}`]: Probe<FileContent> } {
  return Object.fromEntries(files.map(({ path }) => [`text ${path}`, content(path)]));
}

export const find = defineModule({
  name: 'find',
  fullNames: ['ansible.builtin.find'],
  summary: 'Find files below folders',
  reach: 'nothing',
  params,
  returns: {
    files: listOf(foundReturns, { doc: 'What was found' }),
    matched: int({ doc: 'How many files' }),
    examined: int({ doc: 'How many were looked at' }),
    skipped_paths: dict({ doc: 'Paths that were not looked into, with the reason' }),
    msg: str(),
  },
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    if (!looksInside(wish) || Object.keys(seen).length === 0) return folderProbes(wish);
    return textProbes(candidates(wish, seen).filter(({ file }) => file.type === 'file'));
  },
  plan: (wish) => {
    const made = pythonRegex(wish.contains ?? '');
    if ('failed' in made) return { steps: [], fail: made.failed };
    return { steps: [] };
  },
  result: (wish, seen) => {
    const files: ResultData[] = foundIn(wish, seen).map(({ path, file }) => foundResult(path, file));
    const examined = wish.paths.reduce(
      (sum, _, index) => sum + (seen[`folder ${index}`]?.entries.length ?? 0),
      0,
    );
    const missing = wish.paths.filter((_, index) => seen[`folder ${index}`]?.exists === false);
    return {
      changed: false,
      files,
      matched: files.length,
      examined,
      skipped_paths: Object.fromEntries(missing.map((path) => [path, `'${path}' is not a directory`])),
      msg: missing.length > 0 ? 'Not all paths examined, check warnings for details' : 'All paths examined',
    };
  },
});
