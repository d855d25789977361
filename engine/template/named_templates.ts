// Template files that a template names outright, by include, import, from and extends.
import type { Position } from '../document/value.ts';
import type { TemplateSettings } from './api.ts';
import { Failure } from './failure.ts';
import { afterHeader, positionInFile } from './position.ts';
import { readHeader } from './syntax/header.ts';
import type { Body, Expression, Statement } from './syntax/nodes.ts';
import { parseTemplate } from './syntax/parse.ts';

export interface NamedTemplate {
  /** The first of them that is there is taken. */
  readonly names: readonly string[];
  readonly position: Position;
  readonly ignoresMissing: boolean;
  readonly isExtended: boolean;
  /** Nothing in the file passes it by. */
  readonly isSure: boolean;
}

export interface NamingFile {
  readonly text: string;
  readonly settings: TemplateSettings;
  readonly position: Position;
  /** Named by another template: it has no header line. */
  readonly isNamed: boolean;
  /** What stands in its blocks may be overridden. */
  readonly isExtended: boolean;
}

/** What it names, and the settings by which that is read. A file that cannot be read names nothing. */
export function templatesNamed(file: NamingFile): {
  readonly named: readonly NamedTemplate[];
  readonly settings: TemplateSettings;
} {
  const { text, settings } = headerOf(file);
  const parsed = parseTemplate(text, 'file', settings);
  if ('error' in parsed) return { named: [], settings };
  const start = file.isNamed ? file.position : afterHeader(file.text, file.position);
  const { tree } = parsed;
  const blocksRun = !file.isExtended && !tree.children.some(({ typename }) => typename === 'Extends');
  const named = [...naming(tree, true, blocksRun)].flatMap(([node, isSure]): NamedTemplate[] => {
    const literals = literalsOf(node.template);
    const [first] = literals;
    if (first === undefined) return [];
    const at = positionInFile(start, { lineno: first.lineno, colno: first.colno + 1 });
    const end = { endLine: at.line, endColumn: at.column + first.value.length };
    return [
      {
        names: literals.map(({ value }) => value),
        position: { ...at, ...end },
        ignoresMissing: node.typename === 'IncludeTemplate' && node.ignoreMissing,
        isExtended: node.typename === 'Extends',
        isSure,
      },
    ];
  });
  return { named, settings };
}

function headerOf({ text, settings, isNamed }: NamingFile): ReturnType<typeof readHeader> {
  if (isNamed) return { text, settings };
  try {
    return readHeader(text, settings);
  } catch (problem) {
    // A header that is wrong is told by who checks the file.
    if (problem instanceof Failure) return { text: '', settings };
    throw problem;
  }
}

type Naming = Extract<Statement, { readonly template: Expression }>;

/** Statements whose bodies may be passed by, or are run by others. */
const passing: readonly string[] = ['If', 'ForLoop', 'MacroDefinition', 'CallBlock'];

function* naming(node: unknown, isSure: boolean, blocksRun: boolean): Generator<[Naming, boolean]> {
  if (Array.isArray(node)) for (const item of node) yield* naming(item, isSure, blocksRun);
  else if (typeof node === 'object' && node !== null) {
    const part = node as Statement | Body;
    if ('template' in part) yield [part, isSure];
    const isPassed = passing.includes(part.typename) || (part.typename === 'NamedBlock' && !blocksRun);
    for (const inner of Object.values(part)) yield* naming(inner, isSure && !isPassed, blocksRun);
  }
}

type TextLiteral = Extract<Expression, { typename: 'Literal' }> & { readonly value: string };

function isText(node: Expression): node is TextLiteral {
  return node.typename === 'Literal' && typeof node.value === 'string';
}

/** All names, or none when one of them is made by the run. */
function literalsOf(template: Expression): readonly TextLiteral[] {
  const nodes = template.typename === 'List' || template.typename === 'Tuple' ? template.items : [template];
  return nodes.every(isText) ? nodes : [];
}
