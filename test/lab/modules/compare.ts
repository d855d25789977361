// What two engines registered of the same call, compared key by key.
import type { Call } from './calls.ts';
import type { Registered } from '../../support/registering_play.ts';

/** Of another moment or another machine, or prose. */
const passedOver = new Set([
  ...['diff', 'invocation', 'warnings', 'deprecations', 'start', 'end', 'delta', 'elapsed', 'backup'],
  ...[
    'atime',
    'ctime',
    'mtime',
    'inode',
    'dev',
    'device_type',
    'src',
    'msg',
    'failed_when_result',
    'exception',
  ],
  ...['inode_number', 'blocks', 'block_size', 'server', 'date', 'keep_alive', 'connection'],
  // A sum that nobody compares with any more, and what a file system numbers by itself.
  ...['md5sum', 'version', 'executable'],
]);

/** Ours with only the keys that theirs has, at any depth. */
function limited(own: unknown, other: unknown): unknown {
  if (Array.isArray(own) && Array.isArray(other) && own.length === other.length)
    return own.map((one, index) => limited(one, other[index]));
  if (!isDict(own) || !isDict(other)) return own;
  return Object.fromEntries(Object.keys(other).map((key) => [key, limited(own[key], other[key])]));
}

function isDict(value: unknown): value is Registered {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function plain(value: unknown, over: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) {
    const items = value.map((one) => plain(one, over));
    // Files are found in the order of the folder.
    const path = (one: unknown): string => (isDict(one) ? String(one['path']) : '');
    return items.every((one) => isDict(one) && 'path' in one)
      ? items.sort((a, b) => (path(a) < path(b) ? -1 : 1))
      : items;
  }
  if (!isDict(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !over.has(key) && !key.startsWith('_ansible'))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]): [string, unknown] => [key, plain(inner, over)]),
  );
}

/** One line for each key of theirs that ours lacks or has otherwise. */
export function differences(call: Call, ours: Registered, theirs: Registered): string[] {
  const over = new Set([...passedOver, ...(call.passOver ?? [])]);
  const other = plain(theirs, over) as Registered;
  const own = limited(plain(ours, over), other) as Registered;
  return Object.keys(other)
    .filter((key) => JSON.stringify(own[key]) !== JSON.stringify(other[key]))
    .map((key) => `${call.name}: ${key} is ${JSON.stringify(own[key])}, there ${JSON.stringify(other[key])}`);
}
