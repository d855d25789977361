// What the roles client, addons and preflight do from the operator's machine, on paper.
import { createHash } from 'node:crypto';
import * as assert from 'uvu/assert';
import type { Data } from '../../engine/module/contract.ts';
import { readCertificate } from '../../modules/shared/x509.ts';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { withEnvironment } from '../support/environment.ts';
import { oneServer, standardPaper, threeControllers, twoControllers } from '../support/paper_layouts.ts';
import { siteOnPaper, type Paper } from '../support/site_on_paper.ts';
import { describe } from '../support/suite.ts';
import { at, type Fields } from '../support/yaml_data.ts';

function objectsOf(paper: Paper, role: string): Fields[] {
  return paper
    .of('localhost', 'kubectl_apply')
    .filter((task) => task.role === role)
    .flatMap(({ params }) => params['definition'] as unknown as Fields[]);
}

const find = (objects: readonly Fields[], kind: string): Data =>
  (objects.find((object) => object['kind'] === kind) ?? null) as Data;

describe('roles/client', ({ test }) => {
  test('kubectl of the cluster’s own version, a kubeconfig to the outside, and a wait for the API (S0-40, S2-02, S2-32)', async () => {
    const paper = await standardPaper();
    const [kubectl] = paper.of('localhost', 'get_url');
    assert.match(kubectl?.words('url') ?? '', /\/v(\d+\.\d+\.\d+)\/bin\/linux\/amd64\/kubectl$/);
    assert.is(kubectl?.params['mode'], '0755');
    // Without a checksum a file that is there stays: another version must be another file.
    const release = /\/v([\d.]+)\//.exec(kubectl?.words('url') ?? '')?.[1] ?? '';
    assert.is(path.basename(kubectl?.words('dest') ?? ''), `kubectl-${release}`);
    const [link] = paper.of('localhost', 'file').filter(({ name }) => name === 'kubectl by its name');
    assert.is(link?.words('src'), `kubectl-${release}`);
    const [ready] = paper.of('localhost', 'uri');
    assert.is(ready?.params['url'], 'https://203.0.113.10:6443/readyz');
    assert.is(ready?.params['ca_path'], path.join(paper.folder, 'pki/ca.crt'));
  });

  test('the API server may speak to kubelets under the name that its certificate has (S0-39, S2-18, S2-19, S3-10)', async () => {
    const paper = await standardPaper();
    const objects = objectsOf(paper, 'client');
    const role = find(objects, 'ClusterRole');
    assert.is(at(role, 'metadata', 'name'), 'system:kube-apiserver-to-kubelet');
    const resources = at(role, 'rules', 0, 'resources') as string[];
    for (const name of ['nodes/proxy', 'nodes/stats', 'nodes/log', 'nodes/spec', 'nodes/metrics'])
      assert.ok(resources.includes(name), name);
    assert.equal(at(role, 'rules', 0, 'verbs'), ['*']);
    const shown = readCertificate(readFileSync(path.join(paper.folder, 'pki/kubernetes.crt'), 'utf8'));
    // S2-18 bound the role to `kubernetest`, and exec was forbidden.
    assert.equal(at(find(objects, 'ClusterRoleBinding'), 'subjects'), [
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: shown?.subject.cn },
    ]);
  });

  test('kubectl.yml wants to be told the API’s address, and uses it (S1-37)', async () => {
    const without = await siteOnPaper({ ...threeControllers, playbook: 'kubectl.yml' });
    assert.equal(without.failures, [
      "localhost The API's address is given: Say where the API is reached, -e kubernetes_api_endpoint=ADDRESS.",
    ]);
    assert.equal(without.of('localhost', 'get_url'), []);
    without.remove();
    const vars = { kubernetes_api_endpoint: '198.51.100.7' };
    const told = await siteOnPaper({ ...threeControllers, playbook: 'kubectl.yml', vars });
    assert.equal(told.failures, []);
    assert.is(told.of('localhost', 'kubeconfig')[0]?.params['server'], 'https://198.51.100.7:6443');
    told.remove();
  });

  test('kubectl.yml ends in plain words where no certificates were made (S1-37)', async () => {
    const vars = { kubernetes_api_endpoint: '198.51.100.7', pki_dir: '/nowhere' };
    const missing = ['/nowhere/ca.crt'];
    const paper = await siteOnPaper({ ...threeControllers, playbook: 'kubectl.yml', vars, missing });
    assert.match(paper.failures.join('\n'), '/nowhere/ca.crt is missing');
    paper.remove();
  });
});

describe('roles/addons', ({ test }) => {
  test('CoreDNS answers at the address that kubelets tell their pods, for the cluster’s and the reverse zones (S0-42, S2-39, S3-11, SK-21)', async () => {
    const objects = objectsOf(await standardPaper(), 'addons');
    assert.equal(
      objects.map((object) => object['kind']),
      ['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'ConfigMap', 'Deployment', 'Service'],
    );
    const service = find(objects, 'Service');
    assert.is(at(service, 'spec', 'clusterIP'), '10.32.0.10');
    assert.equal(
      (at(service, 'spec', 'ports') as { port: number; protocol: string }[]).map(
        ({ port, protocol }) => `${port}/${protocol}`,
      ),
      ['53/UDP', '53/TCP', '9153/TCP'],
    );
    const corefile = at(find(objects, 'ConfigMap'), 'data', 'Corefile') as string;
    assert.match(corefile, 'kubernetes cluster.local in-addr.arpa ip6.arpa {');
    assert.match(corefile, 'forward . /etc/resolv.conf {');
    assert.is(at(find(objects, 'Deployment'), 'spec', 'replicas'), 2);
    assert.is(at(find(objects, 'Deployment'), 'spec', 'template', 'spec', 'dnsPolicy'), 'Default');
    // New pods for a new authority: CoreDNS reads it once.
    const authority = readFileSync(path.join((await standardPaper()).folder, 'pki/ca.crt'), 'utf8').trimEnd();
    assert.is(
      at(find(objects, 'Deployment'), 'spec', 'template', 'metadata', 'annotations', 'hardway/authority'),
      createHash('sha256').update(authority).digest('hex'),
    );
  });
});

describe('roles/preflight', ({ test }) => {
  const preflight = (request: Partial<Parameters<typeof siteOnPaper>[0]>): Promise<Paper> =>
    siteOnPaper({ ...oneServer, tags: ['preflight'], ...request });

  test('an even number of etcd members is warned of, an odd one is not (S2-46, S4-15)', async () => {
    const even = await preflight(twoControllers);
    assert.equal(even.failures, []);
    assert.equal(
      even.said.map((line) => line.replaceAll('\n', ' ')),
      ['WARNING: 2 etcd members bear no more failures than 1; use an odd number.'],
    );
    even.remove();
    assert.equal((await standardPaper()).said, []);
  });

  test('little memory and few processors are warned of (S3-04)', async () => {
    const facts = { ansible_memtotal_mb: 500, ansible_processor_vcpus: 1 };
    const paper = await preflight({ facts });
    assert.is(paper.said.filter((line) => line.includes('500 MB of memory')).length, 3);
    assert.is(paper.said.filter((line) => line.includes('1 processor(s)')).length, 3);
    paper.remove();
  });

  test('a clock that differs and cgroup version 1 are warned of', async () => {
    const paper = await preflight({
      facts: { ansible_date_time: { epoch: '1000000000' } },
      missing: ['/sys/fs/cgroup/cgroup.controllers'],
    });
    assert.is(paper.said.filter((line) => line.includes('the clock of')).length, 3);
    assert.is(paper.said.filter((line) => line.includes('cgroup version 1')).length, 2);
    paper.remove();
  });

  test('a clock is held against the time between the question and the look at it', async () => {
    const now = Math.floor(Date.now() / 1000);
    const warnings = async (epoch: number, began: number): Promise<string[]> => {
      const paper = await preflight({
        facts: { ansible_date_time: { epoch: String(epoch) } },
        // As if facts had been asked for then.
        vars: { preflight_began: String(began) },
      });
      paper.remove();
      const said = paper.said.map((line) => line.replaceAll(/\s+/g, ' '));
      return said.flatMap((line) => /differs .* by (\d+) s/.exec(line)?.slice(1) ?? []);
    };
    assert.equal(await warnings(now - 30, now - 60), []);
    assert.equal(await warnings(now - 90, now - 60), ['30', '30', '30']);
    const ahead = await warnings(now + 90, now - 60);
    assert.ok(ahead.length === 3 && ahead.every((seconds) => Number(seconds) > 60), ahead.join());
  });

  test('cgroup version 1 is warned of as what it means for this kubelet', async () => {
    const missing = ['/sys/fs/cgroup/cgroup.controllers'];
    const said = async (vars: Record<string, Data>): Promise<string> => {
      const paper = await preflight({ vars, missing });
      paper.remove();
      return paper.said.join('\n').replaceAll(/\s+/g, ' ');
    };
    assert.match(await said({}), 'kubelet will not start there: set kubelet_fail_cgroup_v1 to false');
    const told = await said({ kubelet_fail_cgroup_v1: 'false' });
    assert.match(told, 'node-0 uses cgroup version 1, which kubelet is told to take');
    assert.not.match(told, 'will not start');
  });

  test('a clock that is right is not warned of, wherever the operator is', async () => {
    const restore = withEnvironment({ TZ: 'America/New_York' });
    try {
      const paper = await preflight({});
      assert.equal(
        paper.said.filter((line) => line.includes('the clock of')),
        [],
      );
      paper.remove();
    } finally {
      restore();
    }
  });

  test('ports that programs of others have are warned of, and those of our own units are not', async () => {
    const taken = await preflight({ listening: [22, 6443, 2379, 10250] });
    const ports = (said: readonly string[]): string[] =>
      said.flatMap(
        (line) => /WARNING: port (.*?) of (\S+) is in use/.exec(line)?.slice(1).join(' at ') ?? [],
      );
    assert.equal(ports(taken.said), ['6443, 2379 at server', '10250 at node-0', '10250 at node-1']);
    taken.remove();
    const ours = await preflight({ listening: [22, 6443, 2379, 10250], units: ['kube-apiserver', 'etcd'] });
    assert.equal(ports(ours.said), ['10250 at node-0', '10250 at node-1']);
    ours.remove();
    const moved = await preflight({ listening: [6443, 7443], vars: { api_port: 7443 } });
    assert.equal(ports(moved.said), ['7443 at server']);
    moved.remove();
  });

  test('ranges that overlap each other or the hosts end the run before anything changes (S0-56, S2-29)', async () => {
    for (const vars of [
      { pod_cidr: '10.32.0.0/16' },
      { service_cidr: '10.200.1.0/24' },
      { pod_cidr: '192.168.0.0/16' },
      { service_cidr: '192.168.10.0/24' },
    ]) {
      const paper = await preflight({ vars });
      assert.is(paper.failures.length, 3, JSON.stringify(vars));
      assert.match(paper.failures[0] ?? '', 'The address ranges overlap');
      assert.equal(paper.of('server', 'hostname'), []);
      paper.remove();
    }
  });
});

describe('programs of a cluster', ({ test }) => {
  const downloads = (paper: Paper): string[] => [
    ...new Set(paper.tasks.filter(({ module }) => module === 'get_url').map(({ words }) => words('url'))),
  ];

  test('come from their makers, by version and architecture, each by one variable (SK-01, SK-04, S2-21, S0-59)', async () => {
    const vars = { arch: 'arm64', k8s_version: '1.99.7' };
    const paper = await siteOnPaper({ ...oneServer, vars, apiMinor: '99' });
    assert.equal(paper.failures, []);
    const urls = downloads(paper);
    assert.is(urls.length, 11, urls.join('\n'));
    assert.equal(
      urls.filter((url) => !url.includes('arm64')),
      [],
    );
    const kubernetes = urls.filter((url) => url.includes('dl.k8s.io'));
    assert.equal(
      kubernetes.sort(),
      ['kube-apiserver', 'kube-controller-manager', 'kube-proxy', 'kube-scheduler', 'kubectl', 'kubelet'].map(
        (name) => `https://dl.k8s.io/v1.99.7/bin/linux/arm64/${name}`,
      ),
    );
    paper.remove();
  });

  test('are refused when their sha256 is another than the one told (SK-04, S1-49)', async () => {
    const sums = Object.fromEntries(
      ['kubelet', 'kubectl', 'runc.amd64'].map((name, index) => [name, `${index}a`.repeat(32)]),
    );
    const paper = await siteOnPaper({ ...oneServer, vars: { checksums: sums } });
    for (const [name, sum] of Object.entries(sums)) {
      const asked = paper.tasks.find(
        ({ module, words }) => module === 'get_url' && words('url').endsWith(`/${name}`),
      );
      assert.is(asked?.params['checksum'], `sha256:${sum}`, name);
    }
    paper.remove();
  });

  test('come from a mirror when one is named, images too (SK-04)', async () => {
    const mirror = 'http://mirror.lan:8080';
    const bases = ['kubernetes', 'etcd', 'containerd', 'runc', 'cni_plugins', 'crictl'];
    const vars = {
      image_mirror: mirror,
      ...Object.fromEntries(bases.map((name) => [`${name}_base_url`, `${mirror}/${name}`])),
    };
    const paper = await siteOnPaper({ ...oneServer, vars });
    assert.equal(
      downloads(paper).filter((url) => !url.startsWith(mirror)),
      [],
    );
    assert.match(paper.file('node-0', '/etc/containerd/certs.d/_default/hosts.toml'), `[host."${mirror}"]`);
    paper.remove();
  });

  test('a mirror of images that is not named any more goes from the workers (SK-04)', async () => {
    const place = '/etc/containerd/certs.d/_default/hosts.toml';
    const mark =
      readFileSync(
        path.resolve(import.meta.dirname, '../../roles/worker/templates/hosts.toml.j2'),
        'utf8',
      ).split('\n')[0] ?? '';
    const asked = async (image_mirror: string, left = {}): Promise<readonly unknown[]> => {
      const paper = await siteOnPaper({ ...oneServer, vars: { image_mirror }, left, tags: ['worker'] });
      assert.equal(paper.failures, []);
      paper.remove();
      const looks = paper.of('node-0', 'find').map(({ words }) => words('contains'));
      assert.equal(
        looks.filter((text) => text !== '' && mark.startsWith(text)).length,
        image_mirror === '' ? 1 : 0,
      );
      return paper
        .of('node-0')
        .filter(({ words }) => words('path', 'dest').trim() === place)
        .map(({ module, params }) => [module, params['state'] ?? null]);
    };
    assert.equal(await asked('http://mirror.lan'), [['template', null]]);
    assert.equal(await asked('', { [place]: mark }), [['file', 'absent']]);
    assert.equal(await asked(''), []);
  });
});
