// The file system that all hosts of all labs stand on, built once and never changed.
import { createHash } from 'node:crypto';
import { chmod, copyFile, lstat, mkdir, readdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as recipe from './base_recipe.ts';
import { deriveSuite, readAptSources, type AptSource } from './debian/apt_sources.ts';
import { emptyGroup, enterGroups, makeTopGroups, planTopGroups, removeGroups } from './cgroup.ts';
import { withLock } from './lock.ts';
import { trivialPackages, buildPackageRepository } from './package_repository.ts';
import { removeTree } from './mounts.ts';
import { cacheFolder, stateFolder } from './places.ts';
import { mustRun, runProgram } from './run_program.ts';

export interface BaseImage {
  /** The tree of a Debian host. */
  readonly root: string;
  /** What lies over it on a host with a busybox userland. */
  readonly busybox: string;
}

type Say = (line: string) => void;

/** Raised when the way of building below changes in a way that the recipe's data does not show. */
const builder = 1;

function imageFolder(): string {
  const text = JSON.stringify([builder, recipe, trivialPackages]);
  return join(cacheFolder(), `base-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`);
}

/** Gives the base image, building it when it is not in the cache: a minute or so on two cores. */
export async function ensureBaseImage(say: Say): Promise<BaseImage> {
  const folder = imageFolder();
  const image = { root: join(folder, 'root'), busybox: join(folder, 'busybox') };
  if (await exists(folder)) {
    await utimes(folder, new Date(), new Date()); // in use now: removeOldImages looks at it
    return image;
  }
  await withLock(join(stateFolder(), 'locks', 'base.lock'), async () => {
    if (await exists(folder)) return; // another lab built it while we waited
    const sources = deriveSuite(await readAptSources(), recipe.suite, process.env['HARDWAY_DEBIAN_MIRROR']);
    if (!sources.ok) throw new Error(`${sources.problem.summary}: ${sources.problem.remedy ?? ''}`);
    const building = `${folder}.building`;
    const groups = await planTopGroups(
      `image-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`,
    );
    await makeTopGroups(groups);
    // A build that was cut may have left programs at work and /proc mounted.
    for (const group of groups) await emptyGroup(group, 0);
    await removeTree(building);
    const started = Date.now();
    say(`building the hosts' base image (Debian ${recipe.suite}), once`);
    await build(building, { source: sources.value[0], groups, say });
    for (const group of groups) await removeGroups(group);
    await rename(building, folder);
    say(`base image built in ${((Date.now() - started) / 1000).toFixed(0)} s: ${folder}`);
  });
  return image;
}

interface Building {
  readonly source: AptSource | undefined;
  readonly groups: readonly string[];
  readonly say: Say;
}

async function build(folder: string, building: Building): Promise<void> {
  const root = join(folder, 'root');
  await mkdir(folder, { recursive: true });
  await bootstrap(root, building);
  await takeBusyboxApart(root, join(folder, 'busybox'));
  await buildPackageRepository(root, 'srv/packages');
  await setUnits(root);
  await mustRun(['sh', '-c', `cd "$0" && rm -rf ${recipe.removedPaths.join(' ')}`, root]);
  for (const [path, { content, mode }] of Object.entries(recipe.imageFiles)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
    await chmod(join(root, path), mode ?? 0o644);
  }
}

async function bootstrap(root: string, { source, groups, say }: Building): Promise<void> {
  const named = source?.signedBy ?? '';
  const keyring = named.startsWith('/') ? named : '/usr/share/keyrings/debian-archive-keyring.gpg';
  const options = ['--variant=minbase', '--merged-usr', `--include=${recipe.packages.join(',')}`];
  const argv = [
    'sh',
    '-c',
    enterGroups,
    'enter',
    'debootstrap',
    ...options,
    `--keyring=${keyring}`,
    recipe.suite,
    root,
    source?.uris[0] ?? '',
  ];
  let stage = '';
  await mustRun(argv, {
    env: {
      ...{ ...process.env, ...(await proxySettings()) },
      ...{ LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive', ENTER_GROUPS: groups.join(' ') },
    },
    onOutput: (text) => {
      const now = /^I: (Retrieving|Extracting|Unpacking|Configuring) /m.exec(text)?.[1];
      if (now === undefined || now === stage) return;
      stage = now;
      say(`  ${now.toLowerCase()} packages`);
    },
  });
}

/** debootstrap fetches by itself and knows only the environment, so apt's own proxy is handed to it. */
async function proxySettings(): Promise<NodeJS.ProcessEnv> {
  const asked = await runProgram(['apt-config', 'shell', 'proxy', 'Acquire::http::Proxy']);
  const proxy = /^proxy='(.+)'$/m.exec(asked.stdout)?.[1];
  return proxy === undefined || process.env['http_proxy'] !== undefined ? {} : { http_proxy: proxy };
}

/** Makes a layer that puts busybox in place of GNU programs and hides those that busybox does not have. */
async function takeBusyboxApart(root: string, layer: string): Promise<void> {
  const bin = join(layer, 'usr', 'bin');
  await mkdir(bin, { recursive: true });
  await copyFile(join(root, 'usr/bin/busybox'), join(bin, 'busybox'));
  await chmod(join(bin, 'busybox'), 0o4755); // its su needs root; for other applets it drops that itself
  const applets = new Set((await mustRun([join(bin, 'busybox'), '--list'])).trim().split('\n'));
  const listed = await mustRun(['chroot', root, 'dpkg', '-L', ...recipe.busyboxReplaces]);
  const paths = listed.split('\n').filter((path) => /^(\/usr)?\/s?bin\/[^/]+$/.test(path));
  for (const path of new Set([...paths, '/usr/bin/setsid', '/usr/bin/awk', '/bin/sh'])) {
    const place = join(layer, 'usr', path.replace(/^\/usr/, ''));
    await mkdir(dirname(place), { recursive: true });
    if (applets.has(basename(path))) await symlink('/usr/bin/busybox', place);
    else await mustRun(['mknod', place, 'c', '0', '0']); // overlayfs's sign for "deleted here"
  }
  await mustRun(['chroot', root, 'dpkg', '--purge', 'busybox-static']);
}

async function setUnits(root: string): Promise<void> {
  await mustRun(['chroot', root, 'systemctl', 'disable', ...recipe.disabledUnits]);
  await mustRun(['chroot', root, 'systemctl', 'mask', ...recipe.maskedUnits]);
  await mustRun(['chroot', root, 'systemctl', 'enable', ...recipe.enabledUnits]);
}

const keptDays = 7;

/** Takes away images that no lab stands on and that nobody asked for in the last days. */
export async function removeOldImages(inUse: ReadonlySet<string>): Promise<void> {
  const names = await readdir(cacheFolder()).catch(() => []);
  for (const folder of names
    .filter((name) => name.startsWith('base-'))
    .map((name) => join(cacheFolder(), name))) {
    const { mtimeMs } = await lstat(folder);
    const isOld = Date.now() - mtimeMs > keptDays * 24 * 3600 * 1000;
    if (isOld && !inUse.has(folder)) await removeTree(folder);
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
