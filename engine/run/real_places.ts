// Check mode: where paths lead, by the links that stand on the host and those that steps would have made or removed.
// Questions and steps are kept by the places that they end at, so that two names of one file are one file.
import { isDeepStrictEqual } from 'node:util';
import type { Lead, Probe, Step } from '../module/contract.ts';
import { foresee, type Happening, isUncertain } from '../module/picture.ts';
import { newDirectory } from '../module/vocabulary/make_directory.ts';
import { normalPath } from '../module/vocabulary/paths.ts';
import {
  absent,
  stat,
  statKind,
  type ExistingFile,
  type Stat,
  type StatQuestion,
} from '../module/vocabulary/stat.ts';
import { maxLinks, type Way } from '../module/vocabulary/way.ts';

/** `missing`: what has to be asked before this can be told. */
type Led = { readonly place: string } | { readonly missing: string } | { readonly doubt: true };

/** The link at a place of the walk; `path` is the place with the rest of the way. */
type LinkAt = (place: string, path: string) => { readonly text: string } | 'none' | 'doubt' | 'unknown';

function walk(path: string, how: 'itself' | 'end', linkAt: LinkAt): Led {
  let cur = '';
  let rest: readonly string[] = path.split('/');
  for (let links = 0; ;) {
    const [head, ...tail] = rest;
    if (head === undefined) return { place: cur === '' ? '/' : cur };
    rest = tail;
    if (head === '' || head === '.') continue;
    if (head === '..') {
      cur = cur.slice(0, Math.max(0, cur.lastIndexOf('/')));
      continue;
    }
    const place = `${cur}/${head}`;
    const isLast = tail.every((one) => one === '' || one === '.');
    const path = [place, ...tail].join('/');
    const link = isLast && how === 'itself' ? 'none' : linkAt(place, path);
    if (link === 'unknown') return { missing: path };
    if (link === 'doubt') return { doubt: true };
    if (link === 'none') {
      cur = place;
      continue;
    }
    links += 1;
    if (links > maxLinks) return { doubt: true };
    if (link.text.startsWith('/')) cur = '';
    rest = [...link.text.split('/'), ...tail];
  }
}

/** The links that are met along a path, as far as it can be followed. */
export function wayAlong(path: string, textAt: (place: string) => string | undefined): Way {
  const links = new Map<string, string>();
  walk(path, 'end', (place) => {
    const text = textAt(place);
    if (text === undefined) return 'none';
    links.set(place, text);
    return { text };
  });
  return links;
}

function linkIn(file: Stat): ReturnType<LinkAt> {
  return file.exists && file.type === 'link' && file.target !== undefined ? { text: file.target } : 'none';
}

function realLink(target: string): ExistingFile {
  return { ...newDirectory('root'), type: 'link', target };
}

export class RealPlaces {
  /** The links of the host itself, by place; null for a place where there is none. */
  readonly #known = new Map<string, string | null>();
  readonly #asked = new Set<string>();
  /** What `foreseen` told, while links and happenings are the same: each task asks for the same ways again. */
  readonly #told = new Map<string, Led>();
  #toldOf: readonly Happening[] = [];
  #toldAfter = 0;

  /** Takes what the host answered about the way along this path. */
  learn(path: string, links: Way): void {
    this.#asked.add(path);
    this.#told.clear();
    walk(path, 'end', (place) => {
      const text = links.get(place) ?? null;
      this.#known.set(place, text);
      return text === null ? 'none' : { text };
    });
  }

  /** Something was done for real: what was known of links may be no more. */
  forget(): void {
    this.#known.clear();
    this.#asked.clear();
    this.#told.clear();
  }

  #linkNow(place: string, path: string): ReturnType<LinkAt> {
    const known = this.#known.get(place);
    // A place that only steps make is none of the host's: it was asked about and the way never came there.
    if (known === undefined) return this.#asked.has(path) ? 'none' : 'unknown';
    return known === null ? 'none' : { text: known };
  }

  /** Where a path of the host leads as it is now. */
  real(path: string, how: 'itself' | 'end'): Led {
    if (!path.startsWith('/')) return { place: path };
    return walk(path, how, (place, rest) => this.#linkNow(place, rest));
  }

  /** Where it leads after what is foreseen. */
  foreseen(path: string, how: 'itself' | 'end', happenings: readonly Happening[]): Led {
    if (!path.startsWith('/')) return { place: path };
    if (happenings !== this.#toldOf || happenings.length !== this.#toldAfter) {
      this.#told.clear();
      this.#toldOf = happenings;
      this.#toldAfter = happenings.length;
    }
    const key = `${how} ${path}`;
    const told = this.#told.get(key) ?? this.#walkForeseen(path, how, happenings);
    this.#told.set(key, told);
    return told;
  }

  #walkForeseen(path: string, how: 'itself' | 'end', happenings: readonly Happening[]): Led {
    return walk(path, how, (place, rest) => {
      const now = this.#linkNow(place, rest);
      const before: Stat = typeof now === 'object' ? realLink(now.text) : newDirectory('root');
      const after = foresee(stat({ path: place }), before, happenings);
      if (after === before) return now;
      if (!isUncertain(after)) return linkIn(after as Stat);
      // A folder in which something may be done has other times then, and is no link for that.
      const [first, ...others] = (after.uncertain as readonly Stat[]).map(linkIn);
      return first !== undefined && others.every((one) => isDeepStrictEqual(one, first)) ? first : 'doubt';
    });
  }

  /** What has to be asked before all paths of these can be told. */
  missing(asked: readonly (Probe<unknown> | Step)[], happenings: readonly Happening[]): string[] {
    const missing = new Set<string>();
    const note =
      (tell: (path: string, how: 'itself' | 'end') => Led): Lead =>
      (path, how) => {
        const led = tell(path, how);
        if ('missing' in led) missing.add(led.missing);
        return path;
      };
    for (const one of asked) {
      place(
        one,
        note((path, how) => this.real(path, how)),
      );
      place(
        one,
        note((path, how) => this.foreseen(path, how, happenings)),
      );
    }
    return [...missing];
  }

  /** By the places where its paths lead after what is foreseen; a path that cannot be told stays as it is written. */
  placed<T extends Probe<unknown> | Step>(asked: T, happenings: readonly Happening[]): T {
    return place(asked, (path, how) => {
      const led = this.foreseen(path, how, happenings);
      return 'place' in led ? led.place : normalPath(path);
    });
  }

  /** Whether the host, asked by the written paths, would look at the same places. */
  isWhereItIs(asked: Probe<unknown>, happenings: readonly Happening[]): boolean {
    let isSame = true;
    place(asked, (path, how) => {
      const [now, then] = [this.real(path, how), this.foreseen(path, how, happenings)];
      if ('place' in now && 'place' in then && now.place !== then.place) isSame = false;
      return path;
    });
    return isSame;
  }

  /** What a look through a link that is only foreseen tells of the link itself. */
  withLink(asked: Probe<unknown>, answer: unknown, happenings: readonly Happening[]): unknown {
    if (asked.kind.name !== statKind.name) return answer;
    const { path, follow } = asked.args as StatQuestion;
    if (follow !== true) return this.#linkThatLeads(path, answer, happenings);
    if (this.isWhereItIs(asked, happenings)) return answer;
    const [own, end] = [this.foreseen(path, 'itself', happenings), this.foreseen(path, 'end', happenings)];
    if (!('place' in own) || !('place' in end)) return answer;
    if (own.place === end.place) return withoutLink(answer);
    if (isUncertain(answer) || !(answer as Stat).exists) return answer;
    const link = foresee(stat({ path: own.place }), absent, happenings) as Stat;
    const file = answer as ExistingFile;
    return {
      ...file,
      target: link.exists ? link.target : end.place,
      resolved: end.place,
      ...(file.type === 'directory' ? { leadsToFolder: true } : {}),
    };
  }

  /** A link of the host whose end steps have changed: whether it leads to a folder now. */
  #linkThatLeads(path: string, answer: unknown, happenings: readonly Happening[]): unknown {
    if (isUncertain(answer)) return answer;
    const file = answer as Stat;
    if (!file.exists || file.type !== 'link' || !path.startsWith('/')) return answer;
    const end = this.foreseen(path, 'end', happenings);
    if (!('place' in end)) return answer;
    const before: Stat = file.leadsToFolder ? newDirectory('root') : absent;
    const after = foresee(stat({ path: end.place }), before, happenings);
    if (after === before || isUncertain(after)) return answer;
    const bare: { leadsToFolder?: true } & ExistingFile = { ...file };
    delete bare.leadsToFolder;
    return (after as Stat).exists && (after as ExistingFile).type === 'directory'
      ? { ...bare, leadsToFolder: true }
      : bare;
  }
}

/** A file that takes the place of a link. */
function withoutLink(answer: unknown): unknown {
  if (isUncertain(answer) || !(answer as Stat).exists) return answer;
  const file: { target?: string; resolved?: string } & ExistingFile = { ...(answer as ExistingFile) };
  delete file.target;
  delete file.resolved;
  return file;
}

function place<T extends Probe<unknown> | Step>(asked: T, lead: Lead): T {
  const placed = asked.kind.placed?.(asked.args as never, lead);
  return placed === undefined ? asked : { ...asked, args: placed };
}
