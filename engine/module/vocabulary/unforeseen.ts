// Stands in the picture for what check mode cannot tell: a task whose plan waits for something may touch this much.
// Nothing of it is ever done.
import type { Probe, Step, StepKind } from '../contract.ts';
import type { Reach } from '../define.ts';
import { step, targetOf } from '../probe_identity.ts';
import { contentKind } from './content.ts';
import { mountKind } from './mounts.ts';
import { isInside } from './paths.ts';
import { statKind } from './stat.ts';
import { isFileOfUnit } from './unit_files.ts';
import { unitKind, type UnitQuestion } from './unit_state.ts';
import { isUnitPlace, unitTreeKind } from './unit_tree.ts';

export interface Unforeseen {
  readonly waitsFor: string;
  /** `volatile`: what a reboot may change; files and packages stay. */
  readonly what: 'everything' | 'apis' | 'volatile' | Reach;
}

/** All texts in a question. */
function textsIn(asked: unknown): string[] {
  if (typeof asked === 'string') return asked === '' ? [] : [asked];
  return typeof asked === 'object' && asked !== null ? Object.values(asked).flatMap(textsIn) : [];
}

/** Looks at one file; and what is mounted at a place, which no file in it changes. */
const ofOneFile: ReadonlySet<string> = new Set([statKind.name, contentKind.name, mountKind.name]);

/** Whether a question is about this file, about one below it, or (but for a look at one file) about a folder above. */
function isAbout(probe: Probe<unknown>, file: string): boolean {
  const isOneFile = ofOneFile.has(probe.kind.name);
  const isOfUnit =
    (probe.kind.name === unitKind.name && isFileOfUnit(file, probe.args as UnitQuestion)) ||
    (probe.kind.name === unitTreeKind.name && isUnitPlace(file));
  return (
    isOfUnit ||
    textsIn(probe.args).some((text) => isInside(text, file) || (!isOneFile && isInside(file, text)))
  );
}

function isReached(reach: Reach, probe: Probe<unknown>): boolean {
  const { files = [], answers = [] } = reach;
  return (
    answers.some(({ name }) => name === probe.kind.name) ||
    files.some((file) => typeof file !== 'string' || isAbout(probe, file))
  );
}

export const unforeseenKind: StepKind<Unforeseen, never> = {
  name: 'unforeseen',
  target: 'host',
  act: () => Promise.reject(new Error('What check mode could not tell is not done')),
  spoils: ({ what }, probe) => {
    if (what === 'everything') return true;
    if (what === 'volatile') return probe.kind.stability === 'volatile' && targetOf(probe) === 'host';
    if (what === 'apis') return targetOf(probe).startsWith('api:');
    return isReached(what, probe);
  },
  describe: ({ waitsFor }) => waitsFor,
  effects: [],
};

export function unforeseen(what: Unforeseen['what'], waitsFor: string): Step<never> {
  return step(unforeseenKind, { what, waitsFor });
}
