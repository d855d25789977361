// Files on the control machine.
import { lstatSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isVaultText } from '../../document/vault.ts';
import { Failure } from '../failure.ts';
import type { Table, Test } from '../interpreter/tools.ts';

const quiet = { throwIfNoEntry: false } as const;
const on = (holds: (place: string) => boolean): Test => ({
  parameters: 'value',
  run: (args, tools) => {
    tools.impure('a test of a file');
    return holds(args.text('value'));
  },
});

function isSameFile(a: string, b: string): boolean {
  const [first, second] = [statSync(a, quiet), statSync(b, quiet)];
  return first !== undefined && second !== undefined && first.ino === second.ino && first.dev === second.dev;
}

function isMount(place: string): boolean {
  const [own, above] = [lstatSync(place, quiet), lstatSync(path.join(place, '..'), quiet)];
  if (!own || !above || own.isSymbolicLink()) return false;
  return own.dev !== above.dev || own.ino === above.ino;
}

function isVaultFile(place: string): boolean {
  try {
    return isVaultText(readFileSync(place));
  } catch {
    throw new Failure('file-unreadable', `cannot test if the file ${place} is a vault`);
  }
}

const directory = on((place) => statSync(place, quiet)?.isDirectory() ?? false);
const file = on((place) => statSync(place, quiet)?.isFile() ?? false);
const link = on((place) => lstatSync(place, quiet)?.isSymbolicLink() ?? false);
const absolute: Test = { parameters: 'value', run: (args) => path.isAbsolute(args.text('value')) };
const mount = on(isMount);
const same: Test = {
  parameters: 'value other',
  run: (args, tools) => {
    tools.impure('a test of a file');
    return isSameFile(args.text('value'), args.text('other'));
  },
};

export const fileTests: Table<Test> = {
  directory,
  is_dir: directory,
  file,
  is_file: file,
  link,
  is_link: link,
  exists: on((place) => statSync(place, quiet) !== undefined),
  link_exists: on((place) => lstatSync(place, quiet) !== undefined),
  abs: absolute,
  is_abs: absolute,
  same_file: same,
  is_same_file: same,
  mount,
  is_mount: mount,
  vaulted_file: on(isVaultFile),
};
