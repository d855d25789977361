// Files of the control machine that tasks name outright: templates, files to copy, scripts, archives, variables. One that
// no searched folder holds fails the task when it is reached; a template is read for mistakes inside.
import { readFileSync, statSync } from 'node:fs';
import { textOfBytes } from '../../document/byte_text.ts';
import type { Diagnostic } from '../../document/diagnostic.ts';
import { bare, type Dict, isDict, isList, type Position, textOf, type Value } from '../../document/value.ts';
import type { TemplateSettings } from '../../template/api.ts';
import { templatesLookedUp } from '../../template/looked_up.ts';
import { textSettings } from '../../template/syntax/header.ts';
import { hasTemplate } from '../../template/template.ts';
import { asBoolean } from '../argument_types.ts';
import { type FileKind, findFile, searchFolders } from '../file_search.ts';
import { effectiveKeyword, playOf, textsOf } from '../inherit.ts';
import type { Loading } from '../loading.ts';
import type { Task } from '../model.ts';
import { error, valuePlace, warning } from '../problem.ts';
import { variablesOf } from '../role_files.ts';
import { mayBePassed } from './includes.ts';
import type { TemplateCheck } from './templates.ts';

interface Wanted {
  readonly kind: FileKind;
  readonly name: string;
  readonly position: Position;
  /** Of a template; undefined when only the run knows how it is read. */
  readonly settings: TemplateSettings | undefined;
}

/** Follows the tasks of a playbook in their order: what an earlier one may have made is not missing for sure. */
export class LocalFiles {
  readonly #templates: TemplateCheck;
  readonly #loading: Loading;
  readonly #read = new Set<string>();
  #mayBeMade = false;

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
    if (worksHere(task)) this.#mayBeMade = true;
  }

  #checkFile(wanted: Wanted, task: Task): void {
    const file = findFile(task, wanted.kind, wanted.name);
    if (file === undefined) this.#loading.report(this.#missing(wanted, task));
    else if (statSync(file).isFile()) this.#readFile(file, wanted, task);
  }

  #missing({ kind, name, position }: Wanted, task: Task): Diagnostic {
    this.#mayBeMade ||= this.#loading.options.worksHere?.() === true;
    const isDoubtful =
      this.#mayBeMade || /^[/~]/.test(name) || mayBePassed(task) || task.keywords.has('failed_when');
    const tried = /^[/~]/.test(name) ? '' : `Looked in ${searchFolders(task, kind).join(', ')}`;
    return (isDoubtful ? warning : error)(
      'file-not-found',
      `File ${name} is not found`,
      position,
      this.#mayBeMade ? `${tried}${tried && '. '}An earlier task may make it` : tried || undefined,
    );
  }

  #readFile(file: string, { kind, position, settings }: Wanted, task: Task): void {
    if (kind === 'vars') {
      this.#inDoubtIf(mayBePassed(task), () => variablesOf(file, position, this.#loading));
      return;
    }
    const key = JSON.stringify([file, settings, this.#loading.isInDoubt]);
    if (kind !== 'templates' || !settings || this.#read.has(key)) return;
    this.#read.add(key);
    const text = readText(file);
    if (text === undefined) return;
    this.#loading.options.sources.add(file, text);
    this.#templates.file(text, settings, { file, line: 1, column: 1 });
  }

  #inDoubtIf(isDoubtful: boolean, check: () => void): void {
    if (isDoubtful) this.#loading.inDoubt(check);
    else check();
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
        found.push({ kind: 'templates', name, position: at, settings: settingsOf(settings) });
    }
  };
  visit(task.action.args, task.action.position);
  const vars = task.keywords.get('vars');
  if (vars) visit(vars.value, vars.position);
  return found;
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
