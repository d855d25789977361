// Answers without what is true of the moment only.

interface Ways {
  /** Puts each list in an order that can be compared. */
  readonly ordered?: (list: readonly unknown[]) => readonly unknown[];
  /** What stands for a dictionary or list in which no names are looked for; undefined for all others. */
  readonly asItIs?: (name: string | undefined, value: object) => unknown;
}

/**
 * The same plain data without what stands under these names, at any depth, and without the sizes of folders, which file
 * systems choose.
 */
export function withoutNames(
  plain: unknown,
  names: ReadonlySet<string>,
  ways: Ways = {},
  under?: string,
): unknown {
  if (typeof plain !== 'object' || plain === null) return plain;
  const kept = ways.asItIs?.(under, plain);
  if (kept !== undefined) return kept;
  if (Array.isArray(plain)) {
    const list = plain.map((one) => withoutNames(one, names, ways));
    return ways.ordered?.(list) ?? list;
  }
  const isFolder = 'type' in plain && plain.type === 'directory';
  return Object.fromEntries(
    Object.entries(plain)
      .filter(([name]) => !names.has(name) && !(isFolder && name === 'size'))
      .map(([name, value]) => [name, withoutNames(value, names, ways, name)]),
  );
}
