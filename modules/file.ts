// Keeps a path as a file, a folder, a link, or absent, with owner, group and mode. It never writes content: that is
// copy's and template's.
import type { Plan, Probe, Step } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { toldMode } from '../engine/module/mode.ts';
import { bool, mode, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { changeOwnership } from '../engine/module/vocabulary/change_ownership.ts';
import { content, type FileContent } from '../engine/module/vocabulary/content.ts';
import { sharedFile } from '../engine/module/vocabulary/file_effects.ts';
import { listing, type Listing } from '../engine/module/vocabulary/listing.ts';
import { makeDirectory } from '../engine/module/vocabulary/make_directory.ts';
import { makeLink } from '../engine/module/vocabulary/make_link.ts';
import { toldNumber } from '../engine/module/vocabulary/open_number.ts';
import { missingOwnership } from '../engine/module/vocabulary/ownership.ts';
import { directoryOf, joinPath, samePath } from '../engine/module/vocabulary/paths.ts';
import { removeFile } from '../engine/module/vocabulary/remove_file.ts';
import { isFolder, stat, type ExistingFile, type Stat } from '../engine/module/vocabulary/stat.ts';
import { hostTime, touchFile, touchTime } from '../engine/module/vocabulary/touch_file.ts';
import { fileDifference } from './shared/put_file.ts';

const params = {
  path: path({ aliases: ['dest', 'name'], doc: 'The path to keep.' }),
  state: optional(
    oneOf('file', 'directory', 'link', 'hard', 'touch', 'absent', {
      doc: 'Without it, an existing path keeps its type and a missing one is an error, as with `file`.',
    }),
  ),
  src: optional(path({ doc: 'What a link leads to; a relative one counts from the link.' })),
  owner: optional(str({ doc: 'Name or number.' })),
  group: optional(str({ doc: 'Name or number.' })),
  mode: optional(mode()),
  recurse: optional(bool({ doc: 'Also set owner, group and mode of all that is in the folder.' }), false),
  follow: optional(bool({ doc: 'Act on what a link leads to.' }), true),
  force: optional(bool({ doc: 'Link to what is not there, and in place of a file.' }), false),
  modification_time: optional(str({ doc: '`now`, `preserve` or YYYYMMDDhhmm.ss' })),
  access_time: optional(str({ doc: '`now`, `preserve` or YYYYMMDDhhmm.ss' })),
  modification_time_format: optional(str(), '%Y%m%d%H%M.%S'),
  access_time_format: optional(str(), '%Y%m%d%H%M.%S'),
};

interface Seen {
  readonly at: Stat;
  /** What the path leads to, when it is a link and `follow` is set. */
  readonly behind?: Stat;
  /** The source of a hard link, or where a symbolic one would lead. */
  readonly source?: Stat;
  /** All that is in the folder with `recurse`; what is in one that a link shall replace. */
  readonly inside?: Listing;
  /** What times of the playbook are on the host's clock. */
  readonly modified?: { readonly seconds: number | undefined };
  readonly accessed?: { readonly seconds: number | undefined };
  /** For `--diff` of a hard link: what stands there, and what the other name holds. */
  readonly old?: FileContent;
  readonly linked?: FileContent;
}

/** A larger file is told by its owner and mode. */
const shownBytes = 262_144;

type Wish = Parameters<typeof params>;
type State = NonNullable<Wish['state']>;

function stateOf({ state, recurse }: Wish, at: Stat): State {
  if (state) return state;
  if (recurse) return 'directory';
  if (!at.exists || at.type === 'file') return 'file';
  return at.type === 'directory' ? 'directory' : at.type === 'link' ? 'link' : 'file';
}

/** The file whose ownership counts: the one at the path, or the one behind a link. */
function subject({ follow }: Wish, { at, behind }: Pick<Seen, 'at' | 'behind'>): Stat {
  return follow && behind?.exists ? behind : at;
}

function ownershipSteps(wish: Wish, file: ExistingFile, at: string): Step[] {
  const missing = missingOwnership(file, wish);
  return missing
    ? [
        changeOwnership({
          ...{ path: at, ...missing, follow: wish.follow && file.type !== 'link' },
          pictured: sharedFile(file),
        }),
      ]
    : [];
}

function planExisting(wish: Wish, seen: Seen): Plan {
  const file = subject(wish, seen);
  if (!file.exists)
    return { steps: [], fail: `${wish.path} is absent; use copy, template or state touch to make it` };
  if (wish.state === 'file' && file.type !== 'file')
    return { steps: [], fail: `file (${wish.path}) is ${file.type}, cannot continue` };
  return { steps: ownershipSteps(wish, file, wish.path) };
}

function planDirectory(wish: Wish, seen: Seen, creator: string): Plan {
  const file = subject(wish, seen);
  if (!file.exists) {
    const { owner, group, mode } = wish;
    const made = makeDirectory({ path: wish.path, creator, owner, group, mode });
    return { steps: [made] };
  }
  if (file.type !== 'directory')
    return { steps: [], fail: `${wish.path} is there already, as a ${file.type}` };
  const below = seen.inside?.entries ?? [];
  const steps = below.flatMap(({ name, file }) => ownershipSteps(wish, file, joinPath(wish.path, name)));
  return { steps: [...ownershipSteps(wish, file, wish.path), ...steps] };
}

/** Where the link leads, or shall lead. */
function targetOf({ src }: Wish, at: Stat): string | undefined {
  return src ?? (at.exists ? at.target : undefined);
}

function targetPath(wish: Wish, at: Stat): string {
  const target = targetOf(wish, at) ?? '';
  return target.startsWith('/') ? target : joinPath(directoryOf(wish.path), target);
}

/** Of what a link leads to nothing is changed, so its owner and mode do not matter. */
const leavesSource = ({ owner, group, mode }: Wish, state: State): boolean =>
  state === 'link' && owner === undefined && group === undefined && mode === undefined;

/** A link to itself: what stands there now is gone once it is made. */
const leadsToItself = (wish: Wish, at: Stat): boolean => samePath(targetPath(wish, at), wish.path);

/** As in Ansible, `follow` (the default) gives owner and mode to what the link leads to. */
function linkOwnership(wish: Wish, at: Stat, source: Stat | undefined): Step[] {
  if (wish.follow && source?.exists) return ownershipSteps(wish, source, targetPath(wish, at));
  const { owner, group } = wish;
  if (at.exists && at.type === 'link') return ownershipSteps({ ...wish, mode: undefined }, at, wish.path);
  return (owner ?? group) ? [changeOwnership({ path: wish.path, owner, group, follow: false })] : [];
}

/** Why a link cannot take the place of what is there by force: only an empty folder goes. */
function standsInTheWay({ path }: Wish, { inside }: Seen): string | undefined {
  if (inside === undefined || inside.entries.length === 0) return undefined;
  return `the directory ${path} is not empty, refusing to convert it`;
}

function planLink(wish: Wish, seen: Seen, creator: string): Plan {
  const { at, source } = seen;
  const target = targetOf(wish, at);
  if (target === undefined) return { steps: [], fail: 'src is needed to make a link' };
  if (wish.src !== undefined && !source?.exists && !wish.force)
    return { steps: [], fail: `src ${target} is not there; force links to it all the same` };
  const led = leadsToItself(wish, at) ? undefined : source;
  const own = linkOwnership(wish, at, led);
  if (at.exists && at.type === 'link' && at.target === target) return { steps: own };
  if (at.exists && at.type !== 'link' && !wish.force)
    return { steps: [], fail: `${wish.path} is a ${at.type}; force replaces it by a link` };
  const fail = standsInTheWay(wish, seen);
  if (fail !== undefined) return { steps: [], fail };
  const toFolder = led !== undefined && isFolder(led);
  return { steps: [makeLink({ path: wish.path, target, kind: 'symbolic', toFolder, creator }), ...own] };
}

function planHardLink(wish: Wish, seen: Seen, creator: string): Plan {
  const { at, source } = seen;
  if (wish.src === undefined) return { steps: [], fail: 'src is needed to make a hard link' };
  if (!source?.exists) return { steps: [], fail: `src ${wish.src} is not there` };
  const isSame = at.exists && at.inode === source.inode && at.device === source.device;
  if (isSame) return { steps: ownershipSteps(wish, at, wish.path) };
  if (at.exists && !wish.force)
    return { steps: [], fail: `${wish.path} is there already; force replaces it by a hard link` };
  if (source.type === 'directory')
    return { steps: [], fail: `${wish.src} is a folder, of which no hard link can be made` };
  const fail = standsInTheWay(wish, seen);
  if (fail !== undefined) return { steps: [], fail };
  const { old, linked } = seen;
  return {
    steps: [makeLink({ path: wish.path, target: wish.src, kind: 'hard', creator, source })],
    differences: linked?.found === 'file' ? fileDifference(wish.path, old, linked.content) : [],
  };
}

function touchTimes(wish: Wish): { readonly modified?: string; readonly accessed?: string } {
  const modified = touchTime(wish.modification_time, wish.modification_time_format);
  const accessed = touchTime(wish.access_time, wish.access_time_format);
  return { ...(modified === undefined ? {} : { modified }), ...(accessed === undefined ? {} : { accessed }) };
}

function askTimes(wish: Wish): { readonly [name: string]: Probe<NonNullable<Seen['modified']>> } {
  const dated = Object.entries(touchTimes(wish)).filter(([, time]) => time !== 'now');
  return Object.fromEntries(dated.map(([name, time]) => [name, hostTime(time)]));
}

/** Without the times that the file has already. */
function missingTimes(wish: Wish, seen: Seen, file: Stat): ReturnType<typeof touchTimes> {
  const { modified, accessed } = touchTimes(wish);
  const has = file.exists ? { modified: file.mtime, accessed: file.atime } : undefined;
  return {
    ...(modified === undefined || seen.modified?.seconds === has?.modified ? {} : { modified }),
    ...(accessed === undefined || seen.accessed?.seconds === has?.accessed ? {} : { accessed }),
  };
}

function planTouch(wish: Wish, seen: Seen, creator: string): Plan {
  const file = subject(wish, seen);
  const { owner, group, mode } = wish;
  if (!file.exists) {
    const own = (owner ?? group ?? mode) ? [changeOwnership({ path: wish.path, owner, group, mode })] : [];
    return { steps: [touchFile({ path: wish.path, creator, ...touchTimes(wish) }), ...own] };
  }
  const times = missingTimes(wish, seen, file);
  const touch = Object.keys(times).length === 0 ? [] : [touchFile({ path: wish.path, creator, ...times })];
  return { steps: [...touch, ...ownershipSteps(wish, file, wish.path)] };
}

function stateText(file: Stat): string {
  return !file.exists ? 'absent' : file.links > 1 && file.type === 'file' ? 'hard' : file.type;
}

/** The state as Ansible names it where none is wished for: of a file with several names it is `hard`. */
function stateNamed(wish: Wish, at: Stat): State {
  const isPlain = !wish.state && !wish.recurse;
  return isPlain && at.exists && stateText(at) === 'hard' ? 'hard' : stateOf(wish, at);
}

/** As in Ansible: the place of what is linked or touched is called `dest`, all others `path`. */
function placeOf(wish: Wish, before: Stat): { readonly path?: string; readonly dest?: string } {
  const isDestination = ['link', 'hard', 'touch'].includes(stateNamed(wish, before));
  return isDestination ? { dest: wish.path } : { path: wish.path };
}

function leadsTo(wish: Wish, before: Stat, after: Stat): { readonly src?: string | null } {
  const state = stateNamed(wish, before);
  if (state === 'hard') return { src: wish.src ?? null };
  return state === 'link' ? { src: targetOf(wish, after) ?? null } : {};
}

export const file = defineModule({
  name: 'file',
  fullNames: ['ansible.builtin.file'],
  summary: 'Keep a file, folder or link, its owner and mode',
  reach: ({ path }) => ({ files: [path] }),
  params,
  constraints: { requiredIf: [['state', 'hard', ['src']]] },
  seen: answers<Seen>(),
  probes: (wish, { at }, { isPlanned, diff }) => {
    if (!at) return { at: stat({ path: wish.path }) };
    const state = stateOf(wish, at);
    if (state === 'absent')
      return at.exists && at.type === 'directory' && isPlanned
        ? { inside: listing({ path: wish.path, recurse: true, digest: 'sha256' }) }
        : done;
    if (state === 'link' || state === 'hard')
      return {
        source: stat({
          path: targetPath(wish, at),
          follow: state === 'link',
          ...(leavesSource(wish, state) ? { typeOnly: true } : {}),
        }),
        ...(at.exists && at.type === 'directory' && wish.force
          ? { inside: listing({ path: wish.path }) }
          : {}),
        // What the file holds under its other name.
        ...(diff && state === 'hard'
          ? { old: content(wish.path, shownBytes), linked: content(targetPath(wish, at), shownBytes) }
          : {}),
      };
    return {
      ...(at.exists && at.type === 'link' && wish.follow
        ? { behind: stat({ path: wish.path, follow: true }) }
        : {}),
      ...(wish.recurse ? { inside: listing({ path: wish.path, recurse: true }) } : {}),
      ...(state === 'touch' && at.exists ? askTimes(wish) : {}),
    };
  },
  plan: (wish, seen, { user }) => {
    switch (stateOf(wish, seen.at)) {
      case 'absent':
        return { steps: seen.at.exists ? [removeFile(wish.path)] : [] };
      case 'directory':
        return planDirectory(wish, seen, user);
      case 'link':
        return planLink(wish, seen, user);
      case 'hard':
        return planHardLink(wish, seen, user);
      case 'touch':
        return planTouch(wish, seen, user);
      case 'file':
        return planExisting(wish, seen);
    }
  },
  result: (wish, before, _, after) => {
    const file = subject(wish, after);
    const place = placeOf(wish, before.at);
    if (!file.exists) return { ...place, state: 'absent' };
    const { mode, owner, group } = file;
    const numbers = { uid: toldNumber(file.uid), gid: toldNumber(file.gid), size: toldNumber(file.size) };
    return {
      ...place,
      ...leadsTo(wish, before.at, after.at),
      state: stateText(file),
      mode: toldMode(mode),
      owner,
      group,
      ...numbers,
    };
  },
});
