// Keeps a file or a folder on the host equal to one of the control machine, to text in the task, or to another file of
// the host. Content crosses the wire only when its sha256 differs; `checksum` in the result is sha1, as in Ansible.
import { sha1Of, textContent, type Content } from '../engine/module/content.ts';
import type { Difference, Plan, PlanContext, Step } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, json, mode, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { changeOwnership } from '../engine/module/vocabulary/change_ownership.ts';
import { sharedFile } from '../engine/module/vocabulary/file_effects.ts';
import { content, type FileContent } from '../engine/module/vocabulary/content.ts';
import {
  controlFile,
  type ControlEntry,
  type ControlFile,
} from '../engine/module/vocabulary/control_files.ts';
import { copyOnHost, copyOnHostKind } from '../engine/module/vocabulary/copy_on_host.ts';
import { listing, type Listing } from '../engine/module/vocabulary/listing.ts';
import { makeDirectory } from '../engine/module/vocabulary/make_directory.ts';
import { missingOwnership } from '../engine/module/vocabulary/ownership.ts';
import { baseName, directoryOf, joinPath } from '../engine/module/vocabulary/paths.ts';
import { isFolder, stat, type Stat } from '../engine/module/vocabulary/stat.ts';
import { writeFileKind } from '../engine/module/vocabulary/write_file.ts';
import { copyTree } from './shared/copy_tree.ts';
import { copyTreeOnHost } from './shared/copy_tree_on_host.ts';
import {
  askContents,
  filesSent,
  filesThere,
  treeDifferences,
  type Copied,
  type TreeContents,
} from './shared/tree_differences.ts';
import {
  backupResult,
  fileDifference,
  fileParams,
  fileReturns,
  fileResult,
  isWritten,
  keptResult,
  pathResult,
  putFile,
} from './shared/put_file.ts';

const params = {
  src: optional(
    path({ local: 'files', doc: 'Of the control machine, sought in files/; of the host with remote_src.' }),
  ),
  content: optional(json({ doc: 'Text of the file instead of src; lists and dicts become JSON.' })),
  dest: path({ doc: 'A folder when it ends in / or is one.' }),
  ...fileParams,
  directory_mode: optional(mode({ doc: 'For folders made on the way when a folder is copied.' })),
  force: optional(bool({ doc: 'Replace a file that differs.' }), true),
  remote_src: optional(bool({ doc: 'src is a path of the host.' }), false),
  follow: optional(bool({ doc: 'When dest is a link, write what it leads to.' }), false),
  local_follow: optional(bool({ doc: 'Send what links in src lead to.' }), true),
  decrypt: optional(bool(), true),
  checksum: optional(str({ doc: 'Refuse src when its sha1 (or sha256, by its length) is another.' })),
};

interface Seen extends TreeContents {
  readonly source?: ControlFile;
  readonly remote?: Stat;
  /** The same with the checksum that the result tells. */
  readonly summed?: Stat;
  /** The same with the other sum that it tells; the host may know none. */
  readonly md5?: Stat;
  /** What is in remote, when it is a folder. */
  readonly remoteTree?: Listing;
  readonly dest: Stat;
  /** The file in dest, when dest is a folder. */
  readonly inside?: Stat;
  readonly tree?: Listing;
  readonly before?: FileContent;
  /** Check mode: what is in remote, for tasks that come later. */
  readonly copied?: FileContent;
}

/** Bytes of a file of the host that check mode reads to know what its copy holds. */
const shortEnough = 262_144;

type Wish = Parameters<typeof params>;

/** Where the file will stand: dest, or a name in it. */
function place(wish: Wish, dest: Stat): string {
  const intoFolder = wish.dest.endsWith('/') || isFolder(dest);
  if (intoFolder && wish.src !== undefined) return joinPath(wish.dest, baseName(wish.src));
  return wish.follow && dest.exists && dest.resolved ? dest.resolved : wish.dest;
}

function contentOf(
  { content: text }: Wish,
  source: ControlFile | undefined,
  isSecret: boolean,
): Content | undefined {
  if (text !== undefined) return textContent(text, { secret: isSecret, secretByLines: true });
  return source?.type === 'file' ? source.content : undefined;
}

function planFile(wish: Wish, seen: Seen, sent: Content, context: PlanContext): Plan {
  const at = seen.inside ?? seen.dest;
  const target = place(wish, seen.dest);
  const wanted = wish.checksum?.toLowerCase();
  const sum = wanted?.length === 64 ? sent.sha256 : sha1Of(sent);
  if (wanted !== undefined && wanted !== sum)
    return {
      steps: [],
      fail: `Copied file does not match the expected checksum. Transfer failed: it is ${sum ?? 'not known'}, not ${wanted}`,
    };
  if (!wish.force && at.exists) return { steps: [] };
  const mode = wish.mode === 'preserve' ? sourceMode(seen) : wish.mode;
  const folder = wish.dest.endsWith('/') && !seen.dest.exists ? directoryOf(target) : undefined;
  const made: Step[] =
    folder === undefined
      ? []
      : [makeDirectory({ path: folder, creator: context.user, mode: wish.directory_mode })];
  const steps = putFile({ ...wish, mode, path: target, content: sent }, at, context);
  return { steps: [...made, ...steps], differences: fileDifference(target, seen.before, sent) };
}

function sourceMode({ source, remote }: Seen): string | undefined {
  if (source) return source.type === 'file' ? source.mode : undefined;
  return remote?.exists ? remote.mode : undefined;
}

function summedOf({ summed }: Seen): string | undefined {
  return summed?.exists ? summed.digest : undefined;
}

/** The folder that is copied, once it is known what is in it and where it goes. */
function copiedTree(wish: Wish, { source, remoteTree, tree }: Partial<Seen>): Copied | undefined {
  const { src = '', force } = wish;
  if (source?.type === 'directory' && tree)
    return { files: filesSent(source.entries), tree, root: treeRoot(wish, source.path), force };
  if (!remoteTree || !tree) return undefined;
  return { files: filesThere(remoteTree.entries), tree, root: treeRoot(wish, src), force, from: src };
}

function differencesBelow(wish: Wish, seen: Seen): Difference[] {
  const copied = copiedTree(wish, seen);
  return copied ? treeDifferences(copied, seen) : [];
}

function planRemote(wish: Wish, seen: Seen, context: PlanContext): Plan {
  const { remote } = seen;
  if (wish.src === undefined || !remote?.exists)
    return { steps: [], fail: `Source ${wish.src ?? ''} not found` };
  if (remote.type === 'directory')
    return {
      ...copyTreeOnHost(
        { ...wish, from: wish.src, root: treeRoot(wish, wish.src) },
        seen.remoteTree?.entries ?? [],
        seen.tree ?? { exists: false, entries: [] },
        context,
      ),
      differences: differencesBelow(wish, seen),
    };
  const at = seen.inside ?? seen.dest;
  const target = place(wish, seen.dest);
  if (!wish.force && at.exists) return { steps: [] };
  const own = {
    owner: wish.owner,
    group: wish.group,
    mode: wish.mode === 'preserve' ? remote.mode : wish.mode,
  };
  // As in Ansible the copy that takes a file's place has the mode of its source.
  const mode = own.mode ?? (at.exists ? remote.mode : undefined);
  if (at.exists && at.digest === remote.digest) {
    const missing = missingOwnership(at, own);
    return {
      steps: missing ? [changeOwnership({ path: target, ...missing, pictured: sharedFile(at) })] : [],
    };
  }
  return {
    steps: [
      copyOnHost({
        from: wish.src,
        path: target,
        source: remote,
        sha1: summedOf(seen),
        creator: context.user,
        pictured: seen.copied,
        backup: wish.backup && at.exists,
        ...own,
        mode,
      }),
    ],
    differences:
      seen.copied?.found === 'file' ? fileDifference(target, seen.before, seen.copied.content) : [],
  };
}

export const copy = defineModule({
  name: 'copy',
  fullNames: ['ansible.builtin.copy'],
  summary: 'Keep a file equal to one of the control machine, or to text in the task',
  reach: ({ dest }) => ({ files: [dest] }),
  params,
  constraints: { mutuallyExclusive: [['src', 'content']], requiredOneOf: [['src', 'content']] },
  returns: fileReturns,
  seen: answers<Seen>(),
  probes: (wish, seen, context) => {
    const { src, remote_src: isRemote, decrypt, local_follow: followLinks, dest, follow } = wish;
    if (!seen.dest)
      return {
        dest: stat({ path: dest, digest: 'sha256', follow }),
        ...(src === undefined
          ? {}
          : isRemote
            ? {
                remote: stat({ path: src, follow: true, digest: 'sha256' }),
                summed: stat({ path: src, follow: true, digest: 'sha1' }),
                md5: stat({ path: src, follow: true, digest: 'md5' }),
              }
            : { source: controlFile({ name: src, kind: 'files', decrypt, followLinks }) }),
      };
    const folder = context.diff ? copiedTree(wish, seen) : undefined;
    if (folder) return askContents(folder);
    if (seen.source?.type === 'directory')
      return { tree: listing({ path: treeRoot(wish, seen.source.path), recurse: true, digest: 'sha256' }) };
    if (seen.remote?.exists && seen.remote.type === 'directory' && src !== undefined)
      return {
        remoteTree: listing({ path: src, recurse: true, digest: 'sha256' }),
        tree: listing({ path: treeRoot(wish, src), recurse: true, digest: 'sha256' }),
      };
    const target = place(wish, seen.dest);
    const inside = target === dest ? {} : { inside: stat({ path: target, digest: 'sha256' }) };
    const isShort = seen.remote?.exists && seen.remote.type === 'file' && seen.remote.size <= shortEnough;
    const before = context.diff && (!isRemote || isShort) ? { before: content(target) } : {};
    const isAsked = (context.checkMode || context.diff) && isShort && src !== undefined;
    const copied = isAsked ? { copied: content(src) } : {};
    const more = { ...inside, ...before, ...copied };
    return Object.keys(more).length > 0 ? more : done;
  },
  plan: (wish, seen, context) => {
    if (wish.remote_src) return planRemote(wish, seen, context);
    if (seen.source?.type === 'directory' && seen.tree)
      return {
        ...copyTree(
          { ...wish, root: treeRoot(wish, seen.source.path) },
          seen.source.entries,
          seen.tree,
          context,
        ),
        differences: differencesBelow(wish, seen),
      };
    const sent = contentOf(wish, seen.source, context.secretParameters.has('content'));
    if (!sent) return { steps: [], fail: 'There is nothing to copy' };
    if (wish.content !== undefined && (wish.dest.endsWith('/') || isFolder(seen.dest)))
      return { steps: [], fail: `${wish.dest} is a directory; content needs the path of a file` };
    return planFile(wish, seen, sent, context);
  },
  result: (wish, { source, dest, remote, summed, md5 }, outcomes, after, context) => {
    if (source?.type === 'directory') {
      const only = onlyFile(source);
      const at = only && after.tree?.entries.find(({ name }) => name === only.name)?.file;
      if (only && at) {
        const target = joinPath(treeRoot(wish, source.path), only.name);
        const src = joinPath(source.path, only.name);
        const kept = keptResult(target, at, only.content, isWritten(outcomes));
        return { ...kept, src, ...backupResult(outcomes) };
      }
      const end = wish.src?.endsWith('/') && !source.path.endsWith('/') ? '/' : '';
      return { dest: wish.dest.replace(/\/*$/, '/'), src: `${source.path}${end}` };
    }
    if (remote?.exists && remote.type === 'directory')
      return {
        dest: wish.dest,
        src: wish.src ?? '',
        ...pathResult(after.dest),
        checksum: null,
        md5sum: null,
      };
    const [file, target] = [after.inside ?? after.dest, place(wish, dest)];
    const src = source?.path ?? wish.src;
    const kind = wish.remote_src ? copyOnHostKind : writeFileKind;
    const more = { ...(src === undefined ? {} : { src }), ...backupResult(outcomes, kind) };
    if (wish.remote_src) {
      const isEqual = file.exists && remote?.exists && file.digest === remote.digest;
      const checksum = isEqual && summed?.exists ? summed.digest : undefined;
      const md5sum = md5?.exists ? (md5.digest ?? null) : undefined;
      return { ...fileResult(target, file), checksum, md5sum, ...more };
    }
    const sent = contentOf(wish, source, context.secretParameters.has('content'));
    return { ...keptResult(target, file, sent, isWritten(outcomes)), ...more };
  },
});

/** As in Ansible the result of a folder that holds one file and nothing else is that of the file. */
function onlyFile({
  entries,
}: ControlFile & { type: 'directory' }): (ControlEntry & { type: 'file' }) | undefined {
  const [only] = entries;
  return entries.length === 1 && only?.type === 'file' ? only : undefined;
}

/** A folder is copied with its own name, unless src ends in a slash. */
function treeRoot({ src = '', dest }: Wish, source: string): string {
  return src.endsWith('/') ? dest : joinPath(dest, baseName(source));
}
