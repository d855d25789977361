// `serial` cuts a play's hosts into batches, `order` sorts them first.

/** Sizes as numbers or percentages of all hosts; the last one is repeated. */
export function batchSizes(serial: readonly (number | string)[], total: number): number[] {
  const sizes: number[] = [];
  let left = total;
  for (let index = 0; left > 0; index += 1) {
    const wanted = serial[Math.min(index, serial.length - 1)] ?? 0;
    const size = Math.min(left, batchSize(wanted, total) || left);
    sizes.push(size);
    left -= size;
  }
  return sizes;
}

/** 0 means all, as does less. A percentage is rounded down, but never to nothing. */
function batchSize(wanted: number | string, total: number): number {
  const text = String(wanted).trim();
  if (text.startsWith('-')) return 0;
  if (text.endsWith('%')) return Math.max(1, Math.floor((Number(text.slice(0, -1)) * total) / 100));
  const size = Number(text);
  return Number.isInteger(size) && size > 0 ? size : 0;
}

export function cutBatches<T>(hosts: readonly T[], serial: readonly (number | string)[]): T[][] {
  let from = 0;
  return batchSizes(serial.length > 0 ? serial : [0], hosts.length).map((size) => {
    const batch = hosts.slice(from, from + size);
    from += size;
    return batch;
  });
}

export function orderHosts<T extends { readonly name: string }>(hosts: readonly T[], order: string): T[] {
  const compare = (a: T, b: T): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  switch (order) {
    case 'sorted':
      return hosts.toSorted(compare);
    case 'reverse_sorted':
      return hosts.toSorted(compare).reverse();
    case 'reverse_inventory':
      return hosts.toReversed();
    case 'shuffle':
      return shuffled(hosts);
    default:
      return [...hosts];
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  const left = [...items];
  const drawn: T[] = [];
  while (left.length > 0) drawn.push(...left.splice(Math.floor(Math.random() * left.length), 1));
  return drawn;
}
