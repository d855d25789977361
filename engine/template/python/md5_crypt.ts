// md5_crypt (`$1$`), as FreeBSD's crypt made it first: a thousand rounds of MD5. Weak; for hosts that know nothing else.
import { createHash } from 'node:crypto';
import { cryptText } from './crypt_text.ts';

// The order in which digest bytes are written.
const order = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [11]];

const rounds = 1000;

function md5(...parts: readonly Uint8Array[]): Buffer {
  return parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest();
}

/** The crypt text of a password. `salt` has at most eight characters. */
export function md5Crypt(password: string, salt: string): string {
  const [key, grain] = [Buffer.from(password, 'utf8'), Buffer.from(salt, 'utf8')];
  const inner = md5(key, grain, key);
  const parts: Uint8Array[] = [key, Buffer.from('$1$'), grain];
  for (let left = key.length; left > 0; left -= 16) parts.push(inner.subarray(0, Math.min(left, 16)));
  for (let left = key.length; left > 0; left >>= 1)
    parts.push(left & 1 ? Buffer.alloc(1) : key.subarray(0, 1));
  let digest = md5(...parts);
  for (let round = 0; round < rounds; round += 1)
    digest = md5(
      round & 1 ? key : digest,
      ...(round % 3 === 0 ? [] : [grain]),
      ...(round % 7 === 0 ? [] : [key]),
      round & 1 ? digest : key,
    );
  return `$1$${salt}$${cryptText(digest, order)}`;
}
