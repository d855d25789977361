// Keeps an archive unpacked in a folder: tar in any compression that the host's tar reads, and zip. An archive of the
// control machine is sent each time it is compared, as in Ansible, unless `creates` says that it need not be.
import type { PlanContext } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, list, mode, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { unpack } from '../engine/module/vocabulary/archive.ts';
import { archiveState, type Archive, type ArchiveState } from '../engine/module/vocabulary/archive_state.ts';
import { controlFile, type ControlFile } from '../engine/module/vocabulary/control_files.ts';
import { notKnown } from '../engine/module/vocabulary/open_number.ts';
import { isFolder, stat, type Stat } from '../engine/module/vocabulary/stat.ts';
import { fetcherOf } from '../engine/module/vocabulary/transfer.ts';
import { archiveHandler } from './shared/archive_handler.ts';
import { pathResult, standingReturns } from './shared/put_file.ts';

const params = {
  src: str({
    local: 'files',
    doc: 'Of the control machine, sought in files/; with remote_src of the host, or an address that it fetches.',
  }),
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

/** Seconds, as of Ansible's fetch_file. */
const fetchTimeout = 10;

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

/** What can be fetched, as Ansible takes it. */
function isUrl({ src }: Wish): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(src);
}

function formatOf(wish: Wish): Archive['format'] {
  const name = isUrl(wish) && URL.canParse(wish.src) ? new URL(wish.src).pathname : wish.src;
  return /\.(zip|jar|war)$/i.test(name) ? 'zip' : 'tar';
}

function sourceOf(
  wish: Wish,
  source: ControlFile | undefined,
  context: PlanContext,
): Archive['source'] | undefined {
  if (!isOfHost(wish)) return source?.type === 'file' ? source.content : undefined;
  if (!isUrl(wish)) return wish.src;
  const by = fetcherOf(context.capabilities, URL.canParse(wish.src) && new URL(wish.src).password !== '');
  return by && { url: wish.src, by, timeout: fetchTimeout, validateCerts: wish.validate_certs };
}

function archiveOf(wish: Wish, source: ControlFile | undefined, context: PlanContext): Archive | undefined {
  const { dest, exclude, include, owner, group, mode } = wish;
  const { extra_opts: extraOptions, keep_newer: keepNewer } = wish;
  const from = sourceOf(wish, source, context);
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

const nobodyFetches =
  'src is an address, and the host has no curl (nor wget, for one without a password): fetch it by get_url';

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
  probes: (wish, seen, context) => {
    const { src, creates, decrypt } = wish;
    if (!seen.dest)
      return {
        dest: stat({ path: wish.dest, follow: true }),
        ...(creates === undefined ? {} : { created: stat({ path: creates }) }),
        ...(isUrl(wish)
          ? {}
          : isOfHost(wish)
            ? { archive: stat({ path: src, follow: true }) }
            : { source: controlFile({ name: src, kind: 'files', decrypt, followLinks: true }) }),
      };
    const archive = archiveOf(wish, seen.source, context);
    // A folder that is not there holds nothing to compare with; the plan says so.
    const isReady = isFolder(seen.dest) && seen.archive?.exists !== false && !seen.created?.exists;
    return isReady && archive ? { state: archiveState(archive) } : done;
  },
  plan: (wish, { dest, created, source, archive: remote, state }, context) => {
    if (created?.exists) return { steps: [], skip: `skipped, since ${wish.creates ?? ''} exists` };
    if (isUrl(wish) && !isOfHost(wish))
      return { steps: [], fail: `src ${wish.src} is an address: with remote_src the host fetches it` };
    if (!isFolder(dest)) return { steps: [], fail: `dest '${wish.dest}' must be an existing dir` };
    const archive = archiveOf(wish, source, context);
    if (!archive && isUrl(wish)) return { steps: [], fail: nobodyFetches };
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
