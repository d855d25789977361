// What is wrong with a template that parses and needs no variable to be told: names that nobody has, bad patterns.
import type { Diagnostic } from '../document/diagnostic.ts';
import { nearestName } from '../document/nearest.ts';
import { pythonRegex } from '../document/python_regex.ts';
import type { Position } from '../document/value.ts';
import { filterNames, findFilter, withCollections } from './filters/registry.ts';
import { findLookup, lookupNames } from './lookups/registry.ts';
import type { Place } from './syntax/nodes.ts';
import { type Mention, mentions } from './syntax/walk.ts';
import { findTest, testNames } from './tests/registry.ts';

type PositionOf = (place: Place) => Position | undefined;

const known: Readonly<
  Record<'filter' | 'test' | 'lookup', [(name: string) => unknown, () => Iterable<string>]>
> = {
  filter: [findFilter, filterNames],
  test: [findTest, testNames],
  lookup: [findLookup, lookupNames],
};

/** `text` is what `root` was parsed from. */
export function mentionProblems(
  root: Parameters<typeof mentions>[0],
  text: string,
  positionOf: PositionOf,
): readonly Diagnostic[] {
  return mentions(root)
    .map((mention) => {
      if (mention.kind === 'variable') return undefined;
      if (mention.kind === 'pattern') return badPattern(mention, text, positionOf);
      return unknownName(mention.kind, mention, positionOf);
    })
    .filter((problem) => problem !== undefined);
}

function unknownName(
  kind: keyof typeof known,
  { name, place }: Mention,
  positionOf: PositionOf,
): Diagnostic | undefined {
  const [find, names] = known[kind];
  if (find(name) !== undefined) return undefined;
  const near = nearestName(name, name.includes('.') ? withCollections(names()) : names());
  const at = positionOf(place);
  return {
    code: `unknown-${kind}`,
    severity: 'error',
    summary: `there is no ${kind} named '${name}'`,
    ...(near === undefined ? {} : { detail: `Did you mean '${near}'?` }),
    ...(at ? { position: at } : {}),
  };
}

/** A pattern that Python would take and we cannot is a warning: a run may never come there. */
function badPattern(
  { name: pattern, place }: Mention,
  text: string,
  positionOf: PositionOf,
): Diagnostic | undefined {
  const made = pythonRegex(pattern);
  if ('regex' in made) return undefined;
  // With escapes in the string its characters are not those of the pattern.
  const written = text.split('\n')[place.lineno]?.slice(place.colno) ?? '';
  const inside = written.startsWith(pattern) ? (made.at ?? 0) : 0;
  const at = positionOf({ ...place, colno: place.colno + inside });
  return {
    code: 'bad-pattern',
    severity: made.at === undefined ? 'warning' : 'error',
    summary: made.failed,
    ...(at ? { position: at } : {}),
  };
}
