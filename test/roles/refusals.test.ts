// What site.yml refuses, and in which words, before anything changes; on paper.
import * as assert from 'uvu/assert';
import type { Data } from '../../engine/module/contract.ts';
import { threeControllers } from '../support/paper_layouts.ts';
import { siteOnPaper, type Paper, type PaperRequest } from '../support/site_on_paper.ts';
import { describe } from '../support/suite.ts';

const unit = (name: string): string => `/etc/systemd/system/${name}.service`;

/** As roles controller and worker leave them; host names differ by what the test says. */
const left = {
  [unit('kube-apiserver')]: 'ExecStart=/x \\\n  --service-cluster-ip-range=10.32.0.0/24 \\\n  --v=2\n',
  [unit('kube-controller-manager')]:
    'ExecStart=/x \\\n  --cluster-cidr=10.200.0.0/16 \\\n  --node-cidr-mask-size=24\n',
  '/usr/local/bin/kube-apiserver': '/opt/kubernetes-1.34.2/kube-apiserver',
};

const plain = (text: string | undefined): string => (text ?? '').replaceAll(/\s+/g, ' ');

describe('what site.yml refuses', ({ test }) => {
  const site = (request: Partial<PaperRequest>): Promise<Paper> =>
    siteOnPaper({ ...threeControllers, ...request });
  const settled = (vars: Readonly<Record<string, Data>>, more: Partial<PaperRequest> = {}): Promise<Paper> =>
    site({ left, vars, tags: ['preflight', 'pki', 'common', 'control'], ...more });
  /** Modules that were asked for anything but a look. */
  const acted = (paper: Paper): string[] =>
    paper.tasks.map(({ module }) => module).filter((module) => !['slurp', 'stat', 'uri'].includes(module));

  test('what a cluster has settled is no matter when it stays as it is', async () => {
    const paper = await settled({});
    assert.equal(paper.failures, []);
    paper.remove();
  });

  test('other address ranges under a cluster that is there, before certificates and hosts change (S0-56)', async () => {
    const paper = await settled({ service_cidr: '10.33.0.0/24', pod_cidr: '10.201.0.0/16' });
    assert.is(paper.failures.length, 3, paper.failures.join('\n'));
    assert.is(
      plain(paper.failures[0]),
      'controller-0 The address ranges are those of the cluster: controller-0 has a cluster with other address ranges, and they cannot be changed while it lives: service_cidr is 10.32.0.0/24 there and 10.33.0.0/24 now, pod_cidr is 10.200.0.0/16 there and 10.201.0.0/16 now. Put the old values back, or take the cluster off its hosts first by playbooks/reset.yml.',
    );
    assert.equal(acted(paper), []);
    paper.remove();
    const mask = await settled({ node_cidr_mask_size: 25 });
    assert.match(plain(mask.failures[0]), 'node_cidr_mask_size is 24 there and 25 now.');
    mask.remove();
  });

  test('another name for a host that is a node', async () => {
    const kubelet = { [unit('kubelet')]: 'ExecStart=/x \\\n  --hostname-override=worker-old\n' };
    const paper = await settled({}, { left: kubelet });
    assert.is(paper.failures.length, 2, paper.failures.join('\n'));
    assert.match(
      plain(paper.failures[0]),
      'worker-0 is node worker-old of the cluster and would become ip-10-240-0-20.lan. Keep its name by node_name: worker-old in the inventory',
    );
    assert.equal(acted(paper), []);
    paper.remove();
    const kept = await settled({ node_name: 'worker-old' }, { left: kubelet });
    assert.equal(kept.failures, []);
    kept.remove();
  });

  test('a release that skips a minor one, or goes back; the next one and patches are no matter', async () => {
    for (const version of ['1.36.0', '1.33.9']) {
      const paper = await settled({ k8s_version: version });
      assert.match(
        plain(paper.failures[0]),
        `runs Kubernetes 1.34, and k8s_version is ${version}. A control plane goes from one minor release to the next, skips none and does not go back: from here to 1.35.`,
      );
      assert.equal(acted(paper), []);
      paper.remove();
    }
    for (const version of ['1.35.4', '1.34.0']) {
      const paper = await settled({ k8s_version: version });
      assert.equal(paper.failures, [], version);
      paper.remove();
    }
  });

  test('a worker that would be newer than the API; an older one and patches are no matter', async () => {
    const worker = (version: string, apiMinor: string): Promise<Paper> =>
      site({ tags: ['worker'], vars: { k8s_version: version }, apiMinor });
    const newer = await worker('1.35.4', '34+');
    assert.match(
      plain(newer.failures[0]),
      'The API is of Kubernetes 1.34, and k8s_version is 1.35.4: a kubelet may not be newer than its API. Run playbooks/site.yml whole, or with --tags control, first.',
    );
    assert.equal(acted(newer), []);
    newer.remove();
    for (const [version, minor] of [
      ['1.34.9', '34'],
      ['1.34.2', '35'],
    ] as const) {
      const paper = await worker(version, minor);
      assert.equal(paper.failures, [], `${version} below ${minor}`);
      paper.remove();
    }
  });

  test('the parts that need the API, when it does not answer; nothing is changed by them', async () => {
    for (const [tag, by] of [
      ['client', "the operator's access"],
      ['worker', 'a worker'],
      ['network', 'the pod network'],
    ] as const) {
      const paper = await site({ tags: [tag], isSilent: true, vars: { api_patience_seconds: 0 } });
      assert.match(
        plain(paper.failures.at(-1)),
        `https://203.0.113.10:6443 does not answer (Connection refused), and ${by} needs it. Run playbooks/site.yml whole, or with --tags pki,common,etcd,lb,control, first`,
      );
      assert.equal(
        acted(paper).filter((module) => !['file', 'get_url', 'kubeconfig'].includes(module)),
        [],
        tag,
      );
      paper.remove();
    }
  });

  test('a pod network for workers that are not registered', async () => {
    const paper = await site({ tags: ['network'], unregistered: ['worker-1'] });
    assert.match(
      plain(paper.failures[0]),
      'ip-10-240-0-21.lan is not registered with the API: run playbooks/site.yml --tags worker first.',
    );
    assert.equal(acted(paper), ['k8s_info']);
    paper.remove();
  });
});
