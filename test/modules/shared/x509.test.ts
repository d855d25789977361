import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { makeKeyPair, readKeyWords, type KeyPair } from '../../../modules/shared/key_pairs.ts';
import {
  isIssuedBy,
  keyMatches,
  readCertificate,
  reasonToReissue,
  type CertificateRequest,
} from '../../../modules/shared/x509.ts';
import { issueCertificate } from '../../../modules/shared/x509_issue.ts';
import { describe } from '../../support/suite.ts';

const rsa = { type: 'RSA', bits: 2048 } as const;
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
    caKey = await makeKeyPair(rsa);
    ca = issueCertificate(authority, caKey);
    key = await makeKeyPair(rsa);
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
    const middleKey = await makeKeyPair(rsa);
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

  for (const curve of ['P-256', 'P-384', 'P-521'] as const)
    test(`openssl verifies keys and signatures on ${curve}, beside RSA on either side`, async () => {
      const form = { type: 'ECDSA', curve } as const;
      const [rootKey, leafKey] = [await makeKeyPair(form), await makeKeyPair(form)];
      assert.is(readKeyWords(rootKey.privateKey), `ECDSA on ${curve}`);
      const root = issueCertificate(authority, rootKey);
      const pairs = [
        ['root.crt', root, rootKey, leafKey],
        ['root.crt', root, rootKey, key],
        ['ca.crt', ca, caKey, leafKey],
      ] as const;
      writeFileSync(path.join(folder, 'root.crt'), root);
      for (const [authorityFile, certificate, { privateKey }, own] of pairs) {
        const made = issueCertificate(server, own, { certificate, privateKey });
        writeFileSync(path.join(folder, 'curve.crt'), made);
        const verify = ['verify', '-x509_strict', '-CAfile', authorityFile, 'curve.crt'];
        const said = execFileSync('openssl', verify, { cwd: folder, encoding: 'utf8' });
        assert.match(said, 'curve.crt: OK');
        const state = readCertificate(made);
        assert.ok(state);
        assert.is(reasonToReissue(state, server, 30, Date.now()), undefined);
        assert.ok(keyMatches(made, own.privateKey));
        assert.ok(isIssuedBy(made, certificate));
      }
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
    assert.is(
      reason({ ip: ['10.32.0.1', 'FD00:0::1'] }),
      'IP addresses are 10.32.0.1, 127.0.0.1, wanted 10.32.0.1, fd00::1',
    );
    assert.is(reason({ dns: [] }), 'DNS names are kubernetes, kubernetes.default, wanted none');
    assert.match(reason({ subject: { cn: 'kubernetes' } }), 'subject O');
    assert.match(reason({ usages: ['server_auth'] }), 'usages');
    assert.match(reason({ isCa: true }), 'no CA');
    assert.match(reason({}, 400), 'within 400 days');
    assert.match(reasonToReissue(state, server, 30, Date.now() + 366 * 86_400_000) ?? '', 'ended');
  });

  test('an address is the same however it is written', () => {
    const request = { ...server, ip: ['FD00:0::1', '::FFFF'] };
    const state = readCertificate(
      issueCertificate(request, key, { certificate: ca, privateKey: caKey.privateKey }),
    );
    assert.ok(state);
    assert.is(reasonToReissue(state, request, 30, Date.now()), undefined);
  });

  test('a leaf names the key of its authority as the authority does', () => {
    writeFileSync(path.join(folder, 'foreign.key'), caKey.privateKey);
    const words = ['req', '-x509', '-key', 'foreign.key', '-subj', '/CN=foreign', '-out', 'foreign.crt'];
    const extension = [
      '-addext',
      'subjectKeyIdentifier=11:22:33',
      '-addext',
      'keyUsage=critical,keyCertSign',
    ];
    execFileSync('openssl', [...words, ...extension], { cwd: folder, stdio: 'pipe' });
    const certificate = readFileSync(path.join(folder, 'foreign.crt'), 'utf8');
    const below = issueCertificate(server, key, { certificate, privateKey: caKey.privateKey });
    writeFileSync(path.join(folder, 'below-foreign.crt'), below);
    const verify = ['verify', '-partial_chain', '-CAfile', 'foreign.crt', 'below-foreign.crt'];
    assert.match(execFileSync('openssl', verify, { cwd: folder, encoding: 'utf8' }), 'below-foreign.crt: OK');
  });

  test('keys are matched to certificates and certificates to issuers', () => {
    assert.ok(keyMatches(leaf, key.privateKey));
    assert.not(keyMatches(leaf, caKey.privateKey));
    assert.ok(isIssuedBy(leaf, ca));
    assert.not(isIssuedBy(ca, leaf));
    assert.is(readKeyWords(key.privateKey), 'RSA of 2048 bits');
    assert.is(readKeyWords('no key'), undefined);
    assert.is(readCertificate('no certificate'), undefined);
  });
});
