// Looks at a path. Changes nothing.
import type { ResultData } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, oneOf, optional, path } from '../engine/module/kinds.ts';
import { stat as statProbe, type ExistingFile, type Stat } from '../engine/module/vocabulary/stat.ts';

function permissions(mode: string): { readonly [name: string]: boolean } {
  const bits = parseInt(mode, 8);
  const found: { [name: string]: boolean } = { isuid: (bits & 0o4000) !== 0, isgid: (bits & 0o2000) !== 0 };
  for (const [who, shift] of [
    ['usr', 6],
    ['grp', 3],
    ['oth', 0],
  ] as const)
    for (const [letter, bit] of [
      ['r', 4],
      ['w', 2],
      ['x', 1],
    ] as const)
      found[`${letter}${who}`] = ((bits >> shift) & bit) !== 0;
  return found;
}

function shown(path: string, file: ExistingFile, user: string): { readonly [name: string]: ResultData } {
  const { type, target, resolved, digest } = file;
  const is = permissions(file.mode);
  const ours = (letter: string): boolean =>
    user === 'root' && letter !== 'x' ? true : Boolean(is[`${letter}${file.owner === user ? 'usr' : 'oth'}`]);
  return {
    exists: true,
    path,
    mode: file.mode,
    isdir: type === 'directory',
    isreg: type === 'file',
    islnk: type === 'link',
    isfifo: type === 'fifo',
    issock: type === 'socket',
    isblk: type === 'block',
    ischr: type === 'char',
    uid: file.uid,
    gid: file.gid,
    pw_name: file.owner,
    gr_name: file.group,
    size: file.size,
    inode: file.inode,
    dev: Number(file.device),
    nlink: file.links,
    atime: file.atime,
    mtime: file.mtime,
    ctime: file.ctime,
    readable: ours('r'),
    writeable: ours('w'),
    executable: user === 'root' ? /[1357]/.test(file.mode) : ours('x'),
    ...is,
    ...(digest === undefined ? {} : { checksum: digest }),
    ...(target === undefined ? {} : { lnk_target: target, lnk_source: resolved }),
  };
}

export const stat = defineModule({
  name: 'stat',
  fullNames: ['ansible.builtin.stat'],
  summary: 'Look at a file or folder',
  params: {
    path: path({ aliases: ['dest', 'name'] }),
    follow: optional(bool({ doc: 'Look at what a link leads to.' }), false),
    get_checksum: optional(bool(), true),
    checksum_algorithm: optional(
      oneOf('md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', {
        aliases: ['checksum', 'checksum_algo'],
      }),
      'sha1',
    ),
    get_mime: optional(
      bool({ aliases: ['mime', 'mime_type', 'mime-type'], doc: 'Taken and passed over.' }),
      true,
    ),
    get_attributes: optional(bool({ aliases: ['attr', 'attributes'], doc: 'Taken and passed over.' }), true),
  },
  seen: answers<{ readonly file: Stat }>(),
  probes: ({ path, follow, get_checksum: isSummed, checksum_algorithm: digest }) => ({
    file: statProbe({ path, follow, ...(isSummed ? { digest } : {}) }),
  }),
  plan: () => ({ steps: [] }),
  result: ({ path }, { file }, _, __, { user }) => ({
    stat: file.exists ? shown(path, file, user) : { exists: false },
  }),
});
