// A folder with repositories, archives and requirements, and the galaxy command called in it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { galaxyCommand } from '../../engine/cli/galaxy_command.ts';
import { type Called, called } from './called.ts';
import { tarGzOf } from './tar_text.ts';

/** No settings of whoever runs the tests. */
export const gitEnvironment = {
  ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  ...{ GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b.c', GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z' },
  ...{ GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b.c', GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z' },
};

export type Files = Readonly<Record<string, string>>;

export class GalaxySite {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'hardway-galaxy-site-'));

  at(...names: readonly string[]): string {
    return path.join(this.folder, ...names);
  }

  write(files: Files, below = ''): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(this.at(below, name)), { recursive: true });
      writeFileSync(this.at(below, name), text);
    }
  }

  read(...names: readonly string[]): string {
    return readFileSync(this.at(...names), 'utf8');
  }

  git(repository: string, ...words: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('git', ['-C', this.at(repository), ...words], {
      encoding: 'utf8',
      env: { ...process.env, ...gitEnvironment },
    });
    if (status !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`);
    return stdout.trim();
  }

  /** Writes files into a repository, commits them, and tags the commit. Gives the commit. */
  commit(repository: string, files: Files, tag?: string): string {
    mkdirSync(this.at(repository), { recursive: true });
    this.git(repository, 'init', '--quiet', '--initial-branch', 'main');
    this.write(files, repository);
    this.git(repository, 'add', '--all', '--force');
    this.git(repository, 'commit', '--quiet', '--message', 'more');
    if (tag !== undefined) this.git(repository, 'tag', tag);
    return this.git(repository, 'rev-parse', 'HEAD');
  }

  address(repository: string): string {
    return `file://${this.at(repository)}`;
  }

  /** Roles go to roles/, collections to collections/, unless variables of the environment say otherwise. */
  async galaxy(...argv: readonly (string | Readonly<Record<string, string>>)[]): Promise<Called> {
    const before = { ...process.env };
    const paths = { ANSIBLE_ROLES_PATH: this.at('roles'), ANSIBLE_COLLECTIONS_PATH: this.at('collections') };
    const given = argv.filter((one) => typeof one !== 'string');
    Object.assign(process.env, gitEnvironment, paths, { ANSIBLE_CONFIG: '/dev/null' }, ...given);
    try {
      const words = argv.filter((one) => typeof one === 'string');
      return await called(() => galaxyCommand(words), this.folder);
    } finally {
      for (const name of Object.keys(process.env))
        if (!(name in before)) Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, before);
    }
  }

  /** Every file below a folder: mode and text, or where a link leads. Empty where there is no folder. */
  tree(...names: readonly string[]): Readonly<Record<string, string>> {
    const root = this.at(...names);
    const walk = (folder: string): [string, string][] =>
      readdirSync(folder)
        .sort()
        .flatMap((name): [string, string][] => {
          const place = path.join(folder, name);
          const stats = lstatSync(place);
          if (stats.isDirectory()) return walk(place);
          const shown = stats.isSymbolicLink()
            ? `-> ${readlinkSync(place)}`
            : `${(stats.mode & 0o7777).toString(8)} ${readFileSync(place, 'utf8')}`;
          return [[path.relative(root, place), shown]];
        });
    return lstatSync(root, { throwIfNoEntry: false }) ? Object.fromEntries(walk(root)) : {};
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A role that says a word. */
export function roleFiles(word: string, meta = '{}\n'): Files {
  return { 'tasks/main.yml': `- debug:\n    msg: ${word}\n`, 'meta/main.yml': meta };
}

export function collectionFiles(name: string, version: string, more = ''): Files {
  return {
    'galaxy.yml': `namespace: my\nname: ${name}\nversion: ${version}\nreadme: README.md\nauthors: [me]\n${more}`,
    'README.md': `${name}\n`,
    'roles/greet/tasks/main.yml': `- debug:\n    msg: ${name} ${version}\n`,
  };
}

const sum = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A built collection; `changed` files differ from what its list says. */
export function collectionArchive(files: Files, name: string, version: string, changed: Files = {}): Buffer {
  const entry = (file: string, text: string) => ({
    name: file,
    ftype: 'file',
    chksum_type: 'sha256',
    chksum_sha256: sum(text),
    format: 1,
  });
  const list = JSON.stringify({
    files: [{ name: '.', ftype: 'dir' }, ...Object.entries(files).map(([file, text]) => entry(file, text))],
    format: 1,
  });
  const info = { namespace: 'my', name, version, dependencies: {} };
  const manifest = JSON.stringify({
    collection_info: info,
    file_manifest_file: entry('FILES.json', list),
    format: 1,
  });
  const all = { 'MANIFEST.json': manifest, 'FILES.json': list, ...files, ...changed };
  return tarGzOf(Object.entries(all).map(([file, content]) => ({ name: file, content })));
}
