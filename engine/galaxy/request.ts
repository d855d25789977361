// What is to be installed: one role or collection, where it is to be had, and who asks for it.
import type { Position } from '../document/value.ts';

export type Kind = 'role' | 'collection';

export type Source =
  | { readonly type: 'git'; readonly address: string; readonly subfolder: string }
  /** An archive, a folder with one, or a folder with several collections in folders. */
  | { readonly type: 'file' | 'folder' | 'folders'; readonly path: string }
  | { readonly type: 'download'; readonly address: string }
  /** A name that only a Galaxy server could tell the place of. */
  | { readonly type: 'server' };

export interface Request {
  readonly kind: Kind;
  /** Of a role's folder, or `namespace.name`. A collection may also tell it itself. */
  readonly name?: string;
  readonly source: Source;
  /** The source as it was written, without secrets. */
  readonly shown: string;
  readonly version?: string;
  readonly position?: Position;
  /** The name of what depends on it; undefined when it was asked for itself. */
  readonly by?: string;
}

export const isRoleName = (name: string): boolean => /^(?!\.)[\w.-]+$/.test(name);
export const isCollectionName = (name: string): boolean => /^[a-z_]\w*\.[a-z_]\w*$/i.test(name);

/** What a person calls it. */
export function titleOf({ kind, name, shown, version }: Request): string {
  const of = name === undefined ? `${kind} of ${shown}` : `${kind} ${name}`;
  return version === undefined ? of : `${of}, ${version}`;
}

/** Two requests with the same text ask for the same thing. */
export function identityOf({ kind, name, shown, version }: Request): string {
  return JSON.stringify([kind, name ?? '', shown, version ?? '']);
}
