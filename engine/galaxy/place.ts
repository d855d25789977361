// Puts staged files in their places: all are brought beside them first, and then each is renamed, so that nobody sees half.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { whatStands } from '../document/file_kind.ts';
import { installedSum, isUntouched, noteText } from './installed.ts';
import { installNote } from './role_source.ts';
import type { Staged } from './staged.ts';
import { copyEntries, entriesOf } from './tree.ts';

export interface Target {
  readonly staged: Staged;
  readonly folder: string;
}

export type Standing = 'absent' | 'same' | 'untouched' | 'touched' | 'in the way';

/** What stands where something is to be installed. */
export function standing({ staged, folder }: Target): Standing {
  const stats = whatStands(folder, 'itself');
  if (!stats) return 'absent';
  if (!stats.isDirectory()) return 'in the way';
  if (readdirSync(folder).length === 0) return 'untouched';
  if (installedSum(folder) === staged.sum) return 'same';
  return isUntouched(staged.kind, folder) ? 'untouched' : 'touched';
}

function beside(folder: string, word: string): string {
  return path.join(path.dirname(folder), `.${path.basename(folder)}.${word}-${process.pid}`);
}

/** By name where it can be, by copying from another file system. */
function moveTree(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    copyEntries(from, to, entriesOf(from), ({ mode }) => mode);
  }
}

function moveBeside({ staged, folder }: Target): string {
  const unfinished = beside(folder, 'new');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(path.dirname(folder), { recursive: true });
  moveTree(staged.folder, unfinished);
  if (staged.kind === 'role')
    writeFileSync(path.join(unfinished, installNote), noteText(staged.request.version, staged.sum));
  return unfinished;
}

interface Swapped {
  readonly folder: string;
  /** Where what was there stands until all is done. */
  readonly old: string | undefined;
}

function swap(unfinished: string, folder: string): Swapped {
  const old = beside(folder, 'old');
  rmSync(old, { recursive: true, force: true });
  const isThere = existsSync(folder);
  if (isThere) renameSync(folder, old);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (isThere) renameSync(old, folder);
    throw error;
  }
  return { folder, old: isThere ? old : undefined };
}

function swapBack({ folder, old }: Swapped): void {
  rmSync(folder, { recursive: true, force: true });
  if (old !== undefined) renameSync(old, folder);
}

/** What a Galaxy server told of an earlier version stands beside the namespaces. */
function removeServerNotes({ staged, folder }: Target): void {
  if (staged.kind === 'role') return;
  const root = path.dirname(path.dirname(folder));
  for (const name of readdirSync(root))
    if (name.startsWith(`${staged.name}-`) && name.endsWith('.info'))
      rmSync(path.join(root, name), { recursive: true, force: true });
}

/** All of them, or all is as it was before. */
export function placeAll(targets: readonly Target[]): void {
  const swapped: Swapped[] = [];
  try {
    const moved = targets.map((target) => [moveBeside(target), target.folder] as const);
    for (const [unfinished, folder] of moved) swapped.push(swap(unfinished, folder));
  } catch (error) {
    for (const one of swapped.toReversed()) swapBack(one);
    throw error;
  } finally {
    for (const { folder } of targets) rmSync(beside(folder, 'new'), { recursive: true, force: true });
  }
  for (const { old } of swapped) if (old !== undefined) rmSync(old, { recursive: true, force: true });
  for (const target of targets) removeServerNotes(target);
}

/** Gone at once for who looks, and then removed. */
export function removeFolder(folder: string): void {
  const old = beside(folder, 'old');
  renameSync(folder, old);
  rmSync(old, { recursive: true, force: true });
}
