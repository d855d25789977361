// sha256_crypt and sha512_crypt: "Unix crypt using SHA-256 and SHA-512", Ulrich Drepper, version 0.6.
import { createHash } from 'node:crypto';
import { cryptText } from './crypt_text.ts';

// The order in which digest bytes are written, three to a group, the last group shorter.
const order256 = [
  [0, 10, 20],
  [21, 1, 11],
  [12, 22, 2],
  [3, 13, 23],
  [24, 4, 14],
  [15, 25, 5],
  [6, 16, 26],
  [27, 7, 17],
  [18, 28, 8],
  [9, 19, 29],
  [31, 30],
];
const order512 = [
  [0, 21, 42],
  [22, 43, 1],
  [44, 2, 23],
  [3, 24, 45],
  [25, 46, 4],
  [47, 5, 26],
  [6, 27, 48],
  [28, 49, 7],
  [50, 8, 29],
  [9, 30, 51],
  [31, 52, 10],
  [53, 11, 32],
  [12, 33, 54],
  [34, 55, 13],
  [56, 14, 35],
  [15, 36, 57],
  [37, 58, 16],
  [59, 17, 38],
  [18, 39, 60],
  [40, 61, 19],
  [62, 20, 41],
  [63],
];

function repeated(block: Buffer, length: number): Buffer {
  return Buffer.alloc(length, block.length === 0 ? 0 : block);
}

const rawDigest = (name: string, ...parts: Buffer[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash(name)).digest();

function firstDigest(name: string, password: Buffer, salt: Buffer): Buffer {
  const b = rawDigest(name, password, salt, password);
  const parts = [password, salt, repeated(b, password.length)];
  for (let length = password.length; length > 0; length >>= 1) parts.push(length & 1 ? b : password);
  return rawDigest(name, ...parts);
}

/** The crypt text of a password. `salt` has at most 16 characters; rounds of 5000 are not written down. */
export function shaCrypt(kind: 'sha256' | 'sha512', password: string, salt: string, rounds = 5000): string {
  const count = Math.min(Math.max(rounds, 1000), 999_999_999);
  const [key, saltBytes] = [Buffer.from(password, 'utf8'), Buffer.from(salt.slice(0, 16), 'utf8')];
  let digest = firstDigest(kind, key, saltBytes);
  const p = repeated(rawDigest(kind, ...Array.from({ length: key.length }, () => key)), key.length);
  const saltRounds = 16 + (digest[0] ?? 0);
  const s = repeated(
    rawDigest(kind, ...Array.from({ length: saltRounds }, () => saltBytes)),
    saltBytes.length,
  );
  for (let round = 0; round < count; round += 1) {
    const parts = [round & 1 ? p : digest];
    if (round % 3 !== 0) parts.push(s);
    if (round % 7 !== 0) parts.push(p);
    parts.push(round & 1 ? digest : p);
    digest = rawDigest(kind, ...parts);
  }
  const [prefix, order] = kind === 'sha256' ? ['5', order256] : ['6', order512];
  const shown = count === 5000 ? '' : `rounds=${count}$`;
  return `$${prefix}$${shown}${salt.slice(0, 16)}$${cryptText(digest, order)}`;
}
