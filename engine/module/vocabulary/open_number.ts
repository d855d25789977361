// Numbers of a file that only a real run gives: times, sizes of what is fetched, ids that a system chooses.
import { Unknown } from '../../document/value.ts';
import type { ResultData } from '../contract.ts';

/** Stands in a picture for a number that is not known. Numbers of files are none below 0. */
export const openNumber = -1;

/** The number as a result tells it. */
export function toldNumber(number: number): ResultData {
  return number < 0 ? new Unknown('a run that does it') : number;
}

/** A digest as a result tells it; an open one is empty. */
export function toldText(text: string): ResultData {
  return text === '' ? new Unknown('a run that does it') : text;
}

/** What a module tells in place of a value that only a run gives. */
export function notKnown(waitsFor: string): ResultData {
  return new Unknown(waitsFor);
}
