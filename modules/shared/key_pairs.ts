// Key pairs as PEM: how one is asked for, made, and told from another.
import { createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

export interface KeyPair {
  /** PKCS#8 PEM. */
  readonly privateKey: string;
  /** SubjectPublicKeyInfo PEM. */
  readonly publicKey: string;
}

export type Curve = 'P-256' | 'P-384' | 'P-521';

/** What a key shall be. */
export type KeyForm =
  { readonly type: 'RSA'; readonly bits: number } | { readonly type: 'ECDSA'; readonly curve: Curve };

const curveNames: { readonly [opensslName: string]: Curve } = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** A form in words; equal forms have equal words. */
export function keyWords(form: KeyForm): string {
  return form.type === 'RSA' ? `RSA of ${form.bits} bits` : `ECDSA on ${form.curve}`;
}

export async function makeKeyPair(form: KeyForm): Promise<KeyPair> {
  const generate = promisify(generateKeyPair);
  const { privateKey, publicKey } =
    form.type === 'RSA'
      ? await generate('rsa', { modulusLength: form.bits })
      : await generate('ec', { namedCurve: form.curve });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** What a private key is, in the words of `keyWords`; undefined when it cannot be read. */
export function readKeyWords(privateKey: string): string | undefined {
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPrivateKey(privateKey);
    if (type === 'rsa') return keyWords({ type: 'RSA', bits: details?.modulusLength ?? 0 });
    const curve = curveNames[details?.namedCurve ?? ''];
    return curve ? keyWords({ type: 'ECDSA', curve }) : type;
  } catch {
    return undefined;
  }
}

/** The public half of a private key, as PEM. */
export function publicKeyOf(privateKey: string): string {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
}
