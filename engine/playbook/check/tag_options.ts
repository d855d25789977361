// --tags and --skip-tags that no task bears are probably misspelt.
import type { Diagnostic } from '../../document/diagnostic.ts';
import { nearestName } from '../../document/nearest.ts';
import type { ListedPlay } from '../listing.ts';
import type { TagSelection } from '../tags.ts';

const special = new Set(['all', 'always', 'never', 'tagged', 'untagged']);

/** Warnings for names of tags that no known task has. */
export function unknownTags(
  listed: readonly ListedPlay[],
  { only, skip }: TagSelection,
): readonly Diagnostic[] {
  const known = new Set([...special, ...listed.flatMap(({ tags, knownTags }) => [...tags, ...knownTags])]);
  return [...new Set([...only, ...skip])]
    .filter((tag) => !known.has(tag))
    .map((tag): Diagnostic => {
      const nearest = nearestName(tag, known);
      return {
        code: 'unknown-tag',
        severity: 'warning',
        summary: `No task has the tag ${tag}`,
        detail:
          nearest === undefined
            ? 'A file that is included in the run may have it'
            : `Did you mean ${nearest}?`,
      };
    });
}
