// Keeps an archive unpacked in a folder: tar in any compression that the host's tar reads, and zip. An archive of the
// control machine is sent each time it is compared, as in Ansible, unless `creates` says that it need not be.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, list, mode, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { unpack } from '../engine/module/vocabulary/archive.ts';
import { archiveState, type Archive, type ArchiveState } from '../engine/module/vocabulary/archive_state.ts';
import { controlFile, type ControlFile } from '../engine/module/vocabulary/control_files.ts';
import { notKnown } from '../engine/module/vocabulary/open_number.ts';
import { isFolder, stat, type Stat } from '../engine/module/vocabulary/stat.ts';
import { archiveHandler } from './shared/archive_handler.ts';
import { pathResult, standingReturns } from './shared/put_file.ts';

const params = {
  src: str({ local: 'files', doc: 'Of the control machine, sought in files/; of the host with remote_src.' }),
  dest: path({ doc: 'A folder that is there.' }),
  remote_src: optional(bool(), false),
  copy: optional(bool({ doc: 'What remote_src was called once, turned round.' })),
  creates: optional(path({ doc: 'Nothing is done when this is there.' })),
  exclude: optional(list(str()), []),
  include: optional(list(str()), []),
  extra_opts: optional(list(str(), { doc: 'Flags of tar or unzip.' }), []),
  keep_newer: optional(bool(), false),
  list_files: optional(bool({ doc: 'Give back the paths in the archive.' }), false),
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
  /** The archive, when it is the host's. */
  readonly archive?: Stat;
  readonly state?: ArchiveState;
}

function isOfHost({ remote_src: isThere, copy }: Wish): boolean {
  return isThere || copy === false;
}

function formatOf({ src }: Wish): Archive['format'] {
  return /\.(zip|jar|war)$/i.test(src) ? 'zip' : 'tar';
}

function archiveOf(wish: Wish, source: ControlFile | undefined): Archive | undefined {
  const { dest, src, exclude, include, owner, group, mode } = wish;
  const { extra_opts: extraOptions, keep_newer: keepNewer } = wish;
  const from = isOfHost(wish) ? src : source?.type === 'file' ? source.content : undefined;
  if (from === undefined) return undefined;
  return {
    source: from,
    format: formatOf(wish),
    dest,
    extraOptions,
    exclude,
    include,
    keepNewer,
    owner,
    group,
    mode,
  };
}

/** Whether the archive is there to be asked. */
function isThere(state: ArchiveState | undefined): state is ArchiveState {
  return state?.isGzip !== undefined;
}

/** What an archive brings that is not there yet cannot be told. */
function known(files: readonly string[] | undefined): readonly string[] | undefined {
  return files?.length === 0 ? undefined : files;
}

export const unarchive = defineModule({
  name: 'unarchive',
  fullNames: ['ansible.builtin.unarchive'],
  summary: 'Keep an archive unpacked in a folder',
  reach: ({ dest }) => ({ files: [dest] }),
  params,
  constraints: { mutuallyExclusive: [['copy', 'remote_src']] },
  returns: {
    src: str(),
    dest: str(),
    handler: oneOf('TgzArchive', 'TarArchive', 'ZipArchive', {
      doc: 'Who unpacked it, as Ansible names them: gzip, any other tar, zip.',
    }),
    files: list(str(), { doc: 'With list_files: the paths in the archive' }),
    ...standingReturns,
  },
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    const { src, creates, decrypt } = wish;
    if (!seen.dest)
      return {
        dest: stat({ path: wish.dest, follow: true }),
        ...(creates === undefined ? {} : { created: stat({ path: creates }) }),
        ...(isOfHost(wish)
          ? { archive: stat({ path: src, follow: true }) }
          : { source: controlFile({ name: src, kind: 'files', decrypt, followLinks: true }) }),
      };
    const archive = archiveOf(wish, seen.source);
    // A folder that is not there holds nothing to compare with; the plan says so.
    const isReady = isFolder(seen.dest) && seen.archive?.exists !== false && !seen.created?.exists;
    return isReady && archive ? { state: archiveState(archive) } : done;
  },
  plan: (wish, { dest, created, source, archive: remote, state }) => {
    if (created?.exists) return { steps: [], skip: `skipped, since ${wish.creates ?? ''} exists` };
    if (/^(https?|ftp):\/\//.test(wish.src))
      return {
        steps: [],
        fail: `src ${wish.src} is a URL: fetch it by get_url, and unpack what is there then`,
      };
    if (!isFolder(dest)) return { steps: [], fail: `dest '${wish.dest}' must be an existing dir` };
    const archive = archiveOf(wish, source);
    if (!archive) return { steps: [], fail: `${wish.src} is a directory, no archive` };
    if (remote?.exists === false) return { steps: [], fail: `src ${wish.src} is not there` };
    // An archive that only a step of check mode will bring stands in the picture, not on the host.
    return {
      steps: state?.differences.length === 0 ? [] : [unpack({ ...archive, pictured: known(state?.files) })],
    };
  },
  result: (wish, { state }, _, after) => ({
    src: wish.src,
    dest: wish.dest,
    ...(state ? { handler: archiveHandler(formatOf(wish), state) } : {}),
    ...(wish.list_files ? { files: isThere(state) ? state.files : notKnown('the archive') } : {}),
    ...pathResult(after.dest),
  }),
});
