// Templates: text and values with `{{ }}` and `{% %}` to values. The functions of the contract in api.ts.
import path from 'node:path';
import { type Diagnostic, type Outcome, failure, success } from '../document/diagnostic.ts';
import { nearestName } from '../document/nearest.ts';
import {
  type Position,
  type Value,
  Locked,
  Unknown,
  Undefined,
  bare,
  marksOf,
  textOf,
} from '../document/value.ts';
import type { TemplateContext, TemplateSettings } from './api.ts';
import { Failure, UndefinedFailure, UnknownReached } from './failure.ts';
import { filterNames, findFilter } from './filters/registry.ts';
import { globalNames, globalValue } from './globals.ts';
import { evaluate as evaluateNode } from './interpreter/expressions.ts';
import { Frame } from './interpreter/frame.ts';
import { leave } from './interpreter/output.ts';
import type { Plugins } from './interpreter/plugins.ts';
import { Session, syntaxFailure } from './interpreter/session.ts';
import { run } from './interpreter/statements.ts';
import { afterHeader, positionInFile, positionInside } from './position.ts';
import { isTruthy } from './python/compare.ts';
import { text as textForm } from './python/printing.ts';
import { type ParseError, type Parsed, parseExpression, parseTemplate } from './syntax/parse.ts';
import type { Place } from './syntax/nodes.ts';
import { mentions } from './syntax/walk.ts';
import { mentionProblems } from './mention_problems.ts';
import { readHeader, unknownHeaderNames } from './syntax/header.ts';
import { besideFile } from './interpreter/template_files.ts';
import { findTest, testNames } from './tests/registry.ts';

const plugins: Plugins = {
  filter: findFilter,
  filterNames,
  test: findTest,
  testNames,
  globals: globalValue,
};

function sessionFor(context: TemplateContext, isNative = true): Session {
  return new Session(
    context,
    plugins,
    (body, frame, session, out) => run(body, frame, session, out),
    isNative,
  );
}

/** Whether the text holds `{{`, `{%` or `{#`. */
export function hasTemplate(text: string): boolean {
  return /\{[{%#]/.test(text);
}

function undefinedDetail(missing: Undefined, context: TemplateContext): string | undefined {
  if (missing instanceof Locked) return undefined;
  const near = nearestName(missing.name, [...context.scope.names(), ...globalNames]);
  return near === undefined ? undefined : `Did you mean '${near}'?`;
}

/** A thrown failure as a diagnostic at its place. Anything else is our own bug and goes on. */
function diagnose(
  problem: unknown,
  context: TemplateContext,
  positionOf: (place: Place | undefined) => Position | undefined,
): Diagnostic {
  if (problem instanceof RangeError)
    problem = problem.message.includes('call stack')
      ? new Failure('recursion', 'the template calls itself too deeply')
      : new Failure('template-failed', 'the result is too large', problem.message);
  if (!(problem instanceof Failure)) throw problem;
  const detail =
    problem instanceof UndefinedFailure ? undefinedDetail(problem.missing, context) : problem.detail;
  const at = placeIn(problem.file, problem.place) ?? positionOf(problem.place);
  return {
    code: problem.code,
    severity: 'error',
    summary: problem.message,
    ...(detail === undefined ? {} : { detail }),
    ...(at ? { position: at } : {}),
  };
}

/** In another template file than the one that the evaluation began with. */
function placeIn(file: string | undefined, place: Place | undefined): Position | undefined {
  if (file === undefined || file === '' || !place) return undefined;
  return { file, line: place.lineno + 1, column: place.colno + 1 };
}

function guarded(
  make: () => Value,
  text: string,
  context: TemplateContext,
  position?: Position,
): Outcome<Value> {
  try {
    return success(make());
  } catch (problem) {
    if (problem instanceof UnknownReached) return success(problem.unknown);
    return failure(diagnose(problem, context, (place) => positionInside(position, text, place)));
  }
}

/**
 * The value with every template in it replaced. A text that is one `{{ expression }}` gives a list, dict or boolean where
 * the expression does; numbers become text, as ansible-core 2.18 has it, except for a variable alone.
 */
export function evaluate(value: Value, context: TemplateContext, position?: Position): Outcome<Value> {
  return guarded(() => leave(sessionFor(context).resolve(value)), textOf(value) ?? '', context, position);
}

/** A condition that holds templates itself: they are replaced first, and the text they give is the expression. */
function expressionText(text: string, context: TemplateContext): Value {
  if (!hasTemplate(text)) return text;
  const session = sessionFor(context);
  session.warn('conditions are templates already: {{ }} and {% %} do not belong in them');
  const value = session.resolve(text);
  if (marksOf(value).unsafe)
    throw new Failure('template-failed', 'the condition is text from outside and is not evaluated');
  return value;
}

/**
 * A bare expression, as in `when:` or `that:`. Its value keeps its type. An undefined name is given back as Undefined.
 */
export function evaluateExpression(
  text: string,
  context: TemplateContext,
  position?: Position,
): Outcome<Value> {
  const make = (): Value => {
    const source = expressionText(text, context);
    const inner = bare(source);
    if (typeof inner !== 'string') return source;
    if (inner === '') return text === '';
    const parsed = parseExpression(inner);
    if ('error' in parsed) throw syntaxFailure(parsed.error);
    return leave(evaluateNode(parsed.tree, new Frame(), sessionFor(context)));
  };
  return guarded(make, text, context, position);
}

/** An expression's value as a condition, by Python's truth. Ask for Unknown before: it has none. */
export function isTrue(value: Value): Outcome<boolean> {
  if (value instanceof Unknown)
    return failure({
      code: 'template-failed',
      severity: 'error',
      summary: `the condition waits for ${value.waitsFor}`,
    });
  if (value instanceof Undefined)
    return failure({
      code: value instanceof Locked ? 'vault' : 'template-undefined',
      severity: 'error',
      summary: value.hint ?? `'${value.name}' is undefined`,
      ...(value.origin ? { position: value.origin } : {}),
    });
  return success(isTruthy(value));
}

function trailing(text: string): number {
  return text.length - text.replace(/\n+$/, '').length;
}

/** A template file to text. A first line `#jinja2: name: value, ...` sets settings for this file. */
export function renderText(
  text: string,
  context: TemplateContext,
  settings: TemplateSettings = {},
  position?: Position,
): Outcome<string> {
  try {
    const header = readHeader(text, settings);
    const parsed = parseTemplate(header.text, 'file', header.settings);
    if ('error' in parsed) throw syntaxFailure(parsed.error);
    const beside = position ? besideFile(path.dirname(position.file)) : [];
    const folders = [...context.host.searchPath('templates'), ...beside];
    const rendered = textForm(sessionFor(context, false).renderBody(header, parsed.tree, folders));
    const missing = trailing(text) - trailing(rendered);
    return success(rendered + '\n'.repeat(Math.max(0, missing)));
  } catch (problem) {
    if (problem instanceof UnknownReached)
      return failure({
        code: 'template-unknown',
        severity: 'error',
        summary: 'the template needs a value that only a real run gives',
        detail: problem.unknown.waitsFor,
      });
    const start = position && afterHeader(text, position);
    return failure(
      diagnose(problem, context, (place) => (start && place ? positionInFile(start, place) : position)),
    );
  }
}

function parsedAs(text: string, kind: 'text' | 'expression'): Parsed<Parameters<typeof mentions>[0]> {
  return kind === 'expression' && !hasTemplate(text) ? parseExpression(text) : parseTemplate(text, 'value');
}

function syntaxDiagnostic(error: ParseError, text: string, position?: Position): Diagnostic {
  const at = positionInside(position, text, error.place);
  return {
    code: 'template-syntax',
    severity: 'error',
    summary: `template syntax error: ${error.message}`,
    ...(at ? { position: at } : {}),
  };
}

/** Problems that can be told without variables: syntax, unknown filters, tests and lookups. */
export function checkSyntax(
  text: string,
  kind: 'text' | 'expression',
  position?: Position,
): readonly Diagnostic[] {
  if (kind === 'text' && !hasTemplate(text)) return [];
  const parsed = parsedAs(text, kind);
  if ('error' in parsed) return [syntaxDiagnostic(parsed.error, text, position)];
  return mentionProblems(parsed.tree, text, (place) => positionInside(position, text, place));
}

/**
 * The same of a template file: `settings` as the task gives them, `position` the file's start. One that another names
 * has no header line.
 */
export function checkFile(
  text: string,
  settings: TemplateSettings,
  position: Position,
  isNamed = false,
): readonly Diagnostic[] {
  let header;
  try {
    header = isNamed ? { text, settings } : readHeader(text, settings);
  } catch (problem) {
    if (!(problem instanceof Failure)) throw problem;
    const { code, message, detail } = problem;
    return [
      { code, severity: 'error', summary: message, position, ...(detail === undefined ? {} : { detail }) },
    ];
  }
  const start = isNamed ? position : afterHeader(text, position);
  const odd = isNamed ? [] : unknownHeaderNames(text).map((one) => oddHeader(one, position));
  const parsed = parseTemplate(header.text, 'file', header.settings);
  if (!('error' in parsed))
    return [
      ...odd,
      ...mentionProblems(parsed.tree, header.text, (place) => positionInFile(start, place, header.text)),
    ];
  const { message, place } = parsed.error;
  return [
    ...odd,
    {
      code: 'template-syntax',
      severity: 'error',
      summary: `template syntax error: ${message}`,
      position: positionInFile(start, place),
    },
  ];
}

/** Ansible passes over a name that it does not know; so do we, and say so. */
function oddHeader(
  { name, at, near }: ReturnType<typeof unknownHeaderNames>[number],
  { file, line, column }: Position,
): Diagnostic {
  return {
    code: 'template-syntax',
    severity: 'warning',
    summary: `the #jinja2 header names '${name}', which sets nothing`,
    detail: near === undefined ? 'Take it out' : `Did you mean ${near}?`,
    position: { file, line, column: column + at, endLine: line, endColumn: column + at + name.length },
  };
}

/** The variable names that a text or expression may read: not those that it sets itself, nor functions. */
export function namesRead(text: string, kind: 'text' | 'expression'): ReadonlySet<string> {
  if (kind === 'text' && !hasTemplate(text)) return new Set();
  const parsed = parsedAs(text, kind);
  if ('error' in parsed) return new Set();
  const names = mentions(parsed.tree).filter(({ kind: what }) => what === 'variable');
  return new Set(names.map(({ name }) => name).filter((name) => !globalNames.has(name)));
}
