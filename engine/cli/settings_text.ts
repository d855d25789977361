// A settings file to its entries, as Python's configparser takes it apart: what it refuses is told with its place.
import { strayByteAt } from '../document/byte_text.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import type { Position } from '../document/value.ts';

export interface SettingEntry {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  readonly position: Position;
}

export interface SettingsText {
  readonly entries: readonly SettingEntry[];
  readonly problems: readonly Diagnostic[];
}

/** `text` as `textOfBytes` gives it. */
export function readEntries(text: string, file: string): SettingsText {
  const reading = new Reading(file);
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries())
    reading.take(line, index + 1);
  return reading;
}

class Reading implements SettingsText {
  readonly entries: SettingEntry[] = [];
  readonly problems: Diagnostic[] = [];
  readonly #file: string;
  readonly #sections = new Map<string, ReadonlySet<string>>();
  #section: { readonly name: string; readonly keys: Set<string> } | undefined;
  #indent = 0;
  /** A line that is indented more goes on with the last entry. */
  #goesOn = false;

  constructor(file: string) {
    this.#file = file;
  }

  #tell(line: number, from: number, to: number, summary: string, detail: string): void {
    const position = { file: this.#file, line, column: from + 1, endLine: line, endColumn: to + 1 };
    this.problems.push({ code: 'bad-option', severity: 'error', summary, detail, position });
  }

  take(line: string, number: number): void {
    const words = line.trim();
    if (words === '' || /^[#;]/.test(words)) return;
    const indent = line.length - line.trimStart().length;
    // eslint-disable-next-line no-control-regex
    const at = strayByteAt(line) ?? line.search(/[\u0000-\u0008\u000b-\u001f\u007f]/);
    if (at >= 0) this.#tell(number, at, at + 1, 'No text of UTF-8 stands here', 'Save the file as UTF-8');
    else if (this.#goesOn && indent > this.#indent) this.#goOn(words);
    else {
      this.#indent = indent;
      this.#goesOn = false;
      const header = /^\[(.+)\]/.exec(words)?.[1];
      if (header === undefined) this.#entry(words, number, indent);
      else this.#header(header, number, indent, words.length);
    }
  }

  #goOn(words: string): void {
    const last = this.entries.pop();
    if (last) this.entries.push({ ...last, value: `${last.value}\n${plainValue(words)}` });
  }

  #header(name: string, number: number, indent: number, length: number): void {
    if (this.#sections.has(name))
      this.#tell(number, indent, indent + length, `Section [${name}] stands there twice`, 'Join the two');
    const keys = new Set<string>();
    this.#sections.set(name, keys);
    this.#section = { name, keys };
  }

  #entry(words: string, number: number, indent: number): void {
    const end = indent + words.length;
    if (words.startsWith('[')) {
      this.#tell(number, indent, end, 'Section header is not closed', 'A ] is missing at its end');
      return;
    }
    if (!this.#section) {
      this.#tell(number, indent, end, 'A setting stands before any section', 'Write [defaults] above it');
      this.#section = { name: '', keys: new Set() };
    }
    const found = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(words);
    if (!found) {
      this.#tell(number, indent, end, `Line is no setting: ${words}`, 'Write name = value');
      return;
    }
    const key = (found[1] ?? '').toLowerCase();
    const { name: section, keys } = this.#section;
    if (keys.has(key))
      this.#tell(
        number,
        indent,
        indent + key.length,
        `The setting ${key} of [${section}] stands there twice`,
        'Take one of the two out',
      );
    keys.add(key);
    const position = { file: this.#file, line: number, column: indent + 1 };
    this.entries.push({ section, key, value: plainValue(found[2] ?? ''), position });
    this.#goesOn = true;
  }
}

/** Without the comment behind it. */
function plainValue(text: string): string {
  return text.replace(/\s+;.*$/, '').trim();
}
