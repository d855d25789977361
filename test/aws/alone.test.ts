// Two makers of a thing that AWS would let be twice, in every order in which their calls may come.
import * as assert from 'uvu/assert';
import { makeAlone } from '../../aws/alone.ts';
import { describe } from '../support/suite.ts';

type Name = 'make' | 'list' | 'remove';

/** A maker whose calls wait until they are let through; its pauses take no time. */
class Maker {
  readonly ended: Promise<string>;
  isDone = false;
  readonly #waiting: { readonly name: Name; readonly go: () => void }[] = [];
  #last: Name | undefined;

  constructor(id: string, account: Set<string>) {
    let number = 0;
    const making = makeAlone(
      {
        what: 'a thing',
        make: () =>
          this.#turn('make', () => {
            number += 1;
            account.add(`${id}${number}`);
            return `${id}${number}`;
          }),
        list: () => this.#turn('list', () => [...account]),
        remove: (one) => this.#turn('remove', () => void account.delete(one)),
        signal: new AbortController().signal,
      },
      0,
    );
    this.ended = making.finally(() => {
      this.isDone = true;
    });
  }

  /** It has made one and has not yet looked, or not yet taken it back. */
  get isUndecided(): boolean {
    return this.#last === 'make' || this.#waiting[0]?.name === 'remove';
  }

  /** It has taken its own back, and waits for others to come to a decision. */
  get isSettling(): boolean {
    return this.#last === 'remove';
  }

  /** Lets the next call be done. */
  async next(): Promise<void> {
    const call = this.#waiting.shift();
    call?.go();
    this.#last = call?.name ?? this.#last;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }

  async #turn<T>(name: Name, call: () => T): Promise<T> {
    await new Promise<void>((resolve) => this.#waiting.push({ name, go: resolve }));
    return call();
  }
}

describe('aws/alone', ({ test }) => {
  test('of two makers one keeps its own and the other takes that, in any order of their first calls', async () => {
    // Each bit says whose call is next. Who settles does so until the other has decided: that is what the pause is for.
    for (let order = 0; order < 256; order += 1) {
      const account = new Set<string>();
      const [a, b] = [new Maker('a', account), new Maker('b', account)];
      for (let turn = 0; turn < 60 && !(a.isDone && b.isDone); turn += 1) {
        const [first, other] = turn >= 8 || (order >> turn) & 1 ? [a, b] : [b, a];
        // After the drawn calls one is faster, as pauses are of different lengths.
        const isFirst = !first.isDone && !(first.isSettling && other.isUndecided);
        await (isFirst ? first : other).next();
      }
      const ids = await Promise.all([a.ended, b.ended]);
      assert.is(account.size, 1, `order ${order}: ${[...account].join()}`);
      assert.equal(ids, [...account, ...account], `order ${order}`);
    }
  });

  test('alone it makes one and looks once', async () => {
    let calls = 0;
    const made = await makeAlone({
      what: 'a thing',
      make: () => Promise.resolve('one'),
      list: () => {
        calls += 1;
        return Promise.resolve(['one']);
      },
      remove: () => Promise.reject(new Error('removed')),
      signal: new AbortController().signal,
    });
    assert.equal([made, calls], ['one', 1]);
  });

  test('nothing is judged before AWS shows what was just made', async () => {
    const shown = [[], ['theirs'], ['mine', 'theirs'], ['theirs']];
    const removed: string[] = [];
    const kept = await makeAlone(
      {
        what: 'a thing',
        make: () => Promise.resolve('mine'),
        list: () => Promise.resolve(shown.shift() ?? []),
        remove: (one) => Promise.resolve(void removed.push(one)),
        signal: new AbortController().signal,
      },
      0,
    );
    assert.equal([kept, removed, shown], ['theirs', ['mine'], []]);
  });

  test('where another always comes in between, it says so in the end and leaves none of its own', async () => {
    const account = new Set<string>();
    let number = 0;
    const making = makeAlone(
      {
        what: 'VPC web',
        make: () => {
          number += 1;
          account.add(`mine-${number}`);
          return Promise.resolve(`mine-${number}`);
        },
        // The other one is there whenever ours is, and gone when it looks again.
        list: () => Promise.resolve(account.size > 0 ? [...account, 'other'] : []),
        remove: (one) => {
          account.delete(one);
          return Promise.resolve();
        },
        signal: new AbortController().signal,
      },
      0,
    );
    const said = await making.then(
      () => 'made',
      (error: unknown) => String(error),
    );
    assert.match(said, /Another run makes VPC web, too/);
    assert.is(account.size, 0);
  });
});
