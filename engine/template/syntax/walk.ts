// What can be told of a template without its variables: the names it reads, the filters, tests and lookups it names, the
// patterns that are written in it.
import type { Arguments, AssignTarget, Body, Expression, ExpressionOf, Place, Statement } from './nodes.ts';

export interface Mention {
  readonly kind: 'variable' | 'filter' | 'test' | 'lookup' | 'pattern';
  /** Of a pattern: its text. */
  readonly name: string;
  readonly place: Place;
}

type Node = Expression | Statement | Body;

/** Names that a template sets for itself; a name set anywhere in it counts as its own everywhere. */
function bound(target: AssignTarget, own: Set<string>): void {
  if (target.kind === 'name') own.add(target.name);
  if (target.kind === 'tuple') for (const item of target.items) bound(item, own);
}

function ownNames(node: unknown, own: Set<string>): void {
  if (Array.isArray(node)) for (const item of node) ownNames(item, own);
  else if (typeof node === 'object' && node !== null) {
    const { typename } = node as { typename?: string };
    const part = node as Record<string, unknown>;
    if (typename === 'ForLoop') own.add('loop');
    if (part['target'] && typeof part['target'] === 'object' && 'kind' in part['target'])
      bound(part['target'] as AssignTarget, own);
    if (typename === 'MacroDefinition') own.add(part['name'] as string);
    if (typename === 'Import') own.add((part['target'] as { value: string }).value);
    if (typename === 'FromTemplate')
      for (const [, alias] of part['names'] as [string, string][]) own.add(alias);
    if (typename === 'MacroDefinition' || typename === 'CallBlock')
      for (const parameter of part['parameters'] as { name: string }[]) own.add(parameter.name);
    for (const value of Object.values(part)) ownNames(value, own);
  }
}

const implicit = ['caller', 'varargs', 'kwargs', 'self', 'super'];

/** A name or pattern that is written as a string: it stands behind the quote. */
function quoted(kind: Mention['kind'], node: Expression | undefined): Mention | undefined {
  if (node?.typename !== 'Literal' || typeof node.value !== 'string') return undefined;
  return { kind, name: node.value, place: { lineno: node.lineno, colno: node.colno + 1 } };
}

/** Whether what is called is `lookup` or one of its other names. */
export function isLookup(target: Expression): boolean {
  return target.typename === 'Symbol' && ['lookup', 'query', 'q'].includes(target.value);
}

function namedLookup(node: Node): Mention | undefined {
  if (node.typename !== 'Call' || !isLookup(node.target)) return undefined;
  return quoted('lookup', node.args.positional[0]);
}

const withoutBuiltin = (name: string): string => name.replace(/^ansible\.builtin\./, '');

/** The argument of `map`, `select` and their kin that names a filter or test; what follows it are that one's own. */
function namedByArgument(filter: string): { kind: 'filter' | 'test'; index: number } | undefined {
  const short = withoutBuiltin(filter);
  if (short === 'map') return { kind: 'filter', index: 0 };
  if (short === 'select' || short === 'reject') return { kind: 'test', index: 0 };
  return short === 'selectattr' || short === 'rejectattr' ? { kind: 'test', index: 1 } : undefined;
}

const patternNames: Readonly<Record<'filter' | 'test', Readonly<Record<string, string>>>> = {
  filter: { regex_replace: 'pattern', regex_search: 'regex', regex_findall: 'regex' },
  test: { match: 'pattern', search: 'pattern', regex: 'pattern' },
};

/** What a filter or test of this name takes as its pattern, when that is written as a string. */
function patternIn(kind: 'filter' | 'test', name: string, args: Arguments, from = 0): Mention[] {
  const names = patternNames[kind];
  const parameter = Object.hasOwn(names, withoutBuiltin(name)) ? names[withoutBuiltin(name)] : undefined;
  if (parameter === undefined) return [];
  const given = args.named.find(([each]) => each === parameter)?.[1] ?? args.positional[from];
  return [quoted('pattern', given)].filter((mention) => mention !== undefined);
}

/** What a filter or test mentions beyond what stands in its arguments: itself, what it names, its pattern. */
function mentionsOf(node: ExpressionOf<'Filter' | 'Test'>): Mention[] {
  const kind = node.typename === 'Filter' ? 'filter' : 'test';
  const found: Mention[] = [{ kind, name: node.name, place: node }, ...patternIn(kind, node.name, node.args)];
  const by = kind === 'filter' ? namedByArgument(node.name) : undefined;
  const named = by && quoted(by.kind, node.args.positional[by.index]);
  if (by && named) found.push(named, ...patternIn(by.kind, named.name, node.args, by.index + 1));
  return found;
}

/** All nodes of a tree, in the order of the text. */
function* nodesOf(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Node;
  for (const part of Object.values(value)) yield* nodesOf(part);
}

/** The calls in a template, wherever they stand. */
export function callsIn(root: Node): ExpressionOf<'Call'>[] {
  return [...nodesOf(root)].filter((node): node is ExpressionOf<'Call'> => node.typename === 'Call');
}

/** Whether a template names a variable, wherever it stands. */
export function isMentioned(name: string, root: Node): boolean {
  return [...nodesOf(root)].some((node) => node.typename === 'Symbol' && node.value === name);
}

/** Every name that a template or expression mentions, in the order of the text. */
export function mentions(root: Node): readonly Mention[] {
  const own = new Set<string>(implicit);
  ownNames(root, own);
  const found: Mention[] = [];
  for (const node of nodesOf(root)) {
    if (node.typename === 'Symbol' && !own.has(node.value))
      found.push({ kind: 'variable', name: node.value, place: node });
    if (node.typename === 'Filter' || node.typename === 'Test') found.push(...mentionsOf(node));
    const lookup = namedLookup(node);
    if (lookup) found.push(lookup);
  }
  return found;
}
