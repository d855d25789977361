// nunjucks' lexer, patched to Jinja2's rules: strings, numbers, names, open brackets and white space around tags. What
// it does right (delimiters, operators, line and column) stays with it.
import lexer, { type LexerOptions, type Token, type Tokenizer } from 'nunjucks/src/lexer.js';
import type { Place } from './nodes.ts';
import { unescapePython } from './string_literal.ts';

/** Thrown inside the parser only; parse.ts turns it into a diagnostic. Line and column count from 0. */
export class SyntaxProblem extends Error {
  readonly place: Place;
  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

export interface GrammarOptions extends LexerOptions {
  /** Strings inside `{{ }}` keep their backslashes, as Ansible does in playbooks but not in template files. */
  readonly rawStrings: boolean;
}

const BaseTokenizer = lexer.lex('').constructor as typeof Tokenizer;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;
const number =
  /0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*(?:(?:\.\d[\d_]*)?[eE][+-]?\d[\d_]*|\.\d[\d_]*)?/y;
const integer = /\d+/y;
const string = /'([^'\\]*(?:\\[\s\S][^'\\]*)*)'|"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/y;
const space = /\s+/y;
const opposite: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export class JinjaTokenizer extends BaseTokenizer {
  readonly #open: string[] = [];
  readonly #options: GrammarOptions;
  readonly #start: RegExp;
  readonly #raw: RegExp;
  readonly #endRaw: RegExp;
  #inVariable = false;
  #lineStarts = true;

  constructor(text: string, options: GrammarOptions) {
    super(text, options);
    this.#options = options;
    const { BLOCK_START: open, BLOCK_END: close, VARIABLE_START, COMMENT_START } = this.tags;
    const starts = [open, VARIABLE_START, COMMENT_START].sort((a, b) => b.length - a.length);
    this.#start = new RegExp(`(${starts.map(quoted).join('|')})([-+]?)`, 'g');
    const begin = `${quoted(open)}([-+]?)\\s*`;
    this.#raw = new RegExp(`${begin}raw\\s*(?:-${quoted(close)}\\s*|${quoted(close)})`, 'y');
    this.#endRaw = new RegExp(`${begin}endraw\\s*([-+]?)${quoted(close)}`, 'g');
  }

  override nextToken(): Token | null {
    if (this.index >= this.len) return null;
    return this.in_code ? this.#code() : this.#data();
  }

  #fail(message: string): never {
    throw new SyntaxProblem(message, { lineno: this.lineno, colno: this.colno });
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.index;
    return pattern.exec(this.str);
  }

  #take(type: string, length: number, value = this.str.slice(this.index, this.index + length)): Token {
    const token = { type, value, lineno: this.lineno, colno: this.colno };
    this.forwardN(length);
    return token;
  }

  /** Text up to the next tag, with the white space that the tag's signs and lstrip_blocks take away removed. */
  #data(): Token | null {
    const begun = { lineno: this.lineno, colno: this.colno };
    const start = this.#match(this.#start);
    const end = start?.index ?? this.len;
    let text = this.str.slice(this.index, end);
    const isVariable = start?.[1] === this.tags.VARIABLE_START;
    if (start?.[2] === '-') text = text.trimEnd();
    else if (start?.[2] !== '+' && !isVariable && this.#options.lstripBlocks === true && start)
      text = this.#stripLine(text);
    this.forwardN(end - this.index);
    if (start) {
      if (start[1] === this.tags.COMMENT_START) this.#skipComment(start[0].length);
      else if (this.#match(this.#raw)) text += this.#rawText();
      else if (text === '') return this.#tag(start[0].length, isVariable);
    }
    if (text === '') return this.nextToken();
    return { type: 'data', value: text, ...begun };
  }

  #stripLine(text: string): string {
    const from = text.lastIndexOf('\n') + 1;
    return (from > 0 || this.#lineStarts) && text.slice(from).trim() === '' ? text.slice(0, from) : text;
  }

  #tag(length: number, isVariable: boolean): Token {
    this.in_code = true;
    this.#inVariable = isVariable;
    return this.#take(isVariable ? 'variable-start' : 'block-start', length);
  }

  #skipComment(opening: number): void {
    const end = this.str.indexOf(this.tags.COMMENT_END, this.index + opening);
    if (end < 0) this.#fail('a comment is not closed');
    const sign = end > this.index + opening ? (this.str[end - 1] ?? '') : '';
    this.forwardN(end + this.tags.COMMENT_END.length - this.index);
    this.#afterTag(sign, true);
  }

  #rawText(): string {
    this.forwardN(this.#match(this.#raw)?.[0].length ?? 0);
    const end = this.#match(this.#endRaw);
    if (!end) this.#fail('a raw block is not closed: endraw is missing');
    let text = this.str.slice(this.index, end.index);
    if (end[1] === '-') text = text.trimEnd();
    else if (end[1] !== '+' && this.#options.lstripBlocks === true) text = this.#stripLine(text);
    this.forwardN(end.index + end[0].length - this.index);
    this.#afterTag(end[2] ?? '', true);
    return text;
  }

  /** What a closing tag swallows: all white space after `-`, one line end when trim_blocks is on. */
  #afterTag(sign: string, isBlock: boolean): void {
    const before = this.index;
    if (sign === '-') this.forwardN(this.#match(space)?.[0].length ?? 0);
    else if (sign !== '+' && isBlock && this.#options.trimBlocks === true && this.str[this.index] === '\n')
      this.forwardN(1);
    this.#lineStarts = this.index > before && this.str[this.index - 1] === '\n';
  }

  #code(): Token {
    const blank = this.#match(space);
    if (blank) return this.#take('whitespace', blank[0].length);
    const end = this.#inVariable ? this.tags.VARIABLE_END : this.tags.BLOCK_END;
    if (this.#open.length === 0) {
      const sign = /[-+]/.test(this.str[this.index] ?? '') ? (this.str[this.index] ?? '') : '';
      if (this.str.startsWith(end, this.index + sign.length)) {
        const token = this.#take(
          this.#inVariable ? 'variable-end' : 'block-end',
          end.length + sign.length,
          end,
        );
        this.in_code = false;
        this.#afterTag(sign, !this.#inVariable);
        return token;
      }
    }
    return this.#literal() ?? this.#operator();
  }

  #literal(): Token | undefined {
    const text = this.#match(string);
    if (text) {
      const inside = text[1] ?? text[2] ?? '';
      const raw = this.#inVariable && this.#options.rawStrings;
      return this.#take(
        'string',
        text[0].length,
        raw ? inside : unescapePython(inside.replace(/\r\n?/g, '\n')),
      );
    }
    const word = this.#match(name);
    if (word) return this.#take('symbol', word[0].length);
    const digits = this.str[this.index - 1] === '.' ? this.#match(integer) : this.#match(number);
    if (!digits) return undefined;
    const isFloat = !/^0[xXbBoO]/.test(digits[0]) && /[.eE]/.test(digits[0]);
    return this.#take(isFloat ? 'float' : 'int', digits[0].length, digits[0].replaceAll('_', ''));
  }

  #operator(): Token {
    const sign = this.str[this.index] ?? '';
    if ('"\'?;@$&^`\\'.includes(sign)) this.#fail(`unexpected ${sign}`);
    if ('([{'.includes(sign)) this.#open.push(sign);
    if (')]}'.includes(sign) && this.#open.pop() !== opposite[sign]) this.#fail(`unexpected ${sign}`);
    // The delimiters of nunjucks would end the tag here although a bracket is open.
    if (')]}'.includes(sign))
      return this.#take({ ')': 'right-paren', ']': 'right-bracket', '}': 'right-curly' }[sign] ?? '', 1);
    if (sign === '%' || sign === '-' || sign === '+') return this.#take('operator', 1);
    const token = super.nextToken();
    if (!token || /^[!=]==$/.test(token.value)) this.#fail(`unexpected ${token?.value ?? 'end of template'}`);
    return token;
  }
}
