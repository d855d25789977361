// Text to tree, once per text: hosts and loops share the tree.
import type { TemplateSettings } from '../api.ts';
import { JinjaTokenizer, SyntaxProblem } from './jinja_lexer.ts';
import { JinjaParser } from './jinja_statements.ts';
import type { Body, Expression, Place } from './nodes.ts';

/** `value`: a string of a playbook, where strings inside `{{ }}` keep their backslashes; `file`: a template file. */
export type TextKind = 'value' | 'file';

export interface ParseError {
  readonly message: string;
  readonly place: Place;
}

export type Parsed<T> = { readonly tree: T } | { readonly error: ParseError };

const limit = 4000;
const bodies = new Map<string, Parsed<Body>>();
const expressions = new Map<string, Parsed<Expression>>();

function cached<T>(cache: Map<string, Parsed<T>>, key: string, make: () => Parsed<T>): Parsed<T> {
  const known = cache.get(key);
  if (known) return known;
  const made = make();
  // The oldest goes: a map keeps the order of insertion.
  if (cache.size >= limit) cache.delete(cache.keys().next().value ?? '');
  cache.set(key, made);
  return made;
}

const start: Place = { lineno: 0, colno: 0 };

function guarded<T>(make: () => T): Parsed<T> {
  try {
    return { tree: make() };
  } catch (problem) {
    if (problem instanceof SyntaxProblem)
      return { error: { message: problem.message, place: problem.place } };
    // nunjucks reads the type of a token that is not there when the text ends early.
    if (problem instanceof TypeError)
      return { error: { message: 'unexpected end of template', place: start } };
    if (problem instanceof RangeError)
      return { error: { message: 'the expression is nested too deeply', place: start } };
    throw problem;
  }
}

/** Jinja2 drops one line end at the end of a template; callers that keep it put it back. */
function normalised(text: string, keepTrailingNewline: boolean): string {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return !keepTrailingNewline && lines.endsWith('\n') ? lines.slice(0, -1) : lines;
}

export function parseTemplate(text: string, kind: TextKind, settings: TemplateSettings = {}): Parsed<Body> {
  const options = Object.keys(settings).length === 0 ? '' : JSON.stringify(settings);
  return cached(bodies, `${kind}\0${options}\0${text}`, () =>
    guarded(() => {
      const tokens = new JinjaTokenizer(normalised(text, settings.keepTrailingNewline ?? false), {
        rawStrings: kind === 'value',
        trimBlocks: settings.trimBlocks ?? true,
        lstripBlocks: settings.lstripBlocks ?? false,
        tags: {
          blockStart: settings.blockStart,
          blockEnd: settings.blockEnd,
          variableStart: settings.variableStart,
          variableEnd: settings.variableEnd,
          commentStart: settings.commentStart,
          commentEnd: settings.commentEnd,
        },
      });
      return new JinjaParser(tokens).parseAsRoot() as Body;
    }),
  );
}

/** A bare expression. Strings in it are read with Python's escapes, as Ansible reads conditions. */
export function parseExpression(text: string): Parsed<Expression> {
  return cached(expressions, text, () =>
    guarded(() => {
      const tokens = new JinjaTokenizer(text, { rawStrings: false });
      tokens.in_code = true;
      const parser = new JinjaParser(tokens);
      const tree = parser.parseTuple();
      const rest = parser.peekToken();
      if (rest) throw new SyntaxProblem(`unexpected ${rest.value}`, rest);
      return tree;
    }),
  );
}
