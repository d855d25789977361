// Numbers that a seed repeats, and what tests draw with them.

export type Numbers = () => number;

/** Numbers from 0 up to, not including, 1 (mulberry32). */
export function seededNumbers(seed: number): Numbers {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function pick<T>(items: readonly T[], numbers: Numbers): T {
  const item = items[Math.floor(numbers() * items.length)];
  if (item === undefined) throw new Error('Nothing to pick from');
  return item;
}

export function shuffled<T>(items: readonly T[], numbers: Numbers): T[] {
  return items
    .map((item) => ({ item, order: numbers() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

export class Random {
  readonly next: Numbers;
  constructor(seed: number) {
    this.next = seededNumbers(seed);
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(items: readonly T[]): T {
    return pick(items, this.next);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }
}
