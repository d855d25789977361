// What a template wrote, as one value: ansible-core's rules for when text becomes a list, dict or boolean.
import {
  type Marks,
  type Value,
  Float,
  KeptText,
  Marked,
  Tuple,
  Undefined,
  Unknown,
  bare,
  joinMarks,
  withMarks,
} from '../../document/value.ts';
import { Nothing, UndefinedFailure } from '../failure.ts';
import { LazyDict } from '../../document/lazy_dict.ts';
import { parsePythonLiteral } from '../../document/python_literal.ts';
import { carry, deepMarks } from '../python/marks.ts';
import { text } from '../python/printing.ts';
import { asSpecial } from '../python/special.ts';
import type { Body } from '../syntax/nodes.ts';
import type { Frame } from './frame.ts';
import type { Session } from './session.ts';

/** Whether repr() of the value, read back as a literal, gives the same value. */
function isLiteral(value: Value): boolean {
  const inner = bare(value);
  if (inner instanceof Nothing) return false;
  if (inner instanceof Undefined) throw new UndefinedFailure(inner);
  if (inner instanceof Unknown || inner === null || typeof inner !== 'object') return true;
  if (inner instanceof Float) return Number.isFinite(inner.value);
  if (Array.isArray(inner)) return inner.every(isLiteral);
  if (inner instanceof LazyDict) return true;
  if (inner instanceof Map) return [...inner.values()].every(isLiteral);
  return asSpecial(inner) === undefined;
}

function looksLikeLiteral(source: string): boolean {
  return /^[[{]/.test(source) || source === 'True' || source === 'False';
}

/** Text that looks like a list, a dict or a boolean is taken as one, when it reads as a literal. */
function evaluateText(source: string, marks: Marks): Value {
  if (looksLikeLiteral(source)) {
    const literal = parsePythonLiteral(source, { json: true });
    if (literal !== undefined) return withMarks(literal, marks);
  }
  return carry(source, marks);
}

/** What Ansible reads back from a list or dict that was written as text: its texts are none that are kept. */
function asRead(value: Value): Value {
  if (value instanceof KeptText) return withMarks(value.value, value.marks);
  if (Array.isArray(value)) return value.some(holdsKept) ? value.map(asRead) : value;
  if (!(value instanceof Map) || value instanceof LazyDict) return value;
  return holdsKept(value) ? new Map([...value].map(([key, item]) => [key, asRead(item)])) : value;
}

function holdsKept(value: Value): boolean {
  if (value instanceof KeptText) return true;
  if (Array.isArray(value)) return value.some(holdsKept);
  return value instanceof Map && !(value instanceof LazyDict) && [...value.values()].some(holdsKept);
}

/**
 * Everything a template wrote. One node that is a list or dict stays what it is, and text kept as text stays text.
 * When not native (template files), the result is always text.
 */
export function concatenate(nodes: readonly Value[], isNative: boolean): Value {
  const [only] = nodes;
  if (only !== undefined && nodes.length === 1) {
    const inner = bare(only);
    if (isNative && only instanceof KeptText) return only;
    if (inner instanceof Unknown) return inner;
    const isContainer = (Array.isArray(inner) && !(inner instanceof Tuple)) || inner instanceof Map;
    if (isNative && (isContainer || typeof inner === 'boolean') && isLiteral(inner)) return asRead(inner);
  }
  let joined = '';
  let marks: Marks = {};
  for (const node of nodes) {
    joined += text(node);
    if (typeof node === 'object') marks = joinMarks(marks, deepMarks(node));
  }
  return isNative ? evaluateText(joined, marks) : carry(joined, marks);
}

/** A body's output as one value: what a block of `set`, `filter` or `call` and a macro give. */
export function capture(body: Body, frame: Frame, session: Session): Value {
  const out: Value[] = [];
  session.run(body, frame, out);
  return concatenate(out, session.isNative);
}

/** What `{{ }}` writes: None is nothing. */
export function shown(value: Value): Value {
  const inner = value instanceof Marked ? value.value : value;
  return inner === null ? '' : value;
}

function settled(value: Value): Value {
  // Where it cannot be taken for anything else, text is text.
  if (value instanceof KeptText && !looksLikeLiteral(value.value)) return withMarks(value.value, value.marks);
  if (value instanceof Marked) return value;
  if (Array.isArray(value)) {
    const items = value.map(settled);
    const isSame = !(value instanceof Tuple) && items.every((item, index) => item === value[index]);
    return isSame ? value : items;
  }
  if (value instanceof LazyDict) return value;
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => [key, settled(item)] as const);
    return entries.every(([key, item]) => value.get(key) === item) ? value : new Map(entries);
  }
  const special = typeof value === 'object' && value !== null ? asSpecial(value) : undefined;
  if (!special) return value;
  const items = special.items?.();
  return items ? items.map(settled) : special.text();
}

/** A value as it leaves the templates: tuples are lists, dates and functions their text. */
export function leave(value: Value): Value {
  return settled(value);
}
