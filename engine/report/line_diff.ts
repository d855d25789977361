// Two texts as a unified diff: Myers' greedy algorithm (An O(ND) Difference Algorithm, 1986) over lines.

interface Edit {
  readonly kind: ' ' | '-' | '+';
  readonly line: string;
}

const context = 3;
/** Beyond this many differing lines the shortest script is not worth its cost: all old, then all new. */
const maxDistance = 2000;

function splitLines(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  return last === '' ? lines : [...lines, `${last}\n\\ No newline at end of file`];
}

/** A path through the grid of old and new lines, linked backwards from where it got. */
interface Path {
  readonly x: number;
  readonly edit: Edit | undefined;
  readonly before: Path | undefined;
}

/** Follows equal lines as far as they go. */
function slide(path: Path, diagonal: number, a: readonly string[], b: readonly string[]): Path {
  let at = path;
  for (;;) {
    const line = a[at.x];
    if (line === undefined || line !== b[at.x - diagonal]) return at;
    at = { x: at.x + 1, edit: { kind: ' ', line }, before: at };
  }
}

function shortestPath(a: readonly string[], b: readonly string[]): Path | undefined {
  const paths = new Map<number, Path>();
  for (let distance = 0; distance <= Math.min(a.length + b.length, maxDistance); distance += 1)
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      const above = paths.get(diagonal + 1);
      const left = paths.get(diagonal - 1);
      const start: Path =
        distance === 0
          ? { x: 0, edit: undefined, before: undefined }
          : above && (!left || left.x < above.x)
            ? { x: above.x, edit: { kind: '+', line: b[above.x - diagonal - 1] ?? '' }, before: above }
            : { x: (left?.x ?? 0) + 1, edit: { kind: '-', line: a[left?.x ?? 0] ?? '' }, before: left };
      const path = slide(start, diagonal, a, b);
      paths.set(diagonal, path);
      if (path.x >= a.length && path.x - diagonal >= b.length) return path;
    }
  return undefined;
}

function editsOf(a: readonly string[], b: readonly string[]): Edit[] {
  const path = shortestPath(a, b);
  if (!path)
    return [...a.map((line): Edit => ({ kind: '-', line })), ...b.map((line): Edit => ({ kind: '+', line }))];
  const edits: Edit[] = [];
  for (let at: Path | undefined = path; at; at = at.before) if (at.edit) edits.push(at.edit);
  return edits.reverse();
}

/** Lines of hunks with three lines of context; empty when the texts are equal. */
export function diffLines(before: string, after: string): string[] {
  if (before === after) return [];
  const edits = editsOf(splitLines(before), splitLines(after));
  const lines: string[] = [];
  let [oldLine, newLine] = [1, 1];
  for (let at = 0; at < edits.length;) {
    const change = edits.findIndex((edit, index) => index >= at && edit.kind !== ' ');
    if (change < 0) break;
    const from = Math.max(at, change - context);
    oldLine += from - at;
    newLine += from - at;
    const end = hunkEnd(edits, change);
    const hunk = edits.slice(from, end);
    const olds = hunk.filter((edit) => edit.kind !== '+').length;
    const news = hunk.filter((edit) => edit.kind !== '-').length;
    lines.push(`@@ -${span(oldLine, olds)} +${span(newLine, news)} @@`);
    for (const edit of hunk) lines.push(...`${edit.kind}${edit.line}`.split('\n'));
    oldLine += olds;
    newLine += news;
    at = end;
  }
  return lines;
}

function span(start: number, count: number): string {
  return count === 1 ? String(start) : `${count === 0 ? start - 1 : start},${count}`;
}

/** Where the hunk with this change ends: changes closer than twice the context share it. */
function hunkEnd(edits: readonly Edit[], change: number): number {
  let last = change;
  for (let index = change; index < edits.length && index - last <= context * 2; index += 1)
    if (edits[index]?.kind !== ' ') last = index;
  return Math.min(edits.length, last + context + 1);
}
