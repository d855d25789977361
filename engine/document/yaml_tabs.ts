// Tabs that libyaml refuses and package yaml takes: where a key or an entry may begin, in the indentation and behind a
// dash, only spaces may stand. Brackets, and what follows a value on its line, may have tabs.
import { CST } from 'yaml';
import { lenientLexer } from './yaml_documents.ts';

/** Signs of the lexer that stand for no text. */
const withoutText = new Set(['doc-mode', 'flow-error-end', 'scalar']);

/** What leaves it as it is whether a key or an entry may begin. A colon at the start of a line begins a value of keys. */
const passedOver = new Set([...withoutText, 'space', 'comment', 'map-value-ind', 'byte-order-mark']);

const depths: ReadonlyMap<string, number> = new Map([
  ['flow-map-start', 1],
  ['flow-seq-start', 1],
  ['flow-map-end', -1],
  ['flow-seq-end', -1],
]);

/** The offset of the first such tab. Lines with nothing else behind plain text are left to the parser. */
export function misplacedTab(text: string): number | undefined {
  if (!text.includes('\t')) return undefined;
  let offset = 0;
  let depth = 0;
  // What libyaml calls `simple_key_allowed`.
  let mayBegin = true;
  let isPlain = false;
  let isBlock = false;
  let before: string | null = null;
  for (const lexeme of lenientLexer().lex(text)) {
    const type: string = before === 'scalar' ? 'text' : (CST.tokenType(lexeme) ?? 'text');
    if (type === 'space' && lexeme.includes('\t') && mayBegin && depth === 0)
      return offset + lexeme.indexOf('\t');
    depth = Math.max(0, depth + (depths.get(type) ?? 0));
    if (type === 'newline') mayBegin = !isPlain;
    else if (type === 'seq-item-ind' || type === 'explicit-key-ind') mayBegin = true;
    else if (type === 'text') mayBegin = isBlock && lexeme.endsWith('\n');
    else if (!passedOver.has(type)) mayBegin = false;
    if (type !== 'space' && type !== 'newline') isPlain = type === 'text' && !isBlock;
    if (type === 'block-scalar-header') isBlock = true;
    else if (type === 'text') isBlock = false;
    before = type;
    if (!withoutText.has(type)) offset += lexeme.length;
  }
  return undefined;
}
