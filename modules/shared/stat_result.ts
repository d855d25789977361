// What stat and find show of a file, by Ansible's names.
import { Float } from '../../engine/document/value.ts';
import type { ResultData } from '../../engine/module/contract.ts';
import { bool, float, int, str } from '../../engine/module/kinds.ts';
import { toldNumber, toldText } from '../../engine/module/vocabulary/open_number.ts';
import type { ExistingFile } from '../../engine/module/vocabulary/stat.ts';

const right = bool();

/** What find shows. */
export const foundReturns = {
  path: str(),
  mode: str({ doc: 'Four octal digits' }),
  isdir: bool(),
  isreg: bool({ doc: 'A file' }),
  islnk: bool(),
  isfifo: bool(),
  issock: bool(),
  isblk: bool(),
  ischr: bool(),
  uid: int(),
  gid: int(),
  pw_name: str({ doc: 'Its owner' }),
  gr_name: str({ doc: 'Its group' }),
  size: int({ doc: 'Bytes' }),
  inode: int(),
  dev: int(),
  nlink: int({ doc: 'How many names it has' }),
  atime: float({ doc: 'Seconds since 1970, as mtime and ctime' }),
  mtime: float(),
  ctime: float(),
  isuid: bool(),
  isgid: bool(),
  ...{ rusr: right, wusr: right, xusr: right, rgrp: right, wgrp: right, xgrp: right },
  ...{ roth: right, woth: right, xoth: right },
  checksum: str({ doc: 'Where it was asked for' }),
  lnk_target: str({ doc: 'Of a link: its text' }),
  lnk_source: str({ doc: 'Of a link: the path that it leads to in the end' }),
};

export const fileShownReturns = {
  exists: bool(),
  ...foundReturns,
  readable: bool({ doc: 'By the user of the task, as writeable and executable' }),
  writeable: bool(),
  executable: bool(),
};

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

/** `user` is who asks: what may be read and written is told for that user. */
export function statResult(
  path: string,
  file: ExistingFile,
  user: string,
): { readonly [name: string]: ResultData } {
  const is = permissions(file.mode);
  const ours = (letter: string): boolean =>
    user === 'root' && letter !== 'x' ? true : Boolean(is[`${letter}${file.owner === user ? 'usr' : 'oth'}`]);
  return {
    exists: true,
    ...foundResult(path, file),
    readable: ours('r'),
    writeable: ours('w'),
    executable: user === 'root' ? /[1357]/.test(file.mode) : ours('x'),
  };
}

export function foundResult(path: string, file: ExistingFile): { readonly [name: string]: ResultData } {
  const { type, target, resolved, digest, details } = file;
  const time = (name: 'atime' | 'mtime' | 'ctime'): ResultData =>
    details === undefined || file[name] < 0
      ? toldNumber(file[name])
      : new Float(file[name] + details.nanoseconds[name] * 1e-9);
  return {
    path,
    mode: file.mode,
    isdir: type === 'directory',
    isreg: type === 'file',
    islnk: type === 'link',
    isfifo: type === 'fifo',
    issock: type === 'socket',
    isblk: type === 'block',
    ischr: type === 'char',
    uid: toldNumber(file.uid),
    gid: toldNumber(file.gid),
    pw_name: file.owner,
    gr_name: file.group,
    size: toldNumber(file.size),
    inode: toldNumber(file.inode),
    dev: file.device === '' ? toldNumber(-1) : Number(file.device),
    nlink: toldNumber(file.links),
    atime: time('atime'),
    mtime: time('mtime'),
    ctime: time('ctime'),
    ...permissions(file.mode),
    ...(digest === undefined ? {} : { checksum: toldText(digest) }),
    ...(target === undefined ? {} : { lnk_target: target, lnk_source: resolved }),
  };
}
