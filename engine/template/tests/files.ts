// Files on the control machine.
import path from 'node:path';
import { whatStands } from '../../document/file_kind.ts';
import { isVaultText } from '../../document/vault.ts';
import { isDict } from '../../document/value.ts';
import { fail, Failure, UnknownReached } from '../failure.ts';
import type { Table, Test, Tools } from '../interpreter/tools.ts';
import { localFiles, type LocalFiles, type LocalType } from '../local_files.ts';
import type { Args } from '../python/arguments.ts';
import { needed } from '../python/compare.ts';
import { typeName } from '../python/printing.ts';

/** Looks at a file after what check mode foresees. */
const on = (holds: (place: string, files: LocalFiles, tools: Tools) => boolean): Test => ({
  parameters: 'value',
  run: (args, tools) => {
    tools.impure('a test of a file');
    const place = pathOf(args, 'value');
    // Nothing is at no path; resolved it would be the current folder.
    if (place === '') return false;
    return holds(path.resolve(place), tools.context.host.files ?? localFiles, tools);
  },
});

/** A path is text; numbers stand for files that Python has open, of which there are none here. */
function pathOf(args: Args, name: string): string {
  const value = needed(args.value(name));
  if (value === null || isDict(value) || Array.isArray(value))
    fail(`${args.what} asks for a path, not for ${typeName(value)}`);
  return args.text(name);
}

const is = (type: LocalType, how: 'itself' | 'end'): Test =>
  on((place, files) => files.typeOf(place, how) === type);
const there = (how: 'itself' | 'end'): Test => on((place, files) => files.typeOf(place, how) !== undefined);

function isSameFile(a: string, b: string): boolean {
  const [first, second] = [a, b].map(
    (place) => whatStands(place) ?? fail(`There is no file ${place || "with the name ''"}`),
  );
  return first?.ino === second?.ino && first?.dev === second?.dev;
}

function isMount(place: string): boolean {
  const [own, above] = [whatStands(place, 'itself'), whatStands(path.join(place, '..'), 'itself')];
  if (!own || !above || own.isSymbolicLink()) return false;
  return own.dev !== above.dev || own.ino === above.ino;
}

function isVaultFile(place: string, { context }: Tools): boolean {
  try {
    return isVaultText(context.host.readFile(place));
  } catch (problem) {
    if (problem instanceof UnknownReached) throw problem;
    throw new Failure('file-unreadable', `cannot test if the file ${place} is a vault`);
  }
}

const directory = is('directory', 'end');
const file = is('file', 'end');
const link = is('link', 'itself');
const absolute: Test = { parameters: 'value', run: (args) => path.isAbsolute(pathOf(args, 'value')) };
const mount = on((place, files) => {
  files.settled(place);
  return isMount(place);
});
const same: Test = {
  parameters: 'value other',
  run: (args, tools) => {
    tools.impure('a test of a file');
    const [first, second] = [pathOf(args, 'value'), pathOf(args, 'other')];
    for (const place of [first, second]) tools.context.host.files?.settled(path.resolve(place));
    return isSameFile(first, second);
  },
};

export const fileTests: Table<Test> = {
  directory,
  is_dir: directory,
  file,
  is_file: file,
  link,
  is_link: link,
  exists: there('end'),
  link_exists: there('itself'),
  abs: absolute,
  is_abs: absolute,
  same_file: same,
  is_same_file: same,
  mount,
  is_mount: mount,
  vaulted_file: on((place, _, tools) => isVaultFile(place, tools)),
};
