// Certificates as data: what is wanted, what is there, and why the two differ. Built with node-forge; key pairs come
// from the platform's own generator, which is some hundred times faster.
import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  privateEncrypt,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** Parts of a distinguished name, in the order in which they are written. */
export interface Subject {
  readonly c?: string | undefined;
  readonly st?: string | undefined;
  readonly l?: string | undefined;
  readonly o?: string | undefined;
  readonly ou?: string | undefined;
  readonly cn: string;
}

export type Usage = 'server_auth' | 'client_auth';

/** What a certificate shall say. `days` counts from now; names are compared as sets. */
export interface CertificateRequest {
  readonly subject: Subject;
  readonly dns: readonly string[];
  readonly ip: readonly string[];
  readonly usages: readonly Usage[];
  readonly isCa: boolean;
  readonly days: number;
}

export interface KeyPair {
  /** PKCS#8 PEM. */
  readonly privateKey: string;
  /** SubjectPublicKeyInfo PEM. */
  readonly publicKey: string;
}

export interface Issuer {
  readonly certificate: string;
  readonly privateKey: string;
}

/** What a certificate says, read from PEM. Times are ISO 8601. */
export interface CertificateState {
  readonly subject: Subject;
  readonly issuer: string;
  readonly dns: readonly string[];
  readonly ip: readonly string[];
  readonly usages: readonly Usage[];
  readonly isCa: boolean;
  readonly notAfter: string;
  readonly serial: string;
  /** SHA-256, as openssl prints it. */
  readonly fingerprint: string;
}

const subjectParts = [
  ['c', 'C'],
  ['st', 'ST'],
  ['l', 'L'],
  ['o', 'O'],
  ['ou', 'OU'],
  ['cn', 'CN'],
] as const;

export async function makeKeyPair(bits: number): Promise<KeyPair> {
  const pair = await promisify(generateKeyPair)('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { privateKey: pair.privateKey, publicKey: pair.publicKey };
}

function attributes(subject: Subject): forge.pki.CertificateField[] {
  return subjectParts.flatMap(([part, shortName]) => {
    const value = subject[part];
    return value === undefined ? [] : [{ shortName, value }];
  });
}

// RFC 5280: a positive number of at most 20 bytes, here 16 random ones with the top bit clear.
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function extensions(request: CertificateRequest, issuer: forge.pki.Certificate | undefined): object[] {
  const names = [
    ...request.dns.map((value) => ({ type: 2, value })),
    ...request.ip.map((ip) => ({ type: 7, ip })),
  ];
  return [
    { name: 'basicConstraints', critical: true, cA: request.isCa },
    request.isCa
      ? { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true, digitalSignature: true }
      : { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    ...(request.usages.length > 0
      ? [
          {
            name: 'extKeyUsage',
            serverAuth: request.usages.includes('server_auth'),
            clientAuth: request.usages.includes('client_auth'),
          },
        ]
      : []),
    ...(names.length > 0 ? [{ name: 'subjectAltName', altNames: names }] : []),
    { name: 'subjectKeyIdentifier' },
    ...(issuer
      ? [{ name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() }]
      : []),
  ];
}

// RFC 8017, 9.2: the DER of a SHA-256 DigestInfo before the digest itself.
const sha256Info = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Signs in the place of forge's own key, whose arithmetic in JavaScript takes most of a second on a busy machine. */
function platformSigner(privateKey: string): forge.pki.rsa.PrivateKey {
  const sign = (digest: forge.md.MessageDigest): string => {
    const info = Buffer.concat([sha256Info, Buffer.from(digest.digest().toHex(), 'hex')]);
    return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, info).toString('binary');
  };
  return { sign } as unknown as forge.pki.rsa.PrivateKey;
}

/** Signs a certificate; without an issuer it signs itself. Gives PEM. */
export function issueCertificate(request: CertificateRequest, key: KeyPair, issuer?: Issuer): string {
  const certificate = forge.pki.createCertificate();
  const issuerCertificate = issuer ? forge.pki.certificateFromPem(issuer.certificate) : undefined;
  certificate.publicKey = forge.pki.publicKeyFromPem(key.publicKey);
  certificate.serialNumber = serialNumber();
  // An hour back, for hosts whose clocks are behind.
  certificate.validity.notBefore = new Date(Date.now() - 3_600_000);
  certificate.validity.notAfter = new Date(Date.now() + request.days * 86_400_000);
  certificate.setSubject(attributes(request.subject));
  certificate.setIssuer(
    issuerCertificate ? issuerCertificate.subject.attributes : attributes(request.subject),
  );
  certificate.setExtensions(extensions(request, issuerCertificate));
  certificate.sign(platformSigner(issuer?.privateKey ?? key.privateKey), forge.md.sha256.create());
  // forge ends lines as a mail does; what reads files line by line expects a plain newline.
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}

function subjectOf(certificate: forge.pki.Certificate): Subject {
  const found: { -readonly [Part in keyof Subject]: Subject[Part] } = { cn: '' };
  for (const [part, shortName] of subjectParts) {
    const field = certificate.subject.getField(shortName) as { value?: unknown } | null;
    if (typeof field?.value === 'string') found[part] = field.value;
  }
  return found;
}

interface NamesExtension {
  readonly altNames?: readonly { readonly type: number; readonly value: string; readonly ip?: string }[];
}
interface UsageExtension {
  readonly serverAuth?: boolean;
  readonly clientAuth?: boolean;
}

/** What a PEM certificate says; undefined when the text holds none. */
export function readCertificate(pem: string): CertificateState | undefined {
  try {
    const parsed = forge.pki.certificateFromPem(pem);
    const platform = new X509Certificate(pem);
    const names = (parsed.getExtension('subjectAltName') as NamesExtension | undefined)?.altNames ?? [];
    const usage = parsed.getExtension('extKeyUsage') as UsageExtension | undefined;
    return {
      subject: subjectOf(parsed),
      issuer: platform.issuer,
      dns: names.filter((name) => name.type === 2).map((name) => name.value),
      ip: names.filter((name) => name.type === 7).flatMap((name) => (name.ip === undefined ? [] : [name.ip])),
      usages: [
        ...(usage?.serverAuth ? (['server_auth'] as const) : []),
        ...(usage?.clientAuth ? (['client_auth'] as const) : []),
      ],
      isCa: platform.ca,
      notAfter: parsed.validity.notAfter.toISOString(),
      serial: platform.serialNumber,
      fingerprint: platform.fingerprint256,
    };
  } catch {
    return undefined;
  }
}

/** Whether a private key (PEM) is readable and how many bits it has. */
export function readKeyBits(pem: string): number | undefined {
  try {
    return createPrivateKey(pem).asymmetricKeyDetails?.modulusLength;
  } catch {
    return undefined;
  }
}

/** The public half of a private key, as PEM. */
export function publicKeyOf(privateKey: string): string {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
}

export function keyMatches(certificate: string, privateKey: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey));
  } catch {
    return false;
  }
}

/** Whether the issuer's key signed this certificate. */
export function isIssuedBy(certificate: string, issuer: string): boolean {
  try {
    const authority = new X509Certificate(issuer);
    return new X509Certificate(certificate).verify(authority.publicKey);
  } catch {
    return false;
  }
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const left = new Set(a);
  const right = new Set(b);
  return left.size === right.size && [...left].every((item) => right.has(item));
}

/**
 * Why a certificate must be made again, in words, or undefined when it is as wanted.
 * `renewBeforeDays` is the window before its end in which it is renewed; `now` in ms since 1970.
 */
export function reasonToReissue(
  state: CertificateState,
  wanted: CertificateRequest,
  renewBeforeDays: number,
  now: number,
): string | undefined {
  for (const [part, label] of subjectParts)
    if ((state.subject[part] ?? '') !== (wanted.subject[part] ?? ''))
      return `subject ${label} is ${state.subject[part] ?? 'missing'}, wanted ${wanted.subject[part] ?? 'none'}`;
  if (!sameSet(state.dns, wanted.dns)) return `DNS names are ${state.dns.join(', ') || 'none'}`;
  if (!sameSet(state.ip, wanted.ip)) return `IP addresses are ${state.ip.join(', ') || 'none'}`;
  if (!sameSet(state.usages, wanted.usages)) return `usages are ${state.usages.join(', ') || 'none'}`;
  if (state.isCa !== wanted.isCa) return wanted.isCa ? 'it is no CA' : 'it is a CA';
  const daysLeft = (Date.parse(state.notAfter) - now) / 86_400_000;
  if (daysLeft <= 0) return `it ended on ${state.notAfter}`;
  if (daysLeft < renewBeforeDays) return `it ends on ${state.notAfter}, within ${renewBeforeDays} days`;
  return undefined;
}
