// Texts of tables and settings: delimited rows, INI sections.

/** Rows of delimited text; a quoted field may hold delimiters, line ends and doubled quotes. */
export function parseDelimited(source: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (isQuoted) {
      if (character !== '"') field += character;
      else if (source[at + 1] === '"') {
        field += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"' && field === '') isQuoted = true;
    else if (character === delimiter) {
      row.push(field);
      field = '';
    } else if (character === '\n') {
      rows.push([...row, field]);
      [row, field] = [[], ''];
    } else if (character !== '\r') field += character;
  }
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  return rows.filter((cells) => cells.length > 1 || cells[0] !== '');
}

export interface Settings {
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** INI text as Python's configparser reads it: `key = value` or `key: value`, indented lines go on. */
export function parseIni(source: string, isCaseSensitive: boolean): Settings {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  let last: string | undefined;
  for (const line of source.split(/\r?\n/)) {
    const header = /^\[([^\]]+)\]/.exec(line);
    const pair = /^([^\s=:][^=:]*?)\s*(?:[=:]\s*(.*))?$/.exec(line);
    if (/^\s*(?:[#;].*)?$/.test(line)) continue;
    if (header) {
      section = sections.get(header[1] ?? '') ?? new Map<string, string>();
      sections.set(header[1] ?? '', section);
      last = undefined;
    } else if (/^\s/.test(line) && last !== undefined)
      section.set(last, `${section.get(last) ?? ''}\n${line.trim()}`);
    else if (pair) {
      last = isCaseSensitive ? (pair[1] ?? '') : (pair[1] ?? '').toLowerCase();
      section.set(last, (pair[2] ?? '').trim());
    }
  }
  return { sections };
}
