// The control plane as role controller would write it, on paper.
import * as assert from 'uvu/assert';
import { oneServer, standardPaper, threeControllers, twoControllers } from '../support/paper_layouts.ts';
import { siteOnPaper, type Paper, type PaperRequest } from '../support/site_on_paper.ts';
import { describe } from '../support/suite.ts';
import { readUnit, type UnitFile } from '../support/unit_file.ts';
import { at, yamlData } from '../support/yaml_data.ts';

const controllers = threeControllers.groups['controller'] ?? [];
const daemons = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

/** Flags of the guides of 2016 to 2020 that a current release refuses, or takes and does nothing with. */
const gone = [
  'admission-control',
  'apiserver-count',
  'insecure-port',
  'insecure-bind-address',
  'master',
  'address',
  'port',
  'kubelet-https',
  'enable-swagger-ui',
  'experimental-encryption-provider-config',
  'runtime-config',
  'token-auth-file',
  'authorization-policy-file',
  'cloud-config',
];

describe('roles/controller', ({ test, setup }) => {
  let paper: Paper;
  setup(async () => {
    paper = await standardPaper();
  });
  const unit = (name: string, host = 'controller-1'): UnitFile =>
    readUnit(paper.file(host, `/etc/systemd/system/${name}.service`));

  test('the API server speaks TLS both ways, asks Node and RBAC, keeps an audit log (S0-28, S2-13, SK-11)', () => {
    const { flags, program, all } = unit('kube-apiserver');
    assert.is(program, '/usr/local/bin/kube-apiserver');
    assert.equal(all('Type'), ['notify']);
    const etcd = ['10', '11', '12'].map((last) => `https://10.240.0.${last}:2379`).join(',');
    const pki = '/etc/kubernetes/pki';
    const wanted: Record<string, string> = {
      'advertise-address': '10.240.0.11',
      'allow-privileged': 'true',
      'authorization-mode': 'Node,RBAC',
      'audit-log-maxage': '30',
      'audit-log-maxbackup': '3',
      'audit-log-maxsize': '100',
      'audit-log-path': '/var/log/kubernetes/audit.log',
      'bind-address': '0.0.0.0',
      'client-ca-file': `${pki}/ca.crt`,
      'enable-admission-plugins': 'NodeRestriction',
      'etcd-servers': etcd,
      'etcd-cafile': `${pki}/ca.crt`,
      'etcd-certfile': `${pki}/kubernetes.crt`,
      'etcd-keyfile': `${pki}/kubernetes.key`,
      'event-ttl': '1h0m0s',
      'encryption-provider-config': '/etc/kubernetes/encryption-config.yaml',
      'kubelet-certificate-authority': `${pki}/ca.crt`,
      'kubelet-client-certificate': `${pki}/kubernetes.crt`,
      'kubelet-client-key': `${pki}/kubernetes.key`,
      'kubelet-preferred-address-types': 'InternalIP,Hostname,ExternalIP',
      'service-account-issuer': 'https://api.kubernetes-the-hard-way:6443',
      'service-account-key-file': `${pki}/service-account.crt`,
      'service-account-signing-key-file': `${pki}/service-account.key`,
      'service-cluster-ip-range': '10.32.0.0/24',
      'service-node-port-range': '30000-32767',
      'tls-cert-file': `${pki}/kubernetes.crt`,
      'tls-private-key-file': `${pki}/kubernetes.key`,
    };
    assert.equal(Object.fromEntries(Object.keys(wanted).map((name) => [name, flags.get(name)])), wanted);
  });

  test('the controller manager cuts a range for each node, signs with the authority, and one of three leads (S0-30, S2-14, S1-28)', () => {
    const { flags } = unit('kube-controller-manager');
    const wanted: Record<string, string> = {
      'allocate-node-cidrs': 'true',
      'bind-address': '0.0.0.0',
      'cluster-cidr': '10.200.0.0/16',
      'cluster-name': 'kubernetes-the-hard-way',
      'cluster-signing-cert-file': '/etc/kubernetes/pki/ca.crt',
      'cluster-signing-key-file': '/etc/kubernetes/pki/ca.key',
      kubeconfig: '/etc/kubernetes/kube-controller-manager.kubeconfig',
      'leader-elect': 'true',
      'node-cidr-mask-size': '24',
      'root-ca-file': '/etc/kubernetes/pki/ca.crt',
      'service-account-private-key-file': '/etc/kubernetes/pki/service-account.key',
      'use-service-account-credentials': 'true',
    };
    assert.equal(Object.fromEntries(Object.keys(wanted).map((name) => [name, flags.get(name)])), wanted);
  });

  test('an API server that hangs on an etcd it has lost is ended soon, the others stop by themselves', () => {
    assert.equal(
      daemons.map((name) => unit(name).all('TimeoutStopSec').join()),
      ['15', '', ''],
    );
    assert.equal(
      daemons.map((name) => unit(name).all('Restart').join()),
      ['on-failure', 'on-failure', 'on-failure'],
    );
  });

  test('both daemons know the same service range (S0-56, SK-11)', () => {
    const range = (daemon: string): string | undefined => unit(daemon).flags.get('service-cluster-ip-range');
    assert.is(range('kube-apiserver'), '10.32.0.0/24');
    assert.is(range('kube-controller-manager'), range('kube-apiserver'));
  });

  test('the scheduler has a configuration file of version v1, and one leads (S0-31, S2-15, SK-12)', () => {
    const { flags } = unit('kube-scheduler');
    assert.is(flags.get('config'), '/etc/kubernetes/kube-scheduler.yaml');
    const config = yamlData(paper.file('controller-1', '/etc/kubernetes/kube-scheduler.yaml'));
    assert.is(config['apiVersion'], 'kubescheduler.config.k8s.io/v1');
    assert.is(at(config, 'leaderElection', 'leaderElect'), true);
    assert.is(at(config, 'clientConnection', 'kubeconfig'), '/etc/kubernetes/kube-scheduler.kubeconfig');
  });

  test('no daemon has a flag that is gone (S1-27, S1-29, S2-14, S3-22, S0-29)', () => {
    for (const daemon of daemons)
      assert.equal(
        gone.filter((name) => unit(daemon).flags.has(name)),
        [],
        daemon,
      );
  });

  test('three units are written on each controller, enabled and started, restarted only when stale (S2-16, S1-36)', () => {
    for (const host of controllers) {
      const asked = paper.of(host, 'systemd').filter(({ role }) => role === 'controller');
      for (const daemon of daemons) {
        const acts = asked.filter(({ params }) => params['name'] === daemon);
        assert.equal(
          acts.map(({ params }) => params['state']),
          ['restarted', 'started'],
          daemon,
        );
        assert.ok(Array.isArray(acts[0]?.params['stale_after']));
        assert.is(acts[1]?.params['enabled'], true);
      }
    }
  });

  test('a controller gets the CA’s, the API’s and the token pair, two kubeconfigs and the encryption key, and nothing more (S0-26, S2-07, S2-10)', () => {
    for (const host of controllers) {
      const sent = paper
        .of(host, 'copy')
        .filter(({ role }) => role === 'controller')
        .map(({ words }) => words('dest', 'mode'));
      assert.equal(sent.sort(), [
        '/etc/kubernetes/encryption-config.yaml 0600',
        '/etc/kubernetes/kube-controller-manager.kubeconfig 0600',
        '/etc/kubernetes/kube-scheduler.kubeconfig 0600',
        '/etc/kubernetes/pki/ca.crt 0644',
        '/etc/kubernetes/pki/ca.key 0600',
        '/etc/kubernetes/pki/kubernetes.crt 0644',
        '/etc/kubernetes/pki/kubernetes.key 0600',
        '/etc/kubernetes/pki/service-account.crt 0644',
        '/etc/kubernetes/pki/service-account.key 0600',
      ]);
    }
  });

  test('an API server on a host without kube-proxy reaches services by their endpoints (S0-44)', () => {
    assert.is(unit('kube-apiserver').flags.get('enable-aggregator-routing'), 'true');
    const routes = paper.of('controller-1', 'route')[0]?.params['routes'] as { dest: string }[];
    assert.equal(routes.map(({ dest }) => dest).sort(), ['10.200.0.0/24', '10.200.1.0/24']);
  });

  test('the health answer on port 80 is off unless asked for, then it checks the API’s certificate (S2-17)', async () => {
    const site = '/etc/nginx/sites-available/kubernetes.default.svc.cluster.local';
    assert.not([...paper.modes('controller-1').keys()].includes(site));
    const other = await siteOnPaper({ ...oneServer, vars: { healthz_proxy: true }, tags: ['control'] });
    assert.equal(other.failures, []);
    const text = other.file('server', site);
    for (const line of [
      /listen 80;/,
      /server_name kubernetes\.default\.svc\.cluster\.local;/,
      /proxy_pass https:\/\/127\.0\.0\.1:6443\/healthz;/,
      /proxy_ssl_trusted_certificate \/etc\/kubernetes\/pki\/ca\.crt;/,
      /proxy_ssl_verify on;/,
    ])
      assert.match(text, line);
    assert.ok(
      other.of('server', 'file').some(({ params }) => params['state'] === 'link' && params['src'] === site),
    );
    other.remove();
  });

  test('a health answer that is not asked for any more goes, and nginx with it unless it has other sites (S2-17)', async () => {
    const name = 'kubernetes.default.svc.cluster.local';
    const enabled = `/etc/nginx/sites-enabled/${name}`;
    const asked = async (
      request: Partial<PaperRequest>,
    ): Promise<readonly (readonly [string, string, unknown])[]> => {
      const other = await siteOnPaper({ ...oneServer, tags: ['control'], ...request });
      assert.equal(other.failures, []);
      other.remove();
      return other
        .of('server')
        .filter(
          ({ module, words }) => /nginx/.test(words('path', 'name')) && ['file', 'systemd'].includes(module),
        )
        .map(({ module, words, params }) => [
          module,
          words('path', 'name', 'state').trim(),
          params['enabled'],
        ]);
    };
    const removed = [`/etc/nginx/sites-available/${name}`, enabled].map((path) => [
      'file',
      `${path}  absent`,
      undefined,
    ]);
    const sorted = (tasks: readonly unknown[]): unknown[] => tasks.toSorted();
    const alone = await asked({});
    assert.equal(sorted(alone), sorted([...removed, ['systemd', 'nginx stopped', false]]));
    const shared = await asked({ left: { '/etc/nginx/sites-enabled/shop': '' } });
    assert.equal(sorted(shared), sorted([...removed, ['systemd', 'nginx reloaded', true]]));
    assert.equal(await asked({ missing: [enabled] }), []);
    assert.equal(
      (await asked({ vars: { healthz_proxy: true } })).filter((task) => /absent/.test(task[1])),
      [],
    );
  });

  test('with two controllers nothing says three (S2-01, S2-13, S0-56)', async () => {
    const other = await siteOnPaper(twoControllers);
    assert.equal(other.failures, []);
    const { flags } = readUnit(other.file('master-0', '/etc/systemd/system/kube-apiserver.service'));
    assert.is(flags.get('etcd-servers'), 'https://172.31.0.10:2379,https://172.31.0.11:2379');
    assert.not(flags.has('apiserver-count'));
    const rolesOf = (host: string): string[] =>
      [...new Set(other.of(host).map(({ role }) => role ?? ''))].sort();
    assert.equal(rolesOf('lb-0'), ['common', 'lb', 'preflight']);
    assert.equal(rolesOf('master-1'), ['cluster', 'common', 'controller', 'etcd', 'networking', 'preflight']);
    assert.equal(rolesOf('worker-1'), ['cluster', 'common', 'networking', 'preflight', 'worker']);
    other.remove();
  });

  test('a cloud provider is told to the controller manager and the kubelets, and to no API server (S0-57)', async () => {
    const other = await siteOnPaper({ ...oneServer, vars: { cloud_provider: 'external' } });
    const provider = (host: string, name: string): string | undefined =>
      readUnit(other.file(host, `/etc/systemd/system/${name}.service`)).flags.get('cloud-provider');
    assert.is(provider('server', 'kube-controller-manager'), 'external');
    assert.is(provider('node-0', 'kubelet'), 'external');
    assert.is(provider('server', 'kube-apiserver'), undefined);
    assert.is(unit('kube-controller-manager').flags.has('cloud-provider'), false);
    other.remove();
  });
});
