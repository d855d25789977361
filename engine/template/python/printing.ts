// Python's str() and repr().
import { type Value, Float, Marked, Tuple, Undefined, Unknown, bare } from '../../document/value.ts';
import { pythonFloat, reprText } from '../../document/python_text.ts';
import { Nothing, UndefinedFailure, UnknownReached } from '../failure.ts';
import { asSpecial } from './special.ts';

export function repr(value: Value): string {
  const inner = bare(value);
  if (typeof inner === 'string') return reprText(inner);
  if (inner instanceof Tuple)
    return inner.length === 1 && inner[0] !== undefined
      ? `(${repr(inner[0])},)`
      : `(${inner.map(repr).join(', ')})`;
  if (Array.isArray(inner)) return `[${inner.map(repr).join(', ')}]`;
  if (inner instanceof Map)
    return `{${[...inner].map(([key, item]) => `${repr(key)}: ${repr(item)}`).join(', ')}}`;
  return asSpecial(inner)?.repr() ?? text(inner);
}

/** str(): the text that a value has inside a longer text. Undefined and Unknown have none. */
export function text(value: Value): string {
  const inner = value instanceof Marked ? value.value : value;
  if (typeof inner === 'string') return inner;
  if (typeof inner === 'number' || typeof inner === 'bigint') return String(inner);
  if (inner === null) return 'None';
  if (typeof inner === 'boolean') return inner ? 'True' : 'False';
  if (inner instanceof Float) return pythonFloat(inner.value);
  if (inner instanceof Nothing) return '';
  if (inner instanceof Undefined) throw new UndefinedFailure(inner);
  if (inner instanceof Unknown) throw new UnknownReached(inner);
  const special = asSpecial(inner);
  return special ? special.text() : repr(inner);
}

/** Python's name of a value's type, as error messages give it. */
export function typeName(value: Value): string {
  const inner = bare(value);
  if (inner === null) return 'NoneType';
  switch (typeof inner) {
    case 'string':
      return 'str';
    case 'boolean':
      return 'bool';
    case 'number':
    case 'bigint':
      return 'int';
  }
  if (inner instanceof Float) return 'float';
  if (inner instanceof Tuple) return 'tuple';
  if (Array.isArray(inner)) return 'list';
  if (inner instanceof Map) return 'dict';
  if (inner instanceof Undefined) return 'AnsibleUndefined';
  return asSpecial(inner)?.typeName ?? 'Unknown';
}
