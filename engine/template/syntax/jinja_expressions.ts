// nunjucks' parser, patched to Jinja2's grammar of expressions: precedence, chained comparison, tests with bare
// arguments, tuples, slices, calls. The token window and the walk over a template stay nunjucks'.
import type { Token } from 'nunjucks/src/lexer.js';
import parser from 'nunjucks/src/parser.js';
import nodes from 'nunjucks/src/nodes.js';
import { SyntaxProblem } from './jinja_lexer.ts';
import type {
  Arguments,
  CompareOperator,
  Expression,
  ExpressionOf,
  FilterExpression,
  Place,
} from './nodes.ts';

const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);
const noArguments: Arguments = { positional: [], named: [], spread: undefined, spreadNamed: undefined };
const notArguments = new Set(['else', 'or', 'and', 'if', 'in', 'not', 'is', 'recursive']);

export class ExpressionParser extends parser.Parser {
  #isOutput = false;

  fail(message: string, lineno?: number, colno?: number): never {
    const token = lineno === undefined ? this.peekToken() : null;
    const place = {
      lineno: lineno ?? token?.lineno ?? this.tokens.lineno,
      colno: colno ?? token?.colno ?? this.tokens.colno,
    };
    throw new SyntaxProblem(
      token === null && lineno === undefined ? 'unexpected end of template' : message,
      place,
    );
  }

  expect(type: string): Token {
    const token = this.nextToken();
    if (token?.type === type) return token;
    this.pushToken(token);
    return this.fail(`expected ${type}, found ${token?.value ?? 'end'}`);
  }

  place(): Place {
    const token = this.peekToken();
    return { lineno: token?.lineno ?? this.tokens.lineno, colno: token?.colno ?? this.tokens.colno };
  }

  isOperator(...signs: string[]): string | undefined {
    const token = this.peekToken();
    return token && (token.type === 'operator' || token.type === 'tilde') && signs.includes(token.value)
      ? token.value
      : undefined;
  }

  /** What stands between `{{` and `}}` may be a tuple without parentheses. */
  override nextToken(withWhitespace?: boolean): Token | null {
    const token = super.nextToken(withWhitespace);
    this.#isOutput = token?.type === 'variable-start';
    return token;
  }

  parseExpression(): Expression {
    if (this.#isOutput) {
      this.#isOutput = false;
      return this.parseTuple();
    }
    let body = this.parseOr();
    const place = this.place();
    while (this.skipSymbol('if')) {
      const cond = this.parseOr();
      body = {
        typename: 'InlineIf',
        ...place,
        body,
        cond,
        else_: this.skipSymbol('else') ? this.parseExpression() : null,
      };
    }
    return body;
  }

  /** An expression, or several with commas between them: a tuple. */
  parseTuple(one: () => Expression = () => this.parseExpression()): Expression {
    const place = this.place();
    const first = one();
    if (this.peekToken()?.type !== 'comma') return first;
    const items = [first];
    while (this.skip('comma')) {
      const next = this.peekToken();
      if (
        !next ||
        ['right-paren', 'block-end', 'variable-end'].includes(next.type) ||
        next.value === '=' ||
        next.value === 'in'
      )
        break;
      items.push(one());
    }
    return { typename: 'Tuple', ...place, items };
  }

  #chain(signs: string[], operand: () => Expression, word?: 'And' | 'Or'): Expression {
    let left = operand();
    for (;;) {
      const place = this.place();
      if (word) {
        if (!this.skipSymbol(word.toLowerCase())) return left;
        left = { typename: word, ...place, left, right: operand() };
      } else {
        const operator = this.isOperator(...signs);
        if (operator === undefined) return left;
        this.nextToken();
        left = {
          typename: 'Binary',
          ...place,
          operator: operator as ExpressionOf<'Binary'>['operator'],
          left,
          right: operand(),
        };
      }
    }
  }

  parseOr(): Expression {
    return this.#chain([], () => this.#chain([], () => this.parseNot(), 'And'), 'Or');
  }

  parseNot(): Expression {
    const place = this.place();
    return this.skipSymbol('not')
      ? { typename: 'Not', ...place, target: this.parseNot() }
      : this.parseCompare();
  }

  parseCompare(): Expression {
    const place = this.place();
    const first = this.parseMath();
    const rest: { operator: CompareOperator; operand: Expression }[] = [];
    for (;;) {
      const token = this.peekToken();
      let operator: CompareOperator | undefined;
      if (token?.type === 'operator' && comparisons.has(token.value))
        operator = token.value as CompareOperator;
      else if (token?.type === 'symbol' && (token.value === 'in' || token.value === 'not'))
        operator = token.value === 'in' ? 'in' : 'not in';
      if (operator === undefined) break;
      this.nextToken();
      if (operator === 'not in' && !this.skipSymbol('in')) this.fail('expected in after not');
      rest.push({ operator, operand: this.parseMath() });
    }
    return rest.length === 0 ? first : { typename: 'Comparison', ...place, first, rest };
  }

  parseMath(): Expression {
    return this.#chain(['+', '-'], () => this.parseConcat());
  }

  parseConcat(): Expression {
    const place = this.place();
    const product = (): Expression =>
      this.#chain(['*', '/', '//', '%'], () => this.#chain(['**'], () => this.parseUnary()));
    const items = [product()];
    while (this.skip('tilde')) items.push(product());
    return items.length === 1 && items[0] ? items[0] : { typename: 'Concatenation', ...place, items };
  }

  parseUnary(withoutFilters = false): Expression {
    const place = this.place();
    const operator = this.isOperator('-', '+');
    let node: Expression;
    if (operator !== undefined) {
      this.nextToken();
      node = this.parsePostfix({
        typename: 'Unary',
        ...place,
        operator: operator as '-' | '+',
        target: this.parseUnary(true),
      });
    } else node = this.parsePrimary();
    return withoutFilters ? node : this.parseFilters(node);
  }

  parsePrimary(withoutPostfix = false): Expression {
    const token = this.nextToken();
    if (!token) return this.fail('expected an expression');
    const node = this.#atom(token);
    return withoutPostfix ? node : this.parsePostfix(node);
  }

  #atom(token: Token): Expression {
    const literal = (value: unknown): Expression =>
      new nodes.Literal(token.lineno, token.colno, value) as Expression;
    switch (token.type) {
      case 'string': {
        let text = token.value;
        while (this.peekToken()?.type === 'string') text += this.nextToken()?.value ?? '';
        return literal(text);
      }
      case 'int': {
        if (/^0\d*[1-9]/.test(token.value))
          this.fail(`${token.value} is no number`, token.lineno, token.colno);
        const value = Number(token.value);
        return literal(Number.isSafeInteger(value) ? value : BigInt(token.value));
      }
      case 'float':
        return literal({ float: Number(token.value) });
      case 'symbol':
        if (/^([Tt]rue|[Ff]alse)$/.test(token.value)) return literal(/^[Tt]/.test(token.value));
        if (/^[Nn]one$/.test(token.value)) return literal(null);
        return new nodes.Symbol(token.lineno, token.colno, token.value) as Expression;
      case 'left-paren':
        return this.#parenthesis(token);
      case 'left-bracket':
        return {
          typename: 'List',
          lineno: token.lineno,
          colno: token.colno,
          items: this.#until('right-bracket', () => this.parseExpression()),
        };
      case 'left-curly':
        return {
          typename: 'DictLiteral',
          lineno: token.lineno,
          colno: token.colno,
          pairs: this.#until('right-curly', () => this.#pair()),
        };
      default:
        return this.fail(`unexpected ${token.value}`, token.lineno, token.colno);
    }
  }

  #parenthesis(token: Token): Expression {
    if (this.skip('right-paren'))
      return { typename: 'Tuple', lineno: token.lineno, colno: token.colno, items: [] };
    const inside = this.parseTuple();
    this.expect('right-paren');
    return inside;
  }

  #pair(): readonly [Expression, Expression] {
    const key = this.parseExpression();
    this.expect('colon');
    return [key, this.parseExpression()];
  }

  #until<T>(end: string, one: () => T): T[] {
    const items: T[] = [];
    while (!this.skip(end)) {
      if (items.length > 0) {
        this.expect('comma');
        if (this.skip(end)) break;
      }
      items.push(one());
    }
    return items;
  }

  parsePostfix(start: Expression): Expression {
    let node = start;
    for (;;) {
      const place = this.place();
      if (this.skipValue('operator', '.')) {
        const member = this.nextToken();
        if (member?.type === 'symbol')
          node = { typename: 'Attribute', ...place, target: node, name: member.value };
        else if (member?.type === 'int')
          node = {
            typename: 'Index',
            ...place,
            target: node,
            index: new nodes.Literal(place.lineno, place.colno, Number(member.value)) as Expression,
          };
        else this.fail('expected a name or number after the dot', place.lineno, place.colno);
      } else if (this.skip('left-bracket')) {
        const parts = this.#until('right-bracket', () => this.#subscript());
        const [only] = parts;
        if (!only) this.fail('expected an index', place.lineno, place.colno);
        node = {
          typename: 'Index',
          ...place,
          target: node,
          index: parts.length === 1 ? only : { typename: 'Tuple', ...place, items: parts },
        };
      } else if (this.skip('left-paren')) {
        node = { typename: 'Call', ...place, target: node, args: this.parseArguments() };
      } else return node;
    }
  }

  #subscript(): Expression {
    const place = this.place();
    const isEnd = (): boolean => ['colon', 'right-bracket', 'comma'].includes(this.peekToken()?.type ?? '');
    const part = (): Expression | undefined => (isEnd() ? undefined : this.parseExpression());
    const start = part();
    if (!this.skip('colon')) return start ?? this.fail('expected an index');
    const stop = part();
    return { typename: 'Slice', ...place, start, stop, step: this.skip('colon') ? part() : undefined };
  }

  parseArguments(): Arguments {
    const positional: Expression[] = [];
    const named: [string, Expression][] = [];
    let spread: Expression | undefined;
    let spreadNamed: Expression | undefined;
    this.#until('right-paren', () => {
      if (this.skipValue('operator', '*')) spread = this.parseExpression();
      else if (this.skipValue('operator', '**')) spreadNamed = this.parseExpression();
      else {
        const value = this.parseExpression();
        if (value.typename === 'Symbol' && this.skipValue('operator', '='))
          named.push([value.value, this.parseExpression()]);
        else if (named.length > 0 || spreadNamed)
          this.fail('an argument without a name follows one with a name', value.lineno, value.colno);
        else positional.push(value);
      }
    });
    return { positional, named, spread, spreadNamed };
  }

  #dottedName(): string {
    let text = this.expect('symbol').value;
    while (this.skipValue('operator', '.')) text += `.${this.expect('symbol').value}`;
    return text;
  }

  parseFilters(start: Expression): Expression {
    let node = start;
    for (;;) {
      const place = this.place();
      if (this.skip('pipe')) node = this.parseFilterCall(node);
      else if (this.skipSymbol('is')) node = this.#test(node);
      else if (this.skip('left-paren'))
        node = { typename: 'Call', ...place, target: node, args: this.parseArguments() };
      else return node;
    }
  }

  parseFilterCall(target: Expression | undefined): FilterExpression {
    const place = this.place();
    const filter = this.#dottedName();
    return {
      typename: 'Filter',
      ...place,
      target,
      name: filter,
      args: this.skip('left-paren') ? this.parseArguments() : noArguments,
    };
  }

  #test(target: Expression): Expression {
    const isNot = this.skipSymbol('not');
    const place = this.place();
    const test = this.#dottedName();
    let args = noArguments;
    const next = this.peekToken();
    if (this.skip('left-paren')) args = this.parseArguments();
    else if (
      next &&
      ['string', 'int', 'float', 'left-bracket', 'left-curly', 'symbol'].includes(next.type) &&
      !(next.type === 'symbol' && notArguments.has(next.value))
    )
      args = { ...noArguments, positional: [this.parsePrimary()] };
    const node: Expression = { typename: 'Test', ...place, target, name: test, args };
    return isNot ? { typename: 'Not', ...place, target: node } : node;
  }
}
