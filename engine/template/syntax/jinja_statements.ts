// nunjucks' parser, patched to Jinja2's statements: assignment targets, loops with filters, scoped blocks, call blocks,
// includes with or without context. `if`, `import`, `extends` and the walk over text and tags stay nunjucks'.
import type { Token } from 'nunjucks/src/lexer.js';
import { ExpressionParser } from './jinja_expressions.ts';
import type { AssignTarget, Body, Expression, Parameter, Statement } from './nodes.ts';

const ends = [
  'endfor',
  'endif',
  'endmacro',
  'endcall',
  'endblock',
  'endset',
  'endfilter',
  'endwith',
  'endraw',
  'else',
  'elif',
];

export class JinjaParser extends ExpressionParser {
  override parseStatement(): unknown {
    const word = this.peekToken();
    if (word?.type !== 'symbol') return this.fail('expected the name of a statement');
    if (this.breakOnBlocks?.includes(word.value)) return null;
    const parse = this.#statements[word.value];
    if (parse) {
      this.nextToken();
      return parse(word);
    }
    if (['if', 'extends', 'import'].includes(word.value)) return super.parseStatement();
    return this.fail(
      ends.includes(word.value) ? `unexpected ${word.value}` : `unknown statement ${word.value}`,
    );
  }

  readonly #statements: Readonly<Record<string, ((word: Token) => Statement) | undefined>> = Object.assign(
    Object.create(null) as Record<string, (word: Token) => Statement>,
    {
      for: (word: Token) => this.#for(word),
      set: (word: Token) => this.#set(word),
      macro: (word: Token) => this.#macro(word),
      call: (word: Token) => this.#call(word),
      filter: (word: Token) => this.#filter(word),
      with: (word: Token) => this.#with(word),
      do: (word: Token) => this.#do(word),
      block: (word: Token) => this.#block(word),
      include: (word: Token) => this.#include(word),
      from: (word: Token) => this.#from(word),
      autoescape: (word: Token) => this.#autoescape(word),
    },
  );

  /** Ends the opening tag and reads its body up to one of these words, which is left to be read. */
  #bodyUntil(word: Token, ...words: string[]): Body {
    this.#endTag(word);
    const body = this.parseUntilBlocks(...words) as Body;
    const end = this.peekToken();
    if (!end)
      this.fail(`${word.value} is not closed: ${words.at(-1) ?? ''} is missing`, word.lineno, word.colno);
    return body;
  }

  #endTag(word: Token): void {
    if (this.peekToken()?.type !== 'block-end')
      this.fail(`unexpected ${this.peekToken()?.value ?? ''} in ${word.value}`);
    this.advanceAfterBlockEnd(word.value);
  }

  #closed(word: Token, end: string): Body {
    const body = this.#bodyUntil(word, end);
    this.advanceAfterBlockEnd();
    return body;
  }

  #name(): string {
    return this.expect('symbol').value;
  }

  #target(): AssignTarget {
    return this.#asTarget(this.parseTuple(() => this.parsePrimary()));
  }

  #asTarget(node: Expression): AssignTarget {
    if (node.typename === 'Symbol') return { kind: 'name', name: node.value };
    if (node.typename === 'Tuple')
      return { kind: 'tuple', items: node.items.map((item) => this.#asTarget(item)) };
    if (node.typename === 'Attribute' && node.target.typename === 'Symbol')
      return { kind: 'attribute', name: node.target.value, attribute: node.name };
    return this.fail(
      'only names, tuples of names and attributes of a namespace can be assigned to',
      node.lineno,
      node.colno,
    );
  }

  #parameters(): Parameter[] {
    const parameters: Parameter[] = [];
    this.expect('left-paren');
    while (!this.skip('right-paren')) {
      if (parameters.length > 0) this.expect('comma');
      const name = this.#name();
      const fallback = this.skipValue('operator', '=') ? this.parseExpression() : undefined;
      if (!fallback && parameters.at(-1)?.fallback)
        this.fail(`parameter ${name} without a default follows one with a default`);
      parameters.push({ name, fallback });
    }
    return parameters;
  }

  #for(word: Token): Statement {
    const target = this.#target();
    if (!this.skipSymbol('in')) this.fail('expected in');
    const items = this.parseTuple(() => this.parseOr());
    const condition = this.skipSymbol('if') ? this.parseExpression() : undefined;
    const recursive = this.skipSymbol('recursive');
    const body = this.#bodyUntil(word, 'else', 'endfor');
    let otherwise: Body | undefined;
    if (this.skipSymbol('else')) otherwise = this.#bodyUntil(word, 'endfor');
    this.advanceAfterBlockEnd();
    return {
      typename: 'ForLoop',
      lineno: word.lineno,
      colno: word.colno,
      target,
      items,
      condition,
      recursive,
      body,
      otherwise,
    };
  }

  #set(word: Token): Statement {
    const place = { lineno: word.lineno, colno: word.colno };
    const target = this.#target();
    if (this.skipValue('operator', '=')) {
      const value = this.parseTuple();
      this.#endTag(word);
      return { typename: 'Assign', ...place, target, value };
    }
    let filter;
    while (this.skip('pipe')) filter = this.parseFilterCall(filter);
    return { typename: 'AssignBlock', ...place, target, filter, body: this.#closed(word, 'endset') };
  }

  #macro(word: Token): Statement {
    const name = this.#name();
    const parameters = this.#parameters();
    return {
      typename: 'MacroDefinition',
      lineno: word.lineno,
      colno: word.colno,
      name,
      parameters,
      body: this.#closed(word, 'endmacro'),
    };
  }

  #call(word: Token): Statement {
    const parameters = this.peekToken()?.type === 'left-paren' ? this.#parameters() : [];
    const call = this.parseExpression();
    if (call.typename !== 'Call') return this.fail('expected a call', call.lineno, call.colno);
    return {
      typename: 'CallBlock',
      lineno: word.lineno,
      colno: word.colno,
      call,
      parameters,
      body: this.#closed(word, 'endcall'),
    };
  }

  #filter(word: Token): Statement {
    let filter = this.parseFilterCall(undefined);
    while (this.skip('pipe')) filter = this.parseFilterCall(filter);
    return {
      typename: 'FilterBlock',
      lineno: word.lineno,
      colno: word.colno,
      filter,
      body: this.#closed(word, 'endfilter'),
    };
  }

  #with(word: Token): Statement {
    const assigns: { target: AssignTarget; value: Expression }[] = [];
    while (this.peekToken()?.type !== 'block-end') {
      if (assigns.length > 0) this.expect('comma');
      const target = this.#asTarget(this.parsePrimary());
      if (!this.skipValue('operator', '=')) this.fail('expected = in with');
      assigns.push({ target, value: this.parseExpression() });
    }
    return {
      typename: 'With',
      lineno: word.lineno,
      colno: word.colno,
      assigns,
      body: this.#closed(word, 'endwith'),
    };
  }

  #do(word: Token): Statement {
    const value = this.parseTuple();
    this.#endTag(word);
    return { typename: 'Do', lineno: word.lineno, colno: word.colno, value };
  }

  #autoescape(word: Token): Statement {
    this.parseExpression();
    return {
      typename: 'Scoped',
      lineno: word.lineno,
      colno: word.colno,
      body: this.#closed(word, 'endautoescape'),
    };
  }

  #block(word: Token): Statement {
    const name = this.#name();
    const scoped = this.skipSymbol('scoped');
    const required = this.skipSymbol('required');
    const body = this.#bodyUntil(word, 'endblock');
    this.nextToken();
    this.skipSymbol(name);
    this.#endTag(word);
    return { typename: 'NamedBlock', lineno: word.lineno, colno: word.colno, name, scoped, required, body };
  }

  #include(word: Token): Statement {
    const template = this.parseExpression();
    const ignoreMissing = this.skipSymbol('ignore');
    if (ignoreMissing && !this.skipSymbol('missing')) this.fail('expected missing after ignore');
    const withContext = this.parseWithContext() ?? true;
    this.#endTag(word);
    return {
      typename: 'IncludeTemplate',
      lineno: word.lineno,
      colno: word.colno,
      template,
      ignoreMissing,
      withContext,
    };
  }

  #from(word: Token): Statement {
    const template = this.parseExpression();
    if (!this.skipSymbol('import')) this.fail('expected import');
    const names: [string, string][] = [];
    let withContext = false;
    do {
      if (this.peekToken()?.type === 'block-end') break;
      const name = this.#name();
      if (name.startsWith('_')) this.fail(`names that start with an underscore cannot be imported: ${name}`);
      names.push([name, this.skipSymbol('as') ? this.#name() : name]);
      withContext = this.parseWithContext() ?? false;
    } while (this.skip('comma'));
    this.#endTag(word);
    return { typename: 'FromTemplate', lineno: word.lineno, colno: word.colno, template, names, withContext };
  }
}
