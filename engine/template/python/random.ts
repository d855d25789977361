// Python's seeded random numbers: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), seeded as CPython's
// random.seed() does (text by its bytes and their SHA-512), so that seeded choices equal Ansible's.
import { createHash } from 'node:crypto';

const size = 624;
const shift = 397;

export class SeededRandom {
  readonly #state = new Uint32Array(size);
  #index = size;

  constructor(seed: string | number | bigint) {
    this.#seedByArray(keyOf(seed));
  }

  #seedByInteger(seed: number): void {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < size; i += 1) {
      const before = state[i - 1] ?? 0;
      state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
    }
  }

  #seedByArray(key: readonly number[]): void {
    const state = this.#state;
    this.#seedByInteger(19650218);
    let i = 1;
    let j = 0;
    const advance = (): void => {
      i += 1;
      if (i < size) return;
      state[0] = state[size - 1] ?? 0;
      i = 1;
    };
    for (let round = Math.max(size, key.length); round > 0; round -= 1) {
      const before = state[i - 1] ?? 0;
      state[i] = ((state[i] ?? 0) ^ Math.imul(before ^ (before >>> 30), 1664525)) + (key[j] ?? 0) + j;
      advance();
      j = j + 1 >= key.length ? 0 : j + 1;
    }
    for (let round = size - 1; round > 0; round -= 1) {
      const before = state[i - 1] ?? 0;
      state[i] = ((state[i] ?? 0) ^ Math.imul(before ^ (before >>> 30), 1566083941)) - i;
      advance();
    }
    state[0] = 0x80000000;
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < size; i += 1) {
      const mixed = ((state[i] ?? 0) & 0x80000000) | ((state[(i + 1) % size] ?? 0) & 0x7fffffff);
      state[i] = (state[(i + shift) % size] ?? 0) ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
    }
    this.#index = 0;
  }

  /** 32 random bits. */
  #next(): number {
    if (this.#index >= size) this.#refill();
    let word = this.#state[this.#index] ?? 0;
    this.#index += 1;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    word ^= word >>> 18;
    return word >>> 0;
  }

  #bits(count: number): bigint {
    let result = 0n;
    for (let done = 0; done < count; done += 32) {
      const left = count - done;
      const word = this.#next();
      result |= BigInt(left < 32 ? word >>> (32 - left) : word) << BigInt(done);
    }
    return result;
  }

  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number {
    const count = limit.toString(2).length;
    let result = this.#bits(count);
    while (result >= BigInt(limit)) result = this.#bits(count);
    return Number(result);
  }

  /** The items in a random order. */
  shuffled<T>(items: readonly T[]): T[] {
    const made = [...items];
    for (let i = made.length - 1; i > 0; i -= 1) {
      const j = this.below(i + 1);
      [made[i], made[j]] = [made[j] as T, made[i] as T];
    }
    return made;
  }
}

function keyOf(seed: string | number | bigint): number[] {
  let whole: bigint;
  if (typeof seed === 'string') {
    const bytes = Buffer.from(seed, 'utf8');
    const digest = createHash('sha512').update(bytes).digest();
    whole = BigInt(`0x${Buffer.concat([bytes, digest]).toString('hex')}`);
  } else {
    const given = BigInt(seed);
    whole = given < 0n ? -given : given;
  }
  const key: number[] = [];
  for (let rest = whole; rest > 0n; rest >>= 32n) key.push(Number(rest & 0xffffffffn));
  return key.length === 0 ? [0] : key;
}
