// Variables that are known before any host is asked: they may stand in the name of a static import.
import { pureOnly } from '../template/pure_only.ts';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { failure, type Outcome, success } from '../document/diagnostic.ts';
import {
  type Dict,
  isDict,
  isList,
  type Position,
  positionOf,
  textOf,
  Undefined,
  Unknown,
  type Value,
} from '../document/value.ts';
import type { Scope, TemplateContext } from '../template/api.ts';
import { evaluate, hasTemplate, namesRead } from '../template/template.ts';
import { chainOf, itemsOf } from './inherit.ts';
import { isFile } from '../document/file_kind.ts';
import type { Loading } from './loading.ts';
import type { Node, Play } from './model.ts';
import { variablesOf } from './role_files.ts';

const noVariables: Dict = new Map();

function dictOf(value: Value | undefined): Dict {
  return value !== undefined && isDict(value) ? value : noVariables;
}

/** Dicts of variables around a node, highest first: extra vars, node vars, roles, vars_files, play vars, defaults. */
function layersOf(node: Node | Play, loading: Loading): Dict[] {
  const layers = [loading.options.extraVars ?? noVariables];
  const defaults: Dict[] = [];
  for (const each of chainOf(node)) {
    if (each.kind === 'play') layers.push(...playLayers(each, loading));
    else {
      layers.push(dictOf(each.keywords.get('vars')?.value));
      if (each.kind === 'role') {
        layers.push(each.params, each.role.vars);
        defaults.push(each.role.defaults);
      }
    }
    layers.push(magicOf(each));
  }
  return [...layers, ...defaults];
}

function playLayers(play: Play, loading: Loading): Dict[] {
  const imported = play.importedWith.map(({ keywords }) => dictOf(keywords.get('vars')?.value));
  const named = play.keywords.get('vars_files');
  const files = named ? itemsOf(named) : [];
  const folder = path.dirname(play.file);
  const read = files.flatMap(({ value, position }): Dict[] => {
    const name = textOf(value);
    if (name === undefined || hasTemplate(name)) return [];
    const file = path.resolve(folder, name);
    return isFile(file) ? [variablesOf(file, position, loading)] : [];
  });
  return [...imported, ...read.reverse(), dictOf(play.keywords.get('vars')?.value)];
}

function magicOf(node: Node | Play): Dict {
  if (node.kind === 'play') return new Map([['playbook_dir', path.dirname(node.file)]]);
  if (node.kind !== 'role') return noVariables;
  return new Map([
    ['role_path', node.role.path],
    ['role_name', node.role.name],
    ['ansible_role_name', node.role.fullName],
  ]);
}

function scopeOf(layers: readonly Dict[]): Scope {
  return {
    get: (name) => layers.find((layer) => layer.has(name))?.get(name),
    names: () => new Set(layers.flatMap((layer) => [...layer.keys()].map(String))),
  };
}

function contextOf(
  layers: readonly Dict[],
  loading: Loading,
  onImpure?: (what: string) => void,
): TemplateContext {
  return {
    scope: scopeOf(layers),
    host: {
      find: () => undefined,
      searchPath: () => [],
      readFile: (file) => readFileSync(file),
      decrypt: (text) =>
        loading.options.decrypt?.(text) ??
        failure({ code: 'vault', severity: 'error', summary: 'No vault secret was given' }),
    },
    ...(onImpure ? { onImpure } : {}),
  };
}

/** A value with the variables that are known before a run; fails when it needs others. */
export function evaluateStatically(value: Value, node: Node | Play, loading: Loading): Outcome<Value> {
  const text = textOf(value);
  if (text !== undefined && !hasTemplate(text)) return success(value);
  const evaluated = evaluate(value, contextOf(layersOf(node, loading), loading));
  if (evaluated.ok && evaluated.value instanceof Undefined)
    return failure({
      code: 'template-undefined',
      severity: 'error',
      summary: `Variable ${evaluated.value.name} is not defined`,
    });
  return evaluated;
}

/** A variable that the playbooks set, and where. */
export interface GivenAt {
  readonly name: string;
  readonly position: Position;
}

type MayChange = (name: string, holder: Dict) => boolean;

/** What a task's variables will be when nothing but what the playbooks, their roles and the command line say sets them. */
export class LikelyScope {
  readonly #layers: readonly Dict[];
  readonly #node: Node;
  readonly #loading: Loading;
  readonly #mayChange: MayChange;
  readonly #given = new Map<string, readonly GivenAt[] | undefined>();

  constructor(node: Node, loading: Loading, mayChange: MayChange) {
    this.#layers = layersOf(node, loading);
    this.#node = node;
    this.#loading = loading;
    this.#mayChange = mayChange;
  }

  /** All variables that were read and are known. */
  get given(): readonly GivenAt[] {
    return [...this.#given.values()].flatMap((given) => given ?? []);
  }

  /** The variables behind a value's templates. */
  readBy(value: Value): readonly GivenAt[] {
    return textsIn(value).flatMap((text) => this.#behind(text, []) ?? []);
  }

  /** What a text with templates gives; undefined when it reads what only the run knows. */
  evaluate(text: string): Value | undefined {
    if (this.#behind(text, []) === undefined) return undefined;
    const impure: string[] = [];
    const context = contextOf(this.#layers, this.#loading, (what) => void impure.push(what));
    const evaluated = pureOnly(() => evaluate(text, context), { readsFiles: false });
    const isKnown = evaluated?.ok === true && impure.length === 0 && !(evaluated.value instanceof Undefined);
    return isKnown ? evaluated.value : undefined;
  }

  /** Every variable that the text reads, directly or through another one; undefined when one of them is not known. */
  #behind(text: string, around: readonly string[]): readonly GivenAt[] | undefined {
    if (!hasTemplate(text)) return [];
    if (/\b(?:lookup|query|q|now|random)\b/.test(text)) return undefined;
    const found: GivenAt[] = [];
    for (const name of namesRead(text, 'text')) {
      const behind = around.includes(name) ? undefined : this.#givenBy(name, around);
      if (!behind) return undefined;
      found.push(...behind);
    }
    return found;
  }

  #givenBy(name: string, around: readonly string[]): readonly GivenAt[] | undefined {
    if (this.#given.has(name)) return this.#given.get(name);
    const found = this.#look(name, around);
    this.#given.set(name, found);
    return found;
  }

  #look(name: string, around: readonly string[]): readonly GivenAt[] | undefined {
    const holder = this.#layers.find((layer) => layer.has(name));
    const position = holder && positionOf(holder, name);
    if (!holder || !position || this.#mayChange(name, holder)) return undefined;
    if (isDefault(holder, this.#node) && this.#loading.options.isInInventory?.(name) !== false)
      return undefined;
    const behind = textsIn(holder.get(name) ?? null).map((text) => this.#behind(text, [...around, name]));
    if (behind.includes(undefined)) return undefined;
    return [{ name, position }, ...behind.flatMap((each) => each ?? [])];
  }
}

/** Defaults of a role, which the inventory goes before. */
function isDefault(holder: Dict, node: Node): boolean {
  return [...chainOf(node)].some((each) => each.kind === 'role' && each.role.defaults === holder);
}

function textsIn(value: Value): string[] {
  if (isList(value)) return value.flatMap(textsIn);
  if (isDict(value)) return [...value.values()].flatMap(textsIn);
  return [textOf(value) ?? ''];
}

/**
 * A value whose templates are replaced where nothing can change the outcome: those that read no variable but those of
 * the command line. Other templates become Unknown.
 */
export function evaluateConstants(value: Value, loading: Loading, position: Position): Value {
  if (isList(value)) return value.map((item) => evaluateConstants(item, loading, position));
  if (isDict(value))
    return new Map([...value].map(([key, item]) => [key, evaluateConstants(item, loading, position)]));
  const text = textOf(value);
  if (text === undefined || !hasTemplate(text)) return value;
  const names = [...namesRead(text, 'text')];
  const unknown = new Unknown('the run', { mayBeMissing: names.includes('omit') });
  const extra = loading.options.extraVars ?? noVariables;
  for (const name of names) if (!extra.has(name)) return unknown;
  const impure: string[] = [];
  // Nothing is started or drawn before the run: a lookup of a pipe does something.
  const evaluated = pureOnly(() =>
    evaluate(
      value,
      contextOf([extra], loading, (what) => void impure.push(what)),
      position,
    ),
  );
  const isKnown = evaluated?.ok === true && impure.length === 0 && !(evaluated.value instanceof Undefined);
  return isKnown ? evaluated.value : unknown;
}
