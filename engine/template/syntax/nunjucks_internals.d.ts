// The parts of nunjucks that it ships without types: its lexer, its parser and two node classes.
declare module 'nunjucks/src/lexer.js' {
  export interface Token {
    type: string;
    value: string;
    lineno: number;
    colno: number;
  }
  export interface LexerOptions {
    tags?: Record<string, string | undefined>;
    trimBlocks?: boolean;
    lstripBlocks?: boolean;
  }
  export class Tokenizer {
    constructor(text: string, options?: LexerOptions);
    str: string;
    index: number;
    len: number;
    lineno: number;
    colno: number;
    in_code: boolean;
    tags: Record<
      'BLOCK_START' | 'BLOCK_END' | 'VARIABLE_START' | 'VARIABLE_END' | 'COMMENT_START' | 'COMMENT_END',
      string
    >;
    nextToken(): Token | null;
    forwardN(count: number): void;
  }
  const lexer: { lex(text: string, options?: LexerOptions): Tokenizer };
  export default lexer;
}

declare module 'nunjucks/src/parser.js' {
  import type { Token, Tokenizer } from 'nunjucks/src/lexer.js';
  export class Parser {
    constructor(tokens: Tokenizer);
    tokens: Tokenizer;
    breakOnBlocks: string[] | null;
    nextToken(withWhitespace?: boolean): Token | null;
    peekToken(): Token | null;
    pushToken(token: Token | null): void;
    skip(type: string): boolean;
    skipValue(type: string, value: string): boolean;
    skipSymbol(value: string): boolean;
    advanceAfterBlockEnd(name?: string): Token;
    parseUntilBlocks(...names: string[]): unknown;
    parseStatement(): unknown;
    parseWithContext(): boolean | null;
    parseAsRoot(): unknown;
  }
  const parser: { Parser: typeof Parser };
  export default parser;
}

declare module 'nunjucks/src/nodes.js' {
  const nodes: {
    Literal: new (line: number, column: number, value: unknown) => object;
    Symbol: new (line: number, column: number, value: string) => object;
  };
  export default nodes;
}
