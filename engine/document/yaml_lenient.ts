// PyYAML lets quoted text and brackets go on at any indentation; YAML 1.2, and so package yaml, wants them indented
// more than the entry they belong to. Content in use relies on it, so a text that fails the strict way is read again
// with a lexer that forgets the indentation inside quotes and brackets.
import {
  Composer,
  type Document,
  Lexer,
  type LineCounter,
  Parser,
  type ParseOptions,
  type DocumentOptions,
  type SchemaOptions,
} from 'yaml';

export type YamlSettings = ParseOptions & DocumentOptions & SchemaOptions;

// What this file knows of the inside of yaml 2.9: two steps of the lexer, and the number they compare with.
interface LexerInside {
  indentNext: number;
  parseQuotedScalar: () => Iterator<string, unknown>;
  parseFlowCollection: () => Iterator<string, unknown>;
}

/** Parses as `parseAllDocuments` does, with indentation inside quotes and brackets not looked at. */
export function parseLeniently(text: string, settings: YamlSettings, lines: LineCounter): Document.Parsed[] {
  const lexer = new Lexer();
  const inside = lexer as unknown as LexerInside;
  inside.parseQuotedScalar = withoutIndentation(inside, inside.parseQuotedScalar);
  inside.parseFlowCollection = withoutIndentation(inside, inside.parseFlowCollection);
  const parser = new Parser(lines.addNewLine);
  Object.assign(parser, { lexer });
  return [...new Composer(settings).compose(parser.parse(text))] as Document.Parsed[];
}

function withoutIndentation(
  inside: LexerInside,
  step: () => Iterator<string, unknown>,
): () => Generator<string, unknown> {
  return function* () {
    const kept = inside.indentNext;
    inside.indentNext = 0;
    const running = step.call(inside);
    let part = running.next();
    while (part.done !== true) {
      yield part.value;
      part = running.next();
    }
    inside.indentNext = kept;
    return part.value;
  };
}
