// group_vars and host_vars: the files beside an inventory or a playbook that belong to one group or host.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { textOfBytes } from '../document/byte_text.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import { whatStands } from '../document/file_kind.ts';
import { mergedOver } from '../document/merge.ts';
import type { Sources } from '../document/source.ts';
import {
  bare,
  type Dict,
  isDict,
  keyPositionOf,
  positionOf,
  setPosition,
  type Value,
  withMarks,
} from '../document/value.ts';
import { decryptVault, isVaultText, type VaultSecret } from '../document/vault.ts';
import { parseYaml } from '../document/yaml.ts';

/** The order in which names are tried; the first that exists is the only one used. */
const extensions = ['', '.yml', '.yaml', '.json'];
const nothing: Dict = new Map();

export interface VariableFileOptions {
  readonly vault?: readonly VaultSecret[];
  readonly texts?: Sources;
  /** hash_behaviour=merge. */
  readonly merges?: boolean;
}

/** Reads variable files, each folder listed once and each file read once. */
export class VariableFiles {
  readonly diagnostics: Diagnostic[] = [];
  readonly #options: VariableFileOptions;
  /** Names in a `group_vars` or `host_vars` folder. */
  readonly #folders = new Map<string, ReadonlySet<string>>();
  readonly #files = new Map<string, Dict>();
  readonly #merged = new Map<string, Dict>();
  /** By file: why it gives no variables. */
  readonly #broken = new Map<string, Diagnostic>();

  constructor(options: VariableFileOptions = {}) {
    this.#options = options;
  }

  /** Variables of a group or host from `folder/group_vars` or `folder/host_vars`; the same dict when asked again. */
  find(folder: string, kind: 'group_vars' | 'host_vars', name: string): Dict {
    const place = this.#placeOf(folder, kind, name);
    return place === undefined ? nothing : this.#read(place);
  }

  /** What is wrong with the files that `find` reads for the same group or host. */
  problemsOf(folder: string, kind: 'group_vars' | 'host_vars', name: string): readonly Diagnostic[] {
    const place = this.#placeOf(folder, kind, name);
    if (place === undefined) return [];
    this.#read(place);
    if (this.#broken.size === 0) return [];
    return this.#filesOf(place).flatMap((file) => this.#broken.get(file) ?? []);
  }

  /** What is wrong with one file, so that it gives no variables. */
  problemOf(file: string): Diagnostic | undefined {
    this.readFile(file);
    return this.#broken.get(file);
  }

  #placeOf(folder: string, kind: string, name: string): string | undefined {
    // A name that begins with a slash is a chroot's path, no file name.
    if (name.startsWith('/')) return undefined;
    const place = path.join(folder, kind);
    const entries = this.#list(place);
    for (const extension of extensions) {
      if (entries.has(name + extension)) return path.join(place, name + extension);
    }
    // A host may be named by a path below the folder; listing it is seldom enough.
    return name.includes('/') ? path.join(place, name) : undefined;
  }

  /** Reads every file of a folder's group_vars and host_vars, so that all problems are known before a run. */
  checkFolder(folder: string): void {
    for (const kind of ['group_vars', 'host_vars'] as const)
      for (const name of this.#list(path.join(folder, kind)))
        if (isVariableFile(name)) this.#read(path.join(folder, kind, name));
  }

  /** The variables of one file; empty with a diagnostic when it is wrong. Used for vars_files as well, which may stand in check mode's picture. */
  readFile(file: string, pictured?: Buffer): Dict {
    const known = this.#files.get(file);
    if (known) return known;
    const before = this.diagnostics.length;
    const vars = this.#parse(file, pictured);
    this.#files.set(file, vars);
    const broken = this.diagnostics.slice(before).find(({ severity }) => severity === 'error');
    if (broken) this.#broken.set(file, broken);
    return vars;
  }

  /** Whether this file was read: what becomes of it afterwards changes nothing for this run. */
  hasRead(file: string): boolean {
    return this.#files.has(file);
  }

  #list(place: string): ReadonlySet<string> {
    const known = this.#folders.get(place);
    if (known) return known;
    let names: string[] = [];
    try {
      names = readdirSync(place);
    } catch {
      // No such folder: no variables.
    }
    const listed = new Set(names);
    this.#folders.set(place, listed);
    return listed;
  }

  #read(place: string): Dict {
    const known = this.#merged.get(place);
    if (known) return known;
    const files = this.#filesOf(place);
    const dicts = files.map((file) => this.readFile(file));
    const merged =
      dicts.length === 1 ? (dicts[0] ?? nothing) : mergeDicts(dicts, this.#options.merges === true);
    this.#merged.set(place, merged);
    return merged;
  }

  /** The file itself, or all files below a folder in the order of their names. */
  #filesOf(place: string): string[] {
    const stats = whatStands(place);
    if (!stats?.isDirectory()) return stats ? [place] : [];
    return [...this.#list(place)]
      .sort()
      .filter(isVariableFile)
      .flatMap((name) => this.#filesOf(path.join(place, name)));
  }

  #parse(file: string, pictured?: Buffer): Dict {
    const text = this.#readText(file, pictured);
    if (text === undefined) return nothing;
    const { documents, starts, diagnostics } = parseYaml(text.plain, file, {
      decrypt: (vaultText) => decryptVault(vaultText, this.#options.vault ?? []),
    });
    this.diagnostics.push(...diagnostics);
    const top: Value = documents[0] ?? null;
    if (top === null || diagnostics.some(({ severity }) => severity === 'error')) return nothing;
    if (starts[1]) {
      const summary = 'Variable file holds more than one YAML document';
      this.diagnostics.push({ code: 'wrong-type', severity: 'error', summary, position: starts[1] });
      return nothing;
    }
    if (!isDict(bare(top))) {
      this.#tell('wrong-type', file, 'Variable file holds no dict', 'Write name: value in each line');
      return nothing;
    }
    return secretIf(text.encrypted, top as Dict);
  }

  #readText(
    file: string,
    pictured?: Buffer,
  ): { readonly plain: string; readonly encrypted: boolean } | undefined {
    let bytes: Buffer;
    try {
      bytes = pictured ?? readFileSync(file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#tell('file-unreadable', file, 'Variable file cannot be read', reason);
      return undefined;
    }
    if (!isVaultText(bytes)) {
      const plain = textOfBytes(bytes);
      this.#options.texts?.add(file, plain);
      return { plain, encrypted: false };
    }
    const opened = decryptVault(bytes, this.#options.vault ?? []);
    if (opened.ok) return { plain: textOfBytes(opened.value), encrypted: true };
    this.diagnostics.push({ ...opened.problem, position: { file, line: 1, column: 1 } });
    return undefined;
  }

  #tell(code: Diagnostic['code'], file: string, summary: string, detail: string): void {
    this.diagnostics.push({
      code,
      severity: 'error',
      summary,
      detail,
      position: { file, line: 1, column: 1 },
    });
  }
}

function isVariableFile(name: string): boolean {
  return !name.startsWith('.') && !name.endsWith('~') && extensions.includes(path.extname(name));
}

function secretIf(encrypted: boolean, vars: Dict): Dict {
  return encrypted ? copyWithPlaces(withMarks(vars, { secret: true }) as Dict, [vars]) : vars;
}

function mergeDicts(dicts: readonly Dict[], merges: boolean): Dict {
  const merged: Dict = new Map();
  for (const [name, value] of dicts.flatMap((dict) => [...dict]))
    merged.set(name, merges ? mergedOver(value, merged.get(name)) : value);
  return copyWithPlaces(merged, dicts);
}

function copyWithPlaces(target: Dict, from: readonly Dict[]): Dict {
  for (const dict of from)
    for (const key of dict.keys()) {
      const at = positionOf(dict, key);
      if (at) setPosition(target, key, at, keyPositionOf(dict, key));
    }
  return target;
}
