// CONTRACT. The files that were read in this run, so that a diagnostic can show its line.

/** Texts by the file name used in positions. One per run; passed along, never global. */
export class Sources {
  readonly #texts = new Map<string, string>();

  add(file: string, text: string): void {
    this.#texts.set(file, text);
  }

  /** The whole text of a file, when it was read. */
  text(file: string): string | undefined {
    return this.#texts.get(file);
  }

  /** The text of one line (counted from 1), without its line end. */
  line(file: string, line: number): string | undefined {
    return this.#texts.get(file)?.split(/\r?\n/)[line - 1];
  }
}
