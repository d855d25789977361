// How `hardway start` is typed once more: as npm's script, through npx or itself, as it was the first time.
import type { Option } from './option_table.ts';
import { shownCommand } from './shown_command.ts';

export function startAgain(
  npmEvent: string | undefined,
  argv: readonly string[],
  options: readonly Option[],
): string {
  const words = shownCommand('', argv, options).trim();
  if (npmEvent === 'start') return words === '' ? 'npm start' : `npm start -- ${words}`;
  return `${npmEvent === undefined ? '' : 'npx '}hardway start ${words}`.trim();
}
