// Signs certificates. node-forge writes what they say; keys and signatures are the platform's own, which is some hundred
// times faster and knows elliptic curves too.
import { createHash, createPublicKey, randomBytes, sign } from 'node:crypto';
import forge from 'node-forge';
import type { KeyPair } from './key_pairs.ts';
import { parseCertificate, rsaStandIn, subjectParts, type CertificateRequest, type Subject } from './x509.ts';

export interface Issuer {
  readonly certificate: string;
  readonly privateKey: string;
}

const { asn1 } = forge;
const universal = asn1.Class.UNIVERSAL;

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

const derOf = (key: string): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });
const parsed = (der: Buffer): forge.asn1.Asn1 => asn1.fromDer(der.toString('binary'));
const isRsa = (key: string): boolean => createPublicKey(key).asymmetricKeyType === 'rsa';

/** RFC 5280, 4.2.1.2: the SHA-1 of the bits of the public key, without what says of which kind they are. */
function keyIdentifier(publicKey: string): string {
  const bits = (
    parsed(derOf(publicKey)).value[1] as forge.asn1.Asn1 & { readonly bitStringContents?: string }
  ).bitStringContents;
  return createHash('sha1')
    .update(Buffer.from((bits ?? '').slice(1), 'binary'))
    .digest('binary');
}

/** What the issuer calls its key, which need not be what we would. */
function issuerIdentifier(issuer: Issuer): string {
  const extension = parseCertificate(issuer.certificate).getExtension('subjectKeyIdentifier') as
    { readonly subjectKeyIdentifier?: string } | undefined;
  const told = extension?.subjectKeyIdentifier;
  return told === undefined ? keyIdentifier(issuer.privateKey) : Buffer.from(told, 'hex').toString('binary');
}

function extensions(request: CertificateRequest, key: KeyPair, issuer: Issuer | undefined): object[] {
  const names = [
    ...request.dns.map((value) => ({ type: 2, value })),
    ...request.ip.map((ip) => ({ type: 7, ip })),
  ];
  const identifier = asn1.create(universal, asn1.Type.OCTETSTRING, false, keyIdentifier(key.publicKey));
  return [
    { name: 'basicConstraints', critical: true, cA: request.isCa },
    request.isCa
      ? { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true, digitalSignature: true }
      : // RFC 5480: a key of a curve cannot encipher another key.
        { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: isRsa(key.publicKey) },
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
    { id: '2.5.29.14', value: asn1.toDer(identifier).getBytes() },
    ...(issuer ? [{ name: 'authorityKeyIdentifier', keyIdentifier: issuerIdentifier(issuer) }] : []),
  ];
}

function sequence(...parts: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return asn1.create(universal, asn1.Type.SEQUENCE, true, parts);
}

const rsaWithSha256 = '1.2.840.113549.1.1.11';
const ecdsaWithSha256 = '1.2.840.10045.4.3.2';

// RFC 4055 wants parameters of RSA to be null, RFC 5758 wants none of ECDSA.
function signatureAlgorithm(signer: string): forge.asn1.Asn1 {
  const oid = (id: string): forge.asn1.Asn1 =>
    asn1.create(universal, asn1.Type.OID, false, asn1.oidToDer(id).getBytes());
  return isRsa(signer)
    ? sequence(oid(rsaWithSha256), asn1.create(universal, asn1.Type.NULL, false, ''))
    : sequence(oid(ecdsaWithSha256));
}

/** All that is signed, as forge has it: with an RSA key and signature in the places of ours. */
function statement(request: CertificateRequest, key: KeyPair, issuer: Issuer | undefined): forge.asn1.Asn1[] {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = rsaStandIn;
  certificate.serialNumber = serialNumber();
  certificate.siginfo.algorithmOid = rsaWithSha256;
  certificate.signatureOid = rsaWithSha256;
  // An hour back, for hosts whose clocks are behind.
  certificate.validity.notBefore = new Date(Date.now() - 3_600_000);
  certificate.validity.notAfter = new Date(Date.now() + request.days * 86_400_000);
  const subject = attributes(request.subject);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer ? parseCertificate(issuer.certificate).subject.attributes : subject);
  certificate.setExtensions(extensions(request, key, issuer));
  const [signed] = forge.pki.certificateToAsn1(certificate).value as forge.asn1.Asn1[];
  return signed?.value as forge.asn1.Asn1[];
}

/** Signs a certificate; without an issuer it signs itself. Gives PEM. */
export function issueCertificate(request: CertificateRequest, key: KeyPair, issuer?: Issuer): string {
  const signer = issuer?.privateKey ?? key.privateKey;
  const algorithm = signatureAlgorithm(signer);
  const parts = statement(request, key, issuer);
  const signed = sequence(
    ...parts.map((part, index) =>
      index === 2 ? algorithm : index === 6 ? parsed(derOf(key.publicKey)) : part,
    ),
  );
  const der = Buffer.from(asn1.toDer(signed).getBytes(), 'binary');
  const signature = `\0${sign('sha256', der, signer).toString('binary')}`;
  const whole = sequence(signed, algorithm, asn1.create(universal, asn1.Type.BITSTRING, false, signature));
  const lines =
    Buffer.from(asn1.toDer(whole).getBytes(), 'binary')
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
