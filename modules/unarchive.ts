// Keeps an archive unpacked in a folder: tar in any compression that the host's tar reads, and zip. An archive of the
// control machine is sent each time it is compared, as in Ansible, unless `creates` says that it need not be.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, list, mode, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import {
  archiveState,
  unpack,
  type Archive,
  type ArchiveState,
} from '../engine/module/vocabulary/archive.ts';
import { controlFile, type ControlFile } from '../engine/module/vocabulary/control_files.ts';
import { isFolder, stat, type Stat } from '../engine/module/vocabulary/stat.ts';

const params = {
  src: str({ doc: 'Of the control machine, sought in files/; of the host with remote_src.' }),
  dest: path({ doc: 'A folder that is there.' }),
  remote_src: optional(bool(), false),
  creates: optional(path({ doc: 'Nothing is done when this is there.' })),
  exclude: optional(list(str()), []),
  include: optional(list(str()), []),
  extra_opts: optional(list(str(), { doc: 'Flags of tar or unzip.' }), []),
  keep_newer: optional(bool(), false),
  list_files: optional(bool({ doc: 'Taken and passed over.' }), false),
  owner: optional(str()),
  group: optional(str()),
  mode: optional(mode()),
  decrypt: optional(bool(), true),
  validate_certs: optional(bool(), true),
};

type Wish = Parameters<typeof params>;
interface Seen {
  readonly dest: Stat;
  readonly created?: Stat;
  readonly source?: ControlFile;
  readonly state?: ArchiveState;
}

function archiveOf(wish: Wish, source: ControlFile | undefined): Archive | undefined {
  const { dest, src, exclude, include, extra_opts: extraOptions, keep_newer: keepNewer } = wish;
  const from = wish.remote_src ? src : source?.type === 'file' ? source.content : undefined;
  if (from === undefined) return undefined;
  const format = /\.(zip|jar|war)$/i.test(src) ? 'zip' : 'tar';
  return { source: from, format, dest, extraOptions, exclude, include, keepNewer };
}

export const unarchive = defineModule({
  name: 'unarchive',
  fullNames: ['ansible.builtin.unarchive'],
  summary: 'Keep an archive unpacked in a folder',
  params,
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    const { src, creates, decrypt } = wish;
    if (!seen.dest)
      return {
        dest: stat({ path: wish.dest, follow: true }),
        ...(creates === undefined ? {} : { created: stat({ path: creates }) }),
        ...(wish.remote_src
          ? {}
          : { source: controlFile({ name: src, kind: 'files', decrypt, followLinks: true }) }),
      };
    const archive = archiveOf(wish, seen.source);
    // A folder that is not there holds nothing to compare with; the plan says so.
    return seen.created?.exists || !isFolder(seen.dest) || !archive ? done : { state: archiveState(archive) };
  },
  plan: (wish, { dest, created, source, state }) => {
    if (created?.exists) return { steps: [] };
    if (!isFolder(dest)) return { steps: [], fail: `dest '${wish.dest}' must be an existing dir` };
    const archive = archiveOf(wish, source);
    if (!archive) return { steps: [], fail: `${wish.src} is a directory, no archive` };
    const { owner, group, mode } = wish;
    return { steps: state?.differences.length === 0 ? [] : [unpack({ ...archive, owner, group, mode })] };
  },
  result: ({ src, dest, creates }, before, _, after) => ({
    src,
    dest,
    ...(before.created?.exists ? { msg: `skipped, since ${creates ?? ''} exists` } : {}),
    ...(after.dest.exists
      ? { owner: after.dest.owner, group: after.dest.group, mode: after.dest.mode, state: 'directory' }
      : {}),
  }),
});
