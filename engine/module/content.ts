// CONTRACT. File content travels as a handle, never as a string in a step: the engine streams and compresses it.
import { createHash, getFips } from 'node:crypto';
import { bytesOfText } from '../document/byte_text.ts';

export interface Content {
  /** Lower-case hex. */
  readonly sha256: string;
  /** Lower-case hex; what modules give back as `checksum`, as Ansible does. See `sha1Of`. */
  readonly sha1?: string;
  /** Lower-case hex; what modules give back as `md5sum`. See `md5Of`. */
  readonly md5?: string;
  /** Bytes; below 0 for content that check mode does not know: it is not read. */
  readonly size: number;
  /** True when the content must not be shown in a diff or log. */
  readonly secret?: boolean;
  /** It is secret for texts that the run knows as secrets alone: lines without any may be shown. */
  readonly secretByLines?: boolean;
  open(): AsyncIterable<Uint8Array>;
}

/** Content that is in memory anyway: a rendered template, an edited file. */
export interface TextContent extends Content {
  readonly bytes: Uint8Array;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}

type Secrecy = Pick<Content, 'secret' | 'secretByLines'>;

export function bytesContent(bytes: Uint8Array, options: Secrecy = {}): TextContent {
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    ...(options.secret ? { secret: true } : {}),
    ...(options.secret && options.secretByLines ? { secretByLines: true } : {}),
    bytes,
    open: () => once(bytes),
  };
}

/** Bytes that `textOfBytes` kept in the text are themselves again. */
export function textContent(text: string, options: Secrecy = {}): TextContent {
  return bytesContent(bytesOfText(text), options);
}

/** The checksum that results tell; undefined for content that was never in one place. */
export function sha1Of(content: Content): string | undefined {
  return 'bytes' in content ? digestOf(content as TextContent, 'sha1') : content.sha1;
}

/** Null where there is no MD5 (FIPS); undefined for content that was never in one place. */
export function md5Of(content: Content): string | null | undefined {
  if (!knowsMd5()) return null;
  return 'bytes' in content ? digestOf(content as TextContent, 'md5') : content.md5;
}

/** MD5 is not for use where the rules of FIPS hold. */
export function knowsMd5(): boolean {
  return getFips() === 0;
}

function digestOf({ bytes }: TextContent, algorithm: 'sha1' | 'md5'): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

/** All of a content, for the few users that need it in one piece. */
export async function readContent(content: Content): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
