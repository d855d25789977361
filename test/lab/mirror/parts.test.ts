import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DebianSuite } from '../../../lab/debian/suite.ts';
import { cachedEntry } from '../../../lab/mirror/cache.ts';
import { debianParts } from '../../../lab/mirror/debian_parts.ts';
import { ensureBinaries, ensureParts, listParts } from '../../../lab/mirror/ensure.ts';
import type { Progress } from '../../../lab/mirror/ensure.ts';
import type { Entry } from '../../../lab/mirror/entry.ts';
import { kubernetesModuleFile } from '../../../lab/mirror/go_parts.ts';
import type { Part } from '../../../lab/mirror/part.ts';
import { mirrorVariables } from '../../../lab/mirror/variables.ts';
import { defaultVersions, upstreamVersion } from '../../../lab/mirror/versions.ts';
import type { Outcome } from '../../../lab/outcome.ts';
import { describe } from '../../support/suite.ts';
import { fileEntry, temporaryDirectory } from './fake_entry.ts';

const cache = temporaryDirectory();

/** A package with the given files, built by dpkg-deb, in the place of a download. */
function fakePackage(directory: string, name: string, files: readonly string[]): string {
  const root = path.join(cache, 'packages', name);
  for (const file of ['DEBIAN/control', ...files])
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  const control = `Package: ${name}\nVersion: 1\nArchitecture: all\nMaintainer: a test <a@test.example>\nDescription: x\n`;
  writeFileSync(path.join(root, 'DEBIAN/control'), control);
  for (const file of files) writeFileSync(path.join(root, file), `${name} ${file}`, { mode: 0o755 });
  const deb = path.join(directory, `${name}.deb`);
  execFileSync('dpkg-deb', ['--build', root, deb]);
  return deb;
}

function fakeSuite(
  versions: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string[]>>,
): DebianSuite {
  const download: DebianSuite['download'] = (packages, directory) => {
    mkdirSync(directory, { recursive: true });
    const debs = packages.map((name) => fakePackage(directory, name, files[name] ?? []));
    return Promise.resolve({ ok: true, value: debs });
  };
  return {
    name: 'fake',
    versionOf: (name) => Promise.resolve({ ok: true, value: versions[name] ?? '' }),
    download,
    downloadWithDependencies: download,
  };
}

async function buildFrom(name: string, suite: DebianSuite): Promise<Outcome<Entry>> {
  const part = debianParts(defaultVersions, 'amd64').find((one) => one.name === name);
  assert.ok(part !== undefined);
  return cachedEntry(cache, { ...part, architecture: 'amd64' }, (place) =>
    part.build({
      ...place,
      architecture: 'amd64',
      signal: undefined,
      note: () => undefined,
      suite: () => Promise.resolve({ ok: true, value: suite }),
      entryOf: () => assert.fail('needs nothing'),
    }),
  );
}

describe('parts from Debian packages', ({ test }) => {
  test('etcd is packed like its release, under the path of the official place', async () => {
    const suite = fakeSuite(
      { 'etcd-server': '3.5.16-4' },
      {
        'etcd-server': ['usr/bin/etcd', 'usr/bin/etcdutl', 'etc/etcd.conf'],
        'etcd-client': ['usr/bin/etcdctl'],
      },
    );
    const entry = await buildFrom('etcd', suite);
    assert.ok(entry.ok);
    const [file] = entry.value.files;
    assert.deepEqual(file?.paths, [
      'github.com/etcd-io/etcd/releases/download/v3.5.16/etcd-v3.5.16-linux-amd64.tar.gz',
    ]);
    assert.equal(entry.value.source, 'Debian trixie, package etcd-server 3.5.16-4');
    const listed = execFileSync('tar', [
      '--list',
      '--gzip',
      '--file',
      path.join(entry.value.directory, file.file),
    ]);
    const inside = 'etcd-v3.5.16-linux-amd64';
    assert.deepEqual(listed.toString().trim().split('\n'), [
      `${inside}/etcd`,
      `${inside}/etcdctl`,
      `${inside}/etcdutl`,
    ]);
  });

  test('the CNI archive has every plugin at its top, and runc is a bare program', async () => {
    const suite = fakeSuite(
      { 'containernetworking-plugins': '1.1.1+ds1-3+b17', runc: '1.1.5+ds1-1+deb12u1' },
      {
        'containernetworking-plugins': ['usr/lib/cni/loopback', 'usr/lib/cni/bridge'],
        runc: ['usr/sbin/runc'],
      },
    );
    const cni = await buildFrom('cni-plugins', suite);
    const runc = await buildFrom('runc', suite);
    assert.ok(cni.ok && runc.ok);
    const archive = path.join(cni.value.directory, 'cni-plugins-linux-amd64-v1.1.1.tgz');
    const listed = execFileSync('tar', ['--list', '--gzip', '--file', archive]).toString();
    assert.equal(listed, 'bridge\nloopback\n');
    const program = path.join(runc.value.directory, 'runc.amd64');
    assert.equal(readFileSync(program, 'utf8'), 'runc usr/sbin/runc');
    assert.equal(statSync(program).mode & 0o777, 0o755);
  });

  test('a version that Debian does not have is refused with the one that it has', async () => {
    const entry = await buildFrom('containerd', fakeSuite({ containerd: '1.7.29~ds1-1' }, {}));
    assert.ok(!entry.ok);
    assert.equal(entry.problem.summary, 'Debian trixie has containerd 1.7.29, not 1.7.24');
    assert.match(entry.problem.remedy ?? '', /1\.7\.29/);
  });

  test('the upstream version is read out of a Debian version', () => {
    const cases = { '1.7.24~ds1-6+deb13u1': '1.7.24', '1:1.37.0-6+b9': '1.37.0', '3.5.16-4': '3.5.16' };
    for (const [debian, upstream] of Object.entries(cases)) assert.equal(upstreamVersion(debian), upstream);
  });
});

describe('parts built from Go modules', ({ test }) => {
  test('the module file replaces each staging module by the published one of the same version', () => {
    const upstream = [
      'module k8s.io/kubernetes',
      '',
      'go 1.24.0',
      'replace (',
      '\tk8s.io/api => ./staging/src/k8s.io/api',
      '\tk8s.io/kubectl => ./staging/src/k8s.io/kubectl',
      ')',
    ].join('\n');
    assert.equal(
      kubernetesModuleFile(upstream, '1.34.2'),
      [
        'module hardway/kubernetes',
        'go 1.24.0',
        'require k8s.io/kubernetes v1.34.2',
        'replace k8s.io/api => k8s.io/api v0.34.2',
        'replace k8s.io/kubectl => k8s.io/kubectl v0.34.2',
        '',
      ].join('\n'),
    );
  });
});

function fakePart(name: string, needs: readonly string[], builds: string[]): Part {
  return {
    name,
    version: '1',
    recipe: [],
    needs,
    build: ({ directory, entryOf, note }) => {
      note('writing');
      builds.push(`${name}(${needs.map((need) => entryOf(need).name).join()})`);
      writeFileSync(path.join(directory, name), name);
      return Promise.resolve({
        ok: true,
        value: { source: 'a test', files: [{ file: name, paths: [name] }] },
      });
    },
  };
}

describe('ensureBinaries', ({ test }) => {
  test('makes what is missing in order, tells what it does, and does nothing the second time', async () => {
    const cacheDirectory = temporaryDirectory();
    const builds: string[] = [];
    const told: Progress[] = [];
    const parts = [fakePart('base', [], builds), fakePart('image', ['base'], builds)];
    const options = { cacheDirectory, progress: (progress: Progress) => told.push(progress) };
    const first = await ensureParts(parts, 'amd64', options);
    assert.ok(first.ok);
    assert.deepEqual(builds, ['base()', 'image(base)']);
    assert.deepEqual(
      told.map(({ part, state, note }) => `${part} ${state} ${note}`),
      ['base 1 working writing', 'base 1 done a test', 'image 1 working writing', 'image 1 done a test'],
    );
    const second = await ensureParts(parts, 'amd64', options);
    assert.deepEqual(second, first);
    assert.equal(builds.length, 2);
    assert.equal(told.length, 4);
  });

  test('what is made of another part is made again when that part is another', async () => {
    const cacheDirectory = temporaryDirectory();
    const builds: string[] = [];
    const image = fakePart('image', ['base'], builds);
    const base = fakePart('base', [], builds);
    await ensureParts([base, image], 'amd64', { cacheDirectory });
    await ensureParts([{ ...base, recipe: ['changed'] }, image], 'amd64', { cacheDirectory });
    assert.deepEqual(builds, ['base()', 'image(base)', 'base()', 'image(base)']);
  });

  test('the first part that cannot be made ends it; what was made stays', async () => {
    const cacheDirectory = temporaryDirectory();
    const builds: string[] = [];
    const broken: Part = {
      ...fakePart('broken', [], builds),
      build: () => Promise.resolve({ ok: false, problem: { summary: 'no network' } }),
    };
    const parts = [fakePart('base', [], builds), broken, fakePart('last', [], builds)];
    const result = await ensureParts(parts, 'amd64', { cacheDirectory });
    assert.deepEqual(result, { ok: false, problem: { summary: 'no network' } });
    assert.deepEqual(builds, ['base()']);
  });

  test('an unknown part is refused with the names that there are', async () => {
    const result = await ensureBinaries({ only: ['crictl'], cacheDirectory: temporaryDirectory() });
    assert.ok(!result.ok);
    assert.match(result.problem.remedy ?? '', /^there are etcd, .*image-nginx$/);
  });

  test('every part stands after those that it needs, and no two have the same name', async () => {
    const parts = await listParts(defaultVersions, 'amd64');
    const names = parts.map((part) => part.name);
    assert.equal(new Set(names).size, names.length);
    for (const [index, part] of parts.entries())
      for (const need of part.needs ?? []) assert.ok(names.slice(0, index).includes(need), need);
  });
});

describe('mirrorVariables', ({ test }) => {
  test('names places, checksums by file name and versions as the roles read them', async () => {
    const release = 'github.com/etcd-io/etcd/releases/download/v1.2.3';
    const first = await fileEntry(cache, 'etcd', 'program', [`${release}/etcd.tar.gz`]);
    const second = {
      ...first,
      version: '9.9.9',
      files: first.files.map((file) => ({ ...file, sha256: 'other' })),
    };
    const variables = mirrorVariables('http://10.0.0.1:5080', [first, second]);
    assert.equal(
      `${variables.etcd_base_url}/v1.2.3/etcd.tar.gz`,
      `http://10.0.0.1:5080/${release}/etcd.tar.gz`,
    );
    assert.equal(variables.image_mirror, 'http://10.0.0.1:5080');
    assert.deepEqual(variables.checksums, { 'etcd.tar.gz': first.files[0]?.sha256 });
    assert.equal(variables['etcd_version'], '1.2.3');
  });

  test('every name is a variable of role cluster, with the path that the role asks for', async () => {
    const defaults = await readFile(
      new URL('../../../roles/cluster/defaults/main.yml', import.meta.url),
      'utf8',
    );
    const variables = mirrorVariables('http://mirror', []);
    for (const [name, value] of Object.entries(variables)) {
      const written = new RegExp(`^${name}: (.*)$`, 'm').exec(defaults)?.[1];
      assert.ok(written !== undefined, name);
      if (name.endsWith('_base_url')) assert.equal(value, written.replace('https://', 'http://mirror/'));
    }
  });

  test('the default versions are those of role cluster', async () => {
    const defaults = await readFile(
      new URL('../../../roles/cluster/defaults/main.yml', import.meta.url),
      'utf8',
    );
    const { kubernetes, busybox, nginx, ...others } = defaultVersions;
    assert.ok(busybox !== '' && nginx !== '');
    for (const [name, version] of Object.entries({ ...others, k8s: kubernetes }))
      assert.match(defaults, new RegExp(`^${name}_version: "?${version}"?$`, 'm'));
  });
});
