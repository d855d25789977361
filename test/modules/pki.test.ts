import { bytesContent } from '../../engine/module/content.ts';
import { seenFile } from '../../engine/module/seen_files.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { absent } from '../../engine/module/vocabulary/stat.ts';
import { pki } from '../../modules/pki.ts';
import { makeKeyPair } from '../../modules/shared/key_pairs.ts';
import { readCertificate } from '../../modules/shared/x509.ts';
import { issueCertificate } from '../../modules/shared/x509_issue.ts';
import { describe } from '../support/suite.ts';

const file = (text: string): object => ({ found: 'file', content: bytesContent(Buffer.from(text)) });
const rsa = { type: 'RSA', bits: 2048 } as const;
const nothing = { found: 'nothing' };
const caKey = await makeKeyPair(rsa);
const key = await makeKeyPair(rsa);
const blank = { dns: [], ip: [], usages: [], isCa: true, days: 1825 };
const ca = issueCertificate({ ...blank, subject: { cn: 'Kubernetes' } }, caKey);
const otherCa = issueCertificate({ ...blank, subject: { cn: 'Kubernetes' } }, key);
const intermediate = issueCertificate({ ...blank, subject: { cn: 'etcd' } }, key, {
  certificate: ca,
  privateKey: caKey.privateKey,
});
const leaf = issueCertificate(
  {
    subject: { o: 'system:masters', cn: 'admin' },
    dns: [],
    ip: ['10.32.0.1'],
    usages: ['client_auth'],
    isCa: false,
    days: 100,
  },
  key,
  { certificate: ca, privateKey: caKey.privateKey },
);
const told = readCertificate(leaf);
const admin = {
  kind: 'cert',
  dir: '/pki',
  name: 'admin',
  ca: 'ca',
  cn: 'admin',
  o: 'system:masters',
  ip: ['10.32.0.1'],
  usages: ['client_auth'],
};
const right = {
  key: file(key.privateKey),
  keyFile: seenFile({ mode: '0600' }),
  certificate: file(leaf),
  certificateFile: seenFile({ mode: '0644' }),
  issuer: file(ca),
};
const made = 'what is made is random: until it was made, it counts as different from everything';

describe('modules/pki (S0-12, S0-25, S1-21)', ({ test }) => {
  checkModule(
    pki,
    [
      {
        name: 'leaves a certificate that is as wanted, and tells its serial number, fingerprint and end',
        params: admin,
        seen: right,
        result: {
          ...{ path: '/pki/admin.crt', key: '/pki/admin.key' },
          ...{ serial: told?.serial, fingerprint: told?.fingerprint, not_after: told?.notAfter },
        },
      },
      {
        name: 'makes key and certificate when there is nothing',
        params: admin,
        seen: { key: nothing, keyFile: absent, certificate: nothing, certificateFile: absent },
        steps: ['issue /pki/admin.crt: there is no key'],
        repeats: made,
      },
      {
        name: 'makes an authority of its own',
        params: { kind: 'ca', dir: '/pki', name: 'ca', cn: 'Kubernetes' },
        seen: { key: nothing, keyFile: absent, certificate: nothing, certificateFile: absent },
        steps: ['issue /pki/ca.crt: there is no key'],
        repeats: made,
      },
      {
        name: 'makes an intermediate authority, signed by another (S4-26)',
        params: { kind: 'ca', dir: '/pki', name: 'etcd-ca', ca: 'ca', cn: 'etcd' },
        seen: { key: nothing, keyFile: absent, certificate: nothing, certificateFile: absent },
        steps: ['issue /pki/etcd-ca.crt: there is no key'],
        repeats: made,
      },
      {
        name: 'leaves an intermediate authority that is as wanted',
        params: { kind: 'ca', dir: '/pki', name: 'etcd-ca', ca: 'ca', cn: 'etcd' },
        seen: { ...right, certificate: file(intermediate) },
      },
      {
        name: 'issues an intermediate authority again that signed itself',
        params: { kind: 'ca', dir: '/pki', name: 'etcd-ca', ca: 'ca', cn: 'Kubernetes' },
        seen: { ...right, certificate: file(otherCa) },
        steps: ['issue /pki/etcd-ca.crt: its issuer is another authority'],
        repeats: made,
      },
      {
        name: 'issues again for other addresses, with the same key (S0-22)',
        params: { ...admin, ip: ['10.32.0.1', '10.0.0.1'] },
        seen: right,
        steps: ['issue /pki/admin.crt: IP addresses are 10.32.0.1, wanted 10.32.0.1, 10.0.0.1'],
        repeats: made,
      },
      {
        name: 'says in check mode too which field forces a new certificate',
        params: { ...admin, o: 'others' },
        seen: right,
        context: { checkMode: true },
        steps: ['issue /pki/admin.crt: subject O is system:masters, wanted others'],
        repeats: made,
        result: { reason: 'subject O is system:masters, wanted others' },
      },
      {
        name: 'renews a certificate whose end is within the window',
        params: { ...admin, renew_before_days: 101 },
        seen: right,
        steps: [`issue /pki/admin.crt: it ends on ${told?.notAfter}, within 101 days`],
        repeats: made,
      },
      {
        name: 'makes key and certificate again when a key of another type is wanted',
        params: { ...admin, key_type: 'ECDSA', curve: 'P-384' },
        seen: right,
        steps: ['issue /pki/admin.crt: the key is RSA of 2048 bits, wanted ECDSA on P-384'],
        repeats: made,
      },
      {
        name: 'leaves a key pair that is there',
        params: { kind: 'keypair', dir: '/pki', name: 'service-account' },
        seen: { ...right, certificate: file(key.publicKey) },
        result: { path: '/pki/service-account.pub', key: '/pki/service-account.key' },
      },
      {
        name: 'refuses an address that is none',
        params: { ...admin, ip: ['10.32.0'] },
        seen: right,
        fail: '10.32.0 in ip is no address',
      },
      {
        name: 'issues again when the authority is another one of the same name',
        params: admin,
        seen: { ...right, issuer: file(otherCa) },
        steps: ['issue /pki/admin.crt: its issuer is another authority'],
        repeats: made,
      },
      {
        name: 'issues again when the key is not the certificate’s',
        params: admin,
        seen: { ...right, key: file(caKey.privateKey) },
        steps: ['issue /pki/admin.crt: it does not belong to the key'],
        repeats: made,
      },
      {
        name: 'issues again when asked by force',
        params: { ...admin, force: true },
        seen: right,
        steps: ['issue /pki/admin.crt: force is set'],
        repeats: made,
      },
      {
        name: 'makes a key that everybody can read private again (S1-24)',
        params: admin,
        seen: { ...right, keyFile: seenFile({ mode: '0644' }) },
        steps: ['give /pki/admin.key 0600'],
      },
      {
        name: 'takes a key and its certificate back from another owner',
        params: admin,
        seen: {
          ...right,
          keyFile: seenFile({ mode: '0600', owner: 'nobody', uid: 65534 }),
          certificateFile: seenFile({ mode: '0600', owner: '', uid: 4711 }),
        },
        steps: ['give /pki/admin.key owner root', 'give /pki/admin.crt 0644, owner root'],
      },
      {
        name: 'takes them back before it issues again',
        params: { ...admin, force: true },
        seen: { ...right, keyFile: seenFile({ mode: '0600', owner: 'nobody', uid: 65534 }) },
        steps: ['give /pki/admin.key owner root', 'issue /pki/admin.crt: force is set'],
        repeats: made,
      },
      {
        name: 'leaves a secret once it was made',
        params: { kind: 'secret', dir: '/pki', name: 'encryption', bytes: 16 },
        seen: { key: file('c2VjcmV0IGtleSBvZiB0ZQ==\n'), keyFile: seenFile({ mode: '0600' }) },
      },
      ...['', 'c2VjcmV0IGtl', 'c2VjcmV0IGtleSBvZiB0', 'no base64 at all, but long enough'].map((half) => ({
        name: `refuses a secret that was cut off or overwritten: ${half || 'nothing'}`,
        params: { kind: 'secret', dir: '/pki', name: 'encryption', bytes: 16 },
        seen: { key: file(half), keyFile: seenFile({ mode: '0600' }) },
        fail: '/pki/encryption.secret does not hold 16 bytes in base64: bring back a copy of it, or remove it and have a new one made',
      })),
      {
        name: 'makes a secret of 32 bytes (S2-44)',
        params: { kind: 'secret', dir: '/pki', name: 'encryption' },
        seen: { key: nothing, keyFile: absent },
        steps: ['make /pki/encryption.secret (32 random bytes)'],
        repeats: made,
      },
      {
        name: 'needs an authority for a certificate',
        params: { kind: 'cert', dir: '/pki', name: 'x' },
        seen: { key: nothing, keyFile: absent, certificate: nothing, certificateFile: absent },
        fail: 'a certificate needs ca',
      },
    ],
    test,
  );
});
