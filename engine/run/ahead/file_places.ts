// Where the files of a loop's items really are, so that files of one name in different folders, removals and links may
// be done together: by the links on the way to a file and by what is mounted there, two names of one file are seen.
import type { Probe, Step } from '../../module/contract.ts';
import { contentKind, type ContentQuestion } from '../../module/vocabulary/content.ts';
import type { Answered } from '../../module/vocabulary/independent.ts';
import { mountTable, type MountTable, placeOnDevice } from '../../module/vocabulary/mount_table.ts';
import { baseName, directoryOf, isInside, joinPath, normalPath } from '../../module/vocabulary/paths.ts';
import { type Stat, statKind, type StatQuestion } from '../../module/vocabulary/stat.ts';
import { way, type Way } from '../../module/vocabulary/way.ts';
import { RealPlaces } from '../real_places.ts';

export type KnownAnswer = (probe: Probe<unknown>) => { readonly answer: unknown } | undefined;

type FileQuestion = StatQuestion | ContentQuestion;

function fileQuestion({ kind, args }: Probe<unknown>): FileQuestion | undefined {
  return kind.name === statKind.name || kind.name === contentKind.name ? (args as FileQuestion) : undefined;
}

/** `..` may leave a link by another folder than the one it was met in. */
function isPlain(path: string): boolean {
  return path.startsWith('/') && normalPath(path) !== '/' && !path.split('/').includes('..');
}

/** What is asked along with a question about a file, to know where that file is. Items of one folder share it. */
export function placeQuestions(asked: Probe<unknown>): readonly Probe<unknown>[] {
  const question = fileQuestion(asked);
  if (!question || !isPlain(question.path)) return [];
  const isLed = asked.kind.name === statKind.name && question.follow === true;
  return [way(directoryOf(question.path)), ...(isLed ? [way(question.path)] : []), mountTable()];
}

/** The end of a way, and the links that it passes. */
interface Led {
  readonly end: string;
  readonly passes: readonly string[];
}

function led(path: string, links: Way): Led | undefined {
  const places = new RealPlaces();
  places.learn(path, links);
  const real = places.real(path, 'end');
  return 'place' in real ? { end: real.place, passes: [...links.keys()] } : undefined;
}

/** A link's end, where no other link is on the way from its folder. */
function directEnd(folder: string, target: string, resolved: string): string | undefined {
  const end = target.startsWith('/') ? normalPath(target) : joinPath(folder, target);
  return end === resolved ? end : undefined;
}

/** Of one item: its answers, and what was asked along with them. */
export class FilePlaces {
  readonly #known: KnownAnswer;
  readonly #files = new Map<string, Stat>();

  constructor(known: KnownAnswer, asked: readonly Answered[]) {
    this.#known = known;
    for (const { probe, answer } of asked)
      if (probe.kind.name === statKind.name && (probe.args as StatQuestion).follow !== true)
        this.#files.set(normalPath((probe.args as StatQuestion).path), answer as Stat);
  }

  #way(path: string): Led | undefined {
    const known = this.#known(way(path));
    return known && led(path, known.answer as Way);
  }

  /** The path itself, be it a link or not. */
  #itself(path: string): Led | undefined {
    if (!isPlain(path)) return undefined;
    const folder = this.#way(directoryOf(path));
    return folder && { end: joinPath(folder.end, baseName(path)), passes: folder.passes };
  }

  #end(path: string): Led | undefined {
    const file = this.#files.get(normalPath(path));
    const isLink = file?.exists === true && file.type === 'link';
    return file !== undefined && !isLink ? this.#itself(path) : isPlain(path) ? this.#way(path) : undefined;
  }

  /** Each place by its path, and by where that is on its file system: a step may change it by either name. */
  #named(places: readonly string[]): readonly string[] | undefined {
    const table = this.#known(mountTable());
    if (!table) return undefined;
    const onDevice = places.map((place) => placeOnDevice(table.answer as MountTable, place));
    const known = onDevice.filter((place) => place !== undefined);
    return known.length === places.length ? [...places.map((place) => `/path${place}`), ...known] : undefined;
  }

  /** The places that an answer hangs on; undefined where that is not known, or the file has names elsewhere. */
  lookedAt({ probe, answer }: Answered): readonly string[] | undefined {
    const question = fileQuestion(probe);
    if (!question) return undefined;
    const { path, follow } = question;
    if (probe.kind.name === contentKind.name) {
      const file = this.#files.get(normalPath(path));
      return file && hasNamesElsewhere(file) ? undefined : this.#namedLed(this.#end(path));
    }
    const file = answer as Stat;
    if (hasNamesElsewhere(file)) return undefined;
    if (follow === true) return this.#namedLed(this.#end(path));
    const own = this.#itself(path);
    if (!own || !file.exists || file.type !== 'link') return this.#namedLed(own);
    const end = directEnd(directoryOf(own.end), file.target ?? '', file.resolved ?? '');
    return end === undefined ? undefined : this.#named([...own.passes, own.end, end]);
  }

  #namedLed(one: Led | undefined): readonly string[] | undefined {
    return one && this.#named([...one.passes, one.end]);
  }

  /** The places that these steps change. */
  changed(steps: readonly Step[]): readonly string[] | undefined {
    const places: string[] = [];
    let isKnown = true;
    for (const { kind, args } of steps) {
      // A joining step changes what its effects tell: without any it only looks.
      if (kind.effects.length === 0) continue;
      let led = 0;
      kind.placed?.(args as never, (path, how) => {
        const one = how === 'end' ? this.#end(path) : this.#itself(path);
        if (one) places.push(one.end);
        else isKnown = false;
        led += 1;
        return path;
      });
      if (led === 0) isKnown = false;
    }
    return isKnown ? this.#named(places) : undefined;
  }
}

/** A hard link: where its other names are nobody knows. */
function hasNamesElsewhere(file: Stat): boolean {
  return file.exists && file.type !== 'directory' && file.links > 1;
}

/** Whether steps at these places may change what hangs on those. */
export function mayMeet(changed: readonly string[], lookedAt: readonly string[]): boolean {
  return changed.some((one) => lookedAt.some((other) => isInside(one, other) || isInside(other, one)));
}
