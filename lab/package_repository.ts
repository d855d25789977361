// A few trivial packages in a repository on the host's own disk, so that package modules are tested for real on hosts
// that reach no archive: two versions, a dependency, a configuration file and a service.
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mustRun } from './run_program.ts';

interface TrivialPackage {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  readonly description: string;
  readonly files: Readonly<Record<string, string>>;
}

const greeting = (version: string): string => `#!/bin/sh\necho "hello from lab-hello ${version}"\n`;

const service = `[Unit]
Description=A service that sleeps

[Service]
ExecStart=/bin/sh -c 'while :; do sleep 3600; done'

[Install]
WantedBy=multi-user.target
`;

export const trivialPackages: readonly TrivialPackage[] = [
  ...['1.0', '1.1'].map((version) => ({
    name: 'lab-hello',
    version,
    depends: 'lab-hello-data',
    description: 'Says hello',
    files: { 'usr/bin/lab-hello': greeting(version) },
  })),
  {
    name: 'lab-hello-data',
    version: '1.0',
    description: 'What lab-hello needs',
    files: { 'usr/share/lab-hello/data': 'hello\n' },
  },
  ...['1.0', '1.1'].map((version) => ({
    name: 'lab-settings',
    version,
    description: 'Brings a configuration file',
    files: { 'etc/lab-settings.conf': `version=${version}\n` },
  })),
  {
    name: 'lab-service',
    version: '1.0',
    description: 'Brings a service',
    files: { 'lib/systemd/system/lab-service.service': service },
  },
];

/** Builds the packages with the image's own dpkg-deb and writes their index. `folder` is a path inside `root`. */
export async function buildPackageRepository(root: string, folder: string): Promise<void> {
  const index: string[] = [];
  await mkdir(join(root, folder), { recursive: true });
  for (const item of trivialPackages) {
    const tree = join(folder, 'tree');
    const control = controlText(item);
    await writeTree(join(root, tree), item, control);
    const file = `${item.name}_${item.version}_all.deb`;
    const build = ['dpkg-deb', '--root-owner-group', '--build', `/${tree}`, `/${folder}/${file}`];
    await mustRun(['chroot', root, ...build]);
    await rm(join(root, tree), { recursive: true });
    const content = await readFile(join(root, folder, file));
    const { size } = await stat(join(root, folder, file));
    const sha256 = createHash('sha256').update(content).digest('hex');
    index.push(`${control}Filename: ./${file}\nSize: ${size}\nSHA256: ${sha256}\n`);
  }
  await writeFile(join(root, folder, 'Packages'), index.join('\n'));
}

function controlText(item: TrivialPackage): string {
  return `Package: ${item.name}
Version: ${item.version}
Architecture: all
Maintainer: hardway lab <root@localhost>
${item.depends === undefined ? '' : `Depends: ${item.depends}\n`}Description: ${item.description}
`;
}

async function writeTree(tree: string, item: TrivialPackage, control: string): Promise<void> {
  await mkdir(join(tree, 'DEBIAN'), { recursive: true });
  await writeFile(join(tree, 'DEBIAN', 'control'), control);
  const settings = Object.keys(item.files).filter((path) => path.startsWith('etc/'));
  if (settings.length > 0) {
    await writeFile(join(tree, 'DEBIAN', 'conffiles'), settings.map((path) => `/${path}\n`).join(''));
  }
  for (const [path, content] of Object.entries(item.files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), content);
    await chmod(join(tree, path), content.startsWith('#!') ? 0o755 : 0o644);
  }
}
