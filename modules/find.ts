// Finds files below folders by name, type, age and size.
import type { Probe, ResultData } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, int, list, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { pythonRegex } from '../engine/module/python_regex.ts';
import { listing, type Listing, type ListingEntry } from '../engine/module/vocabulary/listing.ts';
import { baseName, joinPath } from '../engine/module/vocabulary/paths.ts';
import { statResult } from './shared/stat_result.ts';
import { shellPattern } from './shared/shell_pattern.ts';

const params = {
  paths: list(path(), { aliases: ['name', 'path'] }),
  patterns: optional(list(str(), { aliases: ['pattern'] }), []),
  excludes: optional(list(str(), { aliases: ['exclude'] }), []),
  contains: optional(str({ doc: 'Refused: not built.' })),
  use_regex: optional(bool(), false),
  file_type: optional(oneOf('file', 'directory', 'link', 'any'), 'file'),
  recurse: optional(bool(), false),
  depth: optional(int()),
  hidden: optional(bool(), false),
  age: optional(str({ doc: 'Older than 2d, or younger with a minus: -1h.' })),
  age_stamp: optional(oneOf('atime', 'ctime', 'mtime'), 'mtime'),
  size: optional(str({ doc: 'At least 10m, or at most with a minus.' })),
  follow: optional(bool(), false),
  get_checksum: optional(bool(), false),
  checksum_algorithm: optional(
    oneOf('md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', { aliases: ['checksum'] }),
    'sha1',
  ),
};

type Wish = Parameters<typeof params>;
interface Seen {
  readonly [folder: `folder${number}`]: Listing;
}

function matcher(patterns: readonly string[], useRegex: boolean): (name: string) => boolean {
  const all = patterns.map((pattern) => {
    if (!useRegex) return shellPattern(pattern);
    const made = pythonRegex(`^(?:${pattern})`);
    return 'failed' in made ? /(?!)/ : made.regex;
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

function isFound(wish: Wish, { name, file }: ListingEntry, now: number): boolean {
  const base = baseName(name);
  if (!wish.hidden && base.startsWith('.')) return false;
  if (wish.file_type !== 'any' && file.type !== wish.file_type) return false;
  if (wish.patterns.length > 0 && !matcher(wish.patterns, wish.use_regex)(base)) return false;
  if (matcher(wish.excludes, wish.use_regex)(base)) return false;
  return (
    isWithin(now - file[wish.age_stamp], wish.age, seconds) &&
    (file.type !== 'file' || isWithin(file.size, wish.size, sizes))
  );
}

function foundIn(wish: Wish, seen: object, user: string): ResultData[] {
  const listings = seen as Seen;
  return wish.paths.flatMap((folder, index) =>
    (listings[`folder${index}`]?.entries ?? [])
      .filter((entry) => isFound(wish, entry, Date.now() / 1000))
      .map(({ name, file }) => statResult(joinPath(folder, name), file, user)),
  );
}

export const find = defineModule({
  name: 'find',
  fullNames: ['ansible.builtin.find'],
  summary: 'Find files below folders',
  reach: 'nothing',
  params,
  seen: answers<{ readonly folder0?: Listing }>(),
  probes: (wish): { readonly [name: string]: Probe<never> } => {
    const { recurse, depth, get_checksum: isSummed, checksum_algorithm: digest } = wish;
    const question = { recurse, ...(depth === undefined ? {} : { depth }), ...(isSummed ? { digest } : {}) };
    return Object.fromEntries(
      wish.paths.map((path, index) => [`folder${index}`, listing({ path, ...question }) as Probe<never>]),
    );
  },
  plan: (wish) =>
    wish.contains === undefined ? { steps: [] } : { steps: [], fail: 'find does not look into files yet' },
  result: (wish, seen, _, __, { user }) => {
    const files = foundIn(wish, seen, user);
    const examined = Object.values<Listing>({ ...seen }).reduce(
      (sum, { entries }) => sum + entries.length,
      0,
    );
    const missing = wish.paths.filter((_, index) => (seen as Seen)[`folder${index}`]?.exists === false);
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
