// Keeps public keys in a user's authorized_keys. The file and its folder get the rights that sshd asks for.
import { textContent } from '../engine/module/content.ts';
import type { Control, Plan, PlanContext, ProbeKind, Step } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { probe } from '../engine/module/probe_identity.ts';
import { user as userProbe, type User } from '../engine/module/vocabulary/account.ts';
import { changeOwnership } from '../engine/module/vocabulary/change_ownership.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';
import { makeDirectory } from '../engine/module/vocabulary/make_directory.ts';
import { missingOwnership } from '../engine/module/vocabulary/ownership.ts';
import { directoryOf, joinPath } from '../engine/module/vocabulary/paths.ts';
import { stat, type Stat } from '../engine/module/vocabulary/stat.ts';
import { homesReached } from './shared/account_reach.ts';
import { editKeys, parseKey, type Key } from './shared/authorized_keys.ts';
import { fileDifference, pathResult, putFile } from './shared/put_file.ts';

const params = {
  user: str(),
  key: str({ doc: 'Public keys, one a line, or a URL that the control machine fetches.' }),
  state: optional(oneOf('present', 'absent'), 'present'),
  path: optional(path({ doc: 'Another file than .ssh/authorized_keys in the user’s home.' })),
  manage_dir: optional(bool({ doc: 'Also keep the folder, with its owner and mode.' }), true),
  key_options: optional(str({ doc: 'Options in front of each key.' })),
  exclusive: optional(bool({ doc: 'All other keys go.' }), false),
  comment: optional(str({ doc: 'Instead of the keys’ own.' })),
  validate_certs: optional(bool({ doc: 'Taken and passed over: certificates are always checked.' }), true),
  follow: optional(bool({ doc: 'Write what the path leads to when it is a link.' }), false),
};

type Wish = Parameters<typeof params>;

interface Seen {
  readonly account: User;
  readonly fetched?: string;
  readonly folder?: Stat;
  readonly at?: Stat;
  readonly old?: FileContent;
}

const keyUrlKind: ProbeKind<{ readonly url: string }, string> = {
  name: 'text of a URL',
  stability: 'volatile',
  target: 'control',
  answer: async ({ url }, { signal }: Control) => {
    try {
      const answer = await fetch(url, { signal });
      return answer.ok
        ? await answer.text()
        : { failed: `Error getting key from: ${url}: status ${answer.status}` };
    } catch (error) {
      return { failed: `Error getting key from: ${url}: ${(error as Error).message}` };
    }
  },
};

function isUrl(key: string): boolean {
  return /^(https?|ftp):\/\//.test(key);
}

function place(wish: Wish, account: User): string {
  return wish.path ?? joinPath(account.exists ? account.home : '', '.ssh/authorized_keys');
}

type Keys = { readonly keys: readonly Key[] } | { readonly failed: string };

function keysOf(wish: Wish, text: string): Keys {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  const keys: Key[] = [];
  for (const line of lines) {
    const found = parseKey(line);
    if (!found) return { failed: `invalid key specified: ${line.trim()}` };
    keys.push({
      ...found,
      options: wish.key_options ?? found.options,
      comment: wish.comment ?? found.comment,
    });
  }
  return { keys };
}

function folderSteps(
  wish: Wish,
  folder: Stat | undefined,
  owner: string,
  group: string,
  path: string,
): Step[] {
  if (!wish.manage_dir || !folder) return [];
  const mode = '0700';
  if (!folder.exists) return [makeDirectory({ path, creator: owner, owner, group, mode })];
  const missing = missingOwnership(folder, { owner, group, mode });
  return missing ? [changeOwnership({ path, ...missing })] : [];
}

function plan(wish: Wish, seen: Seen, context: PlanContext): Plan {
  const { account, folder, old } = seen;
  if (!account.exists)
    return { steps: [], fail: `Failed to lookup user ${wish.user}: there is no such user` };
  const wanted = keysOf(wish, seen.fetched ?? wish.key);
  if ('failed' in wanted) return { steps: [], fail: wanted.failed };
  const at = seen.at ?? { exists: false };
  const before = old ? textIn(old) : '';
  const after = editKeys(before, { keys: wanted.keys, state: wish.state, exclusive: wish.exclusive });
  if (after === before && (at.exists || after === '')) return { steps: [] };
  const path = at.exists && wish.follow && at.resolved ? at.resolved : place(wish, account);
  const [owner, group] = [account.name, account.group === '' ? String(account.gid) : account.group];
  const text = textContent(after);
  return {
    steps: [
      ...folderSteps(wish, folder, owner, group, directoryOf(path)),
      ...putFile({ path, content: text, owner, group, mode: '0600' }, at, context),
    ],
    differences: fileDifference(path, old, text),
  };
}

export const authorized_key = defineModule({
  name: 'authorized_key',
  fullNames: ['ansible.posix.authorized_key'],
  summary: 'Keep public keys in a user’s authorized_keys',
  reach: ({ user: name, path: home }) => ({ files: homesReached({ name, home }) }),
  params,
  seen: answers<Seen>(),
  probes: (wish, { account }) => {
    if (!account)
      return {
        account: userProbe(wish.user),
        ...(isUrl(wish.key) ? { fetched: probe(keyUrlKind, { url: wish.key }) } : {}),
      };
    if (!account.exists) return done;
    const path = place(wish, account);
    return {
      folder: stat({ path: directoryOf(path), follow: true }),
      at: stat({ path, digest: 'sha256', follow: wish.follow }),
      old: content(path),
    };
  },
  plan,
  result: (wish, { account }, _, { at }) => ({
    user: wish.user,
    key: wish.key,
    state: wish.state,
    path: wish.path ?? null,
    keyfile: place(wish, account),
    manage_dir: wish.manage_dir,
    key_options: wish.key_options ?? null,
    exclusive: wish.exclusive,
    comment: wish.comment ?? null,
    follow: wish.follow,
    validate_certs: wish.validate_certs,
    unique: false,
    ...(wish.path === undefined ? {} : pathResult(at)),
  }),
});
