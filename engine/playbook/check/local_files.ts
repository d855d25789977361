// Files of the control machine that tasks name outright: templates, files to copy, scripts, archives, variables. One that
// no searched folder holds fails the task when it is reached; a template is read for mistakes inside.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { textOfBytes } from '../../document/byte_text.ts';
import { bare, type Dict, isDict, isList, type Position, textOf, type Value } from '../../document/value.ts';
import type { TemplateSettings } from '../../template/api.ts';
import { besideFile, findTemplate } from '../../template/interpreter/template_files.ts';
import { type NamedTemplate, templatesNamed } from '../../template/named_templates.ts';
import { templatesLookedUp } from '../../template/looked_up.ts';
import { textSettings } from '../../template/syntax/header.ts';
import { hasTemplate } from '../../template/template.ts';
import { asBoolean } from '../argument_types.ts';
import { type FileKind, findFile, searchFolders } from '../file_search.ts';
import { effectiveKeyword, playOf, textsOf } from '../inherit.ts';
import type { Loading } from '../loading.ts';
import type { Task } from '../model.ts';
import { error, fileSuggestion, valuePlace, warning } from '../problem.ts';
import { variablesOf } from '../role_files.ts';
import { mayBePassed } from './doubts.ts';
import type { TemplateCheck } from './templates.ts';

interface Wanted {
  readonly kind: FileKind;
  readonly name: string;
  readonly position: Position;
  /** Of a template; undefined when only the run knows how it is read. */
  readonly settings: TemplateSettings | undefined;
  readonly isLookedUp?: boolean;
}

/** A template file on the way from a task through those that name it. */
interface Page {
  readonly file: string;
  readonly settings: TemplateSettings;
  readonly isNamed: boolean;
  readonly isExtended: boolean;
  /** Where the templates that it names are sought. */
  readonly folders: readonly string[];
}

interface Missing extends Pick<Wanted, 'name' | 'position'> {
  readonly folders: readonly string[];
  readonly isDoubtful: boolean;
}

/** Follows the tasks of a playbook in their order: what an earlier one may have made is not missing for sure. */
export class LocalFiles {
  readonly #templates: TemplateCheck;
  readonly #loading: Loading;
  readonly #read = new Set<string>();
  readonly #followed = new Set<string>();
  #mayBeMade = false;
  /** A task that may write stood before, on whatever machine. */
  #mayBeWritten = false;

  constructor(templates: TemplateCheck, loading: Loading) {
    this.#templates = templates;
    this.#loading = loading;
  }

  /** Something that only the run knows may make files. */
  expectMore(): void {
    this.#mayBeMade = true;
  }

  check(task: Task): void {
    for (const wanted of wantedBy(task, this.#loading)) this.#checkFile(wanted, task);
    if (!mayWrite(task, this.#loading)) return;
    this.#mayBeWritten = true;
    if (worksHere(task)) this.#mayBeMade = true;
  }

  #checkFile(wanted: Wanted, task: Task): void {
    const file = findFile(task, wanted.kind, wanted.name);
    const { kind, name } = wanted;
    const isAbsolute = /^[/~]/.test(name);
    const folders = isAbsolute ? [] : searchFolders(task, kind);
    if (file === undefined) this.#missing({ ...wanted, folders, isDoubtful: isAbsolute }, task);
    else if (statSync(file).isFile()) this.#readFile(file, wanted, task);
  }

  #missing({ name, position, folders, isDoubtful }: Missing, task: Task): void {
    this.#mayBeMade ||= this.#mayBeWritten && this.#loading.options.worksHere?.() === true;
    const isWarning =
      isDoubtful || this.#mayBeMade || mayBePassed(task, this.#loading) || task.keywords.has('failed_when');
    const looked = folders.length === 0 ? '' : `Looked in ${folders.join(', ')}`;
    const tried = fileSuggestion(name, folders, looked) ?? '';
    const problem = (isWarning ? warning : error)(
      'file-not-found',
      `File ${name} is not found`,
      position,
      this.#mayBeMade
        ? `${tried}${/[^?]$/.test(tried) ? '. ' : tried && ' '}An earlier task may make it`
        : tried || undefined,
    );
    this.#loading.report(problem);
  }

  #readFile(file: string, { kind, position, settings, isLookedUp }: Wanted, task: Task): void {
    if (kind === 'vars') {
      this.#loading.inDoubtIf(mayBePassed(task, this.#loading), () =>
        variablesOf(file, position, this.#loading),
      );
      return;
    }
    if (kind !== 'templates' || !settings) return;
    const searched = searchFolders(task, kind);
    const folder = path.dirname(file);
    const folders = isLookedUp === true ? [folder, ...searched] : [...searched, ...besideFile(folder)];
    this.#readPage({ file, settings, isNamed: false, isExtended: false, folders }, task);
  }

  /** Reads a template, and those that it names by their files. */
  #readPage(page: Page, task: Task): void {
    const { file, settings, isNamed, isExtended } = page;
    const { isInDoubt } = this.#loading;
    const followed = JSON.stringify([page, isInDoubt, mayBePassed(task, this.#loading)]);
    if (this.#followed.has(followed)) return;
    this.#followed.add(followed);
    const text = readText(file);
    if (text === undefined) return;
    const position = { file, line: 1, column: 1 };
    const key = JSON.stringify([file, settings, isNamed, isInDoubt, mayBePassed(task, this.#loading)]);
    if (!this.#read.has(key)) {
      this.#read.add(key);
      this.#loading.options.sources.add(file, text);
      this.#templates.inDoubtIf(mayBePassed(task, this.#loading), () => {
        this.#templates.file(text, settings, position, isNamed);
      });
    }
    const found = templatesNamed({ text, settings, position, isNamed, isExtended });
    for (const named of found.named) this.#follow(named, { ...page, settings: found.settings }, task);
  }

  #follow(
    { names, position, ignoresMissing, isExtended, isSure }: NamedTemplate,
    from: Page,
    task: Task,
  ): void {
    const { folders } = from;
    const places = names.map((name) =>
      findTemplate(name, folders, (place) => findFile(task, 'templates', place)),
    );
    const file = places.find((place) => place !== undefined);
    this.#loading.inDoubtIf(!isSure, () => {
      if (file !== undefined) this.#readPage({ ...from, file, isNamed: true, isExtended }, task);
      else if (!ignoresMissing)
        this.#missing({ name: names.join(', '), position, folders, isDoubtful: !isSure }, task);
    });
  }
}

/** An encrypted file's text stays where it is: a diagnostic must not show its lines. */
function readText(file: string): string | undefined {
  try {
    const text = textOfBytes(readFileSync(file));
    return text.startsWith('$ANSIBLE_VAULT;') ? undefined : text;
  } catch {
    // Not readable now: the task says so when it is reached.
    return undefined;
  }
}

function wantedBy(task: Task, loading: Loading): Wanted[] {
  const { args, module, freeForm, position } = task.action;
  const { catalog } = loading.options;
  const free = catalog.freeForm(module);
  const given: [string, Value, Position][] = [...args].map(([key, value]) => [
    String(key),
    value,
    valuePlace(args, key, position),
  ]);
  if (free !== undefined && freeForm) given.push([free, freeForm.value, freeForm.position]);
  const named = given.flatMap(([parameter, value, at]): Wanted[] => {
    const kind = catalog.traitsOf(module, parameter)?.local;
    const text = textOf(value);
    if (kind === undefined || text === undefined || hasTemplate(text) || isOfHost(args)) return [];
    const name = parameter === free && module === 'script' ? firstWord(text) : text;
    if (name === undefined || name === '' || name.includes('://')) return [];
    return [{ kind, name, position: at, settings: settingsOf(args) }];
  });
  return [...named, ...lookedUp(task)];
}

/** `remote_src`, or its old opposite `copy`; a value that only the run knows counts as said. */
function isOfHost(args: Dict): boolean {
  const [remote, copy] = [args.get('remote_src'), args.get('copy')];
  return (
    (remote !== undefined && asBoolean(remote) !== false) || (copy !== undefined && asBoolean(copy) !== true)
  );
}

/** The script of a command line; undefined when it takes more than a glance to tell. */
function firstWord(line: string): string | undefined {
  const [word = ''] = line.trim().split(/\s/, 1);
  return /["'\\]/.test(word) ? undefined : word;
}

function settingsOf(args: Dict): TemplateSettings | undefined {
  const settings: Record<string, string> = {};
  for (const [name, setting] of textSettings) {
    const value = args.get(name);
    if (value === undefined) continue;
    const text = textOf(value);
    if (text === undefined || hasTemplate(text)) return undefined;
    settings[setting] = text;
  }
  return settings;
}

/** `lookup('template', 'page.j2')` in what the task itself says. */
function lookedUp(task: Task): Wanted[] {
  const found: Wanted[] = [];
  const visit = (value: Value, position: Position): void => {
    if (isList(value))
      value.forEach((item, index) => {
        visit(item, valuePlace(value, index, position));
      });
    else if (isDict(value)) for (const [key, item] of value) visit(item, valuePlace(value, key, position));
    else {
      const text = textOf(value);
      if (text === undefined || !text.includes('template') || !hasTemplate(text)) return;
      for (const { name, settings, at } of templatesLookedUp(text, position))
        found.push({
          kind: 'templates',
          name,
          position: at,
          settings: settingsOf(settings),
          isLookedUp: true,
        });
    }
  };
  visit(task.action.args, task.action.position);
  const vars = task.keywords.get('vars');
  if (vars) visit(vars.value, vars.position);
  return found;
}

/** Tasks that write no file themselves: what includes bring in is followed for itself. */
const writeNothing = new Set(['meta', 'include_tasks', 'include_role', 'import_tasks', 'import_role']);

/** Lookups that run programs or keep what they made. */
const makers = ['pipe', 'lines', 'password'];

/** Whether a task may make files on its machine, or on this one by what it looks up. */
function mayWrite(task: Task, { options }: Loading): boolean {
  const { args, module, freeForm } = task.action;
  if (!writeNothing.has(module) && options.catalog.looksOnly?.(module) !== true) return true;
  if (makers.includes(task.loop?.lookup ?? '')) return true;
  const spoken = [
    task.loop?.items.value ?? null,
    args,
    freeForm?.value ?? null,
    ...[...task.keywords.values()].map(({ value }) => value),
  ];
  return spoken.some(makesByLookup);
}

function makesByLookup(value: Value): boolean {
  if (isList(value)) return value.some(makesByLookup);
  if (isDict(value)) return [...value.values()].some(makesByLookup);
  const text = textOf(value);
  return text !== undefined && /lookup|query|\bq\(/.test(text) && makers.some((name) => text.includes(name));
}

const ownNames = new Set(['localhost', '127.0.0.1', '::1']);

/** Whether a task may write on the control machine. */
function worksHere(task: Task): boolean {
  if (task.action.module === 'fetch') return true;
  const delegate = textOf(effectiveKeyword(task, 'delegate_to')?.value ?? null);
  if (delegate !== undefined) return hasTemplate(delegate) || ownNames.has(delegate);
  const play = playOf(task);
  const vars = play.keywords.get('vars')?.value;
  const connection =
    effectiveKeyword(task, 'connection')?.value ??
    (vars !== undefined && isDict(vars) ? vars.get('ansible_connection') : undefined);
  if (connection !== undefined && bare(connection) !== 'ssh') return true;
  return textsOf(play.hosts.value).some((hosts) => ownNames.has(hosts) || hasTemplate(hosts));
}
