// Keeps a file system mounted and in fstab, or out of both.
import { textContent } from '../engine/module/content.ts';
import type { Step } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';
import {
  escapeMount,
  isBind,
  mountAct,
  mountAt,
  mountKind,
  type Mounted,
} from '../engine/module/vocabulary/mounts.ts';
import { unescapeMount } from '../engine/module/vocabulary/mounts_inside.ts';
import { normalPath } from '../engine/module/vocabulary/paths.ts';
import { removeEmptyFolder } from '../engine/module/vocabulary/remove_file.ts';
import { stat, type Stat } from '../engine/module/vocabulary/stat.ts';
import { writeFile } from '../engine/module/vocabulary/write_file.ts';
import { backupResult } from './shared/put_file.ts';

const params = {
  path: path({ aliases: ['name'] }),
  src: optional(str()),
  fstype: optional(str()),
  opts: optional(str(), 'defaults'),
  dump: optional(str(), '0'),
  passno: optional(str(), '0'),
  state: oneOf('mounted', 'present', 'absent', 'unmounted', 'remounted', 'ephemeral'),
  fstab: optional(path(), '/etc/fstab'),
  boot: optional(bool({ doc: 'Mount it at boot.' }), true),
  backup: optional(bool(), false),
};

type Wish = Parameters<typeof params>;
interface Seen {
  readonly table: FileContent;
  readonly now: Mounted;
  readonly folder: Stat;
}

function options({ opts, boot }: Wish): string {
  return boot || opts.split(',').includes('noauto') ? opts : `${opts},noauto`;
}

function fstabLine(wish: Wish): string {
  const fields = [wish.src ?? '', normalPath(wish.path), wish.fstype ?? '', options(wish)].map(escapeMount);
  return [...fields, wish.dump, wish.passno].join(' ');
}

/** The table with this mount's line as wished, or without it. */
function edited(wish: Wish, text: string): string {
  const isOurs = (line: string): boolean => {
    const [source = '#', place = '', type] = line.trim().split(/\s+/);
    return !source.startsWith('#') && unescapeMount(place) === normalPath(wish.path) && type !== 'swap';
  };
  const lines = text.split('\n');
  const found = lines.findIndex(isOurs);
  if (wish.state === 'absent') return lines.filter((line) => !isOurs(line)).join('\n');
  if (found >= 0) {
    const same = (lines[found] ?? '').trim().split(/\s+/).join(' ') === fstabLine(wish);
    return same ? text : lines.with(found, fstabLine(wish)).join('\n');
  }
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${fstabLine(wish)}\n`;
}

function mountSteps(wish: Wish, now: Mounted, isTableChanged: boolean): Step[] {
  const { path, src: source, fstype: type, state } = wish;
  const opts = options(wish) === 'defaults' ? undefined : options(wish).replace(/,?noauto/, '') || undefined;
  const mount = mountAct({ act: 'mount', path, source, type, options: opts });
  const unmount = mountAct({ act: 'unmount', path });
  if (state === 'unmounted' || state === 'absent') return now.mounted ? [unmount] : [];
  if (state === 'remounted') return [mountAct({ act: 'remount', path, options: opts })];
  if (state === 'present') return [];
  if (!now.mounted) return [mount];
  // As in Ansible, a mounted one is remounted when its line changed; one of another source is mounted anew.
  return isTableChanged && state === 'mounted'
    ? [mountAct({ act: 'remount', path, source: now.source, type: now.type, options: opts })]
    : [];
}

/** Whether something else is mounted, as far as the names tell: a device, and what is bound, has several. */
function isOfAnother({ src = '', opts }: Wish, source: string): boolean {
  const isDevice = source.startsWith('/dev/') && (src.startsWith('/') || src.includes('='));
  return !isDevice && !isBind({ options: opts }) && normalPath(src) !== normalPath(source);
}

export const mount = defineModule({
  name: 'mount',
  fullNames: ['ansible.posix.mount'],
  summary: 'Keep a file system mounted and in fstab',
  reach: ({ path, fstab }) => ({ files: [path, fstab], answers: [mountKind] }),
  params,
  constraints: {
    requiredIf: [
      ['state', 'mounted', ['src', 'fstype']],
      ['state', 'present', ['src', 'fstype']],
      ['state', 'ephemeral', ['src', 'fstype']],
    ],
  },
  seen: answers<Seen>(),
  probes: ({ path, fstab }) => ({ table: content(fstab), now: mountAt(path), folder: stat({ path }) }),
  plan: (wish, { table, now, folder }, { user }) => {
    const before = textIn(table);
    const keepsTable = ['mounted', 'present', 'absent'].includes(wish.state);
    const after = keepsTable ? edited(wish, before) : before;
    const isChanged = after !== before;
    const { fstab, backup } = wish;
    const write = isChanged
      ? [writeFile({ path: fstab, content: textContent(after), backup, creator: user })]
      : [];
    // The folder goes with its mount; one that never was a mount here is nobody's business.
    const goes = wish.state === 'absent' && (isChanged || now.mounted) && folder.exists;
    const remove = goes ? [removeEmptyFolder(wish.path)] : [];
    const mounts = mountSteps(wish, now, isChanged);
    // What cannot be mounted gets no line, which would fail at the next boot.
    const steps = wish.state === 'absent' ? [...write, ...mounts, ...remove] : [...mounts, ...write];
    if (wish.state === 'ephemeral' && now.mounted && isOfAnother(wish, now.source))
      return {
        steps: [],
        fail: `${now.source} is mounted on ${wish.path}: unmount it before ${wish.src ?? ''}`,
      };
    if (wish.state === 'remounted' && !now.mounted) return { steps: [], fail: `${wish.path} is not mounted` };
    return { steps, differences: isChanged ? [{ header: fstab, before, after }] : [] };
  },
  result: (wish, _, outcomes) => {
    const { path: name, src = null, fstype = null, opts, dump, passno, fstab, boot } = wish;
    return {
      name,
      src,
      fstype,
      opts,
      dump,
      passno,
      fstab,
      boot: boot ? 'yes' : 'no',
      backup_file: '',
      ...backupResult(outcomes),
    };
  },
});
