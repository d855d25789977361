// Control characters in what hosts and variables say would move the cursor of a terminal or rewrite its lines: they are
// written as \u001b. Only the colours of our own paint reach the terminal as they are.
import { randomUUID } from 'node:crypto';
import type { Paint } from './colour.ts';

const escape = '\u001b';

/** Newlines and tabs stay. */
export function withoutControls(text: string): string {
  return text.replaceAll(
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A paint whose colours can be told from those in the texts, as nobody else knows its mark. */
export class SafePaint {
  readonly #mark = randomUUID();
  readonly paint: Paint;

  constructor(paint: Paint) {
    this.paint = (colour, text) => {
      const [open = '', close = ''] = paint(colour, this.#mark).split(this.#mark);
      return this.#marked(open) + text + this.#marked(close);
    };
  }

  #marked(code: string): string {
    return code.replaceAll(escape, this.#mark);
  }

  /** The text for a terminal: painted parts have their colours, and nothing else controls it. */
  finished(text: string): string {
    return withoutControls(text).replaceAll(this.#mark, escape);
  }
}
