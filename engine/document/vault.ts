// Ansible Vault, formats 1.1 and 1.2: AES-256 in counter mode with PKCS#7 padding, HMAC-SHA-256 over the cipher text,
// keys by PBKDF2-HMAC-SHA-256 with 10,000 rounds; the body is hex of three hex lines (salt, HMAC, cipher text).
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  pbkdf2Sync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { failure, type Outcome, success } from './diagnostic.ts';

/** A vault password under its id (`--vault-id dev@file`); `default` when none is named. */
export interface VaultSecret {
  readonly id: string;
  readonly password: Uint8Array;
}

const magic = '$ANSIBLE_VAULT;';
const rounds = 10_000;
const lineWidth = 80;

interface Envelope {
  readonly id: string | undefined;
  readonly salt: Buffer;
  readonly digest: Buffer;
  readonly cipherText: Buffer;
}

interface Keys {
  readonly cipher: Buffer;
  readonly digest: Buffer;
  readonly counter: Buffer;
}

/** Whether a file's content or a text is vault-encrypted. */
export function isVaultText(content: Uint8Array | string): boolean {
  const start =
    typeof content === 'string' ? content : Buffer.from(content.subarray(0, 64)).toString('latin1');
  return start.trimStart().startsWith(magic);
}

function fault<T>(summary: string, detail: string): Outcome<T> {
  return failure({ code: 'vault', severity: 'error', summary, detail });
}

function readEnvelope(text: string): Outcome<Envelope> {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const [, version, cipher, id] = header.trim().split(';');
  if (!header.startsWith(magic)) return fault('Text is not vault-encrypted', `It must begin with ${magic}`);
  if (version !== '1.1' && version !== '1.2')
    return fault(`Vault format ${version ?? ''} is not known`, 'Known are 1.1 and 1.2');
  if (cipher === undefined || cipher === '')
    return fault('Vault header is cut short', `It is ${magic}1.1;AES256, or ${magic}1.2;AES256;ID`);
  if (cipher !== 'AES256') return fault(`Vault cipher ${cipher} is not known`, 'Known is AES256');
  const body = lines.map((line) => line.trim()).join('');
  const parts = isHex(body) ? Buffer.from(body, 'hex').toString('latin1').split('\n') : [];
  const [salt = '', digest = '', cipherText = ''] = parts;
  if (parts.length !== 3 || ![salt, digest, cipherText].every(isHex))
    return fault('Vault text is damaged', 'Below the first line stand pairs of hexadecimal digits only');
  return success({
    id,
    salt: Buffer.from(salt, 'hex'),
    digest: Buffer.from(digest, 'hex'),
    cipherText: Buffer.from(cipherText, 'hex'),
  });
}

function isHex(text: string): boolean {
  return text.length > 0 && text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text);
}

function deriveKeys(password: Uint8Array, salt: Buffer): Keys {
  const bytes = pbkdf2Sync(password, salt, rounds, 80, 'sha256');
  return { cipher: bytes.subarray(0, 32), digest: bytes.subarray(32, 64), counter: bytes.subarray(64, 80) };
}

function open({ salt, digest, cipherText }: Envelope, password: Uint8Array): Uint8Array | undefined {
  const keys = deriveKeys(password, salt);
  const wanted = createHmac('sha256', keys.digest).update(cipherText).digest();
  if (wanted.length !== digest.length || !timingSafeEqual(wanted, digest)) return undefined;
  const decipher = createDecipheriv('aes-256-ctr', keys.cipher, keys.counter);
  const padded = Buffer.concat([decipher.update(cipherText), decipher.final()]);
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
}

/** The plain bytes. Secrets with the id that the text names are tried first, then all others. */
export function decryptVault(text: Uint8Array, secrets: readonly VaultSecret[]): Outcome<Uint8Array> {
  const envelope = readEnvelope(Buffer.from(text).toString('latin1'));
  if (!envelope.ok) return envelope;
  if (secrets.length === 0)
    return fault('No vault password was given', 'Use --vault-password-file or --vault-id');
  const { id } = envelope.value;
  const named = secrets.filter((secret) => secret.id === id);
  const others = secrets.filter((secret) => secret.id !== id);
  for (const { password } of [...named, ...others]) {
    const plain = open(envelope.value, password);
    if (plain) return success(plain);
  }
  return fault(
    'No vault password given fits',
    `Tried ${secrets.map((secret) => secret.id).join(', ')}${id === undefined ? '' : `; the text was encrypted with id ${id}`}. A text that was cut or changed fits none`,
  );
}

/** Vault text that ends with a line end. Format 1.2 when the secret has an id of its own, else 1.1. */
export function encryptVault(plain: Uint8Array, secret: VaultSecret, salt: Buffer = randomBytes(32)): string {
  const keys = deriveKeys(secret.password, salt);
  const padding = 16 - (plain.length % 16);
  const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)]);
  const cipher = createCipheriv('aes-256-ctr', keys.cipher, keys.counter);
  const cipherText = Buffer.concat([cipher.update(padded), cipher.final()]);
  const digest = createHmac('sha256', keys.digest).update(cipherText).digest();
  const body = Buffer.from(
    [salt, digest, cipherText].map((part) => part.toString('hex')).join('\n'),
  ).toString('hex');
  const header = secret.id === 'default' ? `${magic}1.1;AES256` : `${magic}1.2;AES256;${secret.id}`;
  const lines = body.match(new RegExp(`.{1,${String(lineWidth)}}`, 'g')) ?? [];
  return [header, ...lines, ''].join('\n');
}
