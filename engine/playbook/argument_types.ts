// The types of argument specs and which values convert to them.
import { bare, type Dict, Float, isDict, isInteger, isList, textOf, type Value } from '../document/value.ts';
import { parseYaml } from '../document/yaml.ts';
import { parseKeyValues } from './key_values.ts';

const yes = ['y', 'yes', 'on', '1', 'true', 't'];
const no = ['n', 'no', 'off', '0', 'false', 'f'];

/** What ansible-core takes as a boolean: itself, 0 and 1, and the usual words. */
export function asBoolean(value: Value): boolean | undefined {
  const inner = bare(value);
  if (typeof inner === 'boolean') return inner;
  const text =
    inner instanceof Float ? String(inner.value) : isInteger(inner) ? String(inner) : textOf(inner);
  const word = text?.trim().toLowerCase() ?? '';
  if (yes.includes(word)) return true;
  return no.includes(word) ? false : undefined;
}

/** Whether a value is a whole number, or text of one. */
export function isWholeNumber(value: Value): boolean {
  const inner = bare(value);
  if (typeof inner === 'boolean' || isInteger(inner)) return true;
  if (inner instanceof Float) return Number.isInteger(inner.value);
  return typeof inner === 'string' && /^\s*[-+]?\d+(?:\.0*)?\s*$/.test(inner);
}

export function isNumber(value: Value): boolean {
  const inner = bare(value);
  if (isWholeNumber(inner) || inner instanceof Float) return true;
  return typeof inner === 'string' && inner.trim() !== '' && Number.isFinite(Number(inner));
}

/** The value as `type` sees it; undefined when it does not convert. An unknown type takes everything. */
export function convertible(type: string, value: Value): Value | undefined {
  const inner = bare(value);
  switch (type) {
    case 'str':
    case 'path':
      return inner === null ? undefined : inner;
    case 'bool':
      return asBoolean(inner);
    case 'int':
      return isWholeNumber(inner) ? inner : undefined;
    case 'float':
      return isNumber(inner) ? inner : undefined;
    case 'list':
      return asList(inner);
    case 'dict':
      return asDict(inner);
    case 'json':
    case 'jsonarg':
      return isDict(inner) || isList(inner) || typeof inner === 'string' ? inner : undefined;
    case 'bytes':
    case 'bits':
      return isNumber(inner) ||
        /^\s*\d+(?:\.\d+)?\s*[KMGTPEZYkmgtpezy]?[Bb]?\w*\s*$/.test(textOf(inner) ?? '')
        ? inner
        : undefined;
    default:
      return inner;
  }
}

function asList(value: Value): Value | undefined {
  if (isList(value)) return value;
  const text = textOf(value);
  if (text !== undefined) return text.split(',').map((item) => item.trim());
  return isInteger(value) || value instanceof Float ? [value] : undefined;
}

function asDict(value: Value): Value | undefined {
  if (isDict(value)) return value;
  const text = textOf(value)?.trim() ?? '';
  if (text.startsWith('{')) return jsonDict(text);
  if (!text.includes('=')) return undefined;
  const parsed = parseKeyValues(text.replaceAll(',', ' '), false);
  return parsed.ok ? new Map(parsed.value.options) : undefined;
}

function jsonDict(text: string): Dict | undefined {
  const { documents, diagnostics } = parseYaml(text, '');
  const [value] = documents;
  return diagnostics.length === 0 && value !== undefined && isDict(value) ? value : undefined;
}
