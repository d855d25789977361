// Runs a play by --check and then for real, on hosts that are folders of this machine, and tells both runs' results.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  lstatSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { play, type Played } from '../play_here.ts';
import { playText, type RandomPlay } from './play_text.ts';
import type { Random } from '../random.ts';

export const hosts = ['one', 'two'];
/** Stands for a host's folder in the text of a play. */
export const rootWord = '/HARDWAY-ROOT/{{ inventory_hostname }}';

/** Files that are there before the play: `d/` is a folder. */
export type Start = readonly { readonly name: string; readonly text: string; readonly mode: number }[];

export function randomStart(random: Random): Start {
  return ['a', 'b', 'd/', 'd/x', 'd/y']
    .filter(() => random.chance(0.5))
    .map((name) => ({
      name,
      text: random.pick(['one\n', 'k=1\nk=2\n', '']),
      mode: random.pick([0o644, 0o600]),
    }));
}

export function make(folder: string, start: Start): void {
  for (const host of hosts) {
    const root = path.join(folder, host);
    mkdirSync(root);
    for (const { name, text, mode } of start) {
      const place = path.join(root, name);
      mkdirSync(name.endsWith('/') ? place : path.dirname(place), { recursive: true });
      if (!name.endsWith('/')) writeFileSync(place, text, { mode });
    }
  }
}

/** Every path with its type, mode and content. */
export function tree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const place = path.join(folder, name);
      const stat = lstatSync(place);
      if (stat.isSymbolicLink()) return `${name} -> ${readlinkSync(place)}`;
      const mode = (stat.mode & 0o7777).toString(8);
      return stat.isDirectory() ? `${name}/ ${mode}` : `${name} ${mode} ${readFileSync(place, 'utf8')}`;
    });
}

export interface BothRuns {
  readonly check: Played;
  readonly real: Played;
  /** What check mode left behind. */
  readonly written: boolean;
}

export async function bothRuns(random: RandomPlay, start: Start, isLocal: boolean): Promise<BothRuns> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-both-'));
  try {
    make(folder, start);
    const text = playText(random).replaceAll('/HARDWAY-ROOT', folder);
    const request = {
      hosts: `${hosts.join(',')},`,
      files: { 'text.j2': 'host {{ inventory_hostname }}\none\n' },
      ...(isLocal ? { extraVars: ['ansible_connection=local'] } : {}),
    };
    const before = tree(folder);
    const check = await play(text, { ...request, options: { checkMode: true } });
    const written = tree(folder).join('\n') !== before.join('\n');
    const real = await play(text, request);
    return { check, real, written };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
