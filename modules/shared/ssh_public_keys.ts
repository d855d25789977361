// Public keys of SSH as text, and the fingerprints by which EC2 shows them. Source: EC2 user guide, "Verify the
// fingerprint of your key pair": RSA keys that were imported by MD5 of the public key in DER, ED25519 keys by SHA-256
// of the key as ssh-keygen -l prints it.
import { createHash, createPublicKey } from 'node:crypto';

export interface PublicKey {
  readonly type: string;
  /** The key's own bytes in base64, without a comment. */
  readonly blob: string;
}

const line = /^\s*(ssh-rsa|ssh-ed25519)\s+([A-Za-z0-9+/]+={0,2})(?:\s|$)/;

/** Undefined when it is not a key that EC2 takes. */
export function publicKeyIn(text: string): PublicKey | undefined {
  const found = line.exec(text);
  return found ? { type: found[1] ?? '', blob: found[2] ?? '' } : undefined;
}

/** The parts of a key's bytes, each behind its length (RFC 4253, section 6.6). */
function parts(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    found.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

const number = (bytes: Buffer): string => bytes.subarray(bytes[0] === 0 ? 1 : 0).toString('base64url');

export function fingerprintOf({ type, blob }: PublicKey): string {
  const bytes = Buffer.from(blob, 'base64');
  if (type !== 'ssh-rsa') return createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '');
  const [, exponent = Buffer.alloc(0), modulus = Buffer.alloc(0)] = parts(bytes);
  const key = createPublicKey({
    key: { kty: 'RSA', e: number(exponent), n: number(modulus) },
    format: 'jwk',
  });
  const digest = createHash('md5')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  return digest.replaceAll(/(..)(?!$)/g, '$1:');
}
