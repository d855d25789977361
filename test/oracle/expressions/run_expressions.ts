// The table of expressions: read from the texts beside this file, evaluated by us, with the results that ansible-core gave.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { success } from '../../../engine/document/diagnostic.ts';
import { Float, Tuple, Undefined, Unknown, type Value, bare } from '../../../engine/document/value.ts';
import { pythonFloat } from '../../../engine/document/python_text.ts';
import type { TemplateContext } from '../../../engine/template/api.ts';
import { parseJson } from '../../../engine/template/python/json.ts';
import { evaluate, evaluateExpression, isTrue, renderText } from '../../../engine/template/template.ts';

const folder = import.meta.dirname;
export const recordFile = path.join(folder, 'recorded.json');

/** A result in JSON that keeps types apart: floats, big integers, dicts with their order. */
export type Encoded = null | boolean | number | string | Encoded[] | { readonly [kind: string]: unknown };

export interface Case {
  readonly kind: 'expression' | 'condition' | 'template';
  readonly text: string;
}

function encode(value: Value): Encoded {
  const inner = bare(value);
  if (inner === null || typeof inner === 'boolean' || typeof inner === 'string' || typeof inner === 'number')
    return inner;
  if (typeof inner === 'bigint') return { int: String(inner) };
  if (inner instanceof Float) return { float: pythonFloat(inner.value) };
  if (Array.isArray(inner)) return inner instanceof Tuple ? { tuple: inner.map(encode) } : inner.map(encode);
  if (inner instanceof Map) return { dict: [...inner].map(([key, item]) => [encode(key), encode(item)]) };
  return {
    other: inner instanceof Undefined ? 'undefined' : inner instanceof Unknown ? 'unknown' : 'object',
  };
}

export function readVariables(): Map<string, Value> {
  const parsed = parseJson(readFileSync(path.join(folder, 'variables.json'), 'utf8'));
  if (!(parsed instanceof Map)) throw new Error('variables.json holds no dict');
  return new Map([...parsed].map(([key, value]) => [String(key), value]));
}

/** All cases: a line each in the texts, a file each in ../templates. */
export function readCases(): Case[] {
  const lines = readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').replace(/\n$/, '').split('\n'));
  const templates = path.join(folder, '..', 'templates');
  const files = readdirSync(templates)
    .sort()
    .map((name): Case => ({ kind: 'template', text: readFileSync(path.join(templates, name), 'utf8') }));
  const cases = lines.map((line): Case =>
    line.startsWith('when: ')
      ? { kind: 'condition', text: line.slice(6) }
      : { kind: 'expression', text: line },
  );
  return [...cases, ...files];
}

export function contextOf(variables: ReadonlyMap<string, Value>): TemplateContext {
  const bases = (kind: string): string[] => [
    folder,
    path.join(folder, kind),
    path.join(folder, '..', 'templates'),
  ];
  return {
    scope: { get: (name) => variables.get(name), names: () => variables.keys() },
    host: {
      find: (kind, name) =>
        bases(kind)
          .map((base) => path.resolve(base, name))
          .find((place) => existsSync(place)),
      searchPath: (kind) => bases(kind),
      readFile: (place) => readFileSync(place),
      decrypt: (text) => success(text),
    },
  };
}

/** What we make of a case. */
export function ours({ kind, text }: Case, variables: ReadonlyMap<string, Value>): Encoded {
  const context = contextOf(variables);
  if (kind === 'template') {
    const rendered = renderText(text, context);
    return rendered.ok ? rendered.value : { error: true };
  }
  const outcome = kind === 'expression' ? evaluate(text, context) : evaluateExpression(text, context);
  if (!outcome.ok) return { error: true };
  if (kind === 'expression') return encode(outcome.value);
  const truth = isTrue(outcome.value);
  return truth.ok ? truth.value : { error: true };
}

/** Cases that ansible-core refuses and we accept on purpose, with the reason. */
export function readLenient(): Record<string, string> {
  return JSON.parse(readFileSync(path.join(folder, 'lenient.json'), 'utf8')) as Record<string, string>;
}

/** The results of ansible-core by case, as recorded. */
export function readRecord(): Record<string, Encoded> {
  return existsSync(recordFile)
    ? (JSON.parse(readFileSync(recordFile, 'utf8')) as Record<string, Encoded>)
    : {};
}

export function keyOf({ kind, text }: Case): string {
  return `${kind}: ${text}`;
}
