// The unit files of a host as far as they tell of other units: what each says in lines that matter, and the links that
// stand among them. Check mode asks for it where it does something to a unit, which may take others along.
import type { Effect, Output, Probe, ProbeKind } from '../contract.ts';
import { effect, probe } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import type { FileContent } from './content.ts';
import type { PathChange } from './file_effects.ts';
import { baseName, directoryOf, isInside, normalPath, samePath } from './paths.ts';
import { absent } from './stat.ts';

/** The lines of a unit file that matter; `open` where they are not known; the text of a link; null: nothing. */
export type Said = readonly string[] | 'open' | { readonly link: string } | null;

export interface UnitFile {
  readonly now: Said;
  /** What systemd may still hold by: the file as it was when systemd last read its files. */
  readonly was?: Said;
}

export interface UnitTree {
  readonly files: { readonly [path: string]: UnitFile };
  /** Of units whose names hold one of these words nothing is known: packages brought or took their files. */
  readonly open: readonly string[];
}

/** In the order in which systemd looks for a unit. */
export const unitFolders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/run/systemd/generator.late',
] as const;

const settings = [
  ...[
    'Requires',
    'Requisite',
    'Wants',
    'BindsTo',
    'PartOf',
    'Upholds',
    'Conflicts',
    'OnFailure',
    'OnSuccess',
    'After',
    'Before',
  ],
  ...['PropagatesStopTo', 'StopPropagatedFrom', 'StopWhenUnneeded', 'DefaultDependencies'],
  ...['Alias', 'Also', 'WantedBy', 'RequiredBy', 'UpheldBy', 'DefaultInstance'],
  ...['Type', 'RemainAfterExit', 'BusName', 'Sockets', 'Service', 'Unit'],
];
const matters = `^[[:space:]]*(\\[|(${settings.join('|')})[[:space:]]*=)`;
const mattersHere = new RegExp(matters.replaceAll('[[:space:]]', '\\s'));

function parse({ stdout }: Output): UnitTree {
  const files: { [path: string]: { now: string[] | { readonly link: string } } } = {};
  for (const line of stdout.toString('utf8').split('\n')) {
    const [, place, end] = /^l.* (\/\S+) -> (.*)$/.exec(line) ?? [];
    if (place !== undefined && end !== undefined) {
      files[place] = { now: { link: end } };
      continue;
    }
    const [, path, text] = /^(\/[^:]+):(.*)$/.exec(line) ?? [];
    if (path === undefined || text === undefined) continue;
    const now = files[path]?.now;
    if (Array.isArray(now)) now.push(text);
    else files[path] = { now: [text] };
  }
  return { files, open: [] };
}

/** A value that goes on in the next line is not read. */
export function linesThatMatter(text: string | undefined): Said {
  if (text === undefined) return 'open';
  return text.split('\n').filter((line) => mattersHere.test(line));
}

export const unitTreeKind: ProbeKind<Record<string, never>, UnitTree> = {
  name: 'unit files',
  stability: 'volatile',
  target: 'host',
  ask: () => ({
    script: sh`for d in ${[...unitFolders]}; do
  [ -d "$d" ] && [ ! -L "$(dirname "$(dirname "$d")")" ] || continue
  find "$d" -type l -exec ls -ld {} + 2>/dev/null
  find "$d" -type f -exec grep -HE ${matters} {} + 2>/dev/null
done
:`.text,
  }),
  parse,
};

export function unitTree(): Probe<UnitTree> {
  return probe(unitTreeKind, {});
}

export function isUnitPlace(path: string): boolean {
  return unitFolders.some((folder) => isInside(path, folder) || isInside(folder, path));
}

/** The tree with other files; systemd holds by those before until it is told to read them. */
export function withFiles(tree: UnitTree, changed: ReadonlyMap<string, Said>): UnitTree {
  const files: { [path: string]: UnitFile } = { ...tree.files };
  for (const [path, now] of changed) {
    const before = files[path];
    files[path] = { now, was: before?.was === undefined ? (before?.now ?? null) : before.was };
  }
  return { ...tree, files };
}

/** systemd has read all its files. */
export function allRead(tree: UnitTree): UnitTree {
  const files = Object.entries(tree.files).filter(([, { now }]) => now !== null);
  return { ...tree, files: Object.fromEntries(files.map(([path, { now }]) => [path, { now }])) };
}

/** What a step on files leaves at its path; undefined when no unit is another for it. */
export function saidAfter<Args>(change: PathChange<Args>, args: Args): Said | undefined {
  if (change.isSameFile && !change.content) return undefined;
  const file = change.stat(args, absent, { path: change.path(args) });
  if (file === undefined) return 'open';
  if (!file.exists) return null;
  if (file.type === 'link') return { link: file.target ?? '' };
  if (file.type !== 'file') return undefined;
  const nothing: FileContent = { found: 'nothing' };
  const found = change.content?.(args, nothing);
  return found?.found === 'file' ? linesThatMatter(found.content.bytes.toString()) : 'open';
}

export function unitTreeEffects<Args>(change: PathChange<Args>): Effect<Args> {
  return effect(unitTreeKind, {
    touches: (args) => isUnitPlace(normalPath(change.path(args))),
    predict: (args, _, tree) => {
      if (tree === undefined) return undefined;
      const path = normalPath(change.path(args));
      const said = saidAfter(change, args);
      if (said === undefined) return tree;
      const changed = new Map<string, Said>();
      if (change.inside === 'gone')
        for (const place of Object.keys(tree.files)) if (isInside(place, path)) changed.set(place, null);
      if (unitFolders.some((folder) => isInside(path, folder) && !samePath(path, folder)))
        if (said !== null || path in tree.files) changed.set(path, said);
      return withFiles(tree, changed);
    },
  });
}

/** `web@.service` of `web@1.service`. */
export function templateOf(unit: string): string | undefined {
  return /@[^.].*\./.test(unit) ? unit.replace(/@.*(\.\w+)$/, '@$1') : undefined;
}

/**
 * Names by which a unit has folders of drop-ins: its own, its template's, those of all units that begin so
 * (`web-.service.d`), and of all of its type (`service.d`); systemd.unit(5).
 */
export function namesOfDropIns(unit: string): string[] {
  const [, bare = '', type = ''] = /^(.*)\.(\w+)$/.exec(unit) ?? [];
  const parts = bare.replace(/@.*$/, '').split('-').slice(0, -1);
  const prefixes = parts.map((_, at) => `${parts.slice(0, at + 1).join('-')}-.${type}`);
  const template = templateOf(unit);
  return [...new Set([unit, ...(template === undefined ? [] : [template]), ...prefixes, type])];
}

/** `a.service` of `/etc/systemd/system/a.service` and of `…/a.service.d/x.conf`. */
export function unitOfFile(path: string): { readonly name: string; readonly isDropIn: boolean } {
  const folder = baseName(directoryOf(path));
  return folder.endsWith('.d')
    ? { name: folder.slice(0, -2), isDropIn: true }
    : { name: baseName(path), isDropIn: false };
}
