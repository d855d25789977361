// YAML text to the documents of package yaml, with two things its own front door does not do.
//
// Depth: its composer recurses, and a text nested some thousand levels deep ends the process (V8 gives up on compiling
// a regular expression with little stack left), so the parser is driven token by token and stopped in time.
//
// Indentation: PyYAML lets quoted text and brackets go on at any indentation; YAML 1.2, and so package yaml, wants them
// indented more than the entry they belong to. Content in use relies on it, so a text that fails the strict way is read
// again with a lexer that forgets the indentation inside quotes and brackets.
import { Composer, type Document, Lexer, LineCounter, Parser, type YAMLError, YAMLParseError } from 'yaml';

export interface ReadDocuments {
  readonly documents: readonly Document.Parsed[];
  readonly lines: LineCounter;
  /** The first error: the others mostly come from it. */
  readonly error: YAMLError | undefined;
}

const maximumDepth = 250;

const settings = {
  schema: 'failsafe',
  version: '1.1',
  resolveKnownTags: false,
  uniqueKeys: false,
  merge: false,
  prettyErrors: false,
} as const;

export function readDocuments(text: string): ReadDocuments {
  const strict = compose(text, new Lexer());
  if (!strict.error) return strict;
  const lenient = compose(text, lenientLexer());
  return lenient.error ? strict : lenient;
}

class TooDeep extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super();
    this.offset = offset;
  }
}

function compose(text: string, lexer: Lexer): ReadDocuments {
  const lines = new LineCounter();
  try {
    const documents = [...new Composer(settings).compose(tokens(text, lexer, lines))] as Document.Parsed[];
    const error = documents.find(({ errors }) => errors.length > 0)?.errors[0];
    return { documents, lines, error };
  } catch (thrown) {
    if (!(thrown instanceof TooDeep)) throw thrown;
    const place: [number, number] = [thrown.offset, thrown.offset + 1];
    const message = `Nested more than ${maximumDepth} levels deep`;
    return { documents: [], lines, error: new YAMLParseError(place, 'RESOURCE_EXHAUSTION', message) };
  }
}

function* tokens(text: string, lexer: Lexer, lines: LineCounter): ReturnType<Parser['parse']> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of lexer.lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > maximumDepth) throw new TooDeep(parser.offset);
  }
  yield* parser.end();
}

// What this file knows of the inside of yaml 2.9: two steps of the lexer, and the number they compare with.
interface LexerInside {
  indentNext: number;
  parseQuotedScalar: () => Iterator<string, unknown>;
  parseFlowCollection: () => Iterator<string, unknown>;
}

/** Forgets the indentation inside quotes and brackets. */
export function lenientLexer(): Lexer {
  const lexer = new Lexer();
  const inside = lexer as unknown as LexerInside;
  inside.parseQuotedScalar = withoutIndentation(inside, inside.parseQuotedScalar);
  inside.parseFlowCollection = withoutIndentation(inside, inside.parseFlowCollection);
  return lexer;
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
