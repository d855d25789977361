// Whether the plan of a loop's item stays the same when steps of earlier items are done first.
import type { Probe, Step } from '../contract.ts';
import { mayTouch } from '../picture.ts';
import { contentKind, type ContentQuestion } from './content.ts';
import { normalPath } from './paths.ts';
import { statKind, type Stat, type StatQuestion } from './stat.ts';

export interface Answered {
  readonly probe: Probe<unknown>;
  readonly answer: unknown;
}

/** The files that these steps change are told in full by their effects. */
export function areJoining(steps: readonly Step[]): boolean {
  return steps.every(({ kind, args }) => kind.joins?.(args as never) === true);
}

/** A file without a second name: no link, which leads elsewhere (or nowhere), and no hard link. */
function hasOneName(question: StatQuestion, file: Stat): boolean {
  if (!file.exists) return question.follow !== true;
  return file.target === undefined && (file.type === 'directory' || file.links === 1);
}

/**
 * `steps` are of kinds that join. Only questions about files are known to be independent of them, and of these only
 * where the path was seen to be the file's one name.
 */
export function isIndependent(steps: readonly Step[], asked: readonly Answered[]): boolean {
  const direct = new Set(
    asked
      .filter(({ probe }) => probe.kind.name === statKind.name)
      .filter(({ probe, answer }) => hasOneName(probe.args as StatQuestion, answer as Stat))
      .map(({ probe }) => normalPath((probe.args as StatQuestion).path)),
  );
  return asked.every(({ probe }) => {
    if (probe.kind.name !== statKind.name && probe.kind.name !== contentKind.name) return false;
    const question = probe.args as StatQuestion | ContentQuestion;
    if (!direct.has(normalPath(question.path))) return false;
    const asIs: Probe<unknown> = { ...probe, args: { ...question, follow: false } };
    return !steps.some((step) => mayTouch(step, asIs));
  });
}
