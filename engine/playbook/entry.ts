// A dict of a playbook taken apart: keywords that belong there, and the rest.
import { type Dict, type Position } from '../document/value.ts';
import { type KeywordTable, keywords, type Place } from './keywords.ts';
import type { Located } from './model.ts';
import { error, keyPlace, suggestion, valuePlace } from './problem.ts';
import type { Loading } from './loading.ts';

export interface OtherKey {
  readonly name: string;
  readonly located: Located;
  readonly keyPosition: Position;
}

export interface Entry {
  readonly dict: Dict;
  readonly position: Position;
  readonly keywords: Map<string, Located>;
  /** Where the name of each keyword stands. */
  readonly keyPositions: ReadonlyMap<string, Position>;
  readonly others: readonly OtherKey[];
}

/** Sorts the keys of `dict` by whether the table knows them. Keys that are no text are reported. */
export function readEntry(dict: Dict, position: Position, table: KeywordTable, loading: Loading): Entry {
  const keywords = new Map<string, Located>();
  const keyPositions = new Map<string, Position>();
  const others: OtherKey[] = [];
  for (const [key, value] of dict) {
    const keyPosition = keyPlace(dict, key, position);
    if (typeof key !== 'string') {
      loading.report(error('wrong-type', `Keyword must be text, not ${String(key)}`, keyPosition));
      continue;
    }
    const located = { value, position: valuePlace(dict, key, position) };
    if (table.has(key)) {
      keywords.set(key, located);
      keyPositions.set(key, keyPosition);
    } else others.push({ name: key, located, keyPosition });
  }
  return { dict, position, keywords, keyPositions, others };
}

/** Takes a keyword out, so that what is left is what the node keeps. */
export function takeKeyword(entry: Entry, name: string): Located | undefined {
  const located = entry.keywords.get(name);
  entry.keywords.delete(name);
  return located;
}

const placeNames: Readonly<Record<Place, string>> = {
  play: 'a play',
  block: 'a block',
  task: 'a task',
  handler: 'a handler',
  role: 'the entry of a role',
  import_playbook: 'import_playbook',
  loop_control: 'loop_control',
  meta: 'role metadata',
};

/** What may be written in a place: the keywords, and those that would make another thing of it. */
export function namesIn(place: Place): readonly string[] {
  const others: Partial<Record<Place, readonly string[]>> = {
    play: ['import_playbook'],
    task: ['block', 'rescue', 'always'],
    handler: ['block', 'rescue', 'always'],
  };
  return [...keywords[place].keys(), ...(others[place] ?? [])];
}

export function reportUnknownKeyword(name: string, place: Place, position: Position, loading: Loading): void {
  const others = (['play', 'handler', 'block'] as const).filter((each) => keywords[each].has(name));
  const elsewhere = others[0] && `It is a keyword of ${placeNames[others[0]]}`;
  loading.report(
    error(
      'unknown-keyword',
      `Unknown keyword ${name} in ${placeNames[place]}`,
      position,
      elsewhere ?? suggestion(name, namesIn(place)),
    ),
  );
}

/** Reports the keys of an entry that are no keywords there. */
export function reportUnknownKeywords(entry: Entry, place: Place, loading: Loading): void {
  for (const { name, keyPosition } of entry.others) reportUnknownKeyword(name, place, keyPosition, loading);
}
