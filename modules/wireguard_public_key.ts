// Tells the public key of a WireGuard key in a file: 32 bytes in base64, as `pki` makes them (kind: secret, bytes: 32)
// and as `wg genkey` prints them. Changes nothing.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { answers, defineModule } from '../engine/module/define.ts';
import { path, str } from '../engine/module/kinds.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';

/** What stands before the 32 bytes of an X25519 key in PKCS #8 (RFC 8410). */
const privateHeader = Buffer.from('302e020100300506032b656e04220420', 'hex');
const keyBytes = 32;

/** Undefined where the text is no key. Bits that X25519 fixes are fixed by whoever uses a key, here and in WireGuard. */
export function publicKeyOf(privateKey: string): string | undefined {
  const bytes = Buffer.from(privateKey.trim(), 'base64');
  if (bytes.length !== keyBytes) return undefined;
  const key = createPrivateKey({ key: Buffer.concat([privateHeader, bytes]), format: 'der', type: 'pkcs8' });
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return der.subarray(der.length - keyBytes).toString('base64');
}

/** Stands for the public key of a private one that check mode foretells. */
const toBeMade = 'made by the run';

export const wireguardPublicKey = defineModule({
  name: 'wireguard_public_key',
  summary: 'Tell the public key of a WireGuard key',
  reach: 'nothing',
  params: { src: path({ doc: 'File with the private key, 32 bytes in base64' }) },
  returns: { public_key: str() },
  seen: answers<{ readonly file: FileContent }>(),
  probes: ({ src }) => ({ file: content(src) }),
  plan: ({ src }, { file }, { checkMode }) => ({
    steps: [],
    ...(checkMode || publicKeyOf(textIn(file)) !== undefined
      ? {}
      : { fail: `${src} holds no WireGuard key: that is 32 bytes in base64` }),
  }),
  result: (_params, { file }) => ({ public_key: publicKeyOf(textIn(file)) ?? toBeMade }),
});
