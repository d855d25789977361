// From the nodes of package yaml to values: tags, anchors, merge keys, duplicate keys, positions.
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar as YamlScalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Diagnostic, Outcome } from './diagnostic.ts';
import {
  bare,
  type Dict,
  Float,
  isDict,
  isList,
  type Key,
  keyPositionOf,
  type List,
  Locked,
  type Position,
  positionOf,
  setPosition,
  type Value,
  withMarks,
} from './value.ts';
import { unquotedTemplate } from './yaml_mistakes.ts';
import { isDigitless, parseBoolean, parseFloatText, parseInteger, resolvePlain } from './yaml_scalar.ts';

export interface BuildContext {
  readonly place: (start: number, end: number) => Position;
  readonly decrypt: ((text: Uint8Array) => Outcome<Uint8Array>) | undefined;
  readonly report: (problem: Diagnostic) => void;
  /** The text is JSON as well: its numbers are JSON's. */
  readonly isJson: boolean;
}

interface Builder extends BuildContext {
  /** Finished anchors by name; `undefined` while the anchored node itself is being built. */
  readonly anchors: Map<string, Value | undefined>;
}

/** A number of JSON that is a text to PyYAML. */
const jsonExponent = /^-?\d+(?:\.\d+)?[eE][-+]?\d+$/;

const standard = 'tag:yaml.org,2002:';

export function buildDocument(root: Node | null, context: BuildContext): Value {
  return root === null ? null : build(root, { ...context, anchors: new Map() });
}

function placeOf(node: Node, builder: Builder): Position {
  const [start, end] = node.range ?? [0, 0];
  return builder.place(start, end);
}

function problem(node: Node, builder: Builder, summary: string, detail: string): void {
  builder.report({
    code: 'yaml-syntax',
    severity: 'error',
    summary,
    detail,
    position: placeOf(node, builder),
  });
}

function build(node: Node, builder: Builder): Value {
  if (isAlias(node)) return resolveAlias(node.source, node, builder);
  const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
  if (anchor !== undefined) builder.anchors.set(anchor, undefined);
  const value = buildTagged(node, builder);
  if (anchor !== undefined) builder.anchors.set(anchor, value);
  return value;
}

function resolveAlias(name: string, node: Node, builder: Builder): Value {
  const value = builder.anchors.get(name);
  if (value !== undefined) return value;
  if (builder.anchors.has(name))
    problem(node, builder, `Alias *${name} stands inside its own anchor`, 'A value cannot contain itself');
  else
    problem(
      node,
      builder,
      `Alias *${name} has no anchor before it`,
      `Write &${name} at the value it repeats; quote the text when it is no alias`,
    );
  return null;
}

function buildTagged(node: Node, builder: Builder): Value {
  if (isScalar(node)) return buildScalar(node, builder);
  if (isMap(node)) return applyTag(node, buildMap(node, builder), builder);
  if (isSeq(node)) return applyTag(node, buildList(node, builder), builder);
  return null;
}

function applyTag(node: YAMLMap | YAMLSeq, value: List | Dict, builder: Builder): Value {
  switch (node.tag) {
    case undefined:
    case `${standard}map`:
    case `${standard}seq`:
      return value;
    case `${standard}omap`:
    case `${standard}pairs`:
      return isList(value)
        ? value.flatMap((item) => (isDict(item) ? [...item].map((pair) => [...pair]) : [item]))
        : value;
    case `${standard}set`:
      return isDict(value) ? [...value.keys()] : value;
    case '!unsafe':
      return keepPlaces(value, withMarks(value, { unsafe: true }));
    case '!vault':
    case '!vault-encrypted':
      problem(
        node,
        builder,
        'A vault value is text',
        'Write `!vault |` and the encrypted text indented below it',
      );
      return value;
    default:
      unknownTag(node, node.tag, builder);
      return value;
  }
}

function unknownTag(node: Node, tag: string, builder: Builder): void {
  const written = tag.startsWith(standard) ? `!!${tag.slice(standard.length)}` : tag;
  problem(
    node,
    builder,
    `Unknown tag ${written}`,
    'Known are !vault, !unsafe and the standard tags such as !!str; quote a text that begins with an exclamation mark',
  );
}

/** Marking copies containers; this gives the copies the positions of their originals. */
function keepPlaces(from: Value, to: Value): Value {
  if ((!isList(from) || !isList(to)) && (!isDict(from) || !isDict(to))) return to;
  const keys: Iterable<Key> = isList(from) ? from.keys() : from.keys();
  for (const key of keys) {
    const at = positionOf(from, key);
    if (at) setPosition(to, key, at, keyPositionOf(from, key));
    keepPlaces(entry(from, key), entry(to, key));
  }
  return to;
}

function entry(container: List | Dict, key: Key): Value {
  return (isList(container) ? container[Number(key)] : container.get(key)) ?? null;
}

function buildList(node: YAMLSeq, builder: Builder): List {
  const list: List = [];
  for (const [index, item] of node.items.entries()) {
    // `[a: 1]` holds a pair, which means a dict of one entry.
    if (isPair(item)) list.push(buildPairs([item as Pair<Node, Node | null>], builder));
    else list.push(build(item as Node, builder));
    const at = isPair(item) ? placeOf((item as Pair<Node>).key, builder) : placeOf(item as Node, builder);
    setPosition(list, index, at);
  }
  return list;
}

function buildMap(node: YAMLMap, builder: Builder): Dict {
  return buildPairs(node.items as Pair<Node, Node | null>[], builder);
}

function buildPairs(pairs: readonly Pair<Node, Node | null>[], builder: Builder): Dict {
  const own: Dict = new Map();
  const merged: Dict[] = [];
  for (const pair of pairs) {
    if (isMergeKey(pair.key)) {
      if (pair.value) merged.push(...mergeSources(pair.value, builder));
      continue;
    }
    const key = buildKey(pair.key, builder);
    const at = placeOf(pair.key, builder);
    const value = pair.value ? build(pair.value, builder) : null;
    if (key === undefined) continue;
    if (own.has(key)) reportDuplicate(own, key, at, builder);
    own.set(key, value);
    setPosition(own, key, pair.value ? placeOf(pair.value, builder) : at, at);
  }
  return merged.length === 0 ? own : mergeUnder(merged, own);
}

function reportDuplicate(own: Dict, key: Key, at: Position, builder: Builder): void {
  const first = keyPositionOf(own, key);
  builder.report({
    code: 'yaml-duplicate-key',
    severity: 'warning',
    summary: `Key ${String(key)} is given twice`,
    detail: 'The last one counts; the value given before is lost',
    position: at,
    ...(first ? { related: [{ message: 'first given here', position: first }] } : {}),
  });
}

function isMergeKey(key: Node): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<' && key.tag === undefined;
}

/** The dicts named by a merge key, lowest first: of a list, an earlier one wins. */
function mergeSources(node: Node, builder: Builder): Dict[] {
  const value = build(node, builder);
  const sources = isList(value) ? value.toReversed() : [value];
  const dicts = sources.filter((source) => isDict(source));
  if (dicts.length !== sources.length)
    problem(node, builder, 'A merge key takes a dict or a list of dicts', 'Write <<: *anchor');
  return dicts;
}

/** PyYAML's order: merged keys stand before a dict's own. */
function mergeUnder(merged: readonly Dict[], own: Dict): Dict {
  const result: Dict = new Map();
  for (const source of [...merged, own])
    for (const [key, value] of source) {
      result.set(key, value);
      const at = positionOf(source, key);
      if (at) setPosition(result, key, at, keyPositionOf(source, key));
    }
  return result;
}

function buildKey(node: Node, builder: Builder): Key | undefined {
  const value = bare(build(node, builder));
  if (value instanceof Float) return Number.isInteger(value.value) ? value.value : String(value.value);
  if (value === null || typeof value !== 'object') return value;
  const [start, end] = node.range ?? [0, 0];
  if (isMap(node) && node.flow === true) {
    // Of `{{ a }}: 1` the inner brace is a key of the outer one, and was told already.
    const [first] = node.items;
    if (!first || !isMap(first.key))
      builder.report({
        code: 'yaml-syntax',
        severity: 'error',
        ...unquotedTemplate,
        // The outer brace of the two stands before the key.
        position: builder.place(Math.max(0, start - 1), end),
      });
  } else
    problem(
      node,
      builder,
      `A ${isList(value) ? 'list' : 'dict'} cannot be a key`,
      'Keys are text, numbers, true, false or null',
    );
  return undefined;
}

function buildScalar(node: YamlScalar, builder: Builder): Value {
  const source = typeof node.value === 'string' ? node.value : '';
  const tag = node.tag;
  if (node.type === 'PLAIN' && isDigitless(source) && (tag === undefined || tag === '!'))
    problem(node, builder, `${source} begins as a number and has no digits`, 'Quote it, if text is meant');
  if (tag === undefined && node.type === 'PLAIN')
    return builder.isJson && jsonExponent.test(source) ? new Float(Number(source)) : resolvePlain(source);
  if (tag === undefined) return source;
  switch (tag) {
    case `${standard}str`:
      return source;
    case '!':
    case '!unsafe': {
      const value = node.type === 'PLAIN' ? resolvePlain(source) : source;
      return tag === '!' ? value : withMarks(value, { unsafe: true });
    }
    case '!vault':
    case '!vault-encrypted':
      return decrypted(source, node, builder);
    case `${standard}binary`:
      return Buffer.from(source, 'base64').toString();
    case `${standard}timestamp`:
      return source;
    case `${standard}null`:
      return null;
    default:
      return typedScalar(tag, source, node, builder);
  }
}

function typedScalar(tag: string, source: string, node: Node, builder: Builder): Value {
  const typed: Readonly<Record<string, Value | undefined>> = {
    [`${standard}int`]: parseInteger(source),
    [`${standard}float`]: parseFloatText(source) ?? floatOf(parseInteger(source)),
    [`${standard}bool`]: parseBoolean(source),
  };
  const value = typed[tag];
  if (value !== undefined) return value;
  if (Object.hasOwn(typed, tag))
    problem(
      node,
      builder,
      `${source} is no !!${tag.slice(standard.length)}`,
      'Correct the value or remove the tag',
    );
  else unknownTag(node, tag, builder);
  return source;
}

function floatOf(value: number | bigint | undefined): Float | undefined {
  return value === undefined ? undefined : new Float(Number(value));
}

function locked(reason: string, at: Position): Locked {
  const place = `${at.file}:${at.line}:${at.column}`;
  return new Locked(`${reason}: the vault value at ${place} cannot be decrypted`, at);
}

function decrypted(source: string, node: Node, builder: Builder): Value {
  const at = placeOf(node, builder);
  const vault = (severity: 'error' | 'warning', summary: string, detail?: string): void => {
    builder.report({
      code: 'vault',
      severity,
      summary,
      position: at,
      ...(detail === undefined ? {} : { detail }),
    });
  };
  if (!builder.decrypt) {
    vault(
      'error',
      'Value is encrypted and no vault password was given',
      'Use --vault-password-file or --vault-id',
    );
    return locked('No vault password was given', at);
  }
  const plain = builder.decrypt(Buffer.from(source));
  // A value that the given passwords do not open may belong to other hosts: it fails when it is used.
  if (!plain.ok) {
    vault('warning', plain.problem.summary, plain.problem.detail);
    return locked(plain.problem.summary, at);
  }
  return withMarks(Buffer.from(plain.value).toString(), { secret: true });
}
