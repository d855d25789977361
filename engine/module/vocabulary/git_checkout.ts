// A git repository on the host: what is checked out, what the remote has, and bringing the one to the other by git.
import type {
  Output,
  Probe,
  ProbeFailure,
  ProbeKind,
  Step,
  StepFailure,
  StepKind,
  Uncertain,
} from '../contract.ts';
import { effect, probe, step } from '../probe_identity.ts';
import { lines, sh, type ShellText } from '../quote.ts';
import { contentKind } from './content.ts';
import { listingKind } from './listing.ts';
import { newDirectory } from './make_directory.ts';
import { isInside, samePath } from './paths.ts';
import { statKind } from './stat.ts';

/** How git is called: where its ssh finds a key and what it thinks of unknown hosts. */
export interface GitCall {
  readonly executable: string;
  readonly sshCommand?: string | undefined;
}

export interface WorkTreeQuestion extends GitCall {
  readonly dest: string;
  readonly remote: string;
}

export interface WorkTree {
  /** `other`: something is there that is no repository. */
  readonly found: 'repository' | 'nothing' | 'other';
  /** The commit that is checked out; empty in a repository without one. */
  readonly head: string;
  readonly isDirty: boolean;
  readonly url: string;
}

function environment({ sshCommand }: GitCall): { readonly [name: string]: string } {
  // A look at the work tree must not refresh the index.
  const base = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
  return sshCommand === undefined ? base : { ...base, GIT_SSH_COMMAND: sshCommand };
}

/** Why there is no answer to read, after `what was tried`. */
function failedAt(what: string, { rc, stderr }: Output): ProbeFailure | undefined {
  if (rc === 0) return undefined;
  if (rc === 127) return { failed: 'git is not on this host: install it first' };
  return { failed: `${what}: ${stderr.toString('utf8').trim()}` };
}

export const workTreeKind: ProbeKind<WorkTreeQuestion, WorkTree> = {
  name: 'git work tree',
  stability: 'stable',
  target: 'host',
  ask: (question) => ({
    script: sh`g=${question.executable}
command -v "$g" >/dev/null || exit 127
cd -- ${question.dest} 2>/dev/null || { echo nothing; exit 0; }
if [ -z "$(ls -A)" ]; then echo nothing; exit 0; fi
if [ ! -e .git ] && [ ! -d objects ]; then echo other; exit 0; fi
echo repository
"$g" rev-parse --verify -q HEAD || echo
"$g" config --get ${`remote.${question.remote}.url`} || echo
"$g" status --porcelain -uno 2>/dev/null | head -n 1`.text,
    environment: environment(question),
    userEnvironment: true,
  }),
  placed: (question, lead) => ({ ...question, dest: lead(question.dest, 'end') }),
  parse: (output: Output): WorkTree | ProbeFailure => {
    const failure = failedAt('Cannot look at the repository', output);
    if (failure) return failure;
    const [found = 'nothing', head = '', url = '', dirty = ''] = output.stdout.toString('utf8').split('\n');
    return { found: found as WorkTree['found'], head, url, isDirty: dirty !== '' };
  },
};

export function workTree(question: WorkTreeQuestion): Probe<WorkTree> {
  return probe(workTreeKind, question);
}

export interface RemoteQuestion extends GitCall {
  readonly repo: string;
  readonly version: string;
}

export interface RemoteVersion {
  /** The commit; empty when the remote names no such thing (a short hash, or one that no reference holds). */
  readonly sha: string;
  readonly kind: 'branch' | 'tag' | 'head' | 'none';
}

export const remoteVersionKind: ProbeKind<RemoteQuestion, RemoteVersion> = {
  name: 'git remote',
  stability: 'volatile',
  target: 'host',
  ask: (question) => ({
    script: sh`g=${question.executable}
command -v "$g" >/dev/null || exit 127
"$g" ls-remote -- ${question.repo} ${['HEAD', `refs/heads/${question.version}`, `refs/tags/${question.version}`, `refs/tags/${question.version}^{}`]}`
      .text,
    environment: environment(question),
    userEnvironment: true,
    timeoutSeconds: 120,
  }),
  parse: (output: Output, { repo, version }): RemoteVersion | ProbeFailure => {
    const failure = failedAt(`Failed to list the references of ${repo}`, output);
    if (failure) return failure;
    const refs = new Map(
      output.stdout
        .toString('utf8')
        .split('\n')
        .map((line) => line.split('\t'))
        .map(([sha = '', name = '']): [string, string] => [name, sha]),
    );
    if (version === 'HEAD') return { sha: refs.get('HEAD') ?? '', kind: 'head' };
    const branch = refs.get(`refs/heads/${version}`);
    if (branch !== undefined) return { sha: branch, kind: 'branch' };
    const tag = refs.get(`refs/tags/${version}^{}`) ?? refs.get(`refs/tags/${version}`);
    if (tag !== undefined) return { sha: tag, kind: 'tag' };
    return { sha: /^[0-9a-f]{40}$/.test(version) ? version : '', kind: 'none' };
  },
};

export function remoteVersion(question: RemoteQuestion): Probe<RemoteVersion> {
  return probe(remoteVersionKind, question);
}

export interface Checkout extends GitCall {
  readonly act: 'clone' | 'update';
  readonly repo: string;
  readonly dest: string;
  readonly remote: string;
  readonly version: string;
  readonly kind: RemoteVersion['kind'];
  /** The commit that is expected; empty when only the repository itself can tell. */
  readonly sha: string;
  readonly depth?: number | undefined;
  readonly refspec?: string | undefined;
  readonly bare: boolean;
  readonly isRecursive: boolean;
  readonly isSingleBranch: boolean;
  readonly reference?: string | undefined;
  readonly umask?: string | undefined;
}

function depthFlags({ depth }: Checkout): string[] {
  return depth === undefined ? [] : ['--depth', String(depth)];
}

function cloneScript(args: Checkout): ShellText {
  const isNamed = args.kind === 'branch' || args.kind === 'tag';
  const flags = [
    ...['--origin', args.remote],
    ...(args.bare ? ['--bare'] : []),
    ...(isNamed ? depthFlags(args) : []),
    ...(isNamed && !args.bare ? ['--branch', args.version] : []),
    ...(args.isSingleBranch ? ['--single-branch'] : []),
    ...(args.reference === undefined ? [] : ['--reference', args.reference]),
  ];
  return sh`mkdir -p -- "$(dirname -- ${args.dest})" && "$g" clone -q ${flags} -- ${args.repo} ${args.dest} >&2 && cd -- ${args.dest} || exit 1`;
}

function fetchScript(args: Checkout): ShellText {
  const wanted = args.refspec === undefined ? [] : [args.refspec];
  return sh`cd -- ${args.dest} || exit 1
"$g" remote set-url ${args.remote} ${args.repo} 2>/dev/null || "$g" remote add ${args.remote} ${args.repo} || exit 1
"$g" fetch -q --force --tags ${depthFlags(args)} ${args.remote} ${args.bare ? ['+refs/heads/*:refs/heads/*'] : []} ${wanted} >&2 || exit 1`;
}

function checkoutScript({ kind, version, remote, sha }: Checkout): ShellText {
  const place = `refs/remotes/${remote}/${version}`;
  if (kind === 'branch')
    return sh`if "$g" rev-parse -q --verify ${place} >/dev/null; then
  "$g" checkout -q --force -B ${version} ${place} >&2
else "$g" fetch -q ${remote} ${`+refs/heads/${version}:${place}`} >&2 && "$g" checkout -q --force -B ${version} ${place} >&2; fi || exit 1`;
  if (kind === 'head') return sh`"$g" reset -q --hard ${sha} >&2 || exit 1`;
  const wanted = kind === 'tag' ? `refs/tags/${version}` : version;
  return sh`"$g" rev-parse -q --verify ${`${wanted}^{commit}`} >/dev/null || "$g" fetch -q ${remote} ${version} >&2 || exit 1
"$g" checkout -q --force ${wanted} -- >&2 || exit 1`;
}

function perform(args: Checkout): { readonly script: string } {
  const script = lines(
    sh`g=${args.executable}`,
    args.umask === undefined ? undefined : sh`umask ${args.umask}`,
    args.act === 'clone' ? cloneScript(args) : fetchScript(args),
    args.bare ? undefined : checkoutScript(args),
    args.isRecursive && !args.bare
      ? sh`if [ -e .gitmodules ]; then "$g" submodule -q sync --recursive >&2 && "$g" submodule -q update --init --recursive --force >&2 || exit 1; fi`
      : undefined,
    sh`"$g" rev-parse HEAD`,
  );
  return { script: script.text };
}

const inTree = (args: Checkout, { path }: { readonly path: string }): boolean => isInside(path, args.dest);
/** What the repository holds is not known before it is there. */
const unknownInside = ({ dest, repo }: Checkout): Uncertain<never> => ({
  uncertain: [],
  waitsFor: `${repo} in ${dest}`,
});

export const checkoutKind: StepKind<Checkout, string> = {
  name: 'git checkout',
  target: 'host',
  perform: (args) => ({ ...perform(args), environment: environment(args), userEnvironment: true }),
  parse: ({ rc, stdout, stderr }: Output, { repo, dest }): string | StepFailure =>
    rc === 0
      ? stdout.toString('utf8').trim()
      : { failed: `Cannot bring ${repo} to ${dest}: ${stderr.toString('utf8').trim()}` },
  placed: (args, lead) => ({ ...args, dest: lead(args.dest, 'end') }),
  mayFail: ({ repo }) => `what ${repo} gives`,
  describe: ({ act, repo, dest, version }) => `${act} ${dest} from ${repo} at ${version}`,
  effects: [
    effect(workTreeKind, {
      touches: (args, { dest }) => samePath(args.dest, dest),
      predict: (args: Checkout): WorkTree => ({
        found: 'repository',
        head: args.sha,
        isDirty: false,
        url: args.repo,
      }),
    }),
    effect(statKind, {
      touches: inTree,
      predict: (args, { path }, before) => {
        if (!samePath(path, args.dest)) return unknownInside(args);
        return before?.exists ? before : newDirectory('root');
      },
    }),
    effect(contentKind, { touches: inTree, predict: unknownInside }),
    effect(listingKind, { touches: inTree, predict: unknownInside }),
  ],
};

export function checkout(args: Checkout): Step<string> {
  return step(checkoutKind, args);
}
