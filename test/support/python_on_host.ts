// Python for one lab host, so that ansible-core itself can run there beside us: the files of Debian's packages laid into
// the host without their scripts. The archive of them is kept in the cache folder.
import { createReadStream, existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite } from '../../lab/base_recipe.ts';
import { openSuite, unpackDeb } from '../../lab/debian/suite.ts';
import { cacheFolder } from '../../lab/places.ts';
import { mustRun } from '../../lab/run_program.ts';

const packages = ['python3', 'python3-apt', 'python3-debian', 'libpython3-stdlib'];
/** Of all that these need, what the base image lacks. */
const wanted =
  /^(lib)?python|^(media-types|distro-info-data|libexpat1|libsqlite3|libreadline8|libncursesw6|libffi8|libbz2|libnsl2|libtirpc3|libdb5|libuuid1|libstdc)/;

async function archive(): Promise<string> {
  const place = path.join(cacheFolder(), `python-${suite}.tar.gz`);
  if (existsSync(place)) return place;
  await mkdir(cacheFolder(), { recursive: true });
  const folder = await mkdtemp(path.join(tmpdir(), 'hardway-python-'));
  try {
    const opened = await openSuite({ suite, directory: path.join(folder, 'apt') });
    if (!opened.ok) throw new Error(opened.problem.summary);
    const debs = await opened.value.downloadWithDependencies(packages, path.join(folder, 'debs'));
    if (!debs.ok) throw new Error(debs.problem.summary);
    for (const deb of debs.value.filter((one) => wanted.test(path.basename(one)))) {
      const unpacked = await unpackDeb(deb, path.join(folder, 'tree'));
      if (!unpacked.ok) throw new Error(unpacked.problem.summary);
    }
    const half = `${place}.${process.pid}`;
    await mustRun(['tar', '-C', path.join(folder, 'tree'), '-czf', half, '.']);
    await rename(half, place);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return place;
}

/** Lays Python into a host; nothing of the host's own is written over. */
export async function putPython(lab: { readonly sshConfigFile: string }, host: string): Promise<void> {
  const place = await archive();
  const unpack = 'test -x /usr/bin/python3 || tar -xzf - -C / --skip-old-files --keep-directory-symlink';
  const child = spawn('ssh', ['-F', lab.sshConfigFile, host, unpack], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  createReadStream(place)
    .pipe(child.stdin)
    .on('error', () => undefined);
  const code = await new Promise<number | null>((resolve) => void child.on('close', resolve));
  if (code !== 0) throw new Error(`Python could not be laid into ${host}: exit code ${String(code)}`);
}
