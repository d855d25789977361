// The first line of a template file may set how it is read: `#jinja2: lstrip_blocks: True, trim_blocks: False`.
import { parsePythonLiteral } from '../../document/python_literal.ts';
import type { TemplateSettings } from '../api.ts';
import { Failure } from '../failure.ts';

/** What templates may set to texts of their own: in their header, or as parameters of `template`. */
export const textSettings: readonly (readonly [string, keyof TemplateSettings])[] = [
  ['block_start_string', 'blockStart'],
  ['block_end_string', 'blockEnd'],
  ['variable_start_string', 'variableStart'],
  ['variable_end_string', 'variableEnd'],
  ['comment_start_string', 'commentStart'],
  ['comment_end_string', 'commentEnd'],
];

const names = new Map<string, keyof TemplateSettings>([
  ['trim_blocks', 'trimBlocks'],
  ['lstrip_blocks', 'lstripBlocks'],
  ['keep_trailing_newline', 'keepTrailingNewline'],
  ...textSettings,
]);

/** The text without its header line, and the settings with what the header said. */
export function readHeader(
  text: string,
  settings: TemplateSettings,
): { readonly text: string; readonly settings: TemplateSettings } {
  if (!text.startsWith('#jinja2:')) return { text, settings };
  const end = text.indexOf('\n');
  const line = text.slice('#jinja2:'.length, end < 0 ? undefined : end);
  const own: Record<string, unknown> = {};
  for (const pair of line.split(',')) {
    const colon = pair.indexOf(':');
    if (colon < 0)
      throw new Failure(
        'template-syntax',
        `the #jinja2 header has no value for '${pair.trim()}'`,
        'Write name: value',
      );
    const name = names.get(pair.slice(0, colon).trim());
    const value = parsePythonLiteral(pair.slice(colon + 1).trim());
    if (name !== undefined && (typeof value === 'boolean' || typeof value === 'string')) own[name] = value;
  }
  return { text: end < 0 ? '' : text.slice(end + 1), settings: { ...settings, ...own } };
}
