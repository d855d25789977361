// Statements: they write nodes to an output, set names and run bodies.
import { Undefined, type Value, Locked } from '../../document/value.ts';
import { Failure, fail, noteWritten, UndefinedFailure } from '../failure.ts';
import { isTruthy } from '../python/compare.ts';
import { iterate } from '../python/sequence.ts';
import { Names, asSpecial } from '../python/special.ts';
import type {
  AssignTarget,
  Body,
  Expression,
  FilterExpression,
  Statement,
  StatementOf,
} from '../syntax/nodes.ts';
import { isMentioned } from '../syntax/walk.ts';
import { evaluateArguments } from './calls.ts';
import { evaluate } from './expressions.ts';
import { Frame } from './frame.ts';
import { type Rounds, loopVariable } from './loop.ts';
import { callBlock, defineMacro } from './macros.ts';
import { capture, concatenate, shown } from './output.ts';
import type { Session } from './session.ts';
import { extendTemplate, fromTemplate, importTemplate, includeTemplate, namedBlock } from './templates.ts';

export function assign(target: AssignTarget, value: Value, frame: Frame): void {
  if (target.kind === 'name') frame.set(target.name, value);
  else if (target.kind === 'attribute') {
    const names = asSpecial(frame.find(target.name) ?? null);
    if (!(names instanceof Names) || !names.isOpen) fail('cannot assign attribute on non-namespace object');
    else names.entries.set(target.attribute, value);
  } else {
    const items = iterate(value);
    const wanted = target.items.length;
    if (items.length !== wanted)
      fail(
        `${items.length > wanted ? 'too many' : 'not enough'} values to unpack (expected ${wanted}, got ${items.length})`,
      );
    for (const [index, part] of target.items.entries()) assign(part, items[index] ?? null, frame);
  }
}

function loopItems(
  node: StatementOf<'ForLoop'>,
  source: Value,
  frame: Frame,
  session: Session,
): readonly Value[] {
  const items = iterate(source);
  const { condition } = node;
  if (!condition) return items;
  return items.filter((entry) => {
    const inner = new Frame(frame);
    assign(node.target, entry, inner);
    return isTruthy(evaluate(condition, inner, session));
  });
}

const loopsRead = new WeakMap<StatementOf<'ForLoop'>, boolean>();

/** As in Jinja2, `loop` is there for a loop that names it: what is included by another one does not see it. */
function readsLoop(node: StatementOf<'ForLoop'>): boolean {
  const known = loopsRead.get(node) ?? isMentioned('loop', node.body);
  loopsRead.set(node, known);
  return known;
}

function forLoop(
  node: StatementOf<'ForLoop'>,
  source: Value,
  depth: number,
  frame: Frame,
  session: Session,
  out: Value[],
): void {
  const items = loopItems(node, source, frame, session);
  if (items.length === 0) {
    if (node.otherwise) run(node.otherwise, new Frame(frame), session, out);
    return;
  }
  const recurse = node.recursive
    ? (more: Value): Value => {
        const text: Value[] = [];
        forLoop(node, more, depth + 1, frame, session, text);
        return concatenate(text, session.isNative);
      }
    : undefined;
  const rounds: Rounds = { items, depth, last: undefined, recurse };
  for (const [index, entry] of items.entries()) {
    const inner = new Frame(frame);
    assign(node.target, entry, inner);
    if (readsLoop(node)) inner.set('loop', loopVariable(rounds, index));
    run(node.body, inner, session, out);
  }
}

function applyFilters(filter: FilterExpression, value: Value, frame: Frame, session: Session): Value {
  const inner =
    filter.target?.typename === 'Filter' ? applyFilters(filter.target, value, frame, session) : value;
  return session.filter(
    filter.name,
    inner,
    evaluateArguments(filter.args, (node) => evaluate(node, frame, session)),
  );
}

function output(node: StatementOf<'Output'>, frame: Frame, session: Session, out: Value[]): void {
  const { state } = frame;
  if (state?.parent !== undefined && out === state.written) return;
  for (const part of node.children) {
    const value = part.typename === 'TemplateData' ? part.value : shown(evaluate(part, frame, session));
    const place = { lineno: part.lineno, colno: part.colno };
    if (value instanceof Undefined) noteWritten(value, place, frame.template?.file);
    if (value instanceof Locked) throw new UndefinedFailure(value);
    out.push(value);
  }
}

function ifStatement(node: StatementOf<'If'>, frame: Frame, session: Session, out: Value[]): void {
  if (isTruthy(evaluate(node.cond, frame, session))) run(node.body, frame, session, out);
  else if (node.else_?.typename === 'If') ifStatement(node.else_, frame, session, out);
  else if (node.else_) run(node.else_, frame, session, out);
}

function withStatement(node: StatementOf<'With'>, frame: Frame, session: Session, out: Value[]): void {
  const inner = new Frame(frame);
  for (const { target, value } of node.assigns) assign(target, evaluate(value, inner, session), inner);
  run(node.body, inner, session, out);
}

function statement(node: Statement, frame: Frame, session: Session, out: Value[]): void {
  const value = (part: Expression): Value => evaluate(part, frame, session);
  switch (node.typename) {
    case 'Output':
      output(node, frame, session, out);
      return;
    case 'If':
      ifStatement(node, frame, session, out);
      return;
    case 'ForLoop':
      forLoop(node, value(node.items), 0, frame, session, out);
      return;
    case 'Assign':
      assign(node.target, value(node.value), frame);
      return;
    case 'AssignBlock': {
      const text = capture(node.body, new Frame(frame), session);
      assign(node.target, node.filter ? applyFilters(node.filter, text, frame, session) : text, frame);
      return;
    }
    case 'MacroDefinition':
      frame.set(node.name, defineMacro(node, frame, session));
      return;
    case 'CallBlock':
      out.push(shown(callBlock(node, frame, session)));
      return;
    case 'FilterBlock': {
      const text = capture(node.body, new Frame(frame), session);
      out.push(shown(applyFilters(node.filter, text, frame, session)));
      return;
    }
    case 'With':
      withStatement(node, frame, session, out);
      return;
    case 'Do':
      value(node.value);
      return;
    case 'Scoped':
      run(node.body, frame, session, out);
      return;
    case 'NamedBlock':
      namedBlock(node, frame, session, out);
      return;
    case 'Extends':
      extendTemplate(value(node.template), frame);
      return;
    case 'IncludeTemplate':
      includeTemplate(node, value(node.template), frame, session, out);
      return;
    case 'Import':
      importTemplate(node, value(node.template), frame, session);
      return;
    case 'FromTemplate':
      fromTemplate(node, value(node.template), frame, session);
      return;
  }
}

/** Runs a body: what it writes goes to `out`, one node a piece. */
export function run(body: Body, frame: Frame, session: Session, out: Value[]): void {
  for (const node of body.children) {
    try {
      statement(node, frame, session, out);
    } catch (problem) {
      if (problem instanceof Failure) problem.place ??= { lineno: node.lineno, colno: node.colno };
      throw problem;
    }
  }
}
