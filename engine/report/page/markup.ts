// Markup that is safe by construction: whatever is put into a template is redacted and escaped, unless it is markup.
import type { Redactor } from '../redact.ts';

export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type MarkupPart = Markup | string | number | undefined | readonly MarkupPart[];
export type MarkupTag = (strings: TemplateStringsArray, ...parts: readonly MarkupPart[]) => Markup;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for attributes in quotes. Control characters, which HTML does not allow, become a visible mark. */
export function escapeText(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
    .replaceAll('\r\n', '\n')
    .replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) =>
      character === '\n' || character === '\t' ? character : '\ufffd',
    );
}

const flattened = new WeakMap<TemplateStringsArray, readonly string[]>();

/** Templates are indented for those who read the source; the page need not carry that. */
function flat(strings: TemplateStringsArray): readonly string[] {
  const known = flattened.get(strings) ?? strings.map((text) => text.replaceAll(/\s*\n\s*/g, '\n'));
  flattened.set(strings, known);
  return known;
}

/** A tag for templates. Numbers are ours and stand as they are; text goes through the redactor first. */
export function markupFor(redactor: Redactor): MarkupTag {
  const render = (part: MarkupPart): string => {
    if (part === undefined) return '';
    if (part instanceof Markup) return part.text;
    if (typeof part === 'number') return String(part);
    if (typeof part === 'string') return escapeText(redactor.text(part));
    return part.map(render).join('');
  };
  return (strings, ...parts) =>
    new Markup(
      flat(strings)
        .map((text, index) => text + render(parts[index]))
        .join(''),
    );
}
