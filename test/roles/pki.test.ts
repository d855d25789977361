// What role pki makes at the operator, for a cluster of three controllers: read back by openssl's words and ours.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { readKeyWords } from '../../modules/shared/key_pairs.ts';
import { isIssuedBy, readCertificate, type CertificateState } from '../../modules/shared/x509.ts';
import { standardPaper, threeControllers } from '../support/paper_layouts.ts';
import { siteOnPaper, type Paper } from '../support/site_on_paper.ts';
import { describe } from '../support/suite.ts';
import { at, yamlData } from '../support/yaml_data.ts';

const common = { c: 'US', st: 'Oregon', l: 'Portland' };
const leaf = { ...common, ou: 'Kubernetes The Hard Way' };

describe('roles/pki', ({ test, setup }) => {
  let paper: Paper;
  setup(async () => {
    paper = await standardPaper();
    assert.equal(paper.failures, []);
  });
  const place = (name: string): string => path.join(paper.folder, 'pki', name);
  const certificate = (name: string): CertificateState => {
    const state = readCertificate(readFileSync(place(`${name}.crt`), 'utf8'));
    assert.ok(state, name);
    return state;
  };
  const inWords = (name: string): string =>
    execFileSync('openssl', ['x509', '-in', place(`${name}.crt`), '-noout', '-text'], { encoding: 'utf8' });
  const kubeconfig = (name: string): ReturnType<typeof yamlData> =>
    yamlData(readFileSync(path.join(paper.folder, `${name}.kubeconfig`), 'utf8'));

  test('the authority is an authority of five years with the guides’ name (S0-18, S2-03, SK-05)', () => {
    const { subject, isCa, notAfter } = certificate('ca');
    assert.equal(subject, { ...common, o: 'Kubernetes', ou: 'CA', cn: 'Kubernetes' });
    assert.ok(isCa);
    assert.is(Math.round((Date.parse(notAfter) - Date.now()) / 86_400_000), 1825);
    assert.is(readKeyWords(readFileSync(place('ca.key'), 'utf8')), 'RSA of 2048 bits');
    const words = inWords('ca');
    assert.match(words, /Key Usage: critical\s+.*Certificate Sign, CRL Sign/);
    assert.match(words, 'sha256WithRSAEncryption');
  });

  test('every other certificate is a leaf of it with usages that are critical (S0-18, SK-05)', () => {
    const authority = readFileSync(place('ca.crt'), 'utf8');
    const leaves = leafNames(paper);
    assert.equal(leaves, [
      'admin',
      'kube-controller-manager',
      'kube-proxy',
      'kube-scheduler',
      'kubernetes',
      'node-worker-0',
      'node-worker-1',
      'service-account',
    ]);
    for (const name of leaves) {
      assert.ok(isIssuedBy(readFileSync(place(`${name}.crt`), 'utf8'), authority), name);
      assert.not(certificate(name).isCa, name);
      assert.match(inWords(name), /Key Usage: critical\s+Digital Signature, Key Encipherment/, name);
    }
  });

  test('who a client is stands in its name and organization (S0-19, S0-21, S2-04, SK-06, SK-21)', () => {
    const clients: [string, string, string][] = [
      ['admin', 'admin', 'system:masters'],
      ['kube-controller-manager', 'system:kube-controller-manager', 'system:kube-controller-manager'],
      // SK-21: the origin wrote this organization with `system:` twice.
      ['kube-scheduler', 'system:kube-scheduler', 'system:kube-scheduler'],
      ['kube-proxy', 'system:kube-proxy', 'system:node-proxier'],
      ['service-account', 'service-accounts', 'Kubernetes'],
    ];
    for (const [name, cn, o] of clients) {
      const { subject, usages, dns, ip } = certificate(name);
      assert.equal(subject, { ...leaf, o, cn });
      assert.equal(usages, ['client_auth'], name);
      assert.equal([...dns, ...ip], [], name);
    }
  });

  test('a kubelet is system:node:NAME, valid for its names and both addresses (S0-20, S2-05, S3-19, SK-06)', () => {
    const { subject, dns, ip, usages } = certificate('node-worker-0');
    assert.equal(subject, { ...leaf, o: 'system:nodes', cn: 'system:node:ip-10-240-0-20.lan' });
    assert.equal([...dns].sort(), ['ip-10-240-0-20.lan', 'worker-0']);
    assert.equal([...ip].sort(), ['10.240.0.20', '127.0.0.1', '198.51.100.20']);
    assert.equal(usages, ['server_auth', 'client_auth']);
  });

  test('the API’s certificate has every way in, the services’ first address and all four short names (S0-22, S0-23, S2-06, S3-19, SK-07, SK-21, S1-50)', () => {
    const { subject, dns, ip, usages } = certificate('kubernetes');
    assert.equal(subject, { ...leaf, o: 'Kubernetes', cn: 'kubernetes' });
    assert.equal(usages, ['server_auth', 'client_auth']);
    for (const name of [
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      'kubernetes.default.svc.cluster.local',
      'localhost',
      'api.kubernetes-the-hard-way',
      'controller-0',
      'lb-0',
    ])
      assert.ok(dns.includes(name), name);
    // S0-22 has the long name without `default`, which is nobody's.
    assert.not(dns.includes('kubernetes.svc.cluster.local'));
    assert.equal([...ip].sort(), [
      '10.240.0.10',
      '10.240.0.11',
      '10.240.0.12',
      '10.240.0.5',
      '10.32.0.1',
      '127.0.0.1',
      '203.0.113.10',
    ]);
  });

  test('tokens are signed with a pair of their own, not with the authority’s key (S3-20, S0-21)', () => {
    assert.is.not(readFileSync(place('service-account.key'), 'utf8'), readFileSync(place('ca.key'), 'utf8'));
    assert.match(
      paper.file('controller-0', '/etc/systemd/system/kube-apiserver.service'),
      '--service-account-signing-key-file=/etc/kubernetes/pki/service-account.key',
    );
  });

  test('kubeconfigs lead nodes and kube-proxy to the balancer, the control plane to itself, the operator to the outside (S0-24, S2-09, S1-34, SK-08)', () => {
    const servers = [
      ['node-worker-0', 'system:node:ip-10-240-0-20.lan', 'https://10.240.0.5:6443'],
      ['kube-proxy', 'system:kube-proxy', 'https://10.240.0.5:6443'],
      ['kube-controller-manager', 'system:kube-controller-manager', 'https://127.0.0.1:6443'],
      ['kube-scheduler', 'system:kube-scheduler', 'https://127.0.0.1:6443'],
      ['admin', 'admin', 'https://203.0.113.10:6443'],
    ];
    for (const [name = '', user, server] of servers) {
      const config = kubeconfig(name);
      assert.is(at(config, 'clusters', 0, 'cluster', 'server'), server, name);
      assert.is(at(config, 'users', 0, 'name'), user, name);
    }
  });

  test('a kubeconfig has one context, default, that is the current one, and carries its certificates (S0-24, S2-08, S2-32)', () => {
    const config = kubeconfig('admin');
    assert.is(config['current-context'], 'default');
    assert.equal(config['contexts'], [
      { name: 'default', context: { cluster: 'kubernetes-the-hard-way', user: 'admin' } },
    ]);
    const embedded = (...keys: (string | number)[]): string =>
      Buffer.from(at(config, ...keys) as string, 'base64').toString('utf8');
    const authority = embedded('clusters', 0, 'cluster', 'certificate-authority-data');
    assert.is(authority, readFileSync(place('ca.crt'), 'utf8'));
    assert.is(
      embedded('users', 0, 'user', 'client-certificate-data'),
      readFileSync(place('admin.crt'), 'utf8'),
    );
    assert.is(embedded('users', 0, 'user', 'client-key-data'), readFileSync(place('admin.key'), 'utf8'));
  });

  test('secrets are encrypted with 32 random bytes, what was written before stays readable (S0-25, S2-10, S2-44, SK-09)', () => {
    const config = yamlData(readFileSync(path.join(paper.folder, 'encryption-config.yaml'), 'utf8'));
    assert.is(config['apiVersion'], 'apiserver.config.k8s.io/v1');
    assert.is(config['kind'], 'EncryptionConfiguration');
    assert.equal(at(config, 'resources', 0, 'resources'), ['secrets']);
    assert.is(at(config, 'resources', 0, 'providers', 0, 'aescbc', 'keys', 0, 'name'), 'key1');
    const secret = at(config, 'resources', 0, 'providers', 0, 'aescbc', 'keys', 0, 'secret') as string;
    assert.is(Buffer.from(secret, 'base64').length, 32);
    assert.equal(at(config, 'resources', 0, 'providers', 1), { identity: {} });
  });

  test('what is secret is readable by its owner alone (S1-24)', () => {
    const files = [paper.folder, path.dirname(place('x'))].flatMap((folder) =>
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.crt'))
        .map(({ name }) => path.join(folder, name)),
    );
    assert.ok(files.length >= 15, files.join('\n'));
    assert.equal(
      files.filter((file) => (statSync(file).mode & 0o777) !== 0o600),
      [],
    );
  });
});

describe('roles/pki with keys on a curve', ({ test, setup, teardown }) => {
  let paper: Paper;
  setup(async () => {
    const vars = { pki_key_type: 'ECDSA', pki_curve: 'P-384' };
    paper = await siteOnPaper({ ...threeControllers, withKeys: true, tags: ['pki'], vars });
    assert.equal(paper.failures, []);
  });
  teardown(() => {
    paper.remove();
  });

  test('every key is of the wanted kind, and every certificate is signed by the authority (S0-18)', () => {
    const folder = path.join(paper.folder, 'pki');
    const authority = readFileSync(path.join(folder, 'ca.crt'), 'utf8');
    assert.is(leafNames(paper).length, 8);
    for (const name of ['ca', ...leafNames(paper)]) {
      const key = readFileSync(path.join(folder, `${name}.key`), 'utf8');
      assert.is(readKeyWords(key), 'ECDSA on P-384', name);
      assert.ok(isIssuedBy(readFileSync(path.join(folder, `${name}.crt`), 'utf8'), authority), name);
    }
  });
});

function leafNames({ folder }: Paper): string[] {
  return readdirSync(path.join(folder, 'pki'))
    .filter((name) => name.endsWith('.crt') && name !== 'ca.crt')
    .map((name) => name.replace('.crt', ''))
    .sort();
}
