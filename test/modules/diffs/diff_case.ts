// A call of a module, what it sees, and the diff that it shows.
import { bytesContent } from '../../../engine/module/content.ts';

export interface DiffCase {
  readonly module: string;
  readonly params: { readonly [name: string]: unknown };
  readonly seen?: object;
  /** Why no change is shown but the step in words, or nothing. */
  readonly why?: string;
  /** All lines of the diff, but for those that stay as they are. */
  readonly lines: readonly string[];
}

export const nothing = { found: 'nothing' };

export const file = (text: string): object => ({
  found: 'file',
  content: bytesContent(Buffer.from(text)),
});
