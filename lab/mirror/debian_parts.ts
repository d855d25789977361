// Parts taken from Debian packages and packed like the archives of their projects' releases.
import { chmod, copyFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { unpackDeb } from '../debian/suite.ts';
import type { Outcome } from '../outcome.ts';
import { refused, succeeded } from '../outcome.ts';
import type { Product } from './cache.ts';
import type { BuildContext, Part } from './part.ts';
import { writeTar } from './tar.ts';
import type { Architecture, Versions } from './versions.ts';
import { upstreamVersion } from './versions.ts';

/** The suite of the lab's hosts: what is linked against its libraries (runc) must come from it. */
export const hostSuite = 'bookworm';
/** Newer, and its Go programs still start on the host suite: they need glibc 2.34 only. */
export const newerSuite = 'trixie';

/** Counts up when packing changes, so that older entries are not taken. */
const packing = '1';

export interface DebianWish {
  readonly name: string;
  readonly version: string;
  readonly suite: string;
  /** The first one carries the version. */
  readonly packages: readonly string[];
}

interface DebianFiles extends DebianWish {
  /** Paths in the packages; a trailing `/` means all files of that directory. */
  readonly content: readonly string[];
  /** The one file that is served: an archive when it ends in .tgz or .tar.gz, else the first of `content` itself. */
  readonly file: string;
  /** The directory that the archive's members lie in. */
  readonly inside?: string;
  readonly paths: readonly string[];
}

const releases = 'releases/download';

export function debianParts(versions: Versions, architecture: Architecture): Part[] {
  const { etcd, containerd, cni_plugins: cni, runc, busybox } = versions;
  const etcdRelease = `etcd-v${etcd}-linux-${architecture}`;
  const containerdFile = `containerd-${containerd}-linux-${architecture}.tar.gz`;
  const cniFile = `cni-plugins-linux-${architecture}-v${cni}.tgz`;
  const wishes: DebianFiles[] = [
    {
      name: 'etcd',
      version: etcd,
      suite: newerSuite,
      packages: ['etcd-server', 'etcd-client'],
      content: ['usr/bin/etcd', 'usr/bin/etcdctl', 'usr/bin/etcdutl'],
      file: `${etcdRelease}.tar.gz`,
      inside: etcdRelease,
      paths: [`github.com/etcd-io/etcd/${releases}/v${etcd}/${etcdRelease}.tar.gz`],
    },
    {
      name: 'containerd',
      version: containerd,
      suite: newerSuite,
      packages: ['containerd'],
      content: ['usr/bin/containerd', 'usr/bin/containerd-shim-runc-v2', 'usr/bin/ctr'],
      file: containerdFile,
      inside: 'bin',
      paths: [`github.com/containerd/containerd/${releases}/v${containerd}/${containerdFile}`],
    },
    {
      name: 'cni-plugins',
      version: cni,
      suite: newerSuite,
      packages: ['containernetworking-plugins'],
      content: ['usr/lib/cni/'],
      file: cniFile,
      paths: [`github.com/containernetworking/plugins/${releases}/v${cni}/${cniFile}`],
    },
    {
      name: 'runc',
      version: runc,
      suite: hostSuite,
      packages: ['runc'],
      content: ['usr/sbin/runc'],
      file: `runc.${architecture}`,
      paths: [`github.com/opencontainers/runc/${releases}/v${runc}/runc.${architecture}`],
    },
    {
      name: 'busybox',
      version: busybox,
      suite: newerSuite,
      packages: ['busybox-static'],
      content: ['usr/bin/busybox'],
      file: 'busybox',
      paths: [`busybox/${busybox}/busybox-${architecture}`],
    },
  ];
  return wishes.map((wish) => ({
    name: wish.name,
    version: wish.version,
    recipe: [packing, wish.suite],
    build: (context) => buildFromPackages(wish, context),
  }));
}

/** Downloads and unpacks into `scratch/root`; gives the packages with their versions, or says which version there is. */
export async function unpackPackages(wish: DebianWish, context: BuildContext): Promise<Outcome<string>> {
  const { scratch, signal } = context;
  context.note(`reading the package lists of Debian ${wish.suite}`);
  const suite = await context.suite(wish.suite);
  if (!suite.ok) return suite;
  const [first = wish.name] = wish.packages;
  const version = await suite.value.versionOf(first);
  if (!version.ok) return version;
  const upstream = upstreamVersion(version.value);
  if (upstream !== wish.version && !upstream.startsWith(`${wish.version}.`))
    return refused({
      summary: `Debian ${wish.suite} has ${wish.name} ${upstream}, not ${wish.version}`,
      remedy: `ask for version ${upstream}, or take ${wish.version} from its official place`,
    });
  context.note(`downloading ${wish.packages.join(', ')}`);
  const debs = await suite.value.download(wish.packages, path.join(scratch, 'debs'));
  if (!debs.ok) return debs;
  for (const deb of debs.value) {
    const unpacked = await unpackDeb(deb, path.join(scratch, 'root'), signal);
    if (!unpacked.ok) return unpacked;
  }
  return succeeded(`Debian ${wish.suite}, package ${first} ${version.value}`);
}

async function buildFromPackages(wish: DebianFiles, context: BuildContext): Promise<Outcome<Product>> {
  const source = await unpackPackages(wish, context);
  if (!source.ok) return source;
  context.note(`packing ${wish.file}`);
  const target = path.join(context.directory, wish.file);
  const files = await listContent(wish.content, path.join(context.scratch, 'root'));
  if (/\.(tgz|tar\.gz)$/.test(wish.file)) {
    const inside = wish.inside === undefined ? '' : `${wish.inside}/`;
    const members = files.map(
      (file) => ({ type: 'file', name: `${inside}${path.basename(file)}`, mode: 0o755, from: file }) as const,
    );
    await writeTar(members, target, { gzip: true });
  } else {
    await copyFile(files[0] ?? '', target);
    await chmod(target, 0o755);
  }
  return succeeded({ source: source.value, files: [{ file: wish.file, paths: wish.paths }] });
}

async function listContent(content: readonly string[], root: string): Promise<string[]> {
  const lists = await Promise.all(
    content.map(async (one) => {
      const absolute = path.join(root, one);
      if (!one.endsWith('/')) return [absolute];
      return (await readdir(absolute)).sort().map((name) => path.join(absolute, name));
    }),
  );
  return lists.flat();
}
