// What stat shows besides a file's own record, by Ansible's names: blocks, what file(1) and lsattr say.
import { Unknown } from '../../engine/document/value.ts';
import type { ResultData } from '../../engine/module/contract.ts';
import { int, list, str } from '../../engine/module/kinds.ts';
import type { ExistingFile } from '../../engine/module/vocabulary/stat.ts';

/** The letters of chattr(1) by Ansible's names; others are left out, as there. */
const attributeNames: ReadonlyMap<string, string> = new Map([
  ...([
    ['A', 'noatime'],
    ['a', 'append'],
    ['c', 'compressed'],
    ['C', 'nocow'],
    ['d', 'nodump'],
  ] as const),
  ...([
    ['D', 'dirsync'],
    ['e', 'extents'],
    ['E', 'encrypted'],
    ['h', 'blocksize'],
    ['i', 'immutable'],
  ] as const),
  ...([
    ['I', 'indexed'],
    ['j', 'journalled'],
    ['N', 'inline'],
    ['s', 'zero'],
    ['S', 'synchronous'],
  ] as const),
  ...([
    ['t', 'notail'],
    ['T', 'blockroot'],
    ['u', 'undelete'],
    ['X', 'compressedraw'],
  ] as const),
  ...([['Z', 'compresseddirty']] as const),
]);

export const detailReturns = {
  blocks: int(),
  block_size: int(),
  device_type: int(),
  mimetype: str({ doc: 'text/plain; unknown without file(1)' }),
  charset: str(),
  version: str({ doc: 'Of the inode, as lsattr tells it' }),
  attributes: list(str(), { doc: 'As lsattr tells them, by name' }),
  attr_flags: str({ doc: 'The same as letters' }),
};

interface Wanted {
  readonly get_mime: boolean;
  readonly get_attributes: boolean;
}

export function detailResult(
  { details }: ExistingFile,
  { get_mime: wantsMime, get_attributes: wantsAttributes }: Wanted,
): { readonly [name: string]: ResultData } {
  if (details === undefined) {
    const names = [
      ...['blocks', 'block_size', 'device_type'],
      ...(wantsMime ? ['mimetype', 'charset'] : []),
      ...(wantsAttributes ? ['version', 'attributes', 'attr_flags'] : []),
    ];
    return Object.fromEntries(names.map((name) => [name, new Unknown('a run that does it')]));
  }
  const { media, attributes } = details;
  const flags = attributes?.flags ?? '';
  return {
    blocks: details.blocks,
    block_size: details.blockSize,
    device_type: details.deviceType,
    ...(wantsMime ? { mimetype: media?.type ?? 'unknown', charset: media?.charset ?? 'unknown' } : {}),
    ...(wantsAttributes
      ? {
          version: attributes?.version ?? null,
          attributes: Array.from(flags).flatMap((letter) => attributeNames.get(letter) ?? []),
          attr_flags: flags,
        }
      : {}),
  };
}
