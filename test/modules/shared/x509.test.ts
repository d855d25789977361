import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import {
  issueCertificate,
  isIssuedBy,
  keyMatches,
  makeKeyPair,
  readCertificate,
  readKeyBits,
  reasonToReissue,
  type CertificateRequest,
  type KeyPair,
} from '../../../modules/shared/x509.ts';
import { describe } from '../../support/suite.ts';

const authority: CertificateRequest = {
  subject: { c: 'US', st: 'Oregon', l: 'Portland', o: 'Kubernetes', ou: 'CA', cn: 'Kubernetes' },
  dns: [],
  ip: [],
  usages: [],
  isCa: true,
  days: 1825,
};
const server: CertificateRequest = {
  subject: { o: 'Kubernetes', cn: 'kubernetes' },
  dns: ['kubernetes', 'kubernetes.default'],
  ip: ['10.32.0.1', '127.0.0.1'],
  usages: ['server_auth', 'client_auth'],
  isCa: false,
  days: 365,
};

describe('modules/shared/x509', ({ test, setup, teardown }) => {
  let caKey: KeyPair;
  let ca: string;
  let key: KeyPair;
  let leaf: string;
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-x509-'));

  setup(async () => {
    caKey = await makeKeyPair(2048);
    ca = issueCertificate(authority, caKey);
    key = await makeKeyPair(2048);
    leaf = issueCertificate(server, key, { certificate: ca, privateKey: caKey.privateKey });
    writeFileSync(path.join(folder, 'ca.crt'), ca);
    writeFileSync(path.join(folder, 'leaf.crt'), leaf);
  });
  teardown(() => rmSync(folder, { recursive: true }));

  test('openssl verifies the leaf by its authority', () => {
    const output = execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', 'ca.crt', 'leaf.crt'], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.match(output, 'leaf.crt: OK');
    assert.not.match(leaf, '\r');
  });

  test('openssl verifies a leaf of an intermediate authority through it', async () => {
    const middleKey = await makeKeyPair(2048);
    const signer = { certificate: ca, privateKey: caKey.privateKey };
    const middle = issueCertificate({ ...authority, subject: { cn: 'etcd-ca' } }, middleKey, signer);
    const below = issueCertificate(server, key, { certificate: middle, privateKey: middleKey.privateKey });
    writeFileSync(path.join(folder, 'middle.crt'), middle);
    writeFileSync(path.join(folder, 'below.crt'), below);
    const verify = ['verify', '-x509_strict', '-CAfile', 'ca.crt', '-untrusted', 'middle.crt', 'below.crt'];
    assert.match(execFileSync('openssl', verify, { cwd: folder, encoding: 'utf8' }), 'below.crt: OK');
    assert.throws(() =>
      execFileSync('openssl', ['verify', '-CAfile', 'ca.crt', 'below.crt'], { cwd: folder, stdio: 'pipe' }),
    );
  });

  test('openssl reads names, usages and the CA flag as they were asked', () => {
    const text = (file: string): string =>
      execFileSync('openssl', ['x509', '-in', file, '-noout', '-text'], { cwd: folder, encoding: 'utf8' });
    assert.match(text('leaf.crt'), /IP Address:10\.32\.0\.1/);
    assert.match(text('leaf.crt'), /TLS Web Server Authentication, TLS Web Client Authentication/);
    assert.match(text('leaf.crt'), /CA:FALSE/);
    assert.match(text('ca.crt'), /Certificate Sign, CRL Sign/);
    assert.match(text('ca.crt'), /CA:TRUE/);
    assert.match(text('ca.crt'), /sha256WithRSAEncryption/);
  });

  test('a certificate is read back as it was asked', () => {
    const state = readCertificate(leaf);
    assert.ok(state);
    assert.equal(state.subject, server.subject);
    assert.equal(state.dns, server.dns);
    assert.equal(state.ip, server.ip);
    assert.equal(state.usages, server.usages);
    assert.is(state.isCa, false);
    assert.is(reasonToReissue(state, server, 30, Date.now()), undefined);
  });

  test('each difference is named as the reason to issue again', () => {
    const state = readCertificate(leaf);
    assert.ok(state);
    const reason = (change: Partial<CertificateRequest>, days = 30): string =>
      reasonToReissue(state, { ...server, ...change }, days, Date.now()) ?? '';
    assert.match(reason({ ip: ['10.32.0.1'] }), 'IP addresses');
    assert.match(reason({ dns: [] }), 'DNS names');
    assert.match(reason({ subject: { cn: 'kubernetes' } }), 'subject O');
    assert.match(reason({ usages: ['server_auth'] }), 'usages');
    assert.match(reason({ isCa: true }), 'no CA');
    assert.match(reason({}, 400), 'within 400 days');
    assert.match(reasonToReissue(state, server, 30, Date.now() + 366 * 86_400_000) ?? '', 'ended');
  });

  test('keys are matched to certificates and certificates to issuers', () => {
    assert.ok(keyMatches(leaf, key.privateKey));
    assert.not(keyMatches(leaf, caKey.privateKey));
    assert.ok(isIssuedBy(leaf, ca));
    assert.not(isIssuedBy(ca, leaf));
    assert.is(readKeyBits(key.privateKey), 2048);
    assert.is(readKeyBits('no key'), undefined);
    assert.is(readCertificate('no certificate'), undefined);
  });
});
