// YAML in the layout of libyaml, which PyYAML uses where it can: users of to_yaml and to_nice_yaml compare files by it.
import { type Dict, type Key, type Value, Float, Undefined, Unknown, bare } from '../../document/value.ts';
import { pythonFloat } from '../../document/python_text.ts';
import { UndefinedFailure, UnknownReached } from '../failure.ts';
import { compare } from '../python/compare.ts';
import { asSpecial } from '../python/special.ts';
import { type ScalarAnalysis, analyze, readsAsText } from './yaml_scalar_style.ts';

export interface YamlStyle {
  readonly indent: number;
  readonly width: number;
  readonly sortsKeys: boolean;
  /** Which collections are written in one line: none, those of scalars only, all. */
  readonly flow: 'never' | 'leaves' | 'always';
  readonly indentsLists: boolean;
  readonly explicitStart: boolean;
  readonly explicitEnd: boolean;
  /** A style for every scalar: '' (as fits), single or double quote, `|` or `>`. */
  readonly defaultStyle: string;
}

interface Shown {
  readonly text: string;
  readonly isText: boolean;
}

function floatYaml(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = pythonFloat(value);
  return !text.includes('.') && text.includes('e') ? text.replace('e', '.0e') : text;
}

function scalarOf(value: Value): Shown | undefined {
  const inner = bare(value);
  if (inner === null) return { text: 'null', isText: false };
  if (typeof inner === 'string') return { text: inner, isText: true };
  if (typeof inner !== 'object') return { text: String(inner), isText: false };
  if (inner instanceof Float) return { text: floatYaml(inner.value), isText: false };
  if (inner instanceof Undefined) throw new UndefinedFailure(inner);
  if (inner instanceof Unknown) throw new UnknownReached(inner);
  const special = asSpecial(inner);
  return special ? { text: special.text(), isText: false } : undefined;
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escapeCode(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`;
}

function needsEscape(character: string): boolean {
  if ('"\\\x85\u2028\u2029\ufeff'.includes(character)) return true;
  if (character >= ' ' && character <= '~') return false;
  const code = character.codePointAt(0) ?? 0;
  return !((code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd));
}

class YamlWriter {
  readonly #style: YamlStyle;
  #out = '';
  #column = 0;
  #isBlank = true;
  #isIndention = true;

  constructor(style: YamlStyle) {
    this.#style = style;
  }

  document(value: Value): string {
    if (this.#style.explicitStart) this.#put('---', true);
    this.#node(value, -1, { flow: 0, inMapping: false });
    if (this.#column > 0) this.#newLine();
    return this.#out + (this.#style.explicitEnd ? '...\n' : '');
  }

  #put(text: string, needsBlank = false, isIndention = false): void {
    const full = this.#isBlank || !needsBlank ? text : ` ${text}`;
    this.#isBlank = false;
    this.#isIndention = this.#isIndention && isIndention;
    this.#column += full.length;
    this.#out += full;
  }

  #newLine(text = '\n'): void {
    this.#out += text;
    this.#column = 0;
    this.#isBlank = true;
    this.#isIndention = true;
  }

  #indentTo(indent: number): void {
    const wanted = Math.max(indent, 0);
    if (!this.#isIndention || this.#column > wanted || (this.#column === wanted && !this.#isBlank))
      this.#newLine();
    if (this.#column < wanted) {
      this.#out += ' '.repeat(wanted - this.#column);
      this.#column = wanted;
      this.#isBlank = true;
    }
  }

  #deeper(indent: number, isFlow = false): number {
    if (indent < 0) return isFlow ? this.#style.indent : 0;
    return indent + this.#style.indent;
  }

  #isFlow(value: readonly Value[] | Dict): boolean {
    const items = value instanceof Map ? [...value.values()] : value;
    if (items.length === 0) return true;
    if (this.#style.flow !== 'leaves') return this.#style.flow === 'always';
    const isPlain = (item: Value): boolean => scalarOf(item) !== undefined && this.#style.defaultStyle === '';
    return items.every(isPlain);
  }

  #entries(value: Dict): [Key, Value][] {
    const entries = [...value];
    if (!this.#style.sortsKeys) return entries;
    try {
      return entries.sort(([a], [b]) => compare(a, b));
    } catch {
      return [...value];
    }
  }

  #node(value: Value, indent: number, at: { flow: number; inMapping: boolean; isKey?: boolean }): void {
    const scalar = scalarOf(value);
    if (scalar) {
      this.#scalar(scalar, this.#deeper(indent, true), at.flow, at.isKey === true);
      return;
    }
    const inner = bare(value);
    if (inner instanceof Map) {
      if (at.flow > 0 || this.#isFlow(inner)) this.#flowDict(inner, indent, at.flow);
      else this.#blockDict(inner, this.#deeper(indent));
    } else if (Array.isArray(inner)) {
      if (at.flow > 0 || this.#isFlow(inner)) this.#flowList(inner, indent, at.flow);
      else {
        const isIndentless = at.inMapping && !this.#isIndention && !this.#style.indentsLists;
        this.#blockList(inner, isIndentless ? indent : this.#deeper(indent));
      }
    }
  }

  #blockList(items: readonly Value[], indent: number): void {
    for (const item of items) {
      this.#indentTo(indent);
      this.#put('-', true, true);
      this.#node(item, indent, { flow: 0, inMapping: false });
    }
  }

  #blockDict(value: Dict, indent: number): void {
    for (const [key, item] of this.#entries(value)) {
      this.#indentTo(indent);
      const isSimple = typeof key !== 'string' || (key.length < 128 && !/[\n\x85\u2028\u2029]/.test(key));
      if (!isSimple) this.#put('?', true, true);
      this.#node(key, indent, { flow: 0, inMapping: true, isKey: isSimple });
      if (isSimple) this.#put(':');
      else {
        this.#indentTo(indent);
        this.#put(':', true, true);
      }
      this.#node(item, indent, { flow: 0, inMapping: true });
    }
  }

  #flowList(items: readonly Value[], indent: number, flow: number): void {
    const inner = this.#deeper(indent, true);
    this.#put('[', true);
    this.#isBlank = true;
    for (const [index, item] of items.entries()) {
      if (index > 0) this.#put(',');
      if (this.#column > this.#style.width) this.#indentTo(inner);
      this.#node(item, inner, { flow: flow + 1, inMapping: false });
    }
    this.#put(']');
  }

  #flowDict(value: Dict, indent: number, flow: number): void {
    const inner = this.#deeper(indent, true);
    this.#put('{', true);
    this.#isBlank = true;
    for (const [index, [key, item]] of this.#entries(value).entries()) {
      if (index > 0) this.#put(',');
      if (this.#column > this.#style.width) this.#indentTo(inner);
      this.#node(key, inner, { flow: flow + 1, inMapping: true, isKey: true });
      this.#put(':');
      this.#node(item, inner, { flow: flow + 1, inMapping: true });
    }
    this.#put('}');
  }

  #choose(shown: Shown, analysis: ScalarAnalysis, flow: number, isKey: boolean): string {
    const wanted = this.#style.defaultStyle;
    if (wanted === '"') return '"';
    if (wanted === '') {
      const isPlain = flow > 0 ? analysis.allowsFlowPlain : analysis.allowsBlockPlain;
      const isRefused = isKey && (shown.text === '' || analysis.isMultiline);
      if (isPlain && !isRefused && (!shown.isText || readsAsText(shown.text))) return '';
    }
    if (wanted === '|' || wanted === '>') return flow === 0 && !isKey && analysis.allowsBlock ? wanted : '"';
    return analysis.allowsSingle && !(isKey && analysis.isMultiline) ? "'" : '"';
  }

  #scalar(shown: Shown, indent: number, flow: number, isKey: boolean): void {
    const style = this.#choose(shown, analyze(shown.text), flow, isKey);
    // Quoted, it would be read as text: the tag `!` says that it is none.
    if (style !== '' && !shown.isText) this.#put('!', true);
    if (style === '') this.#plain(shown.text, indent, !isKey);
    else if (style === "'") this.#single(shown.text, indent, !isKey);
    else if (style === '"') this.#double(shown.text, indent, !isKey);
    else this.#block(shown.text, indent, style);
  }

  /** Words with a line break instead of a single space where the line is full. */
  #words(text: string, indent: number, mayBreak: boolean, isQuoted: boolean): void {
    for (const part of text.match(/ +|[^ ]+/g) ?? []) {
      const isEdge = isQuoted && text.startsWith(part) && this.#isBlank;
      if (part === ' ' && mayBreak && this.#column > this.#style.width && !isEdge) {
        this.#indentTo(indent);
        this.#isBlank = false;
        this.#isIndention = false;
      } else {
        this.#out += part;
        this.#column += part.length;
      }
    }
  }

  #plain(text: string, indent: number, mayBreak: boolean): void {
    this.#put('', true);
    this.#words(text, indent, mayBreak, false);
    this.#isBlank = false;
    this.#isIndention = false;
  }

  #single(text: string, indent: number, mayBreak: boolean): void {
    this.#put("'", true);
    const pieces = text.split(/([\n\x85\u2028\u2029]+)/);
    for (const [index, piece] of pieces.entries()) {
      if (index % 2 === 1) {
        if (piece.startsWith('\n')) this.#newLine();
        for (const end of piece) this.#newLine(end);
        this.#indentTo(indent);
        this.#isBlank = false;
      } else this.#quotedWords(piece, indent, mayBreak, index === 0, index === pieces.length - 1);
    }
    this.#put("'");
  }

  #quotedWords(text: string, indent: number, mayBreak: boolean, isFirst: boolean, isLast: boolean): void {
    const parts = text.match(/ +|[^ ]+/g) ?? [];
    for (const [index, part] of parts.entries()) {
      const isEdge = (isFirst && index === 0) || (isLast && index === parts.length - 1);
      if (part === ' ' && mayBreak && this.#column > this.#style.width && !isEdge) {
        this.#indentTo(indent);
        this.#isBlank = false;
        this.#isIndention = false;
      } else {
        const shown = part.replaceAll("'", "''");
        this.#out += shown;
        this.#column += shown.length;
      }
    }
    this.#isIndention = false;
    this.#isBlank = false;
  }

  #double(text: string, indent: number, mayBreak: boolean): void {
    this.#put('"', true);
    const characters = Array.from(text);
    let run = '';
    const flush = (): void => {
      this.#out += run;
      this.#column += run.length;
      run = '';
    };
    for (const [index, character] of characters.entries()) {
      const isInner = index > 0 && index < characters.length - 1;
      if (needsEscape(character)) {
        flush();
        run = escapes[character] ?? escapeCode(character);
        flush();
      } else if (character !== ' ') run += character;
      if (
        isInner &&
        (character === ' ' || needsEscape(character)) &&
        mayBreak &&
        this.#column + run.length > this.#style.width
      ) {
        if (character === ' ') run += ' ';
        run += '\\';
        flush();
        this.#indentTo(indent);
        this.#isBlank = false;
        this.#isIndention = false;
        if (characters[index + 1] === ' ') run = '\\';
      } else if (character === ' ') run += ' ';
    }
    flush();
    this.#put('"');
  }

  #block(text: string, indent: number, style: string): void {
    const hint = text.startsWith(' ') || text.startsWith('\n') ? String(this.#style.indent) : '';
    const end = text.endsWith('\n') ? (text.length === 1 || text.endsWith('\n\n') ? '+' : '') : '-';
    this.#put(style + hint + end, true);
    const lines = text.replace(/\n$/, '').split('\n');
    for (const line of lines) {
      this.#newLine();
      if (line === '') continue;
      this.#indentTo(indent);
      this.#out += line;
      this.#column += line.length;
      this.#isIndention = false;
    }
    this.#newLine();
  }
}

/** One document, with a line end at its end. */
export function writeYaml(value: Value, style: YamlStyle): string {
  return new YamlWriter(style).document(value);
}
