// --start-at-task with a name that no task bears would run nothing.
import type { Diagnostic } from '../../document/diagnostic.ts';
import { nearestName } from '../../document/nearest.ts';
import type { ListedPlay } from '../listing.ts';

/** An error when no task can be the one meant. Tasks with templates in their names may be it; included ones never are. */
export function unknownStart(
  listed: readonly ListedPlay[],
  start: string | undefined,
  matches: (pattern: string, name: string) => boolean,
): readonly Diagnostic[] {
  if (start === undefined) return [];
  const names = listed.flatMap(({ tasks }) => tasks.map(({ name }) => name));
  const bare = names.map((name) => name.replace(/^.*? : /, ''));
  const known = [...names, ...bare];
  if (known.some((name) => name.includes('{{') || matches(start, name))) return [];
  const nearest = nearestName(start, known);
  return [
    {
      code: 'unknown-task',
      severity: 'error',
      summary: `No task is named ${start}`,
      detail:
        nearest === undefined
          ? 'Only tasks that are known before the run can be the first; --list-tasks shows them'
          : `Did you mean ${nearest}?`,
    },
  ];
}
