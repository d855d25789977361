// Sections and options of an INI text, changed line by line so that comments and order stay.
export interface IniWish {
  /** Undefined: above the first section. */
  readonly section: string | undefined;
  readonly option: string | undefined;
  /** What the option shall be, once each; an entry that is null stands without a value. */
  readonly values: readonly (string | null)[];
  readonly state: 'present' | 'absent';
  /** Other values of the option go. */
  readonly exclusive: boolean;
  readonly separator: string;
  readonly ignoreSpaces: boolean;
  /** A commented option is the place for the new one. */
  readonly takesInactive: boolean;
}

export interface IniEdit {
  readonly text: string;
  readonly msg: string;
}

interface Section {
  /** The line behind its head, and the line behind its last. */
  readonly start: number;
  readonly end: number;
}

const head = /^\s*\[(.*)\]\s*(?:[#;].*)?$/;

function sectionIn(lines: readonly string[], name: string | undefined): Section | undefined {
  const isHead = (line: string): boolean => head.test(line);
  const at = name === undefined ? -1 : lines.findIndex((line) => head.exec(line)?.[1]?.trim() === name);
  if (name !== undefined && at < 0) return undefined;
  const next = lines.findIndex((line, index) => index > at && isHead(line));
  return { start: at + 1, end: next < 0 ? lines.length : next };
}

interface OptionLine {
  readonly isActive: boolean;
  readonly value: string | null;
}

function optionOf(line: string, option: string): OptionLine | undefined {
  const [, comment, name, , value] = /^\s*([#;]?)\s*([^=]*?)\s*(?:(=)\s*(.*?)\s*)?$/.exec(line) ?? [];
  if (name !== option) return undefined;
  return { isActive: comment === '', value: value ?? null };
}

function lineOf({ option = '', separator }: IniWish, value: string | null): string {
  return value === null ? option : `${option}${separator}${value}`;
}

function withoutOption(lines: readonly string[], wish: IniWish, { start, end }: Section): string[] {
  return lines.filter((line, index) => {
    const found = index >= start && index < end ? optionOf(line, wish.option ?? '') : undefined;
    if (!found?.isActive) return true;
    return !wish.exclusive && wish.values.length > 0 && !wish.values.includes(found.value);
  });
}

/** Where a new line of the section stands: behind its last line that is neither empty nor a comment. */
function endOf(lines: readonly string[], { start, end }: Section): number {
  for (let index = end; index > start; index -= 1)
    if (!/^\s*([#;].*)?$/.test(lines[index - 1] ?? '')) return index;
  return start;
}

/** Lines of the section in which the wish holds: what stays, what is rewritten, what goes; then what is missing. */
function withOption(lines: readonly string[], wish: IniWish, section: Section): string[] {
  const missing = [...wish.values];
  const within = lines.slice(section.start, section.end);
  const found = within.map((line) => optionOf(line, wish.option ?? ''));
  // What is right already is left in its place, before any other line is taken for a missing value.
  const isRight = found.map((one) => {
    const at = one?.isActive ? missing.indexOf(one.value) : -1;
    if (at >= 0) missing.splice(at, 1);
    return at >= 0;
  });
  const kept = within.flatMap((line, index): string[] => {
    const [one, right] = [found[index], isRight[index]];
    if (right) {
      const wanted = lineOf(wish, one?.value ?? null);
      return [wish.ignoreSpaces || one?.value === '' ? line : wanted];
    }
    const isPlace = one !== undefined && (one.isActive ? wish.exclusive : wish.takesInactive);
    if (!isPlace) return [line];
    const value = missing.shift();
    if (value !== undefined) return [lineOf(wish, value)];
    return one.isActive ? [] : [line];
  });
  const at = endOf(kept, { start: 0, end: kept.length });
  kept.splice(at, 0, ...missing.map((value) => lineOf(wish, value)));
  return [...lines.slice(0, section.start), ...kept, ...lines.slice(section.end)];
}

export function editIni(text: string, wish: IniWish): IniEdit {
  // As in Ansible, a new file begins with an empty line.
  const lines = text.replace(/\n$/, '').split('\n');
  const section = sectionIn(lines, wish.section);
  const done = (after: readonly string[], msg: string): IniEdit => {
    const written = after.length === 0 ? '' : `${after.join('\n')}\n`;
    return written === text ? { text, msg: 'OK' } : { text: written, msg };
  };
  if (wish.state === 'absent') {
    if (!section) return { text, msg: 'OK' };
    if (wish.option !== undefined) return done(withoutOption(lines, wish, section), 'option changed');
    return done(lines.toSpliced(section.start - 1, section.end - section.start + 1), 'section removed');
  }
  if (!section) {
    const own = wish.option === undefined ? [] : wish.values.map((value) => lineOf(wish, value));
    const msg = wish.option === undefined ? 'only section added' : 'section and option added';
    return done([...lines, `[${wish.section ?? ''}]`, ...own], msg);
  }
  if (wish.option === undefined) return { text, msg: 'OK' };
  const had = lines
    .slice(section.start, section.end)
    .some((line) => optionOf(line, wish.option ?? '') !== undefined);
  return done(withOption(lines, wish, section), had ? 'option changed' : 'option added');
}
