// Installs and builds what is missing, and nothing when nothing is: `npm start` and `npm test` work on a fresh clone.
// Plain Node without packages, as it runs before there are any.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

/** Runs a command with its output shown; leaves with its exit code when it fails. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (done.error) {
    console.error(`Cannot run ${command}: ${done.error.message}`);
    process.exit(1);
  }
  if (done.status !== 0) process.exit(done.status ?? 1);
}

function digestOf(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

function isCurrent(stamp, digest) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
}

function sources(folder) {
  const full = path.join(root, folder);
  if (!existsSync(full)) return [];
  return readdirSync(full, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') || file.endsWith('.mjs'))
    .map((file) => path.join(folder, file))
    .sort();
}

/** Packages as the lock file names them. */
export function ensurePackages() {
  const stamp = path.join(root, 'node_modules', '.cache', 'hardway-packages');
  const digest = digestOf(['package.json', 'package-lock.json']);
  if (isCurrent(stamp, digest)) return;
  console.log('Installing packages ...');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}

/** The bundle that the `hardway` command runs. */
export function ensureBundle() {
  const stamp = path.join(root, 'dist', '.sources');
  const files = ['engine', 'modules', 'aws', 'inventory', 'lab', 'bin'].flatMap(sources);
  const digest = digestOf(['package-lock.json', ...files]);
  if (isCurrent(stamp, digest)) return;
  console.log('Building ...');
  run(process.execPath, ['bin/build.mjs']);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}

/** Programs that tests use, with the Debian package that has them. */
const testPrograms = {
  '/usr/bin/busybox': 'busybox',
  '/bin/mksh': 'mksh',
  '/bin/ksh93': 'ksh93u+m',
  '/usr/sbin/sshd': 'openssh-server',
  '/usr/bin/ssh': 'openssh-client',
  '/usr/bin/openssl': 'openssl',
  '/usr/bin/curl': 'curl',
  '/usr/bin/zip': 'zip',
  '/usr/bin/unzip': 'unzip',
  '/usr/bin/zstd': 'zstd',
  '/usr/bin/xz': 'xz-utils',
  '/usr/bin/patch': 'patch',
  '/usr/sbin/ip': 'iproute2',
  '/usr/bin/python3': 'python3',
};

/** Installs what tests need where that may be done: in CI, as root, on Debian. Elsewhere tests say what they miss. */
export function ensureTestPrograms() {
  const packages = Object.entries(testPrograms)
    .filter(([file]) => !existsSync(file))
    .map(([, name]) => name);
  if (packages.length === 0) return;
  if (process.env['CI'] !== 'true' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.log(`Some tests need these packages: ${packages.join(' ')}`);
    return;
  }
  console.log(`Installing ${packages.join(' ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['-q', 'update'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  run('apt-get', ['-q', '-y', 'install', '--no-install-recommends', ...packages], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`hardway needs Node 20 or later; this is ${process.versions.node}`);
  process.exit(1);
}
if (process.argv[1] && path.resolve(process.argv[1]) === path.join(root, 'bin', 'prepare.mjs')) {
  ensurePackages();
  ensureBundle();
}
