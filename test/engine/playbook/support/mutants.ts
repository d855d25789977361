// Mutations of valid playbooks. Each knows the node that it broke, so that a test can ask for the error to stand there.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type Dict,
  isDict,
  isList,
  keyPositionOf,
  type Position,
  positionOf,
  textOf,
} from '../../../../engine/document/value.ts';
import type { ModuleCatalog } from '../../../../engine/playbook/catalog.ts';
import { engineActions } from '../../../../engine/playbook/engine_actions.ts';
import { keywords } from '../../../../engine/playbook/keywords.ts';
import { knownModule } from '../../../../engine/playbook/known_modules.ts';
import { checkSyntax } from '../../../../engine/template/template.ts';
import { type Numbers, pick } from '../../../support/random.ts';
import { misspelt } from './misspelt.ts';
import { type Site, textsIn } from './sites.ts';

/** One broken version of one file. */
export interface Mutant {
  readonly mutator: string;
  /** What was written in place of what. */
  readonly change: string;
  readonly file: string;
  readonly text: string;
  /** The broken node. The error stands at its start, or (`isInside`) anywhere in it. */
  readonly node: Position;
  readonly isInside: boolean;
}

export interface MutatorInput {
  readonly site: Site;
  readonly catalog: ModuleCatalog;
  readonly random: Numbers;
}

export type Mutator = (input: MutatorInput) => Mutant | undefined;

interface Change {
  readonly mutator: string;
  readonly at: Position;
  readonly to: string;
  readonly isInside?: boolean;
  /** The broken node when it is not what was replaced. */
  readonly node?: Position;
}

/** Replaces the text at a position on one line; undefined when it spans lines. */
function change({ mutator, at, to, isInside = false, node }: Change): Mutant | undefined {
  const { file, line, column, endLine = line, endColumn } = at;
  if (endLine !== line || endColumn === undefined) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const old = lines[line - 1] ?? '';
  lines.splice(line - 1, 1, old.slice(0, column - 1) + to + old.slice(endColumn - 1));
  const broken = node ?? { ...at, endColumn: column + to.length };
  const from = old.slice(column - 1, endColumn - 1);
  return { mutator, change: `${from} -> ${to}`, file, text: lines.join('\n'), node: broken, isInside };
}

function sourceAt({ file, line, column, endLine = line, endColumn }: Position): string | undefined {
  if (endLine !== line || endColumn === undefined) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines[line - 1]?.slice(column - 1, endColumn - 1);
}

/** Picks an entry at random among those that fit. */
function pickKey(dict: Dict, random: Numbers, fits: (name: string) => boolean): string | undefined {
  const names = [...dict.keys()].filter((key): key is string => typeof key === 'string' && fits(key));
  return names.length > 0 ? pick(names, random) : undefined;
}

function tableOf(site: Site): ReadonlyMap<string, { readonly type: string }> {
  if (site.kind === 'task') return site.task?.isHandler ? keywords.handler : keywords.task;
  return site.kind === 'import' ? keywords.task : keywords[site.kind];
}

function isModule(name: string, catalog: ModuleCatalog): boolean {
  const isEngine = engineActions.has(name.replace(/^ansible\.builtin\./, ''));
  return isEngine || catalog.canonical(name) !== undefined || knownModule(name) !== undefined;
}

function moduleKey({ dict, task }: Site): string | undefined {
  const written = task?.action.written;
  return written !== undefined && dict.has(written) ? written : undefined;
}

/** The raw dict of the module's parameters, when they are written as one. */
function parametersOf(site: Site): Dict | undefined {
  const key = moduleKey(site);
  const args = key === undefined ? undefined : site.dict.get(key);
  return args !== undefined && isDict(args) ? args : undefined;
}

const misspeltKeyword: Mutator = ({ site, catalog, random }) => {
  const table = tableOf(site);
  const name = pickKey(site.dict, random, (key) => table.has(key));
  if (name === undefined) return undefined;
  const to = misspelt(name, random);
  if (keywords.handler.has(to) || table.has(to) || isModule(to, catalog)) return undefined;
  const at = keyPositionOf(site.dict, name);
  return at && change({ mutator: 'misspelt keyword', at, to });
};

const misspeltModule: Mutator = ({ site, catalog, random }) => {
  const name = moduleKey(site);
  if (name === undefined || !isModule(name, catalog)) return undefined;
  const to = misspelt(name, random);
  if (isModule(to, catalog) || keywords.handler.has(to)) return undefined;
  const at = keyPositionOf(site.dict, name);
  return at && change({ mutator: 'misspelt module', at, to });
};

const misspeltParameter: Mutator = ({ site, catalog, random }) => {
  const args = parametersOf(site);
  const name = args && pickKey(args, random, () => true);
  if (!args || name === undefined || !site.task) return undefined;
  const to = misspelt(name, random);
  const { module } = site.task.action;
  const isWrong = engineActions.has(module)
    ? !engineActions.get(module)?.parameters.includes(to)
    : catalog.check(module, new Map([[to, 'x']])).some(({ code }) => code === 'unknown-parameter');
  const at = keyPositionOf(args, name);
  return at && isWrong && !args.has(to) ? change({ mutator: 'misspelt parameter', at, to }) : undefined;
};

const wrongParameterValue: Mutator = ({ site, catalog, random }) => {
  const args = parametersOf(site);
  const name = args && pickKey(args, random, (key) => !isDict(args.get(key) ?? null));
  if (!args || name === undefined || !site.task || engineActions.has(site.task.action.module))
    return undefined;
  const to = pick(['certainly_wrong', '[[]]', '{a: b}'], random);
  const value = to === 'certainly_wrong' ? to : to === '[[]]' ? [[]] : new Map([['a', 'b']]);
  const isWrong = catalog
    .check(site.task.action.module, new Map([...args, [name, value]]))
    .some(({ code, path }) => code === 'bad-parameter' && path[0] === name);
  const at = positionOf(args, name);
  return at && isWrong ? change({ mutator: 'wrong parameter value', at, to, isInside: true }) : undefined;
};

/** Renames a required parameter to a word that a module with any parameter takes, or drops its line. */
const missingParameter: Mutator = ({ site, catalog, random }) => {
  const args = parametersOf(site);
  const key = moduleKey(site);
  const name = args && pickKey(args, random, () => true);
  if (!args || key === undefined || name === undefined || !site.task) return undefined;
  const without = new Map([...args].filter(([each]) => each !== name));
  const isMissing = catalog
    .check(site.task.action.module, without)
    .some(({ code, path }) => code === 'missing-parameter' && path.length === 0);
  const [keyAt, valueAt, node] = [
    keyPositionOf(args, name),
    positionOf(args, name),
    keyPositionOf(site.dict, key),
  ];
  if (!isMissing || !keyAt || !valueAt || !node || keyAt.line === node.line) return undefined;
  if (valueAt.line !== keyAt.line || valueAt.endLine !== valueAt.line) return undefined;
  const at = { ...keyAt, column: 1, endColumn: valueAt.endColumn ?? 1 };
  return change({ mutator: 'missing parameter', at, to: '', node });
};

const expressionKeywords = ['when', 'until', 'failed_when', 'changed_when'];

/** Texts that are expressions: conditions, `that`, and what stands in braces. */
function expressionsOf(site: Site): { text: string; position: Position }[] {
  const conditions = expressionKeywords
    .filter((name) => site.dict.has(name))
    .map((name) => [site.dict, name] as const);
  const args = parametersOf(site);
  const asserted = args?.has('that') ? [[args, 'that'] as const] : [];
  const bare = [...conditions, ...asserted].flatMap(([dict, name]) =>
    textsIn(dict.get(name) ?? null, positionOf(dict, name) ?? site.position),
  );
  const nested = new Set([
    'block',
    'rescue',
    'always',
    'tasks',
    'pre_tasks',
    'post_tasks',
    'handlers',
    'roles',
  ]);
  const inBraces = [...site.dict]
    .filter(([key]) => !nested.has(String(key)))
    .flatMap(([key, value]) => textsIn(value, positionOf(site.dict, key) ?? site.position))
    .filter(({ text }) => text.includes('{{'));
  return [...bare, ...inBraces];
}

/** Breaks an expression on one line by `edit`, which gets its source text. */
function breakExpression(
  { site, random }: MutatorInput,
  mutator: string,
  edit: (source: string) => string | undefined,
): Mutant | undefined {
  const found = expressionsOf(site);
  if (found.length === 0) return undefined;
  const { position } = pick(found, random);
  const source = sourceAt(position);
  const to = source === undefined ? undefined : edit(source);
  return to === undefined ? undefined : change({ mutator, at: position, to, isInside: true });
}

/** The source with everything that is no expression made blank: text outside of braces, quotes around the whole. */
function expressionPart(source: string): string {
  const blank = (text: string): string => ' '.repeat(text.length);
  if (!source.includes('{{')) return /^["']/.test(source) ? ` ${source.slice(1, -1)} ` : source;
  const parts = source.split(/(\{\{.*?\}\})/);
  return parts.map((part) => (part.startsWith('{{') ? part : blank(part))).join('');
}

const droppedBracket: Mutator = (input) =>
  breakExpression(input, 'dropped bracket', (source) => {
    const masked = expressionPart(source).replace(/'[^']*'|"[^"]*"/g, (text) => '_'.repeat(text.length));
    const places = [...masked.matchAll(/[)\]]|\}\}/g)].map(({ index }) => index);
    if (places.length === 0) return undefined;
    const at = pick(places, input.random);
    return source.slice(0, at) + source.slice(at + 1);
  });

function misspeltWord(mutator: string, pattern: RegExp, code: string): Mutator {
  return (input) =>
    breakExpression(input, mutator, (source) => {
      const places = [...expressionPart(source).matchAll(pattern)];
      if (places.length === 0) return undefined;
      const place = pick(places, input.random);
      const word = place[1] ?? '';
      if (word.length < 2) return undefined;
      const wrong = misspelt(word, input.random);
      const isKnown = (name: string): boolean =>
        !checkSyntax(code === 'unknown-filter' ? `x | ${name}` : `x is ${name}`, 'expression').length;
      if (!isKnown(word) || isKnown(wrong)) return undefined;
      const at = place.index + place[0].length - word.length;
      return source.slice(0, at) + wrong + source.slice(at + word.length);
    });
}

const wrongType: Mutator = ({ site, random }) => {
  const table = tableOf(site);
  const wrong: Readonly<Record<string, string>> = {
    bool: 'perhaps',
    int: 'many',
    float: 'long',
    variables: '[a]',
  };
  const name = pickKey(
    site.dict,
    random,
    (key) => (table.get(key)?.type ?? '') in wrong || key === 'register',
  );
  if (name === undefined) return undefined;
  const at = positionOf(site.dict, name);
  const to = name === 'register' ? 'two words' : (wrong[table.get(name)?.type ?? ''] ?? '');
  return at && change({ mutator: 'wrong type', at, to });
};

/** Misspells text that names something in a file: a role, a handler, a task file. */
function misspeltName(mutator: string, place: (site: Site) => [Dict, string][]): Mutator {
  return ({ site, random }) => {
    const found = place(site)
      .flatMap(([dict, key]) => textsIn(dict.get(key) ?? null, positionOf(dict, key) ?? site.position))
      .filter(({ text, position }) => sourceAt(position) === text && !text.includes('{{'));
    if (found.length === 0) return undefined;
    const { text, position } = pick(found, random);
    const { dir, name, ext } = path.parse(text);
    const to = path.join(dir, misspelt(name, random) + ext);
    return to === text ? undefined : change({ mutator, at: position, to });
  };
}

function entriesNamed(dict: Dict, ...names: readonly string[]): [Dict, string][] {
  return names.filter((name) => dict.has(name)).map((name) => [dict, name]);
}

const wrongRole = misspeltName('unknown role', ({ kind, dict }) => {
  const imported = dict.get('import_role');
  if (imported !== undefined && isDict(imported)) return entriesNamed(imported, 'name', 'tasks_from');
  const roles = kind === 'play' ? (dict.get('roles') ?? []) : [];
  if (!isList(roles)) return [];
  const isPlain = roles.every((role) => textOf(role) !== undefined);
  if (isPlain) return entriesNamed(dict, 'roles');
  return roles.flatMap((role) => (isDict(role) ? entriesNamed(role, 'role', 'name') : []));
});

const wrongHandler = misspeltName('unknown handler', ({ dict }) => entriesNamed(dict, 'notify'));

const wrongFile = misspeltName('unknown file', ({ dict }) =>
  entriesNamed(dict, 'import_tasks', 'import_playbook', 'ansible.builtin.import_tasks'),
);

/** Adds a line with a second module, or a second loop, before the module's key. */
function secondKey(mutator: string, line: string, fits: (site: Site) => boolean): Mutator {
  return ({ site }) => {
    const key = moduleKey(site);
    const at = key === undefined ? undefined : keyPositionOf(site.dict, key);
    if (!at || site.dict.has('action') || !fits(site)) return undefined;
    const lines = readFileSync(at.file, 'utf8').split('\n');
    const before = (lines[at.line - 1] ?? '').slice(0, at.column - 1);
    if (!/^ *(?:- )?$/.test(before)) return undefined;
    // The new key takes the old one's place, dash included; the old one goes to the next line.
    const rest = (lines[at.line - 1] ?? '').slice(at.column - 1);
    lines.splice(at.line - 1, 1, before + line, ' '.repeat(at.column - 1) + rest);
    const isModule = mutator === 'second module';
    const node = isModule ? { ...at, line: at.line + 1 } : at;
    return { mutator, change: `added ${line}`, file: at.file, text: lines.join('\n'), node, isInside: false };
  };
}

export const mutators: readonly Mutator[] = [
  misspeltKeyword,
  misspeltModule,
  misspeltParameter,
  wrongParameterValue,
  missingParameter,
  droppedBracket,
  misspeltWord('unknown filter', /\|\s*([a-z_][\w.]*)/g, 'unknown-filter'),
  misspeltWord('unknown test', /\bis (?:not )?([a-z_]\w*)/g, 'unknown-test'),
  wrongType,
  wrongRole,
  wrongHandler,
  wrongFile,
  secondKey('second module', 'ansible.builtin.debug: {msg: again}', () => true),
  secondKey('second loop', 'with_items: [1, 2]', ({ task }) => task?.loop?.kind === 'loop'),
];
