// What loading playbooks depends on, and what it keeps: files parsed once, problems told once.
import { readFileSync } from 'node:fs';
import { textOfBytes } from '../document/byte_text.ts';
import type { Diagnostic, Outcome } from '../document/diagnostic.ts';
import { exactPosition } from '../document/yaml_offset.ts';
import type { Sources } from '../document/source.ts';
import { type Dict, isDict, type Position, type Value, withMarks } from '../document/value.ts';
import { parseYaml } from '../document/yaml.ts';
import { withPlainLineEnds } from '../document/yaml_characters.ts';
import type { ModuleCatalog } from './catalog.ts';
import type { Role } from './model.ts';
import { error, fileSuggestion } from './problem.ts';
import type { TagSelection } from './tags.ts';

export interface LoadOptions {
  readonly sources: Sources;
  readonly catalog: ModuleCatalog;
  /** Decrypts vault text; without it a vault-encrypted file is an error. */
  readonly decrypt?: (text: Uint8Array) => Outcome<Uint8Array>;
  /** Folders of the `roles_path` setting, absolute. */
  readonly rolesPath?: readonly string[];
  /** Folders that hold `ansible_collections`, absolute. */
  readonly collectionsPath?: readonly string[];
  /** Variables of the command line: they may stand in the name of a static import. */
  readonly extraVars?: Dict;
  /** Whether a host of the inventory may be the control machine: then any task may make files there. */
  readonly worksHere?: () => boolean;
  /** Whether a host or group has a variable of this name; without it any may. */
  readonly isInInventory?: (name: string) => boolean;
  /** What --tags and --skip-tags choose; without it all runs. */
  readonly selection?: TagSelection;
}

/** A YAML file's one document. `value` is null for an empty file. */
export interface YamlFile {
  readonly path: string;
  readonly value: Value;
  readonly start: Position;
}

/** What became of a file: kept, so that a file that is used again tells its problems again. */
interface ReadFile {
  readonly file: YamlFile | undefined;
  readonly problems: readonly Diagnostic[];
}

const vaultHeader = '$ANSIBLE_VAULT;';

/** One run's loading. Files that are loaded late (dynamic includes) use the same one. */
export class Loading {
  readonly options: LoadOptions;
  /** Roles read from disk, by path and the `*_from` files they were read with. */
  readonly roles = new Map<string, Role>();
  readonly #files = new Map<string, ReadFile>();
  readonly #told = new Set<string>();
  #problems: Diagnostic[] = [];
  #doubts = 0;
  #isGuessing = false;
  readonly #importing: string[] = [];

  constructor(options: LoadOptions) {
    this.options = options;
  }

  /** Keeps a problem; the same one at the same place is told once, however often its file is used. */
  readonly report = (problem: Diagnostic): void => {
    const severity = this.#doubts > 0 ? 'warning' : problem.severity;
    const at = problem.position && exactPosition(this.options.sources, problem.position);
    const place = `${at?.file ?? ''}:${at?.line ?? 0}:${at?.column ?? 0}`;
    const key = `${place} ${severity} ${problem.code} ${problem.summary}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#problems.push({ ...problem, severity, ...(at ? { position: at } : {}) });
  };

  /** How many problems are waiting to be taken. */
  get problemCount(): number {
    return this.#problems.length;
  }

  /** Runs `read`; what it reports is a warning, because what it reads may never be reached. */
  inDoubt<T>(read: () => T): T {
    this.#doubts += 1;
    try {
      return read();
    } finally {
      this.#doubts -= 1;
    }
  }

  inDoubtIf<T>(isDoubtful: boolean, read: () => T): T {
    return isDoubtful ? this.inDoubt(read) : read();
  }

  /**
   * Runs `read` only to guess at what will be loaded: nothing is told and nothing is kept, so that what is loaded in its
   * turn is read then. Undefined when something is wrong with it.
   */
  guessing<T>(read: () => T): T | undefined {
    const before = { problems: this.#problems, told: [...this.#told], isGuessing: this.#isGuessing };
    this.#problems = [];
    this.#told.clear();
    this.#isGuessing = true;
    try {
      const guessed = read();
      return this.#problems.some(({ severity }) => severity === 'error') ? undefined : guessed;
    } finally {
      this.#problems = before.problems;
      this.#told.clear();
      for (const key of before.told) this.#told.add(key);
      this.#isGuessing = before.isGuessing;
    }
  }

  get isGuessing(): boolean {
    return this.#isGuessing;
  }

  /** The problems since the last call. What is read again later tells its problems again. */
  takeProblems(): readonly Diagnostic[] {
    const taken = this.#problems;
    this.#problems = [];
    this.#told.clear();
    return taken;
  }

  get isInDoubt(): boolean {
    return this.#doubts > 0;
  }

  /** Runs `read` while `file` counts as being imported, so that a file that imports itself is noticed. */
  importing<T>(file: string, read: () => T): T {
    this.#importing.push(file);
    try {
      return read();
    } finally {
      this.#importing.pop();
    }
  }

  isImporting(file: string): boolean {
    return this.#importing.includes(file);
  }

  /**
   * A YAML file, parsed once in a run; undefined when it cannot be had, which is reported: a file that cannot be read
   * at `neededAt` (the place that names it), a mistake inside at its own place.
   */
  readYaml(path: string, neededAt: Position): YamlFile | undefined {
    const known = this.#files.get(path);
    const read = known ?? this.#read(path, neededAt);
    for (const problem of read?.problems ?? []) this.report(problem);
    return read?.file;
  }

  #read(path: string, neededAt: Position): ReadFile | undefined {
    const bytes = this.#readBytes(path, neededAt);
    if (bytes === undefined) return undefined;
    const problems: Diagnostic[] = [];
    const read: ReadFile = { file: this.#open(path, bytes, problems), problems };
    if (!this.#isGuessing) this.#files.set(path, read);
    return read;
  }

  #readBytes(path: string, neededAt: Position): Uint8Array | undefined {
    try {
      return readFileSync(path);
    } catch (cause) {
      const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
      this.report(
        isMissing
          ? error('file-not-found', `File ${path} does not exist`, neededAt, fileSuggestion(path, []))
          : error('file-unreadable', `Cannot read ${path}`, neededAt, (cause as Error).message),
      );
      return undefined;
    }
  }

  #open(path: string, bytes: Uint8Array, problems: Diagnostic[]): YamlFile | undefined {
    const text = textOfBytes(bytes);
    if (!text.startsWith(vaultHeader)) {
      this.options.sources.add(path, withPlainLineEnds(text));
      return this.#parse(path, text, problems);
    }
    // The clear text stays out of `sources`: a diagnostic must not show its lines.
    const clear = this.#decrypt(path, bytes, problems);
    const file = clear === undefined ? undefined : this.#parse(path, clear, problems);
    return file && isDict(file.value) ? { ...file, value: withMarks(file.value, { secret: true }) } : file;
  }

  #decrypt(path: string, bytes: Uint8Array, problems: Diagnostic[]): string | undefined {
    const start: Position = { file: path, line: 1, column: 1 };
    if (!this.options.decrypt) {
      problems.push(error('vault', `File ${path} is encrypted and no vault secret was given`, start));
      return undefined;
    }
    const clear = this.options.decrypt(bytes);
    if (clear.ok) return textOfBytes(clear.value);
    problems.push({ ...clear.problem, position: clear.problem.position ?? start });
    return undefined;
  }

  #parse(path: string, text: string, problems: Diagnostic[]): YamlFile | undefined {
    const decrypt = this.options.decrypt;
    const parsed = parseYaml(text, path, decrypt ? { decrypt } : {});
    for (const problem of parsed.diagnostics) problems.push(problem);
    const second = parsed.starts[1];
    if (second) {
      problems.push(error('wrong-type', 'File holds more than one YAML document', second));
      return undefined;
    }
    const [value = null] = parsed.documents;
    const [start = { file: path, line: 1, column: 1 }] = parsed.starts;
    const hasFailed = parsed.documents.length === 0 && parsed.diagnostics.length > 0;
    return hasFailed ? undefined : { path, value, start };
  }
}
