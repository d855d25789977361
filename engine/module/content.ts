// CONTRACT. File content travels as a handle, never as a string in a step: the engine streams and compresses it.
import { createHash } from 'node:crypto';
import { bytesOfText } from '../document/byte_text.ts';

export interface Content {
  /** Lower-case hex. */
  readonly sha256: string;
  /** Lower-case hex; what modules give back as `checksum`, as Ansible does. See `sha1Of`. */
  readonly sha1?: string;
  /** Bytes; below 0 for content that check mode does not know: it is not read. */
  readonly size: number;
  /** True when the content must not be shown in a diff or log. */
  readonly secret?: boolean;
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

export function bytesContent(bytes: Uint8Array, options: { readonly secret?: boolean } = {}): TextContent {
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    ...(options.secret ? { secret: true } : {}),
    bytes,
    open: () => once(bytes),
  };
}

/** Bytes that `textOfBytes` kept in the text are themselves again. */
export function textContent(text: string, options: { readonly secret?: boolean } = {}): TextContent {
  return bytesContent(bytesOfText(text), options);
}

/** The checksum that results tell; undefined for content that was never in one place. */
export function sha1Of(content: Content): string | undefined {
  return 'bytes' in content
    ? createHash('sha1')
        .update((content as TextContent).bytes)
        .digest('hex')
    : content.sha1;
}

/** All of a content, for the few users that need it in one piece. */
export async function readContent(content: Content): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
