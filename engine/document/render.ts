// A diagnostic as text: what is wrong, where, the source line with carets under the place, and what to do.
import type { Diagnostic, RelatedPlace } from './diagnostic.ts';
import type { Sources } from './source.ts';
import type { Position } from './value.ts';

export interface RenderOptions {
  /** ANSI colours. Off by default, so that text is the same everywhere. */
  readonly colour?: boolean;
  /** Files below this folder are shown relative to it. */
  readonly folder?: string;
}

const ansi = { red: '31;1', yellow: '33;1', blue: '34', bold: '1' } as const;
type Paint = (style: keyof typeof ansi, text: string) => string;

const plain: Paint = (_style, text) => text;
const painted: Paint = (style, text) => `\u001b[${ansi[style]}m${text}\u001b[0m`;

/** One diagnostic as lines without a final line end. */
export function renderDiagnostic(problem: Diagnostic, sources: Sources, options: RenderOptions = {}): string {
  const paint = options.colour === true ? painted : plain;
  const severity = paint(
    problem.severity === 'error' ? 'red' : 'yellow',
    `${problem.severity}[${problem.code}]`,
  );
  const lines = [`${severity}: ${paint('bold', problem.summary)}`];
  const show: Show = { sources, paint, folder: options.folder };
  if (problem.position) lines.push(...place(problem.position, show));
  for (const line of problem.detail?.split('\n') ?? []) lines.push(`  ${line}`);
  for (const related of problem.related ?? []) lines.push(...relatedPlace(related, show));
  return lines.join('\n');
}

interface Show {
  readonly sources: Sources;
  readonly paint: Paint;
  readonly folder: string | undefined;
}

function shortened(file: string, folder: string | undefined): string {
  return folder !== undefined && file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file;
}

function relatedPlace(related: RelatedPlace, show: Show): string[] {
  return [`  ${related.message}:`, ...place(related.position, show)];
}

function place(position: Position, { sources, paint, folder }: Show): string[] {
  const { file, line, column } = position;
  const head = `  ${paint('blue', '-->')} ${shortened(file, folder)}:${line}:${column}`;
  const whole = sources.line(file, line);
  if (whole === undefined) return [head];
  const { text, shift } = windowAt(whole, column);
  const gutter = String(line);
  const bar = paint('blue', '|');
  return [
    head,
    `  ${gutter} ${bar} ${printable(text)}`,
    `  ${' '.repeat(gutter.length)} ${bar} ${indentTo(text, column - shift)}${paint('red', carets(text, position, shift))}`,
  ];
}

/** Of a longer line, this many characters are shown before the place and as many after its begin. */
const windowReach = 200;

/** The part of a line around a column, with dots where it goes on. Columns of the part are less by `shift`. */
function windowAt(line: string, column: number): { readonly text: string; readonly shift: number } {
  if (line.length <= 2 * windowReach) return { text: line, shift: 0 };
  const from = Math.max(0, column - 1 - windowReach);
  const to = Math.min(line.length, column - 1 + windowReach);
  const before = from > 0 ? '... ' : '';
  const after = to < line.length ? ' ...' : '';
  return { text: `${before}${line.slice(from, to)}${after}`, shift: from - before.length };
}

/** Control characters would move the cursor or the colours of a terminal; tabs stay, and stay under the caret line. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}

function indentTo(text: string, column: number): string {
  return text
    .slice(0, column - 1)
    .padEnd(column - 1)
    .replace(/[^\t]/gu, ' ');
}

function carets(text: string, { line, column, endLine, endColumn }: Position, shift: number): string {
  if (endColumn === undefined) return '^';
  const end = endLine === undefined || endLine === line ? endColumn - shift : text.trimEnd().length + 1;
  return '^'.repeat(Math.max(1, Math.min(end, text.length + 1) - (column - shift)));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By file, line and column; what has no position comes first; equal places keep their order. */
export function sortDiagnostics(problems: readonly Diagnostic[]): Diagnostic[] {
  return problems.toSorted((left, right) => {
    const [a, b] = [left.position, right.position];
    if (!a || !b) return (a ? 1 : 0) - (b ? 1 : 0);
    return compareText(a.file, b.file) || a.line - b.line || a.column - b.column;
  });
}

/** Diagnostics that say the same of the same place, once each. */
export function withoutRepeats(problems: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return problems.filter(({ code, summary, position }) => {
    const key = JSON.stringify([code, summary, position?.file, position?.line, position?.column]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** `2 errors, 1 warning`; empty when there is none of either. */
export function countDiagnostics(problems: readonly Diagnostic[]): string {
  return (['error', 'warning'] as const)
    .map((severity) => ({
      severity,
      count: problems.filter((problem) => problem.severity === severity).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}${count === 1 ? '' : 's'}`)
    .join(', ');
}

/** All diagnostics, sorted, each once, with the count at the end. */
export function renderDiagnostics(
  problems: readonly Diagnostic[],
  sources: Sources,
  options: RenderOptions = {},
): string {
  const sorted = sortDiagnostics(withoutRepeats(problems));
  return [
    ...sorted.map((problem) => renderDiagnostic(problem, sources, options)),
    countDiagnostics(sorted),
  ].join('\n\n');
}
