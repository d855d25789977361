// A part is one thing that the mirror holds: how it is named in the cache and how it is made when it is not there.
import type { DebianSuite } from '../debian/suite.ts';
import type { Outcome } from '../outcome.ts';
import type { Product, Workplace } from './cache.ts';
import type { Entry } from './entry.ts';
import type { Architecture } from './versions.ts';

export interface BuildContext extends Workplace {
  readonly architecture: Architecture;
  readonly signal: AbortSignal | undefined;
  /** Says what is being done now; shown with the elapsed time. */
  readonly note: (text: string) => void;
  /** A Debian suite with fresh package lists, opened once for all parts. */
  readonly suite: (name: string) => Promise<Outcome<DebianSuite>>;
  /** The entry of a part named in `needs`. */
  readonly entryOf: (name: string) => Entry;
}

export interface Part {
  readonly name: string;
  readonly version: string;
  /** See EntryKey. */
  readonly recipe: readonly string[];
  /** Parts that must be there before, and stand before this one in the list of parts. */
  readonly needs?: readonly string[];
  readonly build: (context: BuildContext) => Promise<Outcome<Product>>;
}
