// Whose routes are whose. AWS keeps no tags of routes, so a table's own tags note which destinations an owner has set:
// `hardway:routes:pods` = `10.200.0.0/24 10.200.1.0/24`. A note is written before the routes and cleared after them, so
// that a run which was killed in between leaves no route that nobody knows.
import type { Tags } from './aws_api.ts';
import { markPrefix, type TagChange } from './aws_tags.ts';

const prefix = `${markPrefix}routes:`;
/** AWS takes 256 characters in a value; a further tag goes on. */
const longest = 250;

const keyOf = (owner: string, index: number): string =>
  index === 0 ? `${prefix}${owner}` : `${prefix}${owner}:${index + 1}`;

/** Owners hold no colon, so that a further tag of one is no other owner's. */
export function isOwner(text: string): boolean {
  return /^[\w.-]{1,64}$/.test(text);
}

function marksOf(tags: Tags, owner: string): Tags {
  const own = `${prefix}${owner}`;
  return Object.fromEntries(Object.entries(tags).filter(([key]) => key === own || key.startsWith(`${own}:`)));
}

const destinations = (marks: Tags): string[] =>
  Object.values(marks).flatMap((value) => value.split(' ').filter((one) => one !== ''));

/** Destinations that an owner has set. */
export function ownedBy(tags: Tags, owner: string): readonly string[] {
  return destinations(marksOf(tags, owner));
}

/** Destinations that any owner has set. */
export function owned(tags: Tags): ReadonlySet<string> {
  const marks = Object.entries(tags).filter(([key]) => key.startsWith(prefix));
  return new Set(destinations(Object.fromEntries(marks)));
}

/** The tags that note these destinations as the owner's. */
function noted(owner: string, dests: readonly string[]): Tags {
  const values: string[] = [];
  for (const dest of [...new Set(dests)].sort()) {
    const last = values.at(-1);
    if (last === undefined || last.length + 1 + dest.length > longest) values.push(dest);
    else values[values.length - 1] = `${last} ${dest}`;
  }
  return Object.fromEntries(values.map((value, index) => [keyOf(owner, index), value]));
}

/** What must change in the tags for the owner to have these destinations and no others. */
export function markChange(tags: Tags, owner: string, dests: readonly string[]): TagChange | undefined {
  const has = marksOf(tags, owner);
  const wanted = noted(owner, dests);
  const set = Object.fromEntries(Object.entries(wanted).filter(([key, value]) => has[key] !== value));
  const remove = Object.keys(has).filter((key) => !(key in wanted));
  return Object.keys(set).length + remove.length > 0 ? { set, remove } : undefined;
}
