// What can be told of a template without its variables: the names it reads, the filters, tests and lookups it names.
import type { Arguments, AssignTarget, Body, Expression, Place, Statement } from './nodes.ts';

export interface Mention {
  readonly kind: 'variable' | 'filter' | 'test' | 'lookup';
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

/** A name that is written as a string: it stands behind the quote. */
function quotedName(kind: Mention['kind'], node: Expression | undefined): Mention | undefined {
  if (node?.typename !== 'Literal' || typeof node.value !== 'string') return undefined;
  return { kind, name: node.value, place: { lineno: node.lineno, colno: node.colno + 1 } };
}

function namedLookup(node: Node): Mention | undefined {
  if (node.typename !== 'Call' || node.target.typename !== 'Symbol') return undefined;
  if (!['lookup', 'query', 'q'].includes(node.target.value)) return undefined;
  return quotedName('lookup', node.args.positional[0]);
}

/** The filter or test that `map`, `select` and their kin name in an argument. */
function namedByArgument(name: string, args: Arguments): Mention | undefined {
  const short = name.replace(/^ansible\.builtin\./, '');
  const isAttribute = short === 'selectattr' || short === 'rejectattr';
  const kind =
    short === 'map' ? 'filter' : ['select', 'reject'].includes(short) || isAttribute ? 'test' : undefined;
  return kind && quotedName(kind, args.positional[isAttribute ? 1 : 0]);
}

/** Every name that a template or expression mentions, in the order of the text. */
export function mentions(root: Node): readonly Mention[] {
  const own = new Set<string>(implicit);
  ownNames(root, own);
  const found: Mention[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const node = value as Node;
    const place = node;
    if (node.typename === 'Symbol' && !own.has(node.value))
      found.push({ kind: 'variable', name: node.value, place });
    if (node.typename === 'Filter' || node.typename === 'Test')
      found.push({ kind: node.typename === 'Filter' ? 'filter' : 'test', name: node.name, place });
    const named = node.typename === 'Filter' ? namedByArgument(node.name, node.args) : namedLookup(node);
    if (named) found.push(named);
    Object.values(node).forEach(visit);
  };
  visit(root);
  return found;
}
