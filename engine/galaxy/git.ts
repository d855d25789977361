// Repositories by the git of this machine. It asks no questions, runs no helper transports, and no password of an address
// stands in its arguments.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { splitCredentials, withoutSecrets } from './address.ts';
import { refuse } from './refusal.ts';

/** Variables by which a surrounding git (a hook, say) would lead ours elsewhere. */
const ofOthers = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_COMMON_DIR',
  'GIT_PREFIX',
];

function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !ofOthers.includes(name));
  return {
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
    ...Object.fromEntries(own),
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
    LC_ALL: 'C',
  };
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** With `into` what it prints goes to that file. */
async function git(words: readonly string[], into?: string): Promise<Ran> {
  const child = spawn('git', words, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const written = into === undefined ? undefined : pipeline(child.stdout, createWriteStream(into));
  if (!written) child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const code = await new Promise<number>((resolve) => {
    child.on('error', (error) => {
      stderr += error.message;
      resolve(127);
    });
    child.on('close', (status) => resolve(status ?? 128));
  });
  await written?.catch((error: unknown) => void (stderr += String(error)));
  return { code, stdout, stderr };
}

function firstLines(text: string): string {
  const lines = withoutSecrets(text).split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .slice(0, 6)
    .join('\n');
}

/** Options by which git finds the password of an address in a file of ours. */
function credentialWords(address: string, folder: string): readonly string[] {
  const { credentials } = splitCredentials(address);
  if (!credentials) return [];
  const file = path.join(folder, 'credentials');
  writeFileSync(file, `${address.replace(/[?#].*$/, '')}\n`, { mode: 0o600 });
  return [
    '-c',
    'credential.helper=',
    '-c',
    `credential.helper=store --file='${file.replaceAll("'", "'\\''")}'`,
  ];
}

export interface Clone {
  readonly folder: string;
  /** The commit that the version names. */
  readonly commit: string;
}

/** Clones without files and finds the commit of a tag, a branch, a commit, or of HEAD. */
export async function clone(address: string, version: string | undefined, folder: string): Promise<Clone> {
  mkdirSync(folder, { recursive: true });
  const repository = path.join(folder, 'repository');
  const { bare } = splitCredentials(address);
  const words = [
    ...credentialWords(address, folder),
    'clone',
    '--quiet',
    '--no-checkout',
    '--',
    bare,
    repository,
  ];
  const cloned = await git(words);
  if (cloned.code === 127) refuse('fetch-failed', 'git cannot be run', firstLines(cloned.stderr));
  if (cloned.code !== 0)
    refuse('fetch-failed', `git cannot clone ${withoutSecrets(address)}`, firstLines(cloned.stderr));
  // A branch of theirs is known here as one of the remote.
  for (const name of version === undefined ? ['HEAD'] : [version, `refs/remotes/origin/${version}`]) {
    const parsed = await git([
      '-C',
      repository,
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${name}^{commit}`,
    ]);
    if (parsed.code === 0) return { folder: repository, commit: parsed.stdout.trim() };
  }
  return version === undefined
    ? refuse('fetch-failed', `${withoutSecrets(address)} has no commit yet`)
    : refuse(
        'fetch-failed',
        `${withoutSecrets(address)} has no version ${version}`,
        await nearVersions(repository, version),
      );
}

async function nearVersions(repository: string, version: string): Promise<string> {
  if (/^[0-9a-f]{40,64}$/.test(version))
    return 'No branch or tag leads to this commit any more. If the lock names it, renew the lock by --update';
  const format = '--format=%(refname:strip=2)';
  const listed = await git([
    '-C',
    repository,
    'for-each-ref',
    '--sort=-version:refname',
    format,
    'refs/tags',
  ]);
  const tags = listed.stdout.split('\n').filter((name) => name !== '');
  return tags.length === 0 ? 'It has no tags' : `It has the tags ${tags.slice(0, 10).join(', ')}`;
}

/** What `git archive` gives of a commit, as Ansible takes roles: without what .gitattributes keeps out. */
export async function archiveCommit(
  { folder, commit }: Clone,
  subfolder: string,
  file: string,
): Promise<void> {
  const tree = subfolder === '' ? commit : `${commit}:${subfolder}`;
  const done = await git(['-C', folder, 'archive', '--format=tar', tree], file);
  if (done.code !== 0)
    refuse('fetch-failed', `The repository has no folder ${subfolder} there`, firstLines(done.stderr));
}

/** The files of a commit, as Ansible takes collections; gives their folder. */
export async function checkOut({ folder, commit }: Clone): Promise<string> {
  const done = await git([
    '-c',
    'advice.detachedHead=false',
    '-C',
    folder,
    'checkout',
    '--quiet',
    '--detach',
    commit,
  ]);
  if (done.code !== 0) refuse('fetch-failed', `git cannot check out ${commit}`, firstLines(done.stderr));
  return folder;
}
