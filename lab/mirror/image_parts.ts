// Container images under the names that manifests use, so that unchanged manifests run from the mirror.
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Outcome } from '../outcome.ts';
import { refused, succeeded } from '../outcome.ts';
import { tryProgram } from '../try_program.ts';
import type { Product } from './cache.ts';
import { newerSuite, unpackPackages } from './debian_parts.ts';
import type { ImageSource } from './image.ts';
import { writeImage } from './image.ts';
import { mimeTypes, nginxConfiguration, nginxSite } from './nginx_files.ts';
import type { BuildContext, Part } from './part.ts';
import type { TarEntry } from './tar.ts';
import type { Architecture, Versions } from './versions.ts';

/** Counts up when the images' content changes, so that older entries are not taken. */
const packing = '1';

/** The C library's name of the architecture, and of its loader. */
const libraryNames: Record<Architecture, { readonly folder: string; readonly loader: string }> = {
  amd64: { folder: 'x86_64-linux-gnu', loader: 'lib64/ld-linux-x86-64.so.2' },
  arm64: { folder: 'aarch64-linux-gnu', loader: 'lib/ld-linux-aarch64.so.1' },
};

const text = (name: string, content: string): TarEntry => ({
  type: 'file',
  name,
  from: Buffer.from(content),
});
const program = (name: string, from: string): TarEntry => ({ type: 'file', name, mode: 0o755, from });
const scratchDirectory: TarEntry = { type: 'directory', name: 'tmp', mode: 0o1777 };
const accounts = [
  text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n'),
  text('etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
];

export function imageParts(versions: Versions): Part[] {
  const { pause, coredns, busybox, nginx } = versions;
  return [
    {
      name: 'image-pause',
      version: pause,
      recipe: [packing],
      needs: ['pause'],
      build: (context) =>
        buildImage(context, `registry.k8s.io/pause:${pause}`, {
          entrypoint: ['/pause'],
          content: [program('pause', entryFile(context, 'pause', 'pause'))],
        }),
    },
    {
      name: 'image-coredns',
      version: coredns,
      recipe: [packing],
      needs: ['coredns'],
      build: (context) =>
        buildImage(context, `registry.k8s.io/coredns/coredns:v${coredns}`, {
          entrypoint: ['/coredns'],
          content: [program('coredns', entryFile(context, 'coredns', 'coredns')), scratchDirectory],
        }),
    },
    {
      name: 'image-busybox',
      version: busybox,
      recipe: [packing],
      needs: ['busybox'],
      build: buildBusybox,
    },
    {
      name: 'image-nginx',
      version: nginx,
      recipe: [packing, nginxConfiguration, nginxSite],
      needs: ['busybox'],
      build: (context) => buildNginx(nginx, context),
    },
  ];
}

type ImageContent = Pick<ImageSource, 'entrypoint' | 'command' | 'content'>;

async function buildImage(
  context: BuildContext,
  name: string,
  content: ImageContent,
  otherNames: readonly string[] = [],
): Promise<Outcome<Product>> {
  context.note('writing the image');
  const archive = `${archiveName(name)}.tar`;
  const { architecture, directory, scratch } = context;
  const names = [name, ...otherNames];
  const image = await writeImage({ ...content, names, architecture }, directory, archive, scratch);
  return succeeded({
    source: 'made from programs of this cache',
    files: [{ file: archive, paths: [`images/${archive}`] }],
    image,
  });
}

/** `docker.io/library/nginx:1.26` is `nginx-1.26`. */
function archiveName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(':', '-');
}

function entryFile(context: BuildContext, part: string, file: string): string {
  return path.join(context.entryOf(part).directory, file);
}

async function buildBusybox(context: BuildContext): Promise<Outcome<Product>> {
  const binary = entryFile(context, 'busybox', 'busybox');
  const applets = await tryProgram([binary, '--list'], { signal: context.signal });
  if (!applets.ok) return applets;
  const links = applets.value.split(/\s+/).filter((name) => name !== '' && name !== 'busybox');
  const { version } = context.entryOf('busybox');
  return buildImage(
    context,
    `docker.io/library/busybox:${version}`,
    {
      entrypoint: [],
      command: ['sh'],
      content: [
        program('bin/busybox', binary),
        ...appletLinks(links),
        ...accounts,
        scratchDirectory,
        rootHome,
      ],
    },
    ['docker.io/library/busybox:latest'],
  );
}

const rootHome: TarEntry = { type: 'directory', name: 'root', mode: 0o700 };

function appletLinks(names: readonly string[]): TarEntry[] {
  return names.map((name) => ({ type: 'link', name: `bin/${name}`, target: '/bin/busybox' }));
}

/**
 * nginx as the official image behaves: it listens on 80, serves /usr/share/nginx/html, reads /etc/nginx/conf.d/*.conf
 * and logs to standard output. Debian's program with the libraries that its loader names, and busybox for a shell.
 */
async function buildNginx(version: string, context: BuildContext): Promise<Outcome<Product>> {
  const packages = ['nginx', 'libc6', 'libcrypt1', 'libpcre2-8-0', 'libssl3t64', 'libzstd1', 'zlib1g'];
  const unpacked = await unpackPackages({ name: 'nginx', version, suite: newerSuite, packages }, context);
  if (!unpacked.ok) return unpacked;
  const libraries = await librariesOf('usr/sbin/nginx', path.join(context.scratch, 'root'), context);
  if (!libraries.ok) return libraries;
  const shell = ['sh', 'cat', 'ls', 'wget', 'nslookup', 'hostname', 'ip', 'ping', 'sleep', 'env', 'id', 'ps'];
  return buildImage(
    context,
    `docker.io/library/nginx:${version}`,
    {
      entrypoint: ['/usr/sbin/nginx'],
      command: ['-g', 'daemon off;'],
      content: [
        program('usr/sbin/nginx', path.join(context.scratch, 'root/usr/sbin/nginx')),
        ...libraries.value,
        program('bin/busybox', entryFile(context, 'busybox', 'busybox')),
        ...appletLinks(shell),
        ...accounts,
        text('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'),
        text('etc/nginx/nginx.conf', nginxConfiguration),
        text('etc/nginx/mime.types', mimeTypes),
        text('etc/nginx/conf.d/default.conf', nginxSite),
        text('usr/share/nginx/html/index.html', '<!DOCTYPE html>\n<h1>Welcome to nginx!</h1>\n'),
        { type: 'directory', name: 'var/log/nginx' },
        { type: 'directory', name: 'var/lib/nginx' },
        { type: 'directory', name: 'run' },
        scratchDirectory,
      ],
    },
    ['docker.io/library/nginx:latest'],
  );
}

/** The shared libraries of a program, and its loader, found in the unpacked packages by the loader's own search. */
async function librariesOf(
  binary: string,
  root: string,
  context: BuildContext,
): Promise<Outcome<TarEntry[]>> {
  const { folder, loader } = libraryNames[context.architecture];
  const libraryFolder = path.join('usr/lib', folder);
  const loaderFile = path.join(root, 'usr', loader);
  const listed = await tryProgram(
    [loaderFile, '--library-path', path.join(root, libraryFolder), '--list', path.join(root, binary)],
    { signal: context.signal },
  );
  if (!listed.ok) return listed;
  const found = [...listed.value.matchAll(/^\s*(\S+) => (\S+)/gm)].filter(([, name]) => !name?.includes('/'));
  const strangers = found.filter(([, , file]) => file?.startsWith(`${root}/`) !== true);
  if (strangers.length > 0) {
    const names = strangers.map(([, name]) => name).join(', ');
    return refused({
      summary: `The packages of ${binary} lack ${names}`,
      remedy: 'add the package that has it',
    });
  }
  const libraries = await Promise.all(
    found.map(async ([, name = '', file = '']) => program(`${libraryFolder}/${name}`, await realpath(file))),
  );
  // The C library loads these by itself when names are looked up, so no list of a program names them.
  const resolvers = (await readdir(path.join(root, libraryFolder)))
    .filter((name) => /^lib(nss_(files|dns)|resolv)\.so\.\d+$/.test(name))
    .map((name) => program(`${libraryFolder}/${name}`, path.join(root, libraryFolder, name)));
  return succeeded([...libraries, ...resolvers, program(loader, await realpath(loaderFile))]);
}
