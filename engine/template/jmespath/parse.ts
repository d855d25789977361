// JMESPath (jmespath.org/specification.html) to a tree: the query language of json_query.
import type { Value } from '../../document/value.ts';
import { fail } from '../failure.ts';
import { parseJson } from '../python/json.ts';

export type Query =
  | { readonly kind: 'current' }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly parts: readonly (number | undefined)[] }
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'chain'; readonly left: Query; readonly right: Query }
  | {
      readonly kind: 'project';
      readonly left: Query;
      readonly right: Query;
      readonly over: 'list' | 'values';
    }
  | { readonly kind: 'filter'; readonly left: Query; readonly condition: Query; readonly right: Query }
  | { readonly kind: 'flatten'; readonly of: Query }
  | { readonly kind: 'or' | 'and'; readonly left: Query; readonly right: Query }
  | { readonly kind: 'not'; readonly of: Query }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: Query; readonly right: Query }
  | { readonly kind: 'list'; readonly items: readonly Query[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [string, Query])[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Query[] }
  | { readonly kind: 'reference'; readonly of: Query };

interface Token {
  readonly type: string;
  readonly text: string;
}

const pattern =
  /\s+|([A-Za-z_]\w*)|("(?:[^"\\]|\\.)*")|('(?:[^'\\]|\\.)*')|(`(?:[^`\\]|\\.)*`)|(-?\d+)|(\[\?|\[\]|\|\||&&|==|!=|<=|>=|[[\]{}().,:*@&|!<>])/gy;

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex;
    const match: readonly (string | undefined)[] | null = pattern.exec(source);
    if (!match) return fail(`json_query: unexpected ${source.charAt(at)} at position ${at} of ${source}`);
    const [whole = '', name, quoted, raw, literal, number, sign] = match;
    if (name !== undefined) tokens.push({ type: 'name', text: name });
    else if (quoted !== undefined) tokens.push({ type: 'quoted', text: quoted });
    else if (raw !== undefined) tokens.push({ type: 'raw', text: raw });
    else if (literal !== undefined) tokens.push({ type: 'literal', text: literal });
    else if (number !== undefined) tokens.push({ type: 'number', text: number });
    else if (sign !== undefined) tokens.push({ type: sign, text: whole });
  }
  return tokens;
}

const strength: Readonly<Record<string, number>> = {
  '|': 1,
  '||': 2,
  '&&': 3,
  '==': 5,
  '!=': 5,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '[]': 9,
  '*': 20,
  '[?': 21,
  '.': 40,
  '!': 45,
  '{': 50,
  '[': 55,
  '(': 60,
};
const current: Query = { kind: 'current' };

function literalValue(text: string): Value {
  const inside = text.slice(1, -1).replaceAll('\\`', '`').trim();
  // An unquoted word between backticks was allowed by early versions and is still in use.
  return /^(?:["[{\d-]|true$|false$|null$)/.test(inside) ? parseJson(inside) : inside;
}

class QueryParser {
  readonly #tokens: readonly Token[];
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  parse(): Query {
    const query = this.#expression(0);
    return this.#at < this.#tokens.length ? this.#bad() : query;
  }

  #bad(): never {
    return fail(
      `json_query: the query '${this.#source}' is not valid near ${this.#peek()?.text ?? 'its end'}`,
    );
  }

  #peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  #is(type: string): boolean {
    return this.#peek()?.type === type;
  }

  #take(type: string): boolean {
    if (!this.#is(type)) return false;
    this.#at += 1;
    return true;
  }

  #need(type: string): string {
    const token = this.#peek();
    return this.#take(type) ? (token?.text ?? '') : this.#bad();
  }

  #expression(least: number): Query {
    let left = this.#prefix();
    for (;;) {
      const type = this.#peek()?.type ?? '';
      if (!(least < (strength[type] ?? 0))) return left;
      left = this.#infix(type, left);
    }
  }

  #prefix(): Query {
    const token = this.#peek();
    this.#at += 1;
    switch (token?.type) {
      case 'name':
        return this.#is('(') ? this.#call(token.text) : { kind: 'field', name: token.text };
      case 'quoted':
        return { kind: 'field', name: JSON.parse(token.text) as string };
      case 'raw':
        return { kind: 'literal', value: token.text.slice(1, -1).replaceAll("\\'", "'") };
      case 'literal':
        return { kind: 'literal', value: literalValue(token.text) };
      case '@':
        return current;
      case '*':
        return { kind: 'project', over: 'values', left: current, right: this.#projected(20) };
      case '!':
        return { kind: 'not', of: this.#expression(45) };
      case '&':
        return { kind: 'reference', of: this.#expression(0) };
      case '(': {
        const inner = this.#expression(0);
        this.#need(')');
        return inner;
      }
      case '{':
        return this.#dict();
      case '[]':
        return {
          kind: 'project',
          over: 'list',
          left: { kind: 'flatten', of: current },
          right: this.#projected(9),
        };
      case '[?':
        return this.#filter(current);
      case '[':
        return this.#bracket(undefined);
      default:
        this.#at -= 1;
        return this.#bad();
    }
  }

  #infix(type: string, left: Query): Query {
    this.#at += 1;
    switch (type) {
      case '.':
        if (this.#take('*')) return { kind: 'project', over: 'values', left, right: this.#projected(20) };
        return { kind: 'chain', left, right: this.#afterDot(40) };
      case '|':
        return { kind: 'chain', left, right: this.#expression(1) };
      case '||':
        return { kind: 'or', left, right: this.#expression(2) };
      case '&&':
        return { kind: 'and', left, right: this.#expression(3) };
      case '[]':
        return {
          kind: 'project',
          over: 'list',
          left: { kind: 'flatten', of: left },
          right: this.#projected(9),
        };
      case '[?':
        return this.#filter(left);
      case '[':
        return this.#bracket(left);
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return { kind: 'compare', operator: type, left, right: this.#expression(5) };
      default:
        this.#at -= 1;
        return this.#bad();
    }
  }

  /** What follows a projection is applied to each of its items. */
  #projected(least: number): Query {
    const type = this.#peek()?.type ?? '';
    if (type === '[' || type === '[?') return this.#expression(least);
    if (type !== '.') return current;
    this.#at += 1;
    return this.#take('*')
      ? { kind: 'project', over: 'values', left: current, right: this.#projected(20) }
      : this.#afterDot(least);
  }

  #afterDot(least: number): Query {
    if (this.#take('[')) return this.#list();
    if (this.#take('{')) return this.#dict();
    return this.#is('name') || this.#is('quoted') || this.#is('*') ? this.#expression(least) : this.#bad();
  }

  #filter(left: Query): Query {
    const condition = this.#expression(0);
    this.#need(']');
    return { kind: 'filter', left, condition, right: this.#is('[]') ? current : this.#projected(21) };
  }

  #bracket(left: Query | undefined): Query {
    if (this.#is('*') && this.#peek(1)?.type === ']') {
      this.#at += 2;
      return { kind: 'project', over: 'list', left: left ?? current, right: this.#projected(20) };
    }
    if (!this.#is('number') && !this.#is(':')) return left ? this.#bad() : this.#list();
    const parts: (number | undefined)[] = [undefined];
    while (!this.#take(']')) {
      if (this.#take(':')) parts.push(undefined);
      else parts[parts.length - 1] = Number(this.#need('number'));
    }
    if (parts.length > 3) return this.#bad();
    const from = left ?? current;
    if (parts.length === 1)
      return { kind: 'chain', left: from, right: { kind: 'index', index: parts[0] ?? 0 } };
    const slice: Query = { kind: 'chain', left: from, right: { kind: 'slice', parts } };
    return { kind: 'project', over: 'list', left: slice, right: this.#projected(20) };
  }

  #list(): Query {
    const items: Query[] = [];
    do items.push(this.#expression(0));
    while (this.#take(','));
    this.#need(']');
    return { kind: 'list', items };
  }

  #dict(): Query {
    const entries: (readonly [string, Query])[] = [];
    do {
      const isQuoted = this.#is('quoted');
      const name = isQuoted ? (JSON.parse(this.#need('quoted')) as string) : this.#need('name');
      this.#need(':');
      entries.push([name, this.#expression(0)]);
    } while (this.#take(','));
    this.#need('}');
    return { kind: 'dict', entries };
  }

  #call(name: string): Query {
    this.#need('(');
    const args: Query[] = [];
    while (!this.#take(')')) {
      if (args.length > 0) this.#need(',');
      args.push(this.#expression(0));
    }
    return { kind: 'call', name, args };
  }
}

const cache = new Map<string, Query>();

export function parseQuery(source: string): Query {
  const known = cache.get(source);
  if (known) return known;
  const made = new QueryParser(source).parse();
  if (cache.size > 500) cache.clear();
  cache.set(source, made);
  return made;
}
