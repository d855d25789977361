// Ed25519 keys in OpenSSH's own form, so that the control machine needs no ssh-keygen. The form is openssh-key-v1,
// described in OpenSSH's PROTOCOL.key; the strings and numbers in it are those of RFC 4251 section 5.
import { generateKeyPairSync, randomBytes } from 'node:crypto';

export interface SshKeyPair {
  /** The content of a private key file, without passphrase. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA...`, without comment or line end. */
  readonly publicKey: string;
}

export function makeSshKeyPair(comment: string): SshKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const publicBytes = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const secretBytes = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const publicBlob = Buffer.concat([sshString('ssh-ed25519'), sshString(publicBytes)]);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    sshString('none'), // cipher
    sshString('none'), // key derivation
    sshString(''), // its options
    uint32(1), // number of keys
    sshString(publicBlob),
    sshString(secretPart(publicBlob, publicBytes, secretBytes, comment)),
  ]);
  const lines = file.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`,
    publicKey: `ssh-ed25519 ${publicBlob.toString('base64')}`,
  };
}

function secretPart(publicBlob: Buffer, publicBytes: Buffer, secretBytes: Buffer, comment: string): Buffer {
  const check = randomBytes(4); // stands twice: a wrong passphrase would show as a difference
  const body = Buffer.concat([
    check,
    check,
    publicBlob,
    sshString(Buffer.concat([secretBytes, publicBytes])),
    sshString(comment),
  ]);
  const padding = (8 - (body.length % 8)) % 8;
  return Buffer.concat([body, Buffer.from(Array.from({ length: padding }, (_, index) => index + 1))]);
}

function sshString(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
