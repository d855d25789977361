// What a script reads, as it travels: large inputs by gzip when their beginning says that it is worth it, packed while
// they are sent.
import { pipeline, Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import type { Content } from '../module/content.ts';
import type { Script } from '../module/contract.ts';

/** Below this, a body is sent sooner than gzip is started on the host. */
export const leastPacked = 256 * 1024;
export const sampleBytes = 64 * 1024;
/** A body is packed when its beginning shrinks by at least a fifth; archives and images do not. */
export const sampleMayTake = Math.floor(sampleBytes * 0.8);

/** Level 3 takes twice as long for a twentieth less, level 6 three to four times as long for a tenth to a quarter less. */
const level = 1;
/** The host starts one program for each chunk. */
const chunkBytes = 1024 * 1024;

export interface ScriptInput {
  /** Bytes that the script will read. */
  readonly size: number;
  readonly isPacked: boolean;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** The input as it is best sent. No more than its beginning is read before the chunks are asked for. */
export async function inputOf({ stdin }: Script, mayPack: boolean): Promise<ScriptInput> {
  const size = stdin === undefined ? 0 : 'open' in stdin ? stdin.size : stdin.length;
  const source = exactly(size, stdin ?? new Uint8Array());
  if (!mayPack || size < leastPacked) return { size, isPacked: false, chunks: source };
  const beginning: Uint8Array[] = [];
  for (let read = 0; read < sampleBytes;) {
    const next = await source.next();
    if (next.done === true) break;
    beginning.push(next.value);
    read += next.value.length;
  }
  const sample = Buffer.concat(beginning).subarray(0, sampleBytes);
  const isPacked = gzipSync(sample, { level }).length <= sampleMayTake;
  const chunks = joined(beginning, source);
  return { size, isPacked, chunks: isPacked ? packed(chunks) : chunks };
}

/** The bytes of a content; throws when they are not as many as were promised. */
async function* exactly(size: number, source: Content | Uint8Array): AsyncGenerator<Uint8Array, undefined> {
  let seen = 0;
  for await (const chunk of 'open' in source ? source.open() : [source]) {
    seen += chunk.length;
    if (seen > size) break;
    yield chunk;
  }
  if (seen !== size) throw new Error(`its size is no longer ${size} bytes`);
  return undefined;
}

async function* joined(
  beginning: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* beginning;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/** A gzip stream in pieces of about `chunkBytes`. */
async function* packed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gzip = createGzip({ level });
  // An error of the source comes out of the stream that is read below.
  pipeline(Readable.from(source, { objectMode: false }), gzip, () => undefined);
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const piece of gzip as AsyncIterable<Buffer>) {
    waiting.push(piece);
    bytes += piece.length;
    if (bytes < chunkBytes) continue;
    yield Buffer.concat(waiting);
    [waiting, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}
