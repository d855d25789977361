// The real programs. With an empty cache they are built here, which takes minutes; a cluster's tests need them anyway.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Entry } from '../../lab/mirror/entry.ts';
import { ensureBinaries } from '../../lab/mirror/ensure.ts';
import { multicallNames } from '../../lab/mirror/go_parts.ts';
import { progressPrinter } from '../../lab/mirror/progress_printer.ts';
import { serveMirror } from '../../lab/mirror/server.ts';
import { defaultVersions } from '../../lab/mirror/versions.ts';
import { describeProblem } from '../../lab/outcome.ts';
import { describe } from '../support/suite.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'hardway-binaries-'));
let entries: Entry[] = [];

function fileOf(part: string, file: string): string {
  const entry = entries.find((one) => one.name === part);
  assert.ok(entry !== undefined, part);
  return path.join(entry.directory, file);
}

function firstLine(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' }).split('\n')[0] ?? '';
}

describe('the programs of the local source (S2-44)', ({ test, setup, teardown }) => {
  setup(async () => {
    const printer = progressPrinter(process.stdout);
    const made = await ensureBinaries({ progress: printer.report });
    printer.close();
    assert.ok(made.ok, made.ok ? '' : describeProblem(made.problem));
    entries = made.value;
  });
  teardown(() => rmSync(scratch, { recursive: true }));

  test('the second call makes nothing', async () => {
    const again = await ensureBinaries({ progress: ({ part, note }) => assert.fail(`${part}: ${note}`) });
    assert.deepEqual(again, { ok: true, value: entries });
  });

  test('one binary is every Kubernetes daemon by its name, and says its version', () => {
    for (const name of multicallNames) {
      const link = path.join(scratch, name);
      symlinkSync(fileOf('kubernetes', 'kubernetes'), link);
      assert.equal(firstLine(link, '--version'), `Kubernetes v${defaultVersions.kubernetes}`);
    }
    const client = firstLine(fileOf('kubernetes', 'kubectl'), 'version', '--client');
    assert.equal(client, `Client Version: v${defaultVersions.kubernetes}`);
  });

  test('what is packed like a release starts and says its version', () => {
    const { etcd, containerd, coredns, cni_plugins: cni } = defaultVersions;
    const unpack = (part: string, file: string): string => {
      const directory = path.join(scratch, part);
      mkdirSync(directory);
      execFileSync('tar', ['--extract', '--file', fileOf(part, file), '--directory', directory]);
      return directory;
    };
    const etcdRelease = `etcd-v${etcd}-linux-amd64`;
    const etcdHome = path.join(unpack('etcd', `${etcdRelease}.tar.gz`), etcdRelease);
    assert.equal(firstLine(path.join(etcdHome, 'etcd'), '--version'), `etcd Version: ${etcd}`);
    assert.equal(firstLine(path.join(etcdHome, 'etcdctl'), 'version'), `etcdctl version: ${etcd}`);
    assert.equal(firstLine(path.join(etcdHome, 'etcdutl'), 'version'), `etcdutl version: ${etcd}`);
    const containerdHome = unpack('containerd', `containerd-${containerd}-linux-amd64.tar.gz`);
    assert.ok(firstLine(path.join(containerdHome, 'bin/containerd'), '--version').includes(containerd));
    const corednsHome = unpack('coredns', `coredns_${coredns}_linux_amd64.tgz`);
    assert.equal(firstLine(path.join(corednsHome, 'coredns'), '-version'), `CoreDNS-${coredns}`);
    const plugins = unpack('cni-plugins', `cni-plugins-linux-amd64-v${cni}.tgz`);
    const answer = execFileSync(path.join(plugins, 'bridge'), {
      env: { CNI_COMMAND: 'VERSION' },
      encoding: 'utf8',
    });
    assert.ok((JSON.parse(answer) as { supportedVersions: string[] }).supportedVersions.includes('1.0.0'));
  });

  test('every image is in the registry under its usual name', async () => {
    const mirror = await serveMirror({ entries, address: '127.0.0.1', port: 0 });
    assert.ok(mirror.ok);
    const { pause, coredns, busybox } = defaultVersions;
    const manifests = [
      `pause/manifests/${pause}`,
      `coredns/coredns/manifests/v${coredns}`,
      `library/busybox/manifests/${busybox}`,
      'library/nginx/manifests/latest',
    ];
    for (const manifest of manifests)
      assert.equal(
        (await fetch(`${mirror.value.url}/v2/${manifest}`, { method: 'HEAD' })).status,
        200,
        manifest,
      );
    await mirror.value.close();
  });
});
