// etcd's members as role etcd would make them, on paper.
import * as assert from 'uvu/assert';
import { standardPaper, threeControllers, twoControllers } from '../support/paper_layouts.ts';
import { siteOnPaper, type Paper } from '../support/site_on_paper.ts';
import { describe } from '../support/suite.ts';
import { readUnit } from '../support/unit_file.ts';

const place = '/etc/systemd/system/etcd.service';

describe('roles/etcd', ({ test, setup }) => {
  let paper: Paper;
  setup(async () => {
    paper = await standardPaper();
  });

  test('a member speaks TLS both ways with peers and clients and knows the others from the inventory (S0-27, S2-11, S3-21, S1-22, SK-10, S4-14)', () => {
    const { all, flags, program } = readUnit(paper.file('controller-1', place));
    assert.is(program, '/usr/local/bin/etcd');
    assert.equal(all('Type'), ['notify']);
    assert.equal(all('RestartSec'), ['5']);
    const wanted: Record<string, string> = {
      name: 'controller-1',
      'data-dir': '/var/lib/etcd',
      'cert-file': '/etc/etcd/kubernetes.crt',
      'key-file': '/etc/etcd/kubernetes.key',
      'peer-cert-file': '/etc/etcd/kubernetes.crt',
      'peer-key-file': '/etc/etcd/kubernetes.key',
      'trusted-ca-file': '/etc/etcd/ca.crt',
      'peer-trusted-ca-file': '/etc/etcd/ca.crt',
      'client-cert-auth': '',
      'peer-client-cert-auth': '',
      'listen-peer-urls': 'https://10.240.0.11:2380',
      'initial-advertise-peer-urls': 'https://10.240.0.11:2380',
      'listen-client-urls': 'https://10.240.0.11:2379,https://127.0.0.1:2379',
      'advertise-client-urls': 'https://10.240.0.11:2379',
      'initial-cluster-token': 'etcd-cluster-0',
      'initial-cluster':
        'controller-0=https://10.240.0.10:2380,controller-1=https://10.240.0.11:2380,controller-2=https://10.240.0.12:2380',
      'initial-cluster-state': 'new',
    };
    assert.equal(Object.fromEntries(Object.keys(wanted).map((name) => [name, flags.get(name)])), wanted);
    assert.not(paper.file('controller-1', place).includes('http://'));
  });

  test('its programs stand on the path, its data is its own, its key readable by root alone (S2-11, S1-22, S1-24, SK-10)', () => {
    const modes = paper.modes('controller-1');
    assert.is(modes.get('/var/lib/etcd'), '0700');
    assert.is(modes.get('/etc/etcd/kubernetes.key'), '0600');
    const links = paper
      .of('controller-1', 'file')
      .filter(({ role, params }) => role === 'etcd' && params['state'] === 'link');
    assert.equal(
      links.map(({ params }) => params['path']),
      ['etcd', 'etcdctl', 'etcdutl'].map((name) => `/usr/local/bin/${name}`),
    );
    const [archive] = paper.of('controller-1', 'get_url').filter(({ role }) => role === 'etcd');
    assert.match(
      archive?.words('url') ?? '',
      /^https:\/\/.*\/v3\.\d+\.\d+\/etcd-v3\.\d+\.\d+-linux-amd64\.tar\.gz$/,
    );
  });

  test('every member is waited for and asked over TLS (S0-27, S1-23, S1-30)', () => {
    const [asked] = paper.of('controller-2', 'etcd_member');
    assert.equal(asked?.params['endpoints'], [
      'https://10.240.0.10:2379',
      'https://10.240.0.11:2379',
      'https://10.240.0.12:2379',
    ]);
    assert.is(asked?.params['wait_healthy'], 60);
    assert.is(asked?.params['cert'], '/etc/etcd/kubernetes.crt');
  });

  test('apart from the controllers it runs on its own hosts alone, and the API servers find it there (S1-22)', async () => {
    const other = await siteOnPaper({
      hosts: { ...twoControllers.hosts, 'etcd-0': { ansible_host: '172.31.0.30' } },
      groups: { ...twoControllers.groups, etcd: ['etcd-0'] },
    });
    assert.equal(other.failures, []);
    assert.equal(other.of('master-0', 'etcd_member'), []);
    assert.is(
      readUnit(other.file('etcd-0', place)).flags.get('initial-cluster'),
      'etcd-0=https://172.31.0.30:2380',
    );
    const api = readUnit(other.file('master-0', '/etc/systemd/system/kube-apiserver.service'));
    assert.is(api.flags.get('etcd-servers'), 'https://172.31.0.30:2379');
    assert.equal(
      other.of('etcd-0').filter(({ module, words }) => module === 'copy' && words('dest').includes('ca.key')),
      [],
    );
    other.remove();
  });

  test('etcd goes on without a member whose host cannot be reached, and not without the majority (S2-12)', async () => {
    const tags = ['preflight', 'etcd'];
    const one = await siteOnPaper({ ...threeControllers, tags, unreachable: ['controller-2'] });
    assert.equal(one.failures, []);
    assert.equal(one.of('controller-0', 'etcd_member')[0]?.params['endpoints'], [
      'https://10.240.0.10:2379',
      'https://10.240.0.11:2379',
    ]);
    one.remove();
    const two = await siteOnPaper({
      ...{ ...threeControllers, tags, unreachable: ['controller-1', 'controller-2'] },
    });
    assert.match(
      (two.failures[0] ?? '').replaceAll(/\s+/g, ' '),
      'etcd cannot work without controller-1, controller-2: 1 of 3 members are no majority.',
    );
    assert.equal(two.of('controller-0', 'file'), []);
    two.remove();
  });
});
