// Keeps a git repository checked out on the host at a version. Archives, signatures of commits and a separate git
// folder are not built.
import type { Plan } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, int, list, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import {
  checkout,
  checkoutKind,
  remoteVersion,
  workTree,
  workTreeKind,
  type GitCall,
  type RemoteVersion,
  type WorkTree,
} from '../engine/module/vocabulary/git_checkout.ts';
import { quote } from '../engine/module/quote.ts';

const params = {
  repo: str({ aliases: ['name'], doc: 'As git takes it: https://, ssh://, git@host:path or a path.' }),
  dest: path({ doc: 'Needed, unless clone is off.' }),
  version: optional(str({ doc: 'A branch, a tag, a commit, or HEAD.' }), 'HEAD'),
  remote: optional(str(), 'origin'),
  refspec: optional(str()),
  clone: optional(bool({ doc: 'Make the repository when it is not there.' }), true),
  update: optional(bool({ doc: 'Fetch what is new.' }), true),
  force: optional(bool({ doc: 'Throw changes away that were made on the host.' }), false),
  depth: optional(int({ minimum: 1 })),
  bare: optional(bool(), false),
  recursive: optional(bool({ doc: 'Submodules too.' }), true),
  single_branch: optional(bool(), false),
  track_submodules: optional(bool({ doc: 'Refused: not built.' }), false),
  reference: optional(str()),
  umask: optional(str()),
  executable: optional(path()),
  key_file: optional(path({ doc: 'Private key on the host.' })),
  ssh_opts: optional(str()),
  accept_hostkey: optional(bool({ doc: 'Take any key of the remote host.' }), false),
  accept_newhostkey: optional(bool({ doc: 'Take the key of a host that is not known yet.' }), false),
  archive: optional(path({ doc: 'Refused: not built.' })),
  archive_prefix: optional(str({ doc: 'Refused: not built.' })),
  separate_git_dir: optional(path({ doc: 'Refused: not built.' })),
  verify_commit: optional(bool({ doc: 'Refused: not built.' }), false),
  gpg_allowlist: optional(
    list(str(), {
      aliases: ['gpg_whitelist'],
      doc: 'For verify_commit, which is refused; without it nothing is done with it, as in Ansible.',
    }),
    [],
  ),
};

type Wish = Parameters<typeof params>;

interface Seen {
  readonly tree: WorkTree;
  readonly there?: RemoteVersion;
}

function callOf(wish: Wish): GitCall {
  const words = [
    'ssh -o BatchMode=yes',
    ...(wish.key_file === undefined ? [] : [`-i ${quote(wish.key_file)} -o IdentitiesOnly=yes`]),
    ...(wish.accept_hostkey ? ['-o StrictHostKeyChecking=no'] : []),
    ...(wish.accept_newhostkey ? ['-o StrictHostKeyChecking=accept-new'] : []),
    ...(wish.ssh_opts === undefined ? [] : [wish.ssh_opts]),
  ];
  return {
    executable: wish.executable ?? 'git',
    ...(words.length > 1 ? { sshCommand: words.join(' ') } : {}),
  };
}

/** Whether the remote must be asked: what is there is not simply kept. */
function looksBeyond(wish: Wish, { found, head }: WorkTree): boolean {
  if (found === 'nothing') return wish.clone;
  return wish.update && !(head !== '' && head === wish.version);
}

/** Asked for and not built: known without a look at host or remote. */
function unbuilt(wish: Wish): string | undefined {
  if (wish.archive ?? wish.archive_prefix ?? wish.separate_git_dir)
    return 'git makes no archives and no separate git folders';
  if (wish.verify_commit || wish.track_submodules) return 'git does not verify commits or track submodules';
  return undefined;
}

function refusal(wish: Wish, { tree, there }: Seen): string | undefined {
  if (tree.found === 'other') return `${wish.dest} is there and is no git repository`;
  if (there?.kind === 'none' && there.sha === '' && !/^[0-9a-f]{4,40}$/.test(wish.version))
    return `Failed to find version ${wish.version}: ${wish.repo} has no such branch or tag`;
  if (tree.isDirty && !wish.force)
    return `Local modifications exist in the destination: ${wish.dest} (force=no).`;
  return undefined;
}

function isRight(wish: Wish, { tree, there }: Seen): boolean {
  if (tree.found === 'nothing') return !wish.clone;
  if (tree.isDirty) return false;
  if (!there) return true;
  const isThere = there.sha === '' ? tree.head.startsWith(wish.version) : tree.head === there.sha;
  return isThere && tree.url === wish.repo;
}

function plan(wish: Wish, seen: Seen): Plan {
  const fail = unbuilt(wish) ?? refusal(wish, seen);
  if (fail !== undefined) return { steps: [], fail };
  if (isRight(wish, seen)) return { steps: [] };
  const { tree, there } = seen;
  const wanted = there ?? { sha: tree.head, kind: 'head' };
  const { repo, dest, remote, version, depth, refspec, bare, reference, umask } = wish;
  return {
    steps: [
      checkout({
        ...callOf(wish),
        act: tree.found === 'nothing' ? 'clone' : 'update',
        ...{ repo, dest, remote, version, depth, refspec, bare, reference, umask },
        kind: wanted.kind,
        sha: wanted.sha === '' ? version : wanted.sha,
        isRecursive: wish.recursive,
        isSingleBranch: wish.single_branch,
      }),
    ],
    differences: [{ header: dest, before: `${tree.head}\n`, after: `${wanted.sha}\n` }],
  };
}

export const git = defineModule({
  name: 'git',
  fullNames: ['ansible.builtin.git'],
  summary: 'Keep a git repository checked out',
  reach: ({ dest }) => ({ files: [dest], answers: [workTreeKind] }),
  params,
  returns: { before: str(), after: str(), remote_url_changed: bool() },
  seen: answers<Seen>(),
  probes: (wish, { tree }) => {
    if (unbuilt(wish) !== undefined) return done;
    if (!tree) return { tree: workTree({ ...callOf(wish), dest: wish.dest, remote: wish.remote }) };
    if (!looksBeyond(wish, tree)) return done;
    return { there: remoteVersion({ ...callOf(wish), repo: wish.repo, version: wish.version }) };
  },
  plan,
  result: (wish, { tree, there }, outcomes) => ({
    before: tree.head === '' ? null : tree.head,
    after: outcomes.of(checkoutKind)[0] ?? there?.sha ?? tree.head,
    remote_url_changed: tree.found === 'repository' && wish.update && tree.url !== wish.repo,
  }),
});
