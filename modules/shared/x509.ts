// Certificates as data: what is wanted, what is there, and why the two differ.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIPv6, SocketAddress } from 'node:net';
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

export const subjectParts = [
  ['c', 'C'],
  ['st', 'ST'],
  ['l', 'L'],
  ['o', 'O'],
  ['ou', 'OU'],
  ['cn', 'CN'],
] as const;

/** forge reads and writes RSA keys only, but what it is asked for here has nothing to do with the key. */
export const rsaStandIn = forge.pki.setRsaPublicKey(
  new forge.jsbn.BigInteger('3'),
  new forge.jsbn.BigInteger('3'),
);

/** A certificate as forge has it, but for its key. Throws when the text holds none. */
export function parseCertificate(pem: string): forge.pki.Certificate {
  const der = forge.asn1.fromDer(new X509Certificate(pem).raw.toString('binary'));
  const [signed] = der.value as forge.asn1.Asn1[];
  const parts = signed?.value as forge.asn1.Asn1[];
  // The first version of the format has no number of the version in front.
  const keyPlace = parts[0]?.tagClass === forge.asn1.Class.CONTEXT_SPECIFIC ? 6 : 5;
  parts[keyPlace] = forge.pki.publicKeyToAsn1(rsaStandIn);
  return forge.pki.certificateFromAsn1(der);
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
    const parsed = parseCertificate(pem);
    const platform = new X509Certificate(pem);
    const names = (parsed.getExtension('subjectAltName') as NamesExtension | undefined)?.altNames ?? [];
    const usage = parsed.getExtension('extKeyUsage') as UsageExtension | undefined;
    return {
      subject: subjectOf(parsed),
      issuer: platform.issuer,
      dns: names.filter((name) => name.type === 2).map((name) => name.value),
      ip: names
        .filter((name) => name.type === 7)
        .flatMap(({ ip }) => (ip === undefined ? [] : [plainAddress(ip)])),
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

/** IPv6 addresses are written in many ways. */
function plainAddress(address: string): string {
  return isIPv6(address) ? new SocketAddress({ address, family: 'ipv6' }).address : address;
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const left = new Set(a);
  const right = new Set(b);
  return left.size === right.size && [...left].every((item) => right.has(item));
}

/** What decides whether a certificate is made again. */
export type JudgedState = Omit<CertificateState, 'issuer' | 'serial' | 'fingerprint'>;

/** What one says that is made at `now`, in ms since 1970. */
export function newCertificate({ days, ip, ...request }: CertificateRequest, now: number): JudgedState {
  return {
    ...request,
    ip: ip.map(plainAddress),
    notAfter: new Date(now + days * 86_400_000).toISOString(),
  };
}

const listParts = [
  ['dns', 'DNS names'],
  ['ip', 'IP addresses'],
  ['usages', 'usages'],
] as const;

/**
 * Why a certificate must be made again, in words, or undefined when it is as wanted.
 * `renewBeforeDays` is the window before its end in which it is renewed; `now` in ms since 1970.
 */
export function reasonToReissue(
  state: JudgedState,
  wanted: CertificateRequest,
  renewBeforeDays: number,
  now: number,
): string | undefined {
  for (const [part, label] of subjectParts)
    if ((state.subject[part] ?? '') !== (wanted.subject[part] ?? ''))
      return `subject ${label} is ${state.subject[part] ?? 'missing'}, wanted ${wanted.subject[part] ?? 'none'}`;
  for (const [list, label] of listParts) {
    const due = list === 'ip' ? wanted.ip.map(plainAddress) : wanted[list];
    if (!sameSet(state[list], due))
      return `${label} are ${state[list].join(', ') || 'none'}, wanted ${due.join(', ') || 'none'}`;
  }
  if (state.isCa !== wanted.isCa) return wanted.isCa ? 'it is no CA' : 'it is a CA';
  const daysLeft = (Date.parse(state.notAfter) - now) / 86_400_000;
  if (daysLeft <= 0) return `it ended on ${state.notAfter}`;
  if (daysLeft < renewBeforeDays) return `it ends on ${state.notAfter}, within ${renewBeforeDays} days`;
  return undefined;
}
