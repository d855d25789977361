// YAML text to values with positions, typed as PyYAML and ansible-core type it.
import type { Diagnostic, Outcome } from './diagnostic.ts';
import { strayByteAt } from './byte_text.ts';
import { buildDocument } from './yaml_build.ts';
import { readDocuments } from './yaml_documents.ts';
import { refusedCharacters, withPlainLineEnds } from './yaml_characters.ts';
import { syntaxProblem } from './yaml_problem.ts';
import { misplacedTab } from './yaml_tabs.ts';
import type { Position, Value } from './value.ts';

export interface YamlOptions {
  /** Decrypts the text of a `!vault` scalar (its `$ANSIBLE_VAULT` envelope). Without it such a scalar is an error. */
  readonly decrypt?: (text: Uint8Array) => Outcome<Uint8Array>;
}

export interface ParsedYaml {
  /** One value for each document; none when the text is empty, or when there is a syntax error. */
  readonly documents: readonly Value[];
  /** Where the top value of each document stands: entries below it have theirs by `positionOf`. */
  readonly starts: readonly Position[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses all documents of a text. `file` is the name that positions carry. */
export function parseYaml(source: string, file: string, options: YamlOptions = {}): ParsedYaml {
  const text = withPlainLineEnds(source.replace(/^\ufeff/, ''));
  const { documents: parsed, lines, error } = readDocuments(text);
  const place = (start: number, end: number): Position => {
    const from = lines.linePos(start);
    const to = lines.linePos(end);
    return { file, line: from.line, column: from.col, endLine: to.line, endColumn: to.col };
  };
  const stray = strayByteAt(text);
  if (stray !== undefined)
    return { documents: [], starts: [], diagnostics: [notUtf8(text, stray, place(stray, stray + 1))] };
  const refused = refusedCharacters(text, place);
  if (refused.length > 0) return { documents: [], starts: [], diagnostics: refused };
  // One syntax error makes others after it; only the first says what is wrong.
  if (error)
    return { documents: [], starts: [], diagnostics: [syntaxProblem(error, text, place(...error.pos))] };
  const tab = misplacedTab(text);
  if (tab !== undefined) return { documents: [], starts: [], diagnostics: [tabRefused(place(tab, tab + 1))] };
  const diagnostics: Diagnostic[] = [];
  const context = {
    place,
    decrypt: options.decrypt,
    report: (problem: Diagnostic) => void diagnostics.push(problem),
    isJson: isJson(text),
  };
  const documents: Value[] = [];
  const starts: Position[] = [];
  for (const document of parsed) {
    documents.push(buildDocument(document.contents, context));
    const [start, end] = document.contents?.range ?? [0, 0];
    starts.push(place(start, end));
  }
  return { documents, starts, diagnostics };
}

/** Ansible reads a text as JSON where it can, which differs in numbers like 1e5 alone: without one it is not tried. */
function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text) || !/\d[eE][-+]?\d/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function tabRefused(position: Position): Diagnostic {
  return {
    code: 'yaml-syntax',
    severity: 'error',
    summary: 'A tab stands where a key or an entry may begin',
    detail: 'Only spaces may stand in the indentation and behind a dash: replace the tab',
    position,
  };
}

function notUtf8(text: string, at: number, position: Position): Diagnostic {
  const byte = (text.charCodeAt(at) & 0xff).toString(16);
  return {
    code: 'yaml-syntax',
    severity: 'error',
    summary: `The text is not UTF-8: byte 0x${byte} cannot stand here`,
    detail: 'Save the file as UTF-8',
    position,
  };
}
