// Bytes as text and back without loss, as Python's `surrogateescape` (PEP 383): a byte 0x80..0xFF that is no part of
// UTF-8 becomes the lone surrogate U+DC80..U+DCFF, which UTF-8 itself can never give, and becomes that byte again.
import { isUtf8 } from 'node:buffer';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// With the flag u a surrogate that is half of a pair does not match.
const kept = /[\udc80-\udcff]/u;

/** How many bytes of UTF-8 stand whole at `at`; 0 when that byte begins none. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const isWhole = at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length));
  return isWhole ? length : 0;
}

/** Text that keeps every byte; a byte order mark stays in it. */
export function textOfBytes(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return decoder.decode(bytes);
  const pieces: string[] = [];
  let [from, at] = [0, 0];
  while (at < bytes.length) {
    const length = lengthAt(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    pieces.push(decoder.decode(bytes.subarray(from, at)), String.fromCharCode(0xdc00 + (bytes[at] ?? 0)));
    at += 1;
    from = at;
  }
  pieces.push(decoder.decode(bytes.subarray(from)));
  return pieces.join('');
}

/** Where the first byte stands that was no part of UTF-8; undefined when the text is sound. */
export function strayByteAt(text: string): number | undefined {
  const at = text.search(kept);
  return at < 0 ? undefined : at;
}

/** The bytes of a text: those that `textOfBytes` kept as they were, all else in UTF-8. */
export function bytesOfText(text: string): Buffer {
  if (!kept.test(text)) return Buffer.from(text, 'utf8');
  return Buffer.concat(
    text
      .split(/([\udc80-\udcff]+)/u)
      .map((part, index) =>
        index % 2 === 0
          ? Buffer.from(part, 'utf8')
          : Buffer.from(Array.from(part, (character) => character.charCodeAt(0) & 0xff)),
      ),
  );
}
