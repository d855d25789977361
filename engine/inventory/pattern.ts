// Host patterns: `web:db`, `web,db`, `web:&prod:!db1`, `web*`, `~web\d+`, `web[0:2]`.
import { type Diagnostic, failure, type Outcome, success } from '../document/diagnostic.ts';
import { pythonRegex } from '../document/python_regex.ts';
import { parseAddress } from './address.ts';
import type { Host, Inventory } from './model.ts';

export type Subject = Pick<Inventory, 'hosts' | 'groups' | 'hostsOf' | 'findHost'>;

/** Names that mean the control machine even when no inventory names them. */
export const localNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

/** Takes a pattern apart at commas, or at colons when it has none and is no address. */
export function splitPattern(pattern: string): string[] {
  const parts = pattern.includes(',')
    ? pattern.split(',')
    : parseAddress(pattern)
      ? [pattern]
      : (pattern.match(/(?:[^\s:[\]]|\[[^\]]*\])+/g) ?? []);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Plain parts first, then `&` parts, then `!` parts: the order in which they are written means nothing. */
function inOrder(parts: readonly string[]): string[] {
  const excluded = parts.filter((part) => part.startsWith('!'));
  const required = parts.filter((part) => part.startsWith('&'));
  const plain = parts.filter((part) => !part.startsWith('!') && !part.startsWith('&'));
  return [...(plain.length > 0 ? plain : ['all']), ...required, ...excluded];
}

/** The hosts of the parts of a pattern. */
export function matchParts(subject: Subject, parts: readonly string[]): Outcome<readonly Host[]> {
  let hosts = new Set<Host>();
  for (const part of inOrder(parts)) {
    const found = matchPart(subject, part.replace(/^[!&]/, ''));
    if (!found.ok) return found;
    if (part.startsWith('!')) for (const host of found.value) hosts.delete(host);
    else if (part.startsWith('&')) {
      const kept = new Set(found.value);
      hosts = new Set([...hosts].filter((host) => kept.has(host)));
    } else for (const host of found.value) hosts.add(host);
  }
  return success([...hosts]);
}

/** What is known of hosts that may be in groups: who is for sure, and who may be. */
export interface Doubted {
  readonly sure: Subject;
  readonly possible: Subject;
  /** They may be in any group, even one that nobody knows yet. */
  readonly anywhere: readonly Host[];
}

/** The hosts that are in the pattern for sure, and those that may be. */
export function matchInDoubt(
  { sure, possible, anywhere }: Doubted,
  parts: readonly string[],
): Outcome<{ readonly sure: ReadonlySet<Host>; readonly possible: ReadonlySet<Host> }> {
  let [surely, possibly] = [new Set<Host>(), new Set<Host>()];
  for (const part of inOrder(parts)) {
    const pattern = part.replace(/^[!&]/, '');
    // Which host stands at a place hangs on all members before it.
    const { expression } = splitSubscript(pattern);
    const may = matchPart(possible, possible.hosts.has(pattern) ? pattern : expression);
    const must = matchPart(sure, pattern);
    if (!may.ok) return may;
    const isHost = possible.hosts.has(pattern) || pattern === 'all';
    const mayBe = new Set([...may.value, ...(isHost ? [] : anywhere)]);
    const found = must.ok ? must.value : [];
    const isOpen = expression !== pattern && mayBe.size > found.length;
    const mustBe = new Set(isOpen ? [] : found);
    if (part.startsWith('!')) {
      surely = new Set([...surely].filter((host) => !mayBe.has(host)));
      possibly = new Set([...possibly].filter((host) => !mustBe.has(host)));
    } else if (part.startsWith('&')) {
      surely = new Set([...surely].filter((host) => mustBe.has(host)));
      possibly = new Set([...possibly].filter((host) => mayBe.has(host)));
    } else {
      for (const host of mustBe) surely.add(host);
      for (const host of mayBe) possibly.add(host);
    }
  }
  return success({ sure: surely, possible: possibly });
}

/** Whether a part names no host and no group; an empty group is a match. */
export function matchesNothing(subject: Subject, part: string): boolean {
  const pattern = part.replace(/^[!&]/, '');
  if (pattern === 'all' || subject.hosts.has(pattern)) return false;
  const expression = splitSubscript(pattern).expression;
  const matcher = matcherOf(expression);
  if (!matcher.ok) return false;
  for (const name of subject.groups.keys()) if (matcher.value(name)) return false;
  const found = enumerate(subject, expression);
  return found.ok && found.value.length === 0;
}

function matchPart(subject: Subject, pattern: string): Outcome<readonly Host[]> {
  const named = subject.hosts.get(pattern);
  if (named) return success([named]);
  const { expression, subscript } = splitSubscript(pattern);
  const found = enumerate(subject, expression);
  if (!found.ok || !subscript || found.value.length === 0) return found;
  const { start, end } = subscript;
  if (end !== undefined) return success(found.value.slice(start, end === -1 ? undefined : end + 1));
  const one = found.value.at(start);
  return one
    ? success([one])
    : problem(`No host at the place that ${pattern} names`, `${expression} has ${found.value.length} hosts`);
}

interface Subscript {
  readonly start: number;
  /** Inclusive; -1 is the last; undefined means the one host at `start`. */
  readonly end: number | undefined;
}

function splitSubscript(pattern: string): { expression: string; subscript: Subscript | undefined } {
  const found = pattern.startsWith('~') ? null : /^(.+)\[(?:(-?\d+)|(\d+)[:-](\d*))\]$/.exec(pattern);
  if (!found) return { expression: pattern, subscript: undefined };
  const [, expression = '', index, start, end] = found;
  if (index !== undefined) return { expression, subscript: { start: Number(index), end: undefined } };
  return { expression, subscript: { start: Number(start), end: end === '' ? -1 : Number(end) } };
}

function enumerate(subject: Subject, expression: string): Outcome<readonly Host[]> {
  const isPlain = !/[.?*[]/.test(expression) && !expression.startsWith('~');
  const hosts = new Set<Host>();
  if (isPlain || subject.groups.has(expression)) {
    const group = subject.groups.get(expression);
    if (group) return success(subject.hostsOf(group));
  }
  const matcher = matcherOf(expression);
  if (!matcher.ok) return matcher;
  if (!isPlain)
    for (const [name, group] of subject.groups)
      if (matcher.value(name)) for (const host of subject.hostsOf(group)) hosts.add(host);
  if (isPlain) {
    const host = subject.hosts.get(expression);
    if (host) hosts.add(host);
  } else for (const [name, host] of subject.hosts) if (matcher.value(name)) hosts.add(host);
  if (hosts.size === 0 && localNames.has(expression)) {
    const local = subject.findHost(expression);
    if (local) hosts.add(local);
  }
  return success([...hosts]);
}

function problem<T>(summary: string, detail: string): Outcome<T> {
  const diagnostic: Diagnostic = { code: 'unknown-host-pattern', severity: 'error', summary, detail };
  return failure(diagnostic);
}

function matcherOf(expression: string): Outcome<(name: string) => boolean> {
  try {
    const source = expression.startsWith('~') ? fromPython(expression.slice(1)) : fromGlob(expression);
    const pattern = new RegExp(source, 's');
    return success((name) => pattern.test(name));
  } catch {
    const judged = pythonRegex(expression.replace(/^~/, ''));
    const reason = 'failed' in judged ? judged.failed : 'It is no regular expression that can be used here';
    return problem(`Host pattern ${expression} cannot be read`, reason);
  }
}

/** A regular expression of Python's: anchored at the start only, with its own spelling of a few things. */
function fromPython(source: string): string {
  return `^(?:${source.replaceAll('(?P<', '(?<').replaceAll('\\Z', '$').replaceAll('\\A', '^')})`;
}

function fromGlob(glob: string): string {
  const source = glob.replace(
    /\[(!?)([^\]]+)\]|\*|\?|[\\^$.|+(){}[\]]/g,
    (found, not?: string, set?: string) => {
      if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replace(/[\\^]/g, '\\$&')}]`;
      if (found === '*') return '.*';
      return found === '?' ? '.' : `\\${found}`;
    },
  );
  return `^${source}$`;
}
