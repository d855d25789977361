// What a channel says besides frames: banners, prompts, complaints.

/** Text that a channel showed besides frames, for the message when things go wrong. Bounded. */
export class Heard {
  #text = '';

  add(chunk: Buffer): void {
    this.#text = (this.#text + chunk.toString('utf8')).slice(-2000);
  }

  clear(): void {
    this.#text = '';
  }

  /** The last lines on one line. */
  get summary(): string {
    const lines = this.#text.split(/[\r\n]+/).map((line) => line.trim());
    return lines
      .filter((line) => line !== '')
      .slice(-3)
      .join('; ');
  }
}
