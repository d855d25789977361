// Something that was fetched and looked through, ready to be put in its place.
import type { Kind, Request } from './request.ts';

export interface Staged {
  readonly kind: Kind;
  readonly name: string;
  /** What was asked for. */
  readonly request: Request;
  /** A tag, a branch or a commit as asked of a role, the version that a collection tells of itself. */
  readonly version: string;
  /** The files as they will stand there. */
  readonly folder: string;
  /** Of the files. */
  readonly sum: string;
  readonly commit?: string;
  /** Of the archive. */
  readonly archiveSum?: string;
  readonly dependencies: readonly Request[];
}
