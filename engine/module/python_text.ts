// How Python writes a value: what ansible-core's `str` parameters make of lists, dicts and booleans.
import {
  bare,
  Float,
  isDict,
  isList,
  Tuple,
  Undefined,
  Unknown,
  type Key,
  type Value,
} from '../document/value.ts';

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (value !== 0 && (size >= 1e16 || size < 1e-4))
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };
  const inner = Array.from(text, (char) => {
    if (char === mark) return `\\${char}`;
    if (named[char] !== undefined) return named[char];
    const code = char.codePointAt(0) ?? 0;
    return code < 32 || code === 127 ? `\\x${code.toString(16).padStart(2, '0')}` : char;
  });
  return mark + inner.join('') + mark;
}

/** `repr(value)` */
export function pythonRepr(value: Value | Key): string {
  const inner = bare(value);
  return typeof inner === 'string' ? quoted(inner) : pythonText(inner);
}

/** `str(value)` */
export function pythonText(value: Value): string {
  const inner = bare(value);
  if (inner === null) return 'None';
  if (typeof inner === 'boolean') return inner ? 'True' : 'False';
  if (inner instanceof Float) return floatText(inner.value);
  if (inner instanceof Tuple) return `(${inner.map(pythonRepr).join(', ')}${inner.length === 1 ? ',' : ''})`;
  if (isList(inner)) return `[${inner.map(pythonRepr).join(', ')}]`;
  if (isDict(inner))
    return `{${[...inner].map(([key, item]) => `${pythonRepr(key)}: ${pythonRepr(item)}`).join(', ')}}`;
  if (inner instanceof Undefined || inner instanceof Unknown) return '';
  return String(inner);
}

/** JSON as Python's json.dumps spaces it. */
export function pythonJson(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map(pythonJson).join(', ')}]`;
  if (typeof data === 'bigint') return String(data);
  if (typeof data === 'object' && data !== null)
    return `{${Object.entries(data)
      .map(([key, item]) => `${JSON.stringify(key)}: ${pythonJson(item)}`)
      .join(', ')}}`;
  return JSON.stringify(data);
}
