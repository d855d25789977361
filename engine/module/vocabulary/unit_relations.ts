// What unit files make of an act on one unit: which others it starts, stops and restarts, and which links enable it.
import { baseName, directoryOf, isInside, joinPath } from './paths.ts';
import {
  namesOfDropIns,
  templateOf,
  unitFolders,
  unitOfFile,
  type Said,
  type UnitFile,
  type UnitTree,
} from './unit_tree.ts';

/** `sure`: systemd has read it as well. */
interface Setting {
  readonly key: string;
  readonly value: string;
  readonly sure: boolean;
}

export interface ReadUnit {
  /** Its own name, where it was asked for by an alias. */
  readonly name: string;
  readonly exists: boolean;
  /** Where its own file stands. */
  readonly path: string | undefined;
  readonly isMasked: boolean;
  /** Some of its text is not known. */
  readonly isOpen: boolean;
  readonly settings: readonly Setting[];
}

const instanceOf = (unit: string): string => /@(.*)\.\w+$/.exec(unit)?.[1] ?? '';

/** Names in a value, with what stands for the unit itself filled in; undefined when one of them cannot be. */
function names(value: string, unit: string): string[] | undefined {
  if (/\\$/.test(value)) return undefined;
  const bare = unit.replace(/\.\w+$/, '');
  const filled = value
    .replaceAll('%n', unit)
    .replaceAll('%N', bare)
    .replaceAll('%p', bare.replace(/@.*$/, ''))
    .replaceAll(/%[iI]/g, instanceOf(unit));
  return filled.includes('%') ? undefined : filled.split(/\s+/).filter((word) => word !== '');
}

/** What a file says now and what systemd may still hold by. */
function versions({ now, was }: UnitFile): readonly (readonly [Said, boolean])[] {
  return was === undefined
    ? [[now, true]]
    : [
        [was, false],
        [now, false],
      ];
}

function settingsOf(lines: readonly string[], sure: boolean): Setting[] {
  return lines.flatMap((line) => {
    const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [{ key, value, sure }];
  });
}

/** The unit of which a link within systemd's folders is another name; one that leads elsewhere is the unit's own file. */
function aliasOf(path: string, link: string): string | undefined {
  const end = link.startsWith('/') ? link : joinPath(directoryOf(path), link);
  return unitFolders.some((folder) => isInside(end, folder)) ? baseName(end) : undefined;
}

const foldersOf: Readonly<Record<string, string>> = {
  wants: 'Wants',
  requires: 'Requires',
  upholds: 'Upholds',
};

/** What the host's unit files come to; kept as long as the tree is the same. */
export class UnitRelations {
  static readonly #made = new WeakMap<UnitTree, UnitRelations>();
  readonly tree: UnitTree;
  readonly #read = new Map<string, ReadUnit>();
  /** Files by the unit whose folder of drop-ins or of links they stand in. */
  readonly #beside = new Map<string, string[]>();
  #names: ReadonlySet<string> | undefined;

  static of(tree: UnitTree): UnitRelations {
    const made = this.#made.get(tree) ?? new UnitRelations(tree);
    this.#made.set(tree, made);
    return made;
  }

  private constructor(tree: UnitTree) {
    this.tree = tree;
    for (const path of Object.keys(tree.files)) {
      const folder = baseName(directoryOf(path));
      if (!/\.(d|wants|requires|upholds)$/.test(folder)) continue;
      const unit = folder.replace(/\.\w+$/, '');
      this.#beside.set(unit, [...(this.#beside.get(unit) ?? []), path]);
    }
  }

  read(unit: string): ReadUnit {
    const known = this.#read.get(unit) ?? this.#readNow(unit, 0);
    this.#read.set(unit, known);
    return known;
  }

  #readNow(unit: string, depth: number): ReadUnit {
    const template = templateOf(unit);
    const settings: Setting[] = [];
    let isOpen = this.tree.open.some((word) => unit.includes(word));
    let isMasked = false;
    let [exists, place]: [boolean, string | undefined] = [false, undefined];
    const paths = [unit, ...(template === undefined ? [] : [template])].flatMap((name) =>
      unitFolders.map((folder) => `${folder}/${name}`),
    );
    for (const [at, path] of paths.entries()) {
      const file = this.tree.files[path];
      if (!file) continue;
      // Of a unit that was not there systemd holds by nothing.
      const isNew = file.was === null && paths.slice(at + 1).every((one) => !this.tree.files[one]?.now);
      for (const [said, isRead] of versions(file)) {
        const sure = isRead || isNew;
        if (said === null) continue;
        if (said === 'open') isOpen = true;
        else if ('link' in said) {
          const end = aliasOf(path, said.link);
          if (end !== undefined && end !== unit && end !== template && depth < 4)
            return this.#readNow(end, depth + 1);
          if (said.link === '/dev/null') isMasked = isRead;
          else isOpen = true;
        } else settings.push(...settingsOf(said, sure));
      }
      if (file.now === null) continue;
      [exists, place] = [true, path];
      break;
    }
    const beside = namesOfDropIns(unit).flatMap((name) => this.#beside.get(name) ?? []);
    for (const path of beside.sort((a, b) => (baseName(a) < baseName(b) ? -1 : 1))) {
      const file = this.tree.files[path] ?? { now: null };
      const key = foldersOf[/\.(\w+)$/.exec(directoryOf(path))?.[1] ?? ''];
      for (const [said, sure] of versions(file))
        if (said === null) continue;
        else if (key !== undefined) settings.push({ key, value: baseName(path), sure });
        else if (said === 'open' || 'link' in said) isOpen = true;
        else settings.push(...settingsOf(said, sure));
    }
    return { name: unit, exists, path: place, isMasked, isOpen, settings };
  }

  /** All units that have files, and those that other ones name. */
  #units(): ReadonlySet<string> {
    if (this.#names) return this.#names;
    const found = new Set<string>();
    for (const path of Object.keys(this.tree.files)) {
      const { name, isDropIn } = unitOfFile(path);
      const folder = baseName(directoryOf(path));
      if (isDropIn || /\.(wants|requires|upholds)$/.test(folder)) found.add(folder.replace(/\.\w+$/, ''));
      if (!isDropIn) found.add(name);
    }
    // Neither templates nor what stands for many units (`web-.service`, `service`) is a unit.
    this.#names = new Set([...found].filter((name) => !/@\.|.-\.\w+$|^\w+$/.test(name)));
    return this.#names;
  }

  /** Units that one names by these keys; `open` when that is not known. */
  named(
    unit: string,
    keys: readonly string[],
  ): { readonly to: ReadonlyMap<string, boolean>; readonly isOpen: boolean } {
    const { settings, isOpen, name } = this.read(unit);
    const to = new Map<string, boolean>();
    let open = isOpen;
    for (const { key, value, sure } of settings) {
      if (!keys.includes(key)) continue;
      const words = names(value, name);
      if (words === undefined) open = true;
      else
        for (const word of words) {
          const end = this.read(word).name;
          to.set(end, sure || to.get(end) === true);
        }
    }
    return { to, isOpen: open };
  }

  /** The one value of a setting that counts; undefined when systemd may not have read it yet. */
  value(unit: string, key: string): { readonly value: string | undefined } | undefined {
    const { settings, isOpen } = this.read(unit);
    const all = settings.filter((one) => one.key === key);
    if (isOpen) return undefined;
    const isPending = settings.some(({ sure }) => !sure);
    const values = new Set(all.map(({ value }) => value));
    if (isPending && all.some(({ sure }) => !sure)) return undefined;
    return values.size === 0 ? { value: undefined } : { value: all.at(-1)?.value };
  }

  /** Whether one of its drop-ins says something of these, or may. */
  hasDropInWith(unit: string, keys: readonly string[]): boolean {
    const paths = namesOfDropIns(unit).flatMap((name) => this.#beside.get(name) ?? []);
    return paths.some((path) =>
      versions(this.tree.files[path] ?? { now: null }).some(
        ([said]) =>
          directoryOf(path).endsWith('.d') &&
          (said === 'open' ||
            (Array.isArray(said) && settingsOf(said, true).some(({ key }) => keys.includes(key)))),
      ),
    );
  }

  /** Those that name it in one of these keys. */
  #naming(
    unit: string,
    keys: readonly string[],
    others: readonly string[],
  ): { unit: string; sure: boolean }[] {
    return [...new Set([...this.#units(), ...others])].flatMap((other) => {
      const { to, isOpen } = this.named(other, keys);
      const sure = to.get(unit);
      if (sure !== undefined) return [{ unit: this.read(other).name, sure }];
      return isOpen && other !== unit ? [{ unit: this.read(other).name, sure: false }] : [];
    });
  }

  /** What starting a unit starts as well, and whether that is sure. `anything`: it may be any unit. */
  pulled(unit: string): { readonly units: ReadonlyMap<string, boolean>; readonly anything: boolean } {
    const units = new Map<string, boolean>();
    let anything = false;
    const visit = (name: string, sure: boolean): void => {
      if (units.has(name) && (units.get(name) === true || !sure)) return;
      units.set(name, sure);
      const pulls = this.named(name, ['Requires', 'BindsTo', 'Wants', 'Upholds', 'Sockets']);
      anything ||= pulls.isOpen;
      for (const [next, isSure] of pulls.to) visit(next, sure && isSure);
      for (const next of this.#may(name)) visit(next, false);
    };
    visit(this.read(unit).name, true);
    return { units, anything };
  }

  /** Why systemd refuses to start a unit: one that it cannot do without is not there, or is masked. */
  whyNot(unit: string): string | undefined {
    const seen = new Set<string>();
    const visit = (name: string): string | undefined => {
      if (seen.has(name)) return undefined;
      seen.add(name);
      for (const [next, sure] of this.named(name, ['Requires', 'BindsTo']).to) {
        const { exists, isMasked, isOpen } = this.read(next);
        // Mounts, devices, slices and the like need no files.
        if (!sure || isOpen || !/\.(service|socket|timer|path|target)$/.test(next)) continue;
        if (isMasked) return `Unit ${next} is masked.`;
        if (!exists && !this.#isKept(next)) return `Unit ${next} not found.`;
        const why = visit(next);
        if (why !== undefined) return why;
      }
      return undefined;
    };
    return visit(this.read(unit).name);
  }

  /** Whether another unit, while it runs, has this one started whenever it is not. */
  isUpheld(unit: string): boolean {
    return this.#naming(this.read(unit).name, ['Upholds'], []).length > 0;
  }

  /** Whether systemd may still know a unit whose file is gone. */
  #isKept(unit: string): boolean {
    return unitFolders.some((folder) => (this.tree.files[`${folder}/${unit}`]?.was ?? null) !== null);
  }

  /** What may start for a unit that is started: what a socket, timer or path waits for, and the early units of all. */
  #may(unit: string): string[] {
    const [, bare, suffix] = /^(.*)\.(\w+)$/.exec(unit) ?? [];
    if (bare === undefined || suffix === undefined) return [];
    const after = [...this.named(unit, ['OnSuccess', 'OnFailure']).to.keys()];
    const isTrigger = ['socket', 'timer', 'path'].includes(suffix);
    const given = [...this.named(unit, [suffix === 'socket' ? 'Service' : 'Unit']).to.keys()];
    const waiting = given.length > 0 ? given : [this.read(`${bare}.service`).name];
    const isEarly = /^(no|false|0|off)$/i.test(this.value(unit, 'DefaultDependencies')?.value ?? '');
    const early = (isTrigger || suffix === 'service') && !isEarly ? ['sysinit.target'] : [];
    return [...after, ...(isTrigger ? waiting : []), ...early];
  }

  /** Whether stopping a unit stops (or restarting it restarts) the other one; undefined: it does not. */
  takesAlong(unit: string, other: string): 'surely' | 'maybe' | undefined {
    const wanted = this.read(other).name;
    const seen = new Map<string, boolean>();
    const visit = (name: string, sure: boolean): void => {
      if (seen.has(name) && (seen.get(name) === true || !sure)) return;
      seen.set(name, sure);
      for (const next of this.#naming(
        name,
        ['Requires', 'Requisite', 'BindsTo', 'PartOf', 'StopPropagatedFrom'],
        [wanted],
      ))
        visit(next.unit, sure && next.sure);
      for (const [next, isSure] of this.named(name, ['PropagatesStopTo']).to) visit(next, sure && isSure);
      if (this.named(name, ['PropagatesStopTo']).isOpen) visit(wanted, false);
    };
    const first = this.read(unit).name;
    visit(first, true);
    const isNeeded = /^(1|yes|true|on)$/i.test(this.value(wanted, 'StopWhenUnneeded')?.value ?? 'no');
    if (wanted === first) return undefined;
    const sure = seen.get(wanted);
    if (sure === undefined) return isNeeded ? 'maybe' : undefined;
    return sure ? 'surely' : 'maybe';
  }

  /** Whether a unit that starts has the other one stopped. */
  conflicts(unit: string, other: string): boolean {
    const wanted = this.read(other).name;
    return [...this.pulled(unit).units.keys()].some((name) => {
      const here = this.named(name, ['Conflicts']);
      const there = this.named(wanted, ['Conflicts']);
      return here.to.has(wanted) || there.to.has(name) || here.isOpen || (there.isOpen && name !== wanted);
    });
  }

  /** The unit with those that are enabled and disabled along with it. */
  installedWith(unit: string): { readonly units: ReadonlySet<string>; readonly isOpen: boolean } {
    const units = new Set<string>();
    let isOpen = false;
    const visit = (name: string): void => {
      if (units.has(name)) return;
      units.add(name);
      const also = this.named(name, ['Also']);
      isOpen ||= also.isOpen;
      for (const next of also.to.keys()) visit(next);
    };
    visit(this.read(unit).name);
    return { units, isOpen };
  }

  /** Links that enabling a unit makes, by their places; undefined when that cannot be told. */
  linksOf(unit: string): ReadonlyMap<string, string> | undefined {
    const { units, isOpen } = this.installedWith(unit);
    if (isOpen) return undefined;
    const links = new Map<string, string>();
    for (const name of units) {
      const { path } = this.read(name);
      if (path === undefined) continue;
      for (const [key, folder] of [
        ['WantedBy', 'wants'],
        ['RequiredBy', 'requires'],
        ['UpheldBy', 'upholds'],
      ] as const) {
        const named = this.#written(name, key);
        if (named === undefined) return undefined;
        for (const other of named) links.set(`/etc/systemd/system/${other}.${folder}/${name}`, path);
      }
      for (const alias of this.#written(name, 'Alias') ?? []) links.set(`/etc/systemd/system/${alias}`, path);
    }
    return links;
  }

  /** Names as they are written, whatever stands there; what systemd holds by does not matter. */
  #written(unit: string, key: string): string[] | undefined {
    const { settings, isOpen } = this.read(unit);
    const all = settings.flatMap((one) => (one.key === key ? [names(one.value, unit)] : []));
    return isOpen || all.includes(undefined) ? undefined : all.flatMap((words) => words ?? []);
  }

  /** Links among the host's own that disabling takes away. */
  linksTo(unit: string): string[] {
    const { units } = this.installedWith(unit);
    return Object.entries(this.tree.files).flatMap(([path, { now }]) => {
      if (!path.startsWith('/etc/systemd/system/') || now === null || now === 'open' || !('link' in now))
        return [];
      if (now.link === '/dev/null') return [];
      const isOurs = units.has(baseName(path)) || (units.has(baseName(now.link)) && now.link.startsWith('/'));
      return isOurs ? [path] : [];
    });
  }
}
