// A worker as role worker would make it, on paper.
import * as assert from 'uvu/assert';
import { oneServer, standardPaper } from '../support/paper_layouts.ts';
import { siteOnPaper, type Paper } from '../support/site_on_paper.ts';
import { describe } from '../support/suite.ts';
import { readUnit, type UnitFile } from '../support/unit_file.ts';
import { at, yamlData } from '../support/yaml_data.ts';

const resolved = '/run/systemd/resolve/resolv.conf';

describe('roles/worker', ({ test, setup }) => {
  let paper: Paper;
  setup(async () => {
    paper = await standardPaper();
  });
  const unit = (name: string): UnitFile =>
    readUnit(paper.file('worker-0', `/etc/systemd/system/${name}.service`));
  const other = async (request: Partial<Parameters<typeof siteOnPaper>[0]>, look: (found: Paper) => void) => {
    const found = await siteOnPaper({ ...oneServer, tags: ['worker'], ...request });
    try {
      look(found);
    } finally {
      found.remove();
    }
  };

  test('containers outlive containerd, and the kernel spares it (S0-32, S2-22)', () => {
    const { all, program } = unit('containerd');
    assert.is(program, '/usr/local/bin/containerd');
    const wanted: Record<string, string> = {
      ExecStartPre: '-/sbin/modprobe overlay',
      Delegate: 'yes',
      KillMode: 'process',
      OOMScoreAdjust: '-999',
      LimitNOFILE: '1048576',
      LimitNPROC: 'infinity',
      LimitCORE: 'infinity',
      Restart: 'always',
      RestartSec: '5',
    };
    assert.equal(Object.fromEntries(Object.keys(wanted).map((key) => [key, all(key)[0]])), wanted);
  });

  test('containerd’s configuration has the form of its version, runc by the v2 shim and systemd’s cgroups (S0-32, S2-22, SK-15)', async () => {
    const lines = (text: string): string[] => text.split('\n').map((line) => line.trim());
    const first = lines(paper.file('worker-0', '/etc/containerd/config.toml'));
    for (const line of [
      'version = 2',
      'snapshotter = "overlayfs"',
      'runtime_type = "io.containerd.runc.v2"',
      'SystemdCgroup = true',
      'bin_dir = "/opt/cni/bin"',
      'conf_dir = "/etc/cni/net.d"',
    ])
      assert.ok(first.includes(line), line);
    await other({ vars: { containerd_version: '2.1.4', cgroup_driver: 'cgroupfs' } }, (found) => {
      const second = lines(found.file('node-0', '/etc/containerd/config.toml'));
      for (const line of [
        'version = 3',
        '[plugins."io.containerd.cri.v1.runtime".cni]',
        'bin_dirs = ["/opt/cni/bin"]',
        'SystemdCgroup = false',
      ])
        assert.ok(second.includes(line), line);
    });
  });

  test('the kubelet admits nobody without a name, asks the API who may, and has everything in its file (S0-33, S2-24, SK-16)', () => {
    const config = yamlData(paper.file('worker-0', '/etc/kubernetes/kubelet.yaml'));
    const wanted = {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      authorization: { mode: 'Webhook' },
      cgroupDriver: 'systemd',
      clusterDomain: 'cluster.local',
      clusterDNS: ['10.32.0.10'],
      containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
      failSwapOn: true,
      maxPods: 110,
      registerNode: true,
      registerWithTaints: [],
      runtimeRequestTimeout: '15m',
      tlsCertFile: '/etc/kubernetes/pki/node.crt',
      tlsPrivateKeyFile: '/etc/kubernetes/pki/node.key',
    };
    assert.equal(Object.fromEntries(Object.keys(wanted).map((key) => [key, config[key]])), wanted);
    assert.equal(config['authentication'], {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: '/etc/kubernetes/pki/ca.crt' },
    });
  });

  test('pods get systemd-resolved’s servers where it runs, as the host’s own file leads to loopback (S0-33)', async () => {
    const file = (found: Paper, host: string): unknown =>
      yamlData(found.file(host, '/etc/kubernetes/kubelet.yaml'))['resolvConf'];
    assert.is(file(paper, 'worker-0'), resolved);
    await other({ missing: [resolved] }, (found) => assert.is(file(found, 'node-0'), '/etc/resolv.conf'));
    await other({ vars: { kubelet_resolv_conf: '/etc/own.conf' } }, (found) =>
      assert.is(file(found, 'node-0'), '/etc/own.conf'),
    );
  });

  test('the kubelet’s unit names the node and needs containerd (S0-33, S2-25, SK-16, S1-33, S3-24)', () => {
    const { all, flags } = unit('kubelet');
    assert.equal(Object.fromEntries(flags), {
      config: '/etc/kubernetes/kubelet.yaml',
      kubeconfig: '/etc/kubernetes/kubelet.kubeconfig',
      'node-ip': '10.240.0.20',
      'hostname-override': 'ip-10-240-0-20.lan',
      v: '2',
    });
    assert.equal(all('After'), ['containerd.service']);
    assert.equal(all('Requires'), ['containerd.service']);
  });

  test('kube-proxy has a kubeconfig of its own and iptables mode, nftables when asked, ipvs never (S0-35, S1-35, S2-26, SK-17)', async () => {
    const config = yamlData(paper.file('worker-0', '/etc/kubernetes/kube-proxy.yaml'));
    assert.is(config['mode'], 'iptables');
    assert.is(config['clusterCIDR'], '10.200.0.0/16');
    assert.is(at(config, 'clientConnection', 'kubeconfig'), '/etc/kubernetes/kube-proxy.kubeconfig');
    await other({ vars: { proxy_mode: 'nftables' } }, (found) =>
      assert.is(yamlData(found.file('node-1', '/etc/kubernetes/kube-proxy.yaml'))['mode'], 'nftables'),
    );
    await other({ vars: { proxy_mode: 'ipvs' } }, (found) => {
      assert.is(found.failures.length, 2, found.failures.join('\n'));
      assert.match(found.failures[0] ?? '', /ipvs/);
      assert.equal(found.of('node-0', 'copy'), []);
    });
  });

  test('a worker gets the CA’s certificate, its own pair, its kubeconfig and kube-proxy’s, and no other key (S0-26, S2-07)', () => {
    for (const host of ['worker-0', 'worker-1']) {
      const sent = paper
        .of(host, 'copy')
        .filter(({ params }) => params['src'] !== undefined)
        .map(({ words }) => words('src', 'dest', 'mode'));
      const from = (name: string): string => `${paper.folder}/${name}`;
      assert.equal(sent.sort(), [
        `${from(`kube-proxy.kubeconfig`)} /etc/kubernetes/kube-proxy.kubeconfig 0600`,
        `${from(`node-${host}.kubeconfig`)} /etc/kubernetes/kubelet.kubeconfig 0600`,
        `${from('pki/ca.crt')} /etc/kubernetes/pki/ca.crt 0644`,
        `${from(`pki/node-${host}.crt`)} /etc/kubernetes/pki/node.crt 0644`,
        `${from(`pki/node-${host}.key`)} /etc/kubernetes/pki/node.key 0600`,
      ]);
    }
  });

  test('runtime, plugins, crictl and the kubelet come unpacked onto the path, with their folders (S0-37, S1-32, S2-21)', () => {
    const links = paper
      .of('worker-0', 'file')
      .filter(({ params }) => params['state'] === 'link')
      .map(({ words }) => words('path'));
    assert.equal(links.sort(), [
      '/opt/cni/bin',
      ...['containerd', 'containerd-shim-runc-v2', 'crictl', 'ctr', 'kube-proxy', 'kubelet', 'runc'].map(
        (name) => `/usr/local/bin/${name}`,
      ),
    ]);
    const modes = paper.modes('worker-0');
    for (const folder of ['/etc/cni/net.d', '/opt/cni', '/var/lib/kubelet', '/etc/kubernetes'])
      assert.is(modes.get(folder), '0755', folder);
    for (const program of ['/opt/kubernetes-1.34.2/kubelet', '/opt/runc-1.1.5/runc.amd64'])
      assert.is(modes.get(program), '0755', program);
  });

  test('the kubelet asks containerd itself: no Docker and no cri-containerd stands between (S3-09)', () => {
    const config = yamlData(paper.file('worker-0', '/etc/kubernetes/kubelet.yaml'));
    assert.is(config['containerRuntimeEndpoint'], 'unix:///run/containerd/containerd.sock');
    const asked = paper.of('worker-0').map(({ module, params }) => `${module} ${JSON.stringify(params)}`);
    assert.ok(asked.some((one) => one.startsWith('systemd ') && one.includes('"containerd"')));
    assert.equal(
      asked.filter((one) => /cri-containerd|docker(?!\.io)/i.test(one)),
      [],
    );
    assert.not.match(paper.file('worker-0', '/etc/containerd/config.toml'), /disabled_plugins/);
  });

  test('crictl asks containerd (S0-38)', () => {
    assert.equal(yamlData(paper.file('worker-0', '/etc/crictl.yaml')), {
      'runtime-endpoint': 'unix:///run/containerd/containerd.sock',
      'image-endpoint': 'unix:///run/containerd/containerd.sock',
      timeout: 10,
      debug: false,
    });
  });

  test('a controller that is a worker too registers with a taint and gets its label (S0-34)', async () => {
    const taint = { key: 'node-role.kubernetes.io/control-plane', value: '', effect: 'NoSchedule' };
    const hosts = {
      ...oneServer.hosts,
      server: {
        ...oneServer.hosts['server'],
        node_taints: [taint],
        node_labels: { 'node-role.kubernetes.io/control-plane': '' },
      },
    };
    await other({ hosts, groups: { controller: ['server'], worker: ['server', 'node-0'] } }, (found) => {
      const config = yamlData(found.file('server', '/etc/kubernetes/kubelet.yaml'));
      assert.equal(config['registerWithTaints'], [taint]);
      const [node] = found.of('server', 'k8s_node');
      assert.equal(node?.params['labels'], { 'node-role.kubernetes.io/control-plane': '' });
      assert.equal(yamlData(found.file('node-0', '/etc/kubernetes/kubelet.yaml'))['registerWithTaints'], []);
    });
  });
});
