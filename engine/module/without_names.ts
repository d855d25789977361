// Answers without what is true of the moment only.

/**
 * The same plain data without what stands under these names, at any depth, and without the sizes of folders, which file
 * systems choose. `ordered` puts each list in an order that can be compared.
 */
export function withoutNames(
  plain: unknown,
  names: ReadonlySet<string>,
  ordered: (list: readonly unknown[]) => readonly unknown[] = (list) => list,
): unknown {
  if (Array.isArray(plain)) return ordered(plain.map((one) => withoutNames(one, names, ordered)));
  if (typeof plain !== 'object' || plain === null) return plain;
  const isFolder = 'type' in plain && plain.type === 'directory';
  return Object.fromEntries(
    Object.entries(plain)
      .filter(([name]) => !names.has(name) && !(isFolder && name === 'size'))
      .map(([name, value]) => [name, withoutNames(value, names, ordered)]),
  );
}
