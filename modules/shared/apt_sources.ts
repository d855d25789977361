// Lines of apt's lists of sources: `deb [options] URI suite component...`, also put to rest by a `#`.

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

interface SourceLine {
  readonly isEnabled: boolean;
  /** Its words with one blank between them. */
  readonly source: string;
  readonly comment: string;
}

/** Undefined when the line names no source. */
export function sourceOf(line: string): SourceLine | undefined {
  const trimmed = line.trim();
  const isEnabled = !trimmed.startsWith('#');
  const [text = '', ...comments] = (isEnabled ? trimmed : trimmed.slice(1)).split('#');
  const words = text.trim().split(/\s+/);
  if (!/^deb(-src)?$/.test(words[0] ?? '')) return undefined;
  return { isEnabled, source: words.join(' '), comment: comments.join('#').trim() };
}

/** The file that a new source gets, as ansible-core names it. */
export function sourceFileName(source: string): string {
  const bare = source.replace(/\[[^\]]+\]/g, '').replace(/\w+:\/\//g, '');
  const [first = ''] = bare.split(/\s+/).filter((word) => !/^(deb(-src)?)?$/.test(word));
  const place = first.includes('@') ? first.slice(first.indexOf('@') + 1) : first;
  return place
    .replace(/[^a-zA-Z0-9]+/g, ' ')
    .trim()
    .split(/\s+/)
    .join('_');
}

function written({ source, comment }: SourceLine): string {
  return comment === '' ? source : `${source} # ${comment}`;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Files with the source enabled in one of them: where it stands already, else in `path`. */
export function withSource(
  files: readonly SourceFile[],
  source: string,
  path: string,
): readonly SourceFile[] {
  const isSame = (line: string): boolean => sourceOf(line)?.source === source;
  const isFound = files.some((file) => linesOf(file.text).some(isSame));
  const after = files.map((file) => {
    const lines = linesOf(file.text).map((line) => {
      const found = sourceOf(line);
      return found?.source === source && !found.isEnabled ? written(found) : line;
    });
    return { ...file, text: textOf(lines) };
  });
  if (isFound) return after;
  const known = after.some((file) => file.path === path) ? after : [...after, { path, text: '' }];
  return known.map((file) => (file.path === path ? { ...file, text: `${file.text}${source}\n` } : file));
}

export function withoutSource(files: readonly SourceFile[], source: string): readonly SourceFile[] {
  return files.map((file) => ({
    ...file,
    text: textOf(
      linesOf(file.text).filter((line) => {
        const found = sourceOf(line);
        return !(found?.isEnabled === true && found.source === source);
      }),
    ),
  }));
}
