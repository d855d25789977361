// Expressions to values.
import {
  type Dict,
  type Key,
  type Value,
  Float,
  Undefined,
  Unknown,
  joinMarks,
  tuple,
  Locked,
} from '../../document/value.ts';
import { Failure, Nothing, UndefinedFailure } from '../failure.ts';
import { attribute, item } from '../python/access.ts';
import { compare, contains, findKey, isEqual, isTruthy, keyOf, needed } from '../python/compare.ts';
import { carry, deepMarks } from '../python/marks.ts';
import { binary, unary } from '../python/operators.ts';
import { text } from '../python/printing.ts';
import { slice } from '../python/sequence.ts';
import type { Arguments, CompareOperator, Expression, ExpressionOf, LiteralValue } from '../syntax/nodes.ts';
import { call, evaluateArguments } from './calls.ts';
import type { Frame } from './frame.ts';
import type { Session } from './session.ts';

function literal(value: LiteralValue): Value {
  return typeof value === 'object' && value !== null ? new Float(value.float) : value;
}

/** An expression as the user wrote it, for messages about a missing name. */
function pathOf(node: Expression): string {
  switch (node.typename) {
    case 'Symbol':
      return node.value;
    case 'Attribute':
      return `${pathOf(node.target)}.${node.name}`;
    case 'Index':
      return `${pathOf(node.target)}[${node.index.typename === 'Literal' ? text(literal(node.index.value)) : '...'}]`;
    default:
      return '(expression)';
  }
}

function index(node: ExpressionOf<'Index'>, frame: Frame, session: Session): Value {
  const target = evaluate(node.target, frame, session);
  if (target instanceof Locked) throw new UndefinedFailure(target);
  if (target instanceof Undefined) return target;
  if (target instanceof Unknown && node.index.typename === 'Slice') return target;
  if (node.index.typename === 'Slice') {
    const { start, stop, step } = node.index;
    const part = (bound: Expression | undefined): Value | undefined =>
      bound && evaluate(bound, frame, session);
    return slice(target, part(start), part(stop), part(step));
  }
  const key = evaluate(node.index, frame, session);
  if (key instanceof Unknown) return key;
  return item(target, key, pathOf(node));
}

function compareWith(operator: CompareOperator, left: Value, right: Value): boolean {
  switch (operator) {
    case '==':
      return isEqual(left, right);
    case '!=':
      return !isEqual(left, right);
    case '<':
      return compare(left, right, operator) < 0;
    case '<=':
      return compare(left, right, operator) <= 0;
    case '>':
      return compare(left, right, operator) > 0;
    case '>=':
      return compare(left, right, operator) >= 0;
    case 'in':
      return contains(right, left);
    case 'not in':
      return !contains(right, left);
  }
}

function comparison(node: ExpressionOf<'Comparison'>, frame: Frame, session: Session): boolean {
  let left = evaluate(node.first, frame, session);
  for (const { operator, operand } of node.rest) {
    const right = evaluate(operand, frame, session);
    if (!compareWith(operator, left, right)) return false;
    left = right;
  }
  return true;
}

function concatenation(items: readonly Expression[], frame: Frame, session: Session): Value {
  let joined = '';
  let marks = {};
  for (const part of items) {
    const value = evaluate(part, frame, session);
    joined += text(value);
    marks = joinMarks(marks, deepMarks(value));
  }
  return carry(joined, marks);
}

/** True and 1 are the same key: the first stays, with the later value. */
function setEntry(dict: Dict, key: Key, value: Value): void {
  const known = findKey(dict, key);
  dict.set(known === undefined ? key : known, value);
}

function dictLiteral(node: ExpressionOf<'DictLiteral'>, frame: Frame, session: Session): Value {
  const made = new Map<Key, Value>();
  for (const [key, value] of node.pairs)
    setEntry(made, keyOf(evaluate(key, frame, session)), evaluate(value, frame, session));
  return made;
}

function symbol(name: string, frame: Frame, session: Session): Value {
  const own = frame.find(name);
  const found = own === undefined ? session.read(name, frame.readsVariables) : own;
  return found === undefined ? new Undefined(name, `'${name}' is undefined`) : found;
}

function inlineIf(node: ExpressionOf<'InlineIf'>, frame: Frame, session: Session): Value {
  if (isTruthy(evaluate(node.cond, frame, session))) return evaluate(node.body, frame, session);
  if (node.else_) return evaluate(node.else_, frame, session);
  return new Nothing(
    '(expression)',
    'the inline if-expression evaluated to false and no else section was defined',
  );
}

function filter(name: string, target: Value, args: Arguments, frame: Frame, session: Session): Value {
  return session.filter(
    name,
    target,
    evaluateArguments(args, (part) => evaluate(part, frame, session)),
  );
}

function dispatch(node: Expression, frame: Frame, session: Session): Value {
  switch (node.typename) {
    case 'Literal':
      return literal(node.value);
    case 'Symbol':
      return symbol(node.value, frame, session);
    case 'Attribute': {
      const target = evaluate(node.target, frame, session);
      return attribute(target, node.name, pathOf(node));
    }
    case 'Index':
      return index(node, frame, session);
    case 'Filter':
      return node.target === undefined
        ? null
        : filter(node.name, evaluate(node.target, frame, session), node.args, frame, session);
    case 'Test': {
      const target = evaluate(node.target, frame, session);
      const args = evaluateArguments(node.args, (part) => evaluate(part, frame, session));
      return session.test(node.name, target, args);
    }
    case 'Comparison':
      return comparison(node, frame, session);
    case 'And': {
      const left = evaluate(node.left, frame, session);
      return isTruthy(left) ? evaluate(node.right, frame, session) : left;
    }
    case 'Or': {
      const left = evaluate(node.left, frame, session);
      return isTruthy(left) ? left : evaluate(node.right, frame, session);
    }
    case 'Not':
      return !isTruthy(evaluate(node.target, frame, session));
    case 'InlineIf':
      return inlineIf(node, frame, session);
    case 'Call':
      return call(evaluate(node.target, frame, session), pathOf(node.target), node.args, (part) =>
        evaluate(part, frame, session),
      );
    case 'Binary':
      return binary(node.operator, evaluate(node.left, frame, session), evaluate(node.right, frame, session));
    case 'Unary':
      return unary(node.operator, evaluate(node.target, frame, session));
    case 'Concatenation':
      return concatenation(node.items, frame, session);
    case 'List':
      return node.items.map((part) => evaluate(part, frame, session));
    case 'Tuple':
      return tuple(node.items.map((part) => evaluate(part, frame, session)));
    case 'DictLiteral':
      return dictLiteral(node, frame, session);
    case 'Slice':
      return needed(null);
  }
}

/** The value of an expression. Failures leave with the place of the innermost part that failed. */
export function evaluate(node: Expression, frame: Frame, session: Session): Value {
  try {
    return dispatch(node, frame, session);
  } catch (problem) {
    if (problem instanceof Failure) problem.place ??= { lineno: node.lineno, colno: node.colno };
    throw problem;
  }
}
