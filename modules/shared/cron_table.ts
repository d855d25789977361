// A table of cron as lines: jobs, each behind a line `#Ansible: NAME`, and variables `NAME=value`.
const mark = '#Ansible: ';

export type Lines = readonly string[];
export type Edited = { readonly lines: Lines } | { readonly failed: string };

export function linesOf(text: string): Lines {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

export function textOf(lines: Lines): string {
  const text = lines.join('\n').replace(/[\r\n]+$/, '');
  return text === '' ? '' : `${text}\n`;
}

export interface Job {
  readonly job: string;
  readonly minute: string;
  readonly hour: string;
  readonly day: string;
  readonly month: string;
  readonly weekday: string;
  readonly special_time?: string | undefined;
  readonly disabled: boolean;
  readonly cron_file?: string | undefined;
  readonly user?: string | undefined;
}

export function jobLine(wish: Job): string {
  const { minute, hour, day, month, weekday, special_time: special } = wish;
  const time = special === undefined ? [minute, hour, day, month, weekday].join(' ') : `@${special}`;
  const user = wish.cron_file === undefined ? '' : `${wish.user ?? ''} `;
  return `${wish.disabled ? '#' : ''}${time} ${user}${wish.job.replace(/^[\r\n]+|[\r\n]+$/g, '')}`;
}

/** Where the job of a name stands: the line behind its mark. */
function placeOf(lines: Lines, name: string): number {
  const at = lines.findIndex((line, index) => index > 0 && lines[index - 1] === mark + name);
  return at;
}

export function withJob(lines: Lines, name: string, job: string): Lines {
  const at = placeOf(lines, name);
  if (at >= 0) return lines.with(at, job);
  // The same line written by hand is taken over.
  const same = lines.indexOf(job);
  const isMarked = same > 0 && (lines[same - 1] ?? '').startsWith(mark);
  if (same >= 0 && !isMarked) return lines.toSpliced(same, 0, mark + name);
  return [...lines, mark + name, job];
}

export function withoutJob(lines: Lines, name: string): Lines {
  const at = placeOf(lines, name);
  return at < 0 ? lines : lines.toSpliced(at - 1, 2);
}

function variableAt(lines: Lines, name: string): number {
  return lines.findIndex((line) => line.startsWith(`${name}=`));
}

export function withVariable(
  lines: Lines,
  name: string,
  declaration: string,
  {
    insertafter,
    insertbefore,
  }: { readonly insertafter?: string | undefined; readonly insertbefore?: string | undefined },
): Edited {
  const at = variableAt(lines, name);
  if (at >= 0) return { lines: lines.with(at, declaration) };
  const other = insertafter ?? insertbefore;
  if (other === undefined) return { lines: [declaration, ...lines] };
  const near = variableAt(lines, other);
  if (near < 0) return { failed: `Variable named '${other}' not found.` };
  return { lines: lines.toSpliced(insertafter === undefined ? near : near + 1, 0, declaration) };
}

export function withoutVariable(lines: Lines, name: string): Lines {
  return lines.filter((line) => !line.startsWith(`${name}=`));
}

export function jobNames(lines: Lines): string[] {
  return lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
}

export function variableNames(lines: Lines): string[] {
  return lines.filter((line) => /^\S+=/.test(line)).map((line) => line.slice(0, line.indexOf('=')));
}
