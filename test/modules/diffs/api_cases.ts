// By the kind of the step: what programs and APIs keep.
import { absent } from '../../../engine/module/vocabulary/stat.ts';
import { newUnit } from '../../../engine/module/vocabulary/unit_files.ts';
import { nothing, type DiffCase } from './diff_case.ts';

const object = (kind: string, more: object = {}): object => ({
  ...{ apiVersion: 'v1', kind, metadata: { name: 'x', namespace: 'default' } },
  ...more,
});
const etcd = { endpoints: ['https://10.0.0.1:2379'] };
const member = {
  ...{ id: 'a1', name: 'etcd-1', isLearner: false },
  ...{ peerUrls: ['https://10.0.0.1:2380'], clientUrls: ['https://10.0.0.1:2379'] },
};
const cluster = {
  ...{ reachable: true, members: [member], healthy: etcd.endpoints },
  statuses: [{ id: 'a1', leader: 'a1', revision: 4, size: 100, used: 20 }],
};
const node = {
  ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'w', labels: {} } },
  ...{ spec: {}, status: { conditions: [{ type: 'Ready', status: 'True' }] } },
};
const keys = { dir: '/pki', name: 'ca' };
const secret = (password: string): object => object('Secret', { data: { password } });
const map = object('ConfigMap', { data: { a: '1' } });

export const apiCases: Readonly<Record<string, DiffCase>> = {
  'change routes': {
    module: 'route',
    params: { name: 'pods', routes: [{ dest: '10.9.1.0/24', via: '10.0.0.2' }] },
    seen: { routes: [], file: nothing },
    lines: ['--- before: routes pods', '+++ after: routes pods', '+10.9.1.0/24 via 10.0.0.2'],
  },
  'change iptables': {
    module: 'iptables',
    params: { chain: 'INPUT', protocol: 'tcp', jump: 'ACCEPT' },
    seen: { rule: { chainExists: true, ruleExists: false, policy: 'ACCEPT' } },
    why: 'the call is the rule',
    lines: ['--- before: steps', '+++ after: steps', '+iptables -t filter -A INPUT -p tcp -j ACCEPT'],
  },
  'write crontab': {
    module: 'cron',
    params: { name: 'a', job: '/a', minute: '1' },
    seen: { table: { text: 'A=1\n' } },
    lines: ['--- before: crontab', '+++ after: crontab', '+#Ansible: a', '+1 * * * * /a'],
  },
  'issue certificate': {
    module: 'pki',
    params: { ...keys, kind: 'ca' },
    seen: { key: nothing, keyFile: absent, certificate: nothing, certificateFile: absent },
    lines: [
      '--- (absent)',
      '+++ after: /pki/ca.key',
      '+type: file',
      '+mode: 0600',
      '+owner: root',
      '+group: root',
      '--- (absent)',
      '+++ after: /pki/ca.crt',
      '+type: file',
      '+mode: 0644',
      '+owner: root',
      '+group: root',
    ],
  },
  'make secret': {
    module: 'pki',
    params: { ...keys, kind: 'secret' },
    seen: { key: nothing, keyFile: absent },
    lines: [
      '--- (absent)',
      '+++ after: /pki/ca.secret',
      '+type: file',
      '+mode: 0600',
      '+owner: root',
      '+group: root',
    ],
  },
  'change etcd membership': {
    module: 'etcd_member',
    params: { ...etcd, name: 'etcd-2', peer_url: 'https://10.0.0.2:2380' },
    seen: { cluster },
    why: 'the call names the member',
    lines: ['--- before: steps', '+++ after: steps', '+etcd: add member etcd-2 (https://10.0.0.2:2380)'],
  },
  'defragment etcd': {
    module: 'etcd_member',
    params: { ...etcd, state: 'defragged', name: 'etcd-1' },
    seen: { cluster },
    why: 'its data stays as it is',
    lines: [
      '--- before: steps',
      '+++ after: steps',
      '+etcd: defragment member etcd-1 (https://10.0.0.1:2380)',
    ],
  },
  'save etcd snapshot': {
    module: 'etcd_member',
    params: { ...etcd, state: 'saved', snapshot: '/s' },
    seen: { cluster, saved: { exists: false } },
    why: 'what is in it is not known',
    lines: ['--- before: steps', '+++ after: steps', '+save a snapshot of etcd in /s'],
  },
  'restore etcd snapshot': {
    module: 'etcd_member',
    params: {
      state: 'restored',
      snapshot: '/s',
      data_dir: '/var/lib/etcd',
      name: 'etcd-1',
      peer_url: 'https://10.0.0.1:2380',
      token: 'after',
    },
    seen: { saved: { exists: true }, folder: { exists: false } },
    why: 'what is in it is not known',
    lines: ['--- before: steps', '+++ after: steps', '+restore /s into /var/lib/etcd as etcd-1'],
  },
  'wait for etcd': {
    module: 'etcd_member',
    params: { ...etcd, name: 'etcd-1', peer_url: 'https://10.0.0.1:2380', wait_healthy: 5 },
    seen: { cluster: { ...cluster, healthy: [] } },
    why: 'a wait changes nothing',
    lines: [],
  },
  'apply kubernetes object': {
    module: 'kubectl_apply',
    params: { kubeconfig: '/k', definition: secret('aHVzaA==') },
    seen: { previews: [{ live: secret('b2xk'), applied: secret('aHVzaA==') }] },
    lines: [
      '--- before: Secret default/x',
      '+++ after: Secret default/x',
      '-    "password": "******** (before)"',
      '+    "password": "******** (after)"',
    ],
  },
  'delete kubernetes object': {
    module: 'kubectl_apply',
    params: { kubeconfig: '/k', definition: map, state: 'absent' },
    seen: { previews: [{ live: map, applied: map }] },
    lines: [
      '--- before: ConfigMap default/x',
      '+++ (absent)',
      '-{',
      '-  "apiVersion": "v1",',
      '-  "data": {',
      '-    "a": "1"',
      '-  },',
      '-  "kind": "ConfigMap",',
      '-  "metadata": {',
      '-    "name": "x",',
      '-    "namespace": "default"',
      '-  }',
      '-}',
    ],
  },
  'patch kubernetes object': {
    module: 'k8s_node',
    params: { kubeconfig: '/k', name: 'w', labels: { a: '1' } },
    seen: { nodes: [node] },
    lines: [
      '--- before: Node w',
      '+++ after: Node w',
      '-    "labels": {},',
      '+    "labels": {',
      '+      "a": "1"',
      '+    },',
    ],
  },
  'drain node': {
    module: 'k8s_node',
    params: { kubeconfig: '/k', name: 'w', state: 'drained' },
    seen: { nodes: [node], pods: [object('Pod')] },
    lines: [
      '--- before: Node w',
      '+++ after: Node w',
      '-  "spec": {}',
      '+  "spec": {',
      '+    "unschedulable": true',
      '+  }',
      '--- before: Pod',
      '+++ after: Pod',
      '-{',
      '-  "apiVersion": "v1",',
      '-  "kind": "Pod",',
      '-  "metadata": {',
      '-    "name": "x",',
      '-    "namespace": "default"',
      '-  }',
      '-}',
    ],
  },
  'set debconf': {
    module: 'debconf',
    params: { name: 'x', question: 'x/pass', vtype: 'password', value: 'open sesame' },
    seen: { kept: {} },
    why: 'the answer may be a password',
    lines: ['--- before: steps', '+++ after: steps', '+answer x/pass of x'],
  },
  'wait for unit': {
    module: 'systemd',
    params: { name: 'x', state: 'started', wait_active: 5 },
    seen: { unit: newUnit('x.service') },
    lines: ['--- before: unit x.service', '+++ after: unit x.service', '-active: no', '+active: yes'],
  },
  'git checkout': {
    module: 'git',
    params: { repo: 'https://h/r', dest: '/src', version: 'main' },
    seen: { tree: { found: 'nothing', head: '' }, there: { sha: 'a'.repeat(40), kind: 'branch' } },
    lines: ['--- before: /src', '+++ after: /src', '-', '+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  },
};
