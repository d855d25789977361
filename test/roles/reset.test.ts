// reset.yml takes away what site.yml put on hosts: each path that the one was asked to keep, the other is asked to remove.
import path from 'node:path';
import * as assert from 'uvu/assert';
import type { Data } from '../../engine/module/contract.ts';
import { threeControllers } from '../support/paper_layouts.ts';
import { siteOnPaper, type Paper, type PaperTask } from '../support/site_on_paper.ts';
import { describe } from '../support/suite.ts';

/** What hosts had before, and keep; nginx.conf includes what is in its folder. */
const staysOnPurpose =
  /^\/etc\/(hosts|hostname|fstab|nginx\/(nginx\.conf|tcpconf\.d))$|^\/(usr\/local\/bin|etc\/systemd\/system)$/;
/** What programs make for themselves. */
const madeByPrograms: Readonly<Record<string, readonly string[]>> = {
  'worker-0': ['/opt/containerd', '/var/lib/containerd', '/var/lib/cni'],
};

function kept({ module, params, words }: PaperTask): string[] {
  if (params['state'] === 'absent') return [];
  if (module === 'modprobe') return [`/etc/modules-load.d/${words('name')}.conf`];
  if (module === 'sysctl') return [words('sysctl_file')];
  if (['stat', 'slurp', 'find'].includes(module)) return [];
  return [words('dest').trim() || words('path')];
}

function left(site: Paper, reset: Paper, host: string): string[] {
  const removed = reset
    .of(host, 'file')
    .filter(({ params }) => params['state'] === 'absent')
    .map(({ words }) => words('path'));
  const emptied = reset.of(host, 'find').flatMap(({ params }) => params['paths'] as readonly string[]);
  const isGone = (place: string): boolean =>
    removed.some((one) => place === one || place.startsWith(`${one}/`)) || emptied.includes(place);
  const places = [...site.of(host).flatMap(kept), ...(madeByPrograms[host] ?? [])];
  return [...new Set(places)].filter(
    (place) =>
      path.isAbsolute(place) &&
      !place.startsWith(site.folder) &&
      !staysOnPurpose.test(place) &&
      !isGone(place),
  );
}

async function bothWith(vars: Record<string, Data>): Promise<string[]> {
  const site = await siteOnPaper({ ...threeControllers, vars });
  const reset = await siteOnPaper({ ...threeControllers, vars, playbook: 'reset.yml' });
  assert.equal([...site.failures, ...reset.failures], []);
  site.remove();
  reset.remove();
  return Object.keys(threeControllers.hosts).flatMap((host) =>
    left(site, reset, host).map((place) => `${host} ${place}`),
  );
}

describe('reset.yml', ({ test }) => {
  test('removes every file and folder that site.yml put on a host', async () => {
    assert.equal(await bothWith({}), []);
    assert.equal(
      await bothWith({ lb_kind: 'nginx', healthz_proxy: true, image_mirror: 'http://mirror.lan' }),
      [],
    );
  });

  test('removes them where variables put them', async () => {
    assert.equal(await bothWith({ etcd_data_dir: '/srv/etcd', download_dir: '/srv/downloads' }), []);
  });

  test('removes what other releases left, and nothing that only looks like it', async () => {
    const ours = [
      '/opt/kubernetes-1.33.5',
      '/opt/etcd-3.5.9',
      '/opt/cni-plugins-1.0.0',
      '/opt/runc-1.1.0-rc.1',
    ];
    const reset = await siteOnPaper({
      ...threeControllers,
      playbook: 'reset.yml',
      left: Object.fromEntries(ours.map((place) => [place, ''])),
    });
    reset.remove();
    const removed = reset.of('worker-0', 'file').map(({ words }) => words('path'));
    assert.equal(
      ours.filter((place) => !removed.includes(place)),
      [],
    );
    const [look] = reset
      .of('worker-0', 'find')
      .filter(({ params }) => (params['paths'] as readonly string[]).includes('/opt'));
    assert.is(look?.params['use_regex'], true);
    const pattern = new RegExp(`^(?:${(look?.params['patterns'] as readonly string[]).join('|')})`);
    for (const place of ours) assert.match(path.basename(place), pattern);
    for (const other of ['etcd-backup', 'kubernetes-tools', 'my-etcd-3.5.9', 'containerd'])
      assert.not.match(other, pattern);
  });
});
