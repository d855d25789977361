// Where the cases are run: on three hosts of a lab over ssh, or on this machine over local connections. Either way both
// engines find the same: an empty folder for each case, and inventory names a, b and c.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mustRun } from '../../../lab/run_program.ts';
import { hostRoot, listFiles, type ListedFile } from '../../support/host_listing.ts';
import type { TestLab } from '../../support/lab.ts';
import { putPython } from '../../support/python_on_host.ts';
import { oraclePython } from '../venv.ts';
import { treeOf } from './runs.ts';

export interface Place {
  /** Changes the site that an engine is given, so that its hosts are those of the place. */
  readonly fit: (site: string) => void;
  /** Takes away what a run before left, and makes a folder for each case. */
  readonly begin: (site: string, count: number) => void;
  /** What `@out@` stands for. */
  readonly outOf: (site: string, index: number) => string;
  /** What a case left in its folder, on each host. */
  readonly treeOf: (site: string, index: number) => string[];
}

export const thisMachine: Place = {
  fit: () => undefined,
  begin: (site, count) => {
    for (let index = 0; index < count; index += 1)
      mkdirSync(thisMachine.outOf(site, index), { recursive: true });
  },
  outOf: (site, index) => path.join(site, 'out', String(index)),
  treeOf: (site, index) => treeOf(thisMachine.outOf(site, index)),
};

export const hostNames = ['a', 'b', 'c'];
const folder = '/srv/corpus';

/** Lab hosts that ansible-core can work on: with Python, by the name that the interpreter has here, and a second port. */
export async function readyHosts(lab: TestLab): Promise<void> {
  for (const host of hostNames) {
    await putPython(lab, host);
    const lines = [
      `mkdir -p ${path.dirname(oraclePython())}`,
      // Users find it too.
      `d=${path.dirname(oraclePython())}; while [ "$d" != / ]; do chmod o+x "$d"; d=$(dirname "$d"); done`,
      `ln -sf /usr/bin/python3 ${oraclePython()}`,
      `printf 'Port 22\\nPort 2222\\n' > /etc/ssh/sshd_config.d/ports.conf`,
      'systemctl reload ssh',
    ];
    await mustRun(['ssh', '-F', lab.sshConfigFile, host, lines.join(' && ')]);
  }
}

/** A host's files, and where this machine sees them. */
interface Root {
  readonly name: string;
  readonly root: string;
}

interface LabPlace extends Place {
  /** What is on the hosts outside the folders of the cases, but for what each engine keeps for itself. */
  readonly others: () => ReadonlyMap<string, string>;
}

/** Scratch of the engines, and what a Python program writes beside its modules. */
const engines =
  /^\/(?:root|home\/\w+)\/\.(?:ansible|hardway)|^\/root$|^\/srv$|\/__pycache__(?:\/|$)|^\/(?:var\/)?tmp$/;

export async function labPlace(lab: TestLab): Promise<LabPlace> {
  const roots: Root[] = [];
  for (const name of hostNames) roots.push({ name, root: await hostRoot(lab, name) });
  const outOf = (_site: string, index: number): string => `${folder}/${index}`;
  return {
    outOf,
    fit: (site) => {
      const config = path.join(site, 'ssh_config');
      const aliases = hostNames.map((name) => `Host ${lab.host(name).address}\n  HostKeyAlias ${name}\n`);
      writeFileSync(config, `${aliases.join('')}\n${readFileSync(lab.sshConfigFile, 'utf8')}`);
      const hosts = path.join(site, 'hosts');
      const text = readFileSync(hosts, 'utf8')
        .replace('ansible_connection=local', `ansible_ssh_common_args='-F ${config}'`)
        .replaceAll(/^[abc](?= own)/gm, (name) => `${name} ansible_host=${lab.host(name).address}`);
      writeFileSync(hosts, text);
      const passwords = path.join(site, 'passwords.json');
      writeFileSync(passwords, JSON.stringify({ passwords: lab.passwords }), { mode: 0o600 });
    },
    begin: (_, count) => {
      for (const { root } of roots) {
        rmSync(path.join(root, folder), { recursive: true, force: true });
        for (let index = 0; index < count; index += 1)
          mkdirSync(path.join(root, outOf('', index)), { recursive: true });
      }
    },
    treeOf: (_, index) =>
      roots.flatMap(({ name, root }) =>
        treeOf(path.join(root, outOf('', index))).map((line) => `${name}: ${line}`),
      ),
    others: () =>
      new Map(
        roots.flatMap(({ name, root }) =>
          listFiles(root, [...notListedHere])
            .filter((file) => !engines.test(file.path))
            .map((file) => [`${name}:${file.path}`, textOf(file)] as const),
        ),
      ),
  };
}

const notListedHere = ['/proc', '/sys', '/dev', '/run', '/var/log', folder];
const textOf = ({ type, mode, owner, group, size, content }: ListedFile): string =>
  [type, mode, `${owner}:${group}`, size, content].join(' ');

/** Paths that came, went or became something else, with what they are now. */
export function changesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .filter((name) => before.get(name) !== after.get(name))
    .sort()
    .map((name) => `${name} ${after.get(name) ?? 'is gone'}`);
}
