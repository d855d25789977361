// Writes tar archives (ustar, POSIX.1-1988) whose bytes depend on names, modes and contents only: no owner, no time.
// So a rebuilt archive has the checksum of the first one.
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export type TarEntry =
  | { readonly type: 'directory'; readonly name: string; readonly mode?: number }
  | { readonly type: 'link'; readonly name: string; readonly target: string }
  | {
      readonly type: 'file';
      readonly name: string;
      readonly mode?: number;
      /** A path on this machine, or the content itself. */
      readonly from: string | Buffer;
    };

const block = 512;
const typeFlags = { file: '0', link: '2', directory: '5' } as const;

/** Writes the archive; gives the offset of each file's content in the uncompressed stream. */
export async function writeTar(
  entries: readonly TarEntry[],
  target: string,
  options: { readonly gzip?: boolean } = {},
): Promise<ReadonlyMap<string, number>> {
  const offsets = new Map<string, number>();
  const archive = Readable.from(archiveBytes(entries, offsets));
  const output = createWriteStream(target);
  if (options.gzip === true) await pipeline(archive, createGzip({ level: 6 }), output);
  else await pipeline(archive, output);
  return offsets;
}

async function* archiveBytes(
  entries: readonly TarEntry[],
  offsets: Map<string, number>,
): AsyncGenerator<Buffer> {
  let position = 0;
  for (const entry of entries) {
    const size = await contentSize(entry);
    yield header(entry, size);
    position += block;
    if (entry.type !== 'file') continue;
    offsets.set(entry.name, position);
    if (Buffer.isBuffer(entry.from)) yield entry.from;
    else for await (const chunk of createReadStream(entry.from)) yield chunk as Buffer;
    const padding = (block - (size % block)) % block;
    yield Buffer.alloc(padding);
    position += size + padding;
  }
  yield Buffer.alloc(2 * block);
}

async function contentSize(entry: TarEntry): Promise<number> {
  if (entry.type !== 'file') return 0;
  return Buffer.isBuffer(entry.from) ? entry.from.length : (await stat(entry.from)).size;
}

function header(entry: TarEntry, size: number): Buffer {
  const name = entry.type === 'directory' && !entry.name.endsWith('/') ? `${entry.name}/` : entry.name;
  if (Buffer.byteLength(name) > 100) throw new RangeError(`Tar entry name is longer than 100 bytes: ${name}`);
  const mode = entry.type === 'link' ? 0o777 : (entry.mode ?? (entry.type === 'directory' ? 0o755 : 0o644));
  const bytes = Buffer.alloc(block);
  const octal = (value: number, offset: number, width: number): void => {
    bytes.write(value.toString(8).padStart(width - 1, '0'), offset);
  };
  bytes.write(name, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  bytes.fill(' ', 148, 156);
  bytes.write(typeFlags[entry.type], 156);
  if (entry.type === 'link') bytes.write(entry.target, 157);
  bytes.write('ustar\u000000', 257);
  // The checksum is the sum of the header's bytes with the checksum field itself taken as spaces.
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148);
  return bytes;
}
