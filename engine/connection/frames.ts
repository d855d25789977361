// The wire format between us and the agent (see agent_script.ts), as bytes to send and bytes to read.
import { gunzipSync } from 'node:zlib';

export interface RequestHeader {
  readonly id: number;
  readonly firstOfBatch: boolean;
  readonly lastOfBatch: boolean;
  /** Is not run when one before it in the batch failed. */
  readonly skipAfterFailure: boolean;
  readonly scriptBytes: number;
  readonly stdinBytes: number;
  readonly stdinIsPacked: boolean;
  readonly answerMayBePacked: boolean;
  readonly maxOutputBytes: number;
}

export function encodeHeader(header: RequestHeader): string {
  const flags = [
    header.firstOfBatch ? 'b' : '',
    header.skipAfterFailure ? 's' : '',
    header.lastOfBatch ? 'l' : '',
    header.stdinIsPacked ? 'z' : '',
    header.answerMayBePacked ? 'a' : '',
  ];
  return `${header.id} -${flags.join('')} ${header.scriptBytes} ${header.stdinBytes} ${header.maxOutputBytes}\n`;
}

export function encodeEnd(id: number): string {
  return `end ${id}\n`;
}

export type Reader = 'head' | 'dd' | 'base64';

/** A body as the host's reader wants it. The lines of base64 end with a dot. */
export async function* encodeBody(
  reader: Reader,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (reader !== 'base64') {
    yield* chunks;
    return;
  }
  const lineBytes = 57;
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % lineBytes);
    rest = bytes.subarray(whole);
    if (whole > 0) yield base64Lines(bytes.subarray(0, whole), lineBytes);
  }
  yield Buffer.concat([base64Lines(rest, lineBytes), Buffer.from('.\n')]);
}

/** A packed body, whose length nobody knows before its end. */
export async function* encodeChunks(
  reader: Reader,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield Buffer.from(`${chunk.length}\n`);
    yield* encodeBody(reader, [chunk]);
  }
  yield Buffer.from('0\n');
}

function base64Lines(bytes: Buffer, lineBytes: number): Buffer {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += lineBytes)
    lines.push(`${bytes.toString('base64', at, Math.min(at + lineBytes, bytes.length))}\n`);
  return Buffer.from(lines.join(''));
}

export interface Hello {
  readonly reader: Reader;
  readonly uid: number;
  readonly user: string;
  readonly system: string;
  readonly machine: string;
  /** The session directory on the host. */
  readonly directory: string;
  readonly names: readonly string[];
  readonly home: string;
}

export type Frame =
  | ({ readonly kind: 'hello' } & Hello)
  | { readonly kind: 'started'; readonly id: number; readonly group: number }
  | { readonly kind: 'skipped'; readonly id: number }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly rc: number;
      readonly stdout: Buffer;
      readonly stderr: Buffer;
    }
  | { readonly kind: 'broken'; readonly message: string };

type Numbers = [number, number, number, number];

type BegunBody = Pick<Body, 'id' | 'rc' | 'stdoutBytes' | 'packedBytes'>;

/** ksh93 says 256 + n after signal n where the others say 128 + n. */
export function exitCode(rc: number): number {
  return rc > 256 ? rc - 128 : rc;
}

interface Body {
  readonly id: number;
  readonly rc: number;
  readonly stdoutBytes: number;
  /** On the wire, when it was packed. */
  readonly packedBytes: number | undefined;
  readonly bytes: number;
  readonly chunks: Buffer[];
  missing: number;
}

/** Finds frames in a stream of chunks; whatever stands between them is noise and dropped. */
export class FrameReader {
  readonly #marker: Buffer;
  #text: Buffer = Buffer.alloc(0);
  #body: Body | undefined;

  constructor(marker: string) {
    this.#marker = Buffer.from(`${marker} `);
  }

  read(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let rest: Buffer | undefined = chunk;
    while (rest !== undefined)
      rest = this.#body ? this.#readBody(rest, frames) : this.#readHeader(rest, frames);
    return frames;
  }

  /** Takes what belongs to the body under way; gives back what follows it, or undefined when all was used. */
  #readBody(chunk: Buffer, frames: Frame[]): Buffer | undefined {
    const body = this.#body;
    if (body === undefined) return chunk;
    const part = chunk.subarray(0, body.missing);
    body.chunks.push(part);
    body.missing -= part.length;
    if (body.missing > 0) return undefined;
    const all = body.chunks.length === 1 ? part : Buffer.concat(body.chunks, body.bytes);
    this.#body = undefined;
    const { id, rc } = body;
    const end = body.packedBytes ?? body.stdoutBytes;
    const stdout =
      body.packedBytes === undefined
        ? all.subarray(0, end)
        : unpacked(all.subarray(0, end), body.stdoutBytes);
    if (stdout === undefined) frames.push({ kind: 'broken', message: 'a packed reply that is not whole' });
    else frames.push({ kind: 'done', id, rc, stdout, stderr: all.subarray(end) });
    return chunk.length > part.length ? chunk.subarray(part.length) : undefined;
  }

  #readHeader(chunk: Buffer, frames: Frame[]): Buffer | undefined {
    this.#text = this.#text.length === 0 ? chunk : Buffer.concat([this.#text, chunk]);
    const start = this.#text.indexOf(this.#marker);
    if (start < 0) {
      // A marker may have begun in the last bytes; what is before them is noise.
      this.#text = this.#text.subarray(Math.max(0, this.#text.length - this.#marker.length + 1));
      return undefined;
    }
    const end = this.#text.indexOf(0x0a, start);
    if (end < 0) {
      this.#text = this.#text.subarray(start);
      return undefined;
    }
    const line = this.#text.toString('utf8', start + this.#marker.length, end).replace(/\r$/, '');
    const rest = this.#text.subarray(end + 1);
    this.#text = Buffer.alloc(0);
    this.#take(line, frames);
    return rest.length > 0 ? rest : undefined;
  }

  #take(line: string, frames: Frame[]): void {
    const [first = '', second = '', third = '', fourth = '', fifth = ''] = line.split(' ');
    if (first === 'hello') frames.push(readHello(line));
    else if (first === '!') frames.push({ kind: 'broken', message: line.slice(2) });
    else if (second === '+') frames.push({ kind: 'started', id: Number(first), group: Number(third) });
    else if (second === '-') frames.push({ kind: 'skipped', id: Number(first) });
    else {
      const [id, rc, stdoutBytes, stderrBytes] = [first, second, third, fourth].map(Number) as Numbers;
      const packedBytes = fifth === '' ? undefined : Number(fifth);
      this.#beginBody({ id, rc, stdoutBytes, packedBytes }, stderrBytes, frames);
    }
  }

  #beginBody(begun: BegunBody, stderrBytes: number, frames: Frame[]): void {
    const { id, rc } = begun;
    const bytes = (begun.packedBytes ?? begun.stdoutBytes) + stderrBytes;
    if (![id, rc, bytes].every(Number.isSafeInteger)) {
      frames.push({ kind: 'broken', message: 'a reply that is no reply' });
      return;
    }
    if (bytes > 0) this.#body = { ...begun, bytes, chunks: [], missing: bytes };
    else frames.push({ kind: 'done', id, rc, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) });
  }
}

/** Undefined when it does not give back exactly as many bytes as were told. */
function unpacked(bytes: Buffer, size: number): Buffer | undefined {
  try {
    const whole = gunzipSync(bytes, { maxOutputLength: size });
    return whole.length === size ? whole : undefined;
  } catch {
    return undefined;
  }
}

function readHello(line: string): Frame {
  const [, reader = '', uid = '', user = '', system = '', machine = '', directory = '', names = '', ...home] =
    line.split(' ');
  if (reader !== 'head' && reader !== 'dd' && reader !== 'base64')
    return { kind: 'broken', message: 'a greeting that is no greeting' };
  return {
    kind: 'hello',
    reader,
    uid: Number(uid),
    user,
    system,
    machine,
    directory,
    names: names.split(',').filter((name) => name !== ''),
    home: home.join(' '),
  };
}
