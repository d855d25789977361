// The first line of a template file may set how it is read: `#jinja2: lstrip_blocks: True, trim_blocks: False`.
import { parsePythonLiteral } from '../../document/python_literal.ts';
import { nearestName } from '../../document/nearest.ts';
import type { TemplateSettings } from '../api.ts';
import { Failure } from '../failure.ts';
import { isTruthy } from '../python/compare.ts';

const mark = '#jinja2:';

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

function isOfText(name: string): boolean {
  return textSettings.some(([word]) => word === name);
}

/** Names in the header that no template knows, with the nearest that it does. */
export function unknownHeaderNames(
  text: string,
): readonly { readonly name: string; readonly at: number; readonly near?: string }[] {
  if (!text.startsWith(mark)) return [];
  const [line = ''] = text.split('\n', 1);
  return [...line.slice(mark.length).matchAll(/(?:^|,)\s*([^:,]+?)\s*:/g)].flatMap((found) => {
    const name = found[1] ?? '';
    if (names.has(name)) return [];
    const near = nearestName(name, [...names.keys()]);
    const at = mark.length + found.index + found[0].indexOf(name);
    return [{ name, at, ...(near === undefined ? {} : { near }) }];
  });
}

/** The text without its header line, and the settings with what the header said. */
export function readHeader(
  text: string,
  settings: TemplateSettings,
): { readonly text: string; readonly settings: TemplateSettings } {
  if (!text.startsWith(mark)) return { text, settings };
  const end = text.indexOf('\n');
  const line = text.slice(mark.length, end < 0 ? undefined : end);
  const own: Record<string, unknown> = {};
  for (const pair of line.split(',')) {
    const colon = pair.indexOf(':');
    if (colon < 0)
      throw new Failure(
        'template-syntax',
        `the #jinja2 header has no value for '${pair.trim()}'`,
        'Write name: value',
      );
    const word = pair.slice(0, colon).trim();
    const name = names.get(word);
    if (name === undefined) continue;
    const value = parsePythonLiteral(pair.slice(colon + 1).trim());
    const isText = isOfText(word);
    // As for Jinja any value will do for a flag: 1 and 'True' are found in roles.
    if (isText ? typeof value !== 'string' || value === '' : value === undefined)
      throw new Failure(
        'template-syntax',
        `the #jinja2 header gives '${word}' what is no ${isText ? 'text' : 'value'}`,
        isText ? "Write it in quotes: '[%'" : 'Write True or False',
      );
    own[name] = isText ? value : value !== undefined && isTruthy(value);
  }
  return { text: end < 0 ? '' : text.slice(end + 1), settings: { ...settings, ...own } };
}
